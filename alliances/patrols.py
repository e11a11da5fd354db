"""How many patrols were due, reckoned from a rule and the calendar. No model, no request.

A period counts for the year in which it ends. Only whole periods count: whoever takes over or leaves inside a period is
exempt for it, unless somebody else of the same level had the stretch for the rest of it.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .choices import PatrolPeriod

DAY = timedelta(days=1)
FOREVER = date(9000, 1, 1)  # the end of a tenure that runs
STARTS = {  # days of the month on which a period begins; 旬 = 1–10, 11–20, 21–end
    PatrolPeriod.TEN_DAYS: (1, 11, 21),
    PatrolPeriod.HALF_MONTH: (1, 16),
    PatrolPeriod.MONTH: (1,),
}


@dataclass(frozen=True, order=True)
class Span:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def covers(self, other: "Span") -> bool:
        """Whether the other lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


def year_span(year: int) -> Span:
    """A calendar year."""
    return Span(date(year, 1, 1), date(year, 12, 31))


def span_of(period: str, day: date) -> Span:
    """The period that a day belongs to: week from Monday, 旬, half month, month."""
    if period == PatrolPeriod.WEEK:
        start = day - day.weekday() * DAY
        return Span(start, start + 6 * DAY)
    starts = STARTS[period]
    place = max(number for number, first in enumerate(starts) if first <= day.day)
    last = starts[place + 1] - 1 if place + 1 < len(starts) else monthrange(day.year, day.month)[1]
    return Span(day.replace(day=starts[place]), day.replace(day=last))


def spans(period: str, within: Span) -> list[Span]:
    """The periods that end within these days."""
    found = []
    span = span_of(period, within.start)
    while span.end <= within.end:
        found.append(span)
        span = span_of(period, span.end + DAY)
    return found


def joined(tenures: Iterable[Span]) -> list[Span]:
    """Tenures of one level put together: no day is counted twice, a handover without a gap is one tenure."""
    found: list[Span] = []
    for tenure in sorted(tenures):
        if found and tenure.start <= found[-1].end + DAY:
            found[-1] = Span(found[-1].start, max(found[-1].end, tenure.end))
        else:
            found.append(tenure)
    return found


def due_spans(period: str, within: Span, tenures: Iterable[Span]) -> list[Span]:
    """The periods that end within these days and lie wholly inside a tenure."""
    whole = joined(tenures)
    return [span for span in spans(period, within) if any(tenure.covers(span) for tenure in whole)]


def due(period: str, minimum: int, *, within: Span, tenures: Iterable[Span]) -> int:
    """应巡次: how many patrols were due within these days."""
    return minimum * len(due_spans(period, within, tenures))


def kept(period: str, minimum: int, *, within: Span, tenures: Iterable[Span], days: Iterable[date]) -> int:
    """按期巡查次: of the patrols due, those that were made in their period; more in one period make up for no other."""
    days = list(days)
    return sum(min(minimum, sum(day in span for day in days)) for span in due_spans(period, within, tenures))
