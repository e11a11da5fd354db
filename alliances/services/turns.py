"""Writes on the calendar of turns: plan, plan anew, exchange."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.exceptions import Conflict, DomainError

from .. import rotation
from ..models import Alliance, ChairTurn
from ..rotation import Span
from ..selectors import alliances as selectors
from . import telling

MOST_DAYS = timedelta(days=366 * 10)
ONE_DAY = timedelta(days=1)
CHANGED = "您打开之后，这一期又有变动。请看过现在的轮值单位再调换。"
FALLEN = "成员有变动，原来的调换已取消"


@transaction.atomic
def plan_turns(alliance: Alliance, *, by, start: date, until: date) -> list[ChairTurn]:
    """Plan the periods from `start` to that of `until`; what was planned from `start` on is planned anew.

    Turns that have begun stay. Swaps stay where neither period nor plan has changed. Raises DomainError at the field
    that has to be corrected.
    """
    alliance = _locked(alliance)
    if until < start:
        raise DomainError("结束日期不能早于开始日期，请核对。", field="until")
    if until - start > MOST_DAYS:
        raise DomainError("一次最多排十年，请把结束日期改近一些。", field="until")
    _check_start(alliance, start)
    made = _write(alliance, rotation.spans(start, alliance.chair_period, until), since=start, by=by)
    if not made:
        raise DomainError("这段时间没有可以轮值的成员单位，请先在成员名单里填写轮值顺序。", field="start")
    record("turns.plan", by=by, obj=alliance, fields=["turns"])
    return made


@transaction.atomic
def replan_after_leave(alliance: Alliance, organisation, *, by, on: date) -> list[ChairTurn]:
    """The leaver's turns from `on` go to those behind it; called by services.members. Past turns stay as they were.

    A turn of the leaver's that runs is cut: the next unit takes the rest of it. What others have exchanged stands.
    """
    alliance, since = _locked(alliance), max(on, timezone.localdate())
    running = selectors.turn_on(alliance, since)
    cut = running is not None and running.starts_on < since and running.organisation_id == organisation.pk
    rest = [Span(since, running.ends_on)] if cut else []
    later = [Span(row.starts_on, row.ends_on) for row in selectors.turns_of(alliance).filter(starts_on__gte=since)]
    if not rest and not later:
        return []
    if cut:
        running.ends_on = since - ONE_DAY
        running.version += 1
        running.save(update_fields=["ends_on", "version", "updated_at"])
    made = _write(alliance, rest + later, since=since, by=by, leaver=organisation.pk)
    record("turns.plan", by=by, obj=alliance, fields=["turns"])
    return made


@transaction.atomic
def swap_turns(
    one: ChairTurn, other: ChairTurn, *, by, note: str = "", version: int | None = None
) -> tuple[ChairTurn, ChairTurn]:
    """Two units exchange who takes which period; whose turn it was stays written.

    With `version`, `one` must still be at it.
    Raises Conflict when a turn is over or gone, DomainError at `other` when a unit cannot take the other's period.
    """
    _locked(one.alliance)
    rows = ChairTurn.objects.select_for_update(of=("self",)).select_related("organisation").in_bulk([one.pk, other.pk])
    one, other = rows[one.pk], rows[other.pk]
    if version is not None and one.version != version:
        raise Conflict(CHANGED)
    _check_swap(one, other)
    one.organisation, other.organisation = other.organisation, one.organisation
    for row in (one, other):
        row.note = note if row.swapped else ""
        row.version += 1
        row.save(update_fields=["organisation", "note", "version", "updated_at"])
        record("turns.swap", by=by, obj=row, fields=["organisation", "note"])
        telling.turn_swapped(row, by=by)
    return one, other


def _check_swap(one: ChairTurn, other: ChairTurn) -> None:
    if one.deleted_at or other.deleted_at:
        raise Conflict("轮值表刚才重新排过，请刷新页面后再调换。")
    if one.alliance_id != other.alliance_id or one.pk == other.pk:
        raise DomainError("请选择同一联盟的另一期。", field="other")
    if min(one.ends_on, other.ends_on) < timezone.localdate():
        raise Conflict("已结束的轮值不能调换，请选择还没有结束的两期。")
    if one.organisation_id == other.organisation_id:
        raise DomainError("这两期是同一家单位，不用调换。", field="other")
    seats = selectors.seats(one.alliance)
    for unit, row in ((one.organisation, other), (other.organisation, one)):
        if not rotation.may_take(seats, unit.pk, Span(row.starts_on, row.ends_on)):
            raise DomainError(f"{unit}在 {row.starts_on} 这一期不是轮值成员，请选择另一期。", field="other")


def _locked(alliance: Alliance) -> Alliance:
    """One change of a calendar at a time."""
    return Alliance.objects.select_for_update(of=("self",)).get(pk=alliance.pk)


def _check_start(alliance: Alliance, start: date) -> None:
    """What has begun stays: a plan begins behind it, without overlap."""
    if start < alliance.founded_on.replace(day=1):
        raise DomainError(f"开始日期不能早于联盟成立的月份（{alliance.founded_on} 成立），请核对。", field="start")
    begun = selectors.turns_of(alliance).filter(starts_on__lte=timezone.localdate()).last()
    if begun and start <= begun.ends_on:
        free = begun.ends_on + ONE_DAY
        raise DomainError(f"{begun.ends_on} 以前的轮值已经开始或结束，请从 {free} 起排。", field="start")
    around = selectors.turns_of(alliance).filter(starts_on__lt=start, ends_on__gte=start).first()
    if around:
        raise DomainError(
            f"这一天在已排的一期中间，请从 {around.starts_on} 或 {around.ends_on + ONE_DAY} 起排。", field="start"
        )


def _write(
    alliance: Alliance, periods: Sequence[Span], *, since: date, by, leaver: int | None = None
) -> list[ChairTurn]:
    """Bring the rows from `since` on to the plan of these periods: the same period keeps its row."""
    rows = list(selectors.turns_of(alliance))
    known = {row.starts_on: row for row in rows if row.starts_on >= since}
    plan = _plan(alliance, rows, periods, since=since, leaver=leaver)
    made = [_put(known.pop(turn.span.starts_on, None), turn, alliance, by=by) for turn in plan]
    for row in known.values():
        row.deleted_at, row.deleted_by = timezone.now(), by
        row.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    return made


def _plan(alliance: Alliance, rows, periods: Sequence[Span], *, since: date, leaver: int | None) -> list[rotation.Turn]:
    """Who takes which period. Turns before `since` stay; they count when it is asked which swaps still close."""
    before, seats = list(map(selectors.as_turn, rows)), selectors.seats(alliance)
    past = [turn for turn in before if turn.span.starts_on < since]
    after = past[-1].planned if past else None
    if leaver:
        kept = rotation.unaffected(before, seats, leaver)
        return rotation.assign(seats, periods, after=after, kept=kept)
    plan = rotation.assign(seats, periods, after=after)
    return rotation.replan([*past, *plan], before, seats)[len(past) :]


def _put(row: ChairTurn | None, turn: rotation.Turn, alliance: Alliance, *, by) -> ChairTurn:
    values = {"ends_on": turn.span.ends_on, "planned_id": turn.planned, "organisation_id": turn.unit}
    if row is None:
        return ChairTurn.objects.create(alliance=alliance, starts_on=turn.span.starts_on, created_by=by, **values)
    fallen, units = row.swapped and not turn.swapped, {row.organisation_id, turn.unit}
    if fallen:
        values["note"] = FALLEN
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.version += 1
        row.save(update_fields=[name.removesuffix("_id") for name in changed] + ["version", "updated_at"])
    if fallen:
        telling.swap_fallen(row, units, by=by)
    return row
