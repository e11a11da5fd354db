"""Writes on needs, from the raising to the archive."""

from copy import copy
from datetime import date

from django.db import transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core import workflow as engine
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.core.serials import next_serial

from ..choices import EDITABLE_NEEDS, AllianceState, ClaimState, MatchState, NeedState
from ..models import Claim, Match, Need, Resource
from ..selectors import lists as selectors
from ..workflow import NEED
from . import telling

# Where a need goes by itself when its claims or its project move: target → from where.
FOLLOWS = {
    NeedState.CLAIMED: (NeedState.PUBLISHED,),
    NeedState.DOING: (NeedState.CLAIMED, NeedState.INSPECTING),
    NeedState.INSPECTING: (NeedState.DOING,),
    NeedState.ACCEPTED: (NeedState.INSPECTING,),
    NeedState.PUBLISHED: (NeedState.CLAIMED, NeedState.DOING, NeedState.INSPECTING),
}
STOPPED = "原项目中止，需求重新发布。"
WITHDRAWN = "需求已撤销。"


@transaction.atomic
def create_need(values: dict, *, by) -> Need:
    """A need that the office will look at; DomainError names the field that has to be corrected."""
    need = Need(**values, created_by=by)
    check_need(need, by=by)
    need.serial = next_serial(f"YQ-XQ-{timezone.localdate().year}")
    need.save(force_insert=True)
    record("need.create", by=by, obj=need, fields=values)
    telling.need_raised(need, by=by)
    return need


@transaction.atomic
def update_need(need: Need, values: dict, *, by, version: int) -> Need:
    """Change a need that is not published yet and still at `version` (StaleVersion otherwise)."""
    need = lock_version(need, version)
    before = copy(need)
    for name, value in values.items():
        setattr(need, name, value)
    check_need(need, by=by, before=before)
    save_version(need, list(values))
    record("need.update", by=by, obj=need, fields=values)
    return need


@transaction.atomic
def perform_need(need: Need, name: str, *, by, version: int | None = None, **data) -> Need:
    """Move a need along its workflow; one that is withdrawn lets go of its claims and resources."""
    need = engine.perform(NEED, name, need, by=by, version=version, **data)
    telling.need_moved(need, name, by=by)
    if need.state == NeedState.WITHDRAWN:
        _let_go(need, by=by, reason=WITHDRAWN)
    return need


@transaction.atomic
def remove_need(need: Need, *, by) -> Need:
    """Into the recycle bin, as long as it is not published."""
    return recycle.remove(need, by=by, action="need.remove", permission="alliances.delete_need")


@transaction.atomic
def follow(need: Need, state: str, *, by, accepted_on: date | None = None) -> Need:
    """The need moves because its claims or its project did; only services call it.

    Back to 待认领 it lets go of its claims and resources, and its days without a claim count anew.
    Raises Conflict when the need stands elsewhere than its claims or project suppose.
    """
    need = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if need.state not in FOLLOWS[state] or need.deleted_at:
        raise Conflict(f"来源需求现在是“{need.get_state_display()}”，不能办理这一步。请刷新页面查看最新情况。")
    need.state, changed = state, ["state"]
    if state == NeedState.PUBLISHED:
        need.published_at, changed = timezone.now(), ["state", "published_at"]
        telling.need_back(need, by=by)
        _let_go(need, by=by, reason=STOPPED)
    if state == NeedState.ACCEPTED:
        need.accepted_on, changed = accepted_on or timezone.localdate(), ["state", "accepted_on"]
        telling.need_met(need, by=by)
    save_version(need, changed)
    record("need.follow", by=by, obj=need, fields=changed)
    return need


def check_need(need: Need, *, by, before: Need | None = None, pairs: set | None = None) -> None:
    """Everything named must lie within reach, the alliance must be at work, and the need not published yet.

    `before` is the row as it was, None for a new one; `pairs` as in selectors.lists.may_raise.
    """
    if before and (before.state not in EDITABLE_NEEDS or before.deleted_at):
        raise Conflict(f"这条需求现在是“{before.get_state_display()}”，不能修改。请刷新页面查看最新情况。")
    if not by.has_perm("alliances.add_need", need):
        raise DomainError("这个单位不在您的管辖范围，请重新选择。", field="organisation")
    if need.alliance.state != AllianceState.ACTIVE:
        raise DomainError("这个联盟已结束，请选择运行中的联盟。", field="alliance")
    if not selectors.may_raise(need.organisation, need.alliance, by, pairs=pairs):
        raise DomainError("这个单位不是该联盟的成员单位或结对村社，请重新选择。", field="organisation")
    if need.starts_on and need.due_on and need.due_on < need.starts_on:
        raise DomainError("希望完成日期不能早于希望开始日期，请核对。", field="due_on")


def _let_go(need: Need, *, by, reason: str) -> None:
    """Claims end as withdrawn, promised resources are free again; the resources are locked first, as always."""
    telling.need_lets_go(need, by=by)
    matches = Match.objects.alive().filter(need=need, state__in=selectors.LIVE_MATCHES)
    list(Resource._base_manager.select_for_update().filter(pk__in=matches.values("resource")).order_by("pk"))
    claims = Claim.objects.alive().filter(need=need, state__in=selectors.LIVE_CLAIMS)
    end_rows(claims, state=ClaimState.WITHDRAWN, action="claim.release", by=by, reason=reason)
    end_rows(matches, state=MatchState.RELEASED, action="match.release", by=by, reason=reason)


def end_rows(rows, *, state: str, action: str, by, reason: str) -> list:
    """Claims or matches end without an answer of their own: locked, written, on record; the rows as they are now."""
    changed = ["state", "decided_at", "decided_by", "reason"]
    ended = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for row in ended:
        row.state, row.decided_at, row.decided_by, row.reason = state, timezone.now(), by, reason
        save_version(row, changed)
        record(action, by=by, obj=row, fields=changed)
    return ended
