"""Adding a limit to a moment, and the working time between two moments; every edge is decided here.

| case | decision |
|---|---|
| 工作时, start outside office hours (night, lunch, day off) | counts from the next opening |
| 工作时, full at exactly 12:00 or 17:00 | due then, not at the next opening |
| 工作时 or 紧急工作时, amount 0 | due at the start itself |
| 工作日 | the day of start never counts, whatever the time of day; due at the close (17:00) of the last day |
| 工作日, amount 0 | the next close: today's up to 17:00, else that of the next working day |
| 自然日 | the day of start never counts; due at 24:00 of the last day, also when that is a holiday |
| 紧急工作时 | the clock on the wall; asks no calendar |
| fractions | of hours: to the microsecond; of days: refused |
| negative, not a number, above 36,500; a naive datetime; an unknown unit | refused (WorktimeError, a ValueError) |
| start in another time zone | taken to Asia/Shanghai first; the due is in Asia/Shanghai |
| a day of a year without a notice | Monday to Friday; the due is provisional (工作时, 工作日 only) |
| make-up Saturday or Sunday | a working day like any other |

Sources: domain-rules 3.2 for the units; for the days 民法典第二百零一条 (the first day does not count; hours run from
the moment) and 第二百零三条 (the last day ends at 24:00, or when business ends). Its rule that a period ending on a
holiday moves on is not taken over: a promise in 自然日 says calendar days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import TextChoices

from .calendars import DAY, HOUR, Calendar, WorktimeError, from_ticks, to_ticks
from .notices import portal_calendar

MOST = 36_500  # units; a hundred years of days
Amount = int | float | Decimal | Fraction
Pause = tuple[int, int | None]  # ticks; None: still standing


class Unit(TextChoices):
    """The four units of a limit; the word is the value."""

    HOURS = "工作时", "工作时"
    DAYS = "工作日", "工作日"
    NATURAL_DAYS = "自然日", "自然日"
    URGENT_HOURS = "紧急工作时", "紧急工作时"

    @property
    def by_calendar(self) -> bool:
        """Whether it counts working time; the others run on the wall."""
        return self is Unit.HOURS or self is Unit.DAYS

    @property
    def in_days(self) -> bool:
        """Whether it counts ends of days; the others run continuously."""
        return self is Unit.DAYS or self is Unit.NATURAL_DAYS


UNITS = {unit.value: unit for unit in Unit}


@dataclass(frozen=True)
class Due:
    """When something is due: the aware moment in Asia/Shanghai; provisional when a year's calendar was not known."""

    at: datetime
    provisional: bool = False


@dataclass(frozen=True)
class Limit:
    """So much time of one unit, checked."""

    amount: Amount
    unit: Unit

    def __post_init__(self):
        number = _number(self.amount)
        if not 0 <= number <= MOST:
            raise WorktimeError(f"期限要在 0 到 {MOST} 之间，请改正。", field="amount")
        if self.unit.in_days and number.denominator != 1:
            raise WorktimeError(f"{self.unit}要填整数，不足一天的请改用工作时。", field="amount")

    @property
    def ticks(self) -> int:
        """An amount of hours in microseconds."""
        return round(Fraction(self.amount) * HOUR)


def limit(amount: Amount, unit: "Unit | str") -> Limit:
    """The limit, from a unit or its word."""
    known = unit if isinstance(unit, Unit) else UNITS.get(unit)
    if known is None:
        raise WorktimeError(f"计时单位只能是{'、'.join(UNITS)}，请改正。", field="unit")
    return Limit(amount, known)


def _number(amount: Amount) -> Fraction:
    try:
        if isinstance(amount, bool):
            raise TypeError
        return Fraction(amount)
    except (TypeError, ValueError, OverflowError):
        raise WorktimeError("期限要填数字，请改正。", field="amount") from None


