"""The working days and office hours of the town: counted by prefix sums, read without the database.

Source of the days: the yearly notice of the General Office of the State Council (国务院办公厅关于<年>年部分节假日安排的
通知), one entry a year in core/data/workdays.json with the notice's number and date. A notice that comes later lies in
PORTAL_HOME/calendar/<year>.json (`manage.py import_calendar`) and counts at once. What no notice names is a working day
from Monday to Friday; a year without a notice is counted so throughout and is *not published*.
"""

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from yiqiao_portal.core.exceptions import DomainError

TOWN = ZoneInfo("Asia/Shanghai")  # no summer time since 1991
SECOND = 1_000_000  # all counting is in whole microseconds
HOUR = 3600 * SECOND
DAY = 24 * HOUR

Hours = tuple[tuple[time, time], ...]


class WorktimeError(DomainError, ValueError):
    """An amount, a moment or a log that the clock cannot count with."""


def to_ticks(moment: datetime) -> int:
    """Microseconds of the town's wall clock since the day before 0001-01-01; refuses a moment without a time zone."""
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise WorktimeError("时间没有带时区，无法计时，请给出带时区的时间。")
    local = moment.astimezone(TOWN)
    return local.toordinal() * DAY + of_day(local)


def from_ticks(ticks: int) -> datetime:
    """The aware moment in Asia/Shanghai."""
    days, rest = divmod(ticks, DAY)
    return datetime.combine(date.fromordinal(days), time(), TOWN) + timedelta(microseconds=rest)


def of_day(clock: time | datetime) -> int:
    """Microseconds since midnight."""
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * SECOND + clock.microsecond


@dataclass(frozen=True)
class Notice:
    """What the State Council has said of one year: its days off and its make-up working days."""

    year: int
    number: str  # 文号, empty when it is not known
    dated: date
    off: frozenset[date]
    work: frozenset[date]

    @property
    def source(self) -> str:
        """The notice as a page names it."""
        marks = "，".join(filter(None, (self.number, self.dated.isoformat())))
        return f"国务院办公厅关于{self.year}年部分节假日安排的通知（{marks}）"


@dataclass(frozen=True)
class Calendar:
    """Working days and office hours. A day is named by its ordinal, a moment by its ticks, both of the town."""

    notices: tuple[Notice, ...]
    hours: Hours

    def with_notice(self, notice: Notice) -> "Calendar":
        """The same calendar with this year's notice added, or in place of the former one."""
        others = [known for known in self.notices if known.year != notice.year]
        return Calendar(tuple(sorted([*others, notice], key=lambda known: known.year)), self.hours)

    # --- what is published ---

    @cached_property
    def years(self) -> dict[int, Notice]:
        """The published years with their notices."""
        return {notice.year: notice for notice in self.notices}

    def is_published(self, year: int) -> bool:
        """Whether the notice of the year is known; dues that touch another year are provisional."""
        return year in self.years

    def are_published(self, first: int, last: int) -> bool:
        """Whether the years of all days between two ticks are published."""
        years = range(date.fromordinal(first // DAY).year, date.fromordinal(last // DAY).year + 1)
        return all(year in self.years for year in years)

    @cached_property
    def version(self) -> str:
        """Changes with any day or office hour: dues kept under another version are to be recomputed."""
        days = [(day.isoformat(), works) for day, works in sorted(self.exceptions.items())]
        text = repr((sorted(self.years), days, self.hours))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    # --- days ---

    @cached_property
    def exceptions(self) -> dict[date, bool]:
        """Weekdays off (False) and weekends worked (True); of two notices on one day the later year's counts."""
        named: dict[date, bool] = {}
        for notice in self.notices:
            named |= dict.fromkeys(notice.off, False) | dict.fromkeys(notice.work, True)
        return {day: works for day, works in named.items() if works == (day.weekday() >= 5)}

    @cached_property
    def _turns(self) -> list[int]:
        """Ordinals of the exceptions in order, after a first one before all days."""
        return [0, *sorted(day.toordinal() for day in self.exceptions)]

    @cached_property
    def _shifts(self) -> list[int]:
        """By how much the working days before each exception (and after the last) differ from weekdays."""
        shifts = [0, 0]
        for ordinal in self._turns[1:]:
            shifts.append(shifts[-1] + (1 if self.exceptions[date.fromordinal(ordinal)] else -1))
        return shifts

    @cached_property
    def _counts(self) -> list[int]:
        """Working days up to and including each exception."""
        return [self.days_before(ordinal + 1) for ordinal in self._turns]

    def is_working_day(self, day: date) -> bool:
        """Whether the offices work on the day."""
        return self.works(day.toordinal())

    def works(self, ordinal: int) -> bool:
        """The same by ordinal."""
        return self.days_before(ordinal + 1) > self.days_before(ordinal)

    def days_before(self, ordinal: int) -> int:
        """How many working days lie before the day, counted from the year 1."""
        return _weekdays_before(ordinal) + self._shifts[bisect_left(self._turns, ordinal)]

    def nth_day(self, number: int) -> int:
        """The ordinal of a working day by its number: the inverse of days_before.

        Between two exceptions the weeks are plain, so the day is found from the last exception behind it; when the next
        exception is a make-up day and comes first, it is the day.
        """
        last = bisect_right(self._counts, number) - 1
        weekdays = _weekdays_before(self._turns[last] + 1) + number - self._counts[last]
        plain = weekdays // 5 * 7 + weekdays % 5 + 1
        return min([plain, *self._turns[last + 1 : last + 2]])

    # --- office hours ---

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Office hours in microseconds of the day."""
        return [(of_day(opens), of_day(closes)) for opens, closes in self.hours]

    @cached_property
    def day_length(self) -> int:
        """Working time of one day in microseconds."""
        return sum(closes - opens for opens, closes in self.spans)

    @property
    def close(self) -> int:
        """When the working day ends, in microseconds of the day."""
        return self.spans[-1][1]

    def worked(self, clock: int) -> int:
        """Working time of a day up to a moment of it."""
        return sum(min(max(clock - opens, 0), closes - opens) for opens, closes in self.spans)

    def clock(self, worked: int) -> int:
        """The earliest moment of a day by which that much has been worked; more than nothing, at most a day."""
        for opens, closes in self.spans:
            if worked <= closes - opens:
                return opens + worked
            worked -= closes - opens
        raise WorktimeError("一天没有这么多工作时间，请检查工作时间设置。")


def _weekdays_before(ordinal: int) -> int:
    """Mondays to Fridays before a day; 0001-01-01, ordinal 1, was a Monday."""
    weeks, days = divmod(ordinal - 1, 7)
    return weeks * 5 + min(days, 5)
