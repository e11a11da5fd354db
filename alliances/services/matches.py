"""Writes on matches: a resource is asked for, its owner answers; never more is promised than there is."""

from django.db import IntegrityError, transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import workflow as engine
from yiqiao_portal.core.exceptions import Conflict, DomainError

from ..choices import ResourceState
from ..models import Match, Need, Resource
from ..selectors import lists as selectors
from ..workflow import MATCH
from . import telling

TWICE = "这项资源已申请过，请等待对方答复。"


@transaction.atomic
def ask_for(need: Need, resource: Resource, *, by, amount: int) -> Match:
    """Ask the owner for so much of a resource; nothing is promised before the owner says yes."""
    need = Need.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=need.pk)
    resource = Resource._base_manager.select_for_update(of=("self",)).get(pk=resource.pk)
    match = Match(need=need, resource=resource, organisation_id=resource.organisation_id, amount=amount)
    match.created_by = by
    _check_ask(match, by=by)
    try:
        with transaction.atomic():
            match.save(force_insert=True)
    except IntegrityError:
        raise Conflict(TWICE) from None
    record("match.create", by=by, obj=match, fields=["need", "resource", "amount"])
    telling.match_asked(match, by=by)
    return match


@transaction.atomic
def perform_match(match: Match, name: str, *, by, version: int | None = None, **data) -> Match:
    """Answer or release a match. The resource's row is locked first, so that two answers never promise the same."""
    resource = Resource._base_manager.select_for_update(of=("self",)).get(pk=match.resource_id)
    match = Match.objects.select_for_update(of=("self",)).select_related("need", "resource").get(pk=match.pk)
    if name == "accept":
        MATCH.check_state(MATCH.get(name), match)
        _check_accept(match, resource)
    match = engine.perform(MATCH, name, match, by=by, version=version, **data)
    telling.match_moved(match, name, by=by)
    return match


def _check_ask(match: Match, *, by) -> None:
    need, resource = match.need, match.resource
    if not by.has_perm("alliances.add_match", need):
        raise DomainError("只有提出单位和镇党建办可以申请对接。", field="amount")
    if need.state not in selectors.MATCHABLE or need.deleted_at:
        raise Conflict(f"这条需求现在是“{need.get_state_display()}”，不能申请对接。请刷新页面查看最新情况。")
    if resource.state != ResourceState.OPEN or resource.deleted_at or resource.alliance_id != need.alliance_id:
        raise Conflict("这项资源现在不接受对接，请返回另选一项。")
    check_owner(resource)
    _check_left(match, resource)


def _check_accept(match: Match, resource: Resource) -> None:
    if match.need.state not in selectors.MATCHABLE or match.need.deleted_at:
        raise Conflict(f"对方的需求现在是“{match.need.get_state_display()}”，不再需要对接。请刷新页面查看。")
    check_owner(resource)
    _check_left(match, resource)


def check_owner(resource: Resource) -> None:
    """Conflict when the unit that offers it has left the alliance."""
    if not selectors.is_member(resource.organisation, resource.alliance):
        raise Conflict(
            f"{resource.organisation}现在不是“{resource.alliance}”的成员，这项资源不能对接。请另选一项资源。"
        )


def _check_left(match: Match, resource: Resource) -> None:
    unit = resource.get_unit_display()
    if match.amount > resource.left:
        raise DomainError(
            f"“{resource}”只余 {resource.left} {unit}，不够 {match.amount} {unit}。请改少数量，或另选一项资源。",
            field="amount",
        )
