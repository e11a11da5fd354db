"""Writes on claims: a unit takes on a need, the office answers."""

from django.db import IntegrityError, transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import workflow as engine
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.directory.models import Organisation

from ..choices import NeedState
from ..models import Claim, Need
from ..selectors import lists as selectors
from ..workflow import CLAIM
from . import needs, telling

TWICE = "这家单位已认领过这条需求，请返回需求查看。"


@transaction.atomic
def claim_need(need: Need, organisation: Organisation, *, by, plan: str) -> Claim:
    """A member unit takes on a published need, alone or beside others."""
    need = _lock(need)
    _check_open(need)
    claim = Claim(need=need, organisation=organisation, plan=plan, created_by=by)
    if not by.has_perm("alliances.add_claim", claim):
        raise DomainError("这家单位不在您的管辖范围，请重新选择。", field="organisation")
    if not selectors.is_member(organisation, need.alliance):
        raise DomainError("这家单位现在不是该联盟的成员，请重新选择。", field="organisation")
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        raise DomainError(TWICE, field="organisation") from None
    record("claim.create", by=by, obj=claim, fields=["need", "organisation", "plan"])
    telling.claim_offered(claim, by=by)
    return claim


@transaction.atomic
def perform_claim(claim: Claim, name: str, *, by, version: int | None = None, **data) -> Claim:
    """Accept, decline or withdraw a claim. The first accepted one leads and moves the need to 已认领."""
    need = _lock(claim.need)
    if name != "accept":
        return _perform(claim, name, by=by, version=version, **data)
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    CLAIM.check_state(CLAIM.get(name), claim)
    _check_open(need)
    _check_member(claim, need)
    _check_lead(need, lead=bool(data.get("lead")))
    claim = _perform(claim, name, by=by, version=version, **data)
    if need.state == NeedState.PUBLISHED:
        needs.follow(need, NeedState.CLAIMED, by=by)
    return claim


def _perform(claim: Claim, name: str, *, by, **data) -> Claim:
    claim = engine.perform(CLAIM, name, claim, by=by, **data)
    telling.claim_moved(claim, name, by=by)
    return claim


def _lock(need: Need) -> Need:
    """Claims on one need are answered one after the other."""
    return Need.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=need.pk)


def _check_open(need: Need) -> None:
    if need.state not in selectors.CLAIMABLE or need.deleted_at:
        raise Conflict(f"这条需求现在是“{need.get_state_display()}”，不能认领。请刷新页面查看最新情况。")


def _check_member(claim: Claim, need: Need) -> None:
    """Whoever has left meanwhile does not take it on."""
    if not selectors.is_member(claim.organisation, need.alliance):
        raise Conflict(f"{claim.organisation}现在不是“{need.alliance}”的成员，不能确认。请选“不采纳”，写明原因。")


def _check_lead(need: Need, *, lead: bool) -> None:
    """One leads, and the first one does."""
    leading = selectors.lead_of(need)
    if lead and leading:
        raise DomainError(f"{leading.organisation}已是牵头单位，请选“配合”。", field="lead")
    if not lead and not leading:
        raise DomainError("还没有牵头单位，第一家确认的单位请选“牵头”。", field="lead")
