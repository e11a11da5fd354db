"""Writes on memberships: a unit joins, changes, leaves. Leaving sets a date, the row stays."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.directory.services.shared import apply

from ..choices import AllianceState, MemberRole
from ..models import Alliance, Membership
from ..selectors.alliances import NO_MEMBERS
from ..selectors.leaving import Leaving
from . import telling
from .leaving import close_open_affairs
from .turns import replan_after_leave

FURTHEST = timedelta(days=366)
OVERLAP = "这家单位在 {} 已是成员，请在成员名单中修改那一条。"


@transaction.atomic
def join(alliance: Alliance, values: dict, *, by) -> Membership:
    """A unit becomes a member from a day on; `values` are fields by name, `villages` those it is paired with."""
    alliance = _active(alliance)
    values = dict(values)
    villages = values.pop("villages", ())
    membership = Membership(alliance=alliance, created_by=by, **values)
    _check(membership, villages)
    membership.save(force_insert=True)
    membership.villages.set(villages)
    record("member.join", by=by, obj=membership, fields=[*values, "villages"])
    telling.member_joined(membership, by=by)
    return membership


@transaction.atomic
def change_member(membership: Membership, values: dict, *, by, version: int) -> Membership:
    """Change a membership that is still at `version` (StaleVersion otherwise).

    With an empty `left_on` a unit that had left by mistake is back; the calendar of turns stays as it is.
    """
    _active(membership.alliance)
    values = dict(values)
    villages = values.pop("villages", None)
    membership = lock_version(membership, version)
    changed = apply(membership, values)
    _check(membership, membership.villages.all() if villages is None else villages)
    save_version(membership, changed)
    if villages is not None:
        membership.villages.set(villages)
    record("member.update", by=by, obj=membership, fields=[*changed, *([] if villages is None else ["villages"])])
    return membership


@transaction.atomic
def leave(
    membership: Membership, *, by, on: date, version: int | None = None, successor: Membership | None = None
) -> Membership:
    """The unit is no member any more from `on`; its turns from then on go to the units behind it.

    What it still offers ends with it (services.leaving), on a later day by the daily job. `successor` takes over the
    villages that would be without a partner.
    Raises Conflict when it has left already, DomainError at `on` for a day that cannot be.
    """
    alliance = _active(membership.alliance)
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if version is not None and membership.version != version:
        raise Conflict("您打开之后，这条记录又有修改。请看过现在的内容再登记退出。")
    if membership.left_on:
        raise Conflict(f"{membership}已登记 {membership.left_on} 退出；如有误，请修改这一条。")
    if on <= membership.joined_on:
        raise DomainError(f"退出日期要晚于加入日期 {membership.joined_on}，请核对。", field="on")
    if on > timezone.localdate() + FURTHEST:
        raise DomainError("退出日期在一年以后，请核对年份。", field="on")
    if successor:
        _take_over(membership, successor, by=by)
    membership.left_on = on
    save_version(membership, ["left_on"])
    record("member.leave", by=by, obj=membership, fields=["left_on"])
    telling.member_left(membership, by=by)
    replan_after_leave(alliance, membership.organisation, by=by, on=on)
    if on <= timezone.localdate():
        close_open_affairs(membership, by=by)
    return membership


def _take_over(membership: Membership, successor: Membership, *, by) -> None:
    """Its villages without another partner are paired with the successor, and both are told."""
    leaving = Leaving(membership)
    if not leaving.successors().filter(pk=successor.pk).exists():
        raise DomainError("这家单位不是现在的成员，请重新选择接手的单位。", field="successor")
    successor.villages.add(*leaving.villages)
    record("member.update", by=by, obj=successor, fields=["villages"])
    telling.villages_taken_over(successor, leaving.villages, by=by)


def _active(alliance: Alliance) -> Alliance:
    """The alliance, locked for this transaction."""
    alliance = Alliance.objects.select_for_update(of=("self",)).get(pk=alliance.pk)
    if alliance.state != AllianceState.ACTIVE or alliance.deleted_at:
        raise Conflict(f"“{alliance}”已结束，成员不再变动。")
    return alliance


def _check(membership: Membership, villages) -> None:
    """What cannot be, at the field that has to be corrected."""
    _check_days(membership)
    unit, contact = membership.organisation, membership.contact
    if unit.kind in NO_MEMBERS or unit.deleted_at:
        raise DomainError("这个组织不能作为成员单位，请重新选择。", field="organisation")
    if contact and contact.organisation_id != unit.pk:
        raise DomainError(f"联络员要是{unit}的人员，请重新选择，或先不填。", field="contact")
    if any(village.pk == unit.pk for village in villages):
        raise DomainError("结对村社不用选本单位，请去掉。", field="villages")
    others = Membership.objects.alive().filter(alliance=membership.alliance_id, organisation=unit)
    for other in others.exclude(pk=membership.pk):
        ends_before = other.left_on and other.left_on <= membership.joined_on
        begins_after = membership.left_on and membership.left_on <= other.joined_on
        if not ends_before and not begins_after:
            raise DomainError(OVERLAP.format(other.joined_on), field="organisation")
    if membership.left_on is None or membership.left_on > timezone.localdate():
        _check_place(membership)


def _check_place(membership: Membership) -> None:
    """One unit leads, those that take turns have a place in the order, and no two have the same."""
    if membership.role == MemberRole.ROTATING and not membership.turn_order:
        sentence = "轮值单位要填轮值顺序；不参加轮值的，角色请选“成员单位”。"
        raise DomainError(sentence, field="turn_order")
    staying = Q(left_on=None) | Q(left_on__gt=max(membership.joined_on, timezone.localdate()))
    others = Membership.objects.alive().filter(staying, alliance=membership.alliance_id).exclude(pk=membership.pk)
    leading = others.filter(role=MemberRole.LEAD).first() if membership.role == MemberRole.LEAD else None
    if leading:
        raise DomainError(f"{leading}已是牵头单位，同一时间只有一家；要改换，请先修改{leading}的角色。", field="role")
    same = others.filter(turn_order=membership.turn_order).first() if membership.turn_order else None
    if same:
        raise DomainError(f"轮值顺序 {same.turn_order} 已是{same}，请换一个数字。", field="turn_order")


def _check_days(membership: Membership) -> None:
    joined, left = membership.joined_on, membership.left_on
    if joined < membership.alliance.founded_on:
        raise DomainError(f"加入日期不能早于联盟成立日期 {membership.alliance.founded_on}，请核对。", field="joined_on")
    if joined > timezone.localdate() + FURTHEST:
        raise DomainError("加入日期在一年以后，请核对年份。", field="joined_on")
    if left and left <= joined:
        raise DomainError(f"退出日期要晚于加入日期 {joined}，请核对。", field="left_on")