class Working:
    """Working time as one line: a position is the working time since the year 1, a close the end of a working day."""

    def __init__(self, calendar: Calendar):
        self.calendar = calendar

    def position(self, ticks: int) -> int:
        day, clock = divmod(ticks, DAY)
        before = self.calendar.days_before(day)
        part = self.calendar.worked(clock) if self.calendar.works(day) else 0
        return before * self.calendar.day_length + part

    def moment(self, position: int) -> int:
        """The earliest moment with this position."""
        number, rest = divmod(position - 1, self.calendar.day_length)
        return self.calendar.nth_day(number) * DAY + self.calendar.clock(rest + 1)

    def next_close(self, ticks: int) -> int:
        """The number of the first close at or after the moment."""
        return self.closed(ticks - 1)

    def closed(self, ticks: int) -> int:
        """How many days have closed by the moment."""
        day, clock = divmod(ticks, DAY)
        return self.calendar.days_before(day + (clock >= self.calendar.close))

    def days_until(self, day: int) -> int:
        """How many closes lie on this day or before."""
        return self.calendar.days_before(day + 1)

    def close(self, number: int) -> int:
        return self.calendar.nth_day(number) * DAY + self.calendar.close


class Natural:
    """The wall clock as one line: a position is the moment itself, a close is a midnight (24:00 of a day)."""

    def position(self, ticks: int) -> int:
        return ticks

    def moment(self, position: int) -> int:
        return position

    def next_close(self, ticks: int) -> int:
        return ticks // DAY

    def closed(self, ticks: int) -> int:
        return ticks // DAY

    def days_until(self, day: int) -> int:
        return day + 1

    def close(self, number: int) -> int:
        return (number + 1) * DAY


Scale = Working | Natural


def scale_of(unit: Unit, calendar: Calendar) -> Scale:
    """The line on which a unit counts."""
    return Working(calendar) if unit.by_calendar else Natural()


def advance(start: int, span: int, scale: Scale, pauses: Iterable[Pause] = ()) -> int | None:
    """The moment when the span has run, standing during pauses; None when a pause without an end comes before."""
    if not span:
        return start
    target = scale.position(start) + span
    for begins, ends in pauses:
        stood = scale.position(max(begins, start))
        if stood >= target:
            break
        if ends is None:
            return None
        target += max(scale.position(ends) - stood, 0) if ends > start else 0
    return scale.moment(target)


def count_closes(start: int, day: int, amount: int, scale: Scale, pauses: Iterable[Pause] = ()) -> int | None:
    """The close that makes the amount full: those after the day of start, less those at which the clock stood.

    A pause from exactly a close leaves it counted, one until exactly a close does not.
    """
    first = scale.days_until(day) if amount else scale.next_close(start)
    target = first + max(amount - 1, 0)
    for begins, ends in pauses:
        stood = max(scale.closed(begins), first)
        if target < stood:
            break
        if ends is None:
            return None
        target += max(scale.closed(ends) - stood, 0)
    return scale.close(target)


def run(start: int, limits: Sequence[Limit], calendar: Calendar, pauses: Sequence[Pause] = ()) -> Due | None:
    """The due after several limits one behind the other; None while an open pause leaves it unknown."""
    at, day, provisional = start, start // DAY, False
    for part in limits:
        scale, begun = scale_of(part.unit, calendar), at
        if part.unit.in_days:
            at = count_closes(begun, day, int(part.amount), scale, pauses)
        else:
            at = advance(begun, part.ticks, scale, pauses)
        if at is None:
            return None
        asked = part.unit.by_calendar and (part.unit.in_days or at > begun)
        provisional |= asked and not calendar.are_published(begun, at)
        day = (at - 1 if part.unit == Unit.NATURAL_DAYS else at) // DAY  # 24:00 belongs to the day that it ends
    return Due(from_ticks(at), provisional)


def add_working_time(start: datetime, amount: Amount, unit: Unit | str, calendar: Calendar | None = None) -> Due:
    """When a limit that begins at `start` is due; the table above says how each edge is counted.

    `amount` is a number of `unit` (工作时, 工作日, 自然日, 紧急工作时); None means the portal's own calendar.
    Raises WorktimeError (a DomainError and ValueError) for what cannot be counted.
    """
    return run(to_ticks(start), [limit(amount, unit)], calendar or portal_calendar())


def working_time_between(a: datetime, b: datetime, calendar: Calendar | None = None) -> timedelta:
    """The 工作时 between two moments; negative when b lies before a. Seven hours of it are one working day."""
    scale = Working(calendar or portal_calendar())
    return timedelta(microseconds=scale.position(to_ticks(b)) - scale.position(to_ticks(a)))


def last_day(due: datetime) -> date:
    """The day that a due belongs to: 24:00 belongs to the day that it ends."""
    return from_ticks(to_ticks(due) - 1).date()
