"""轮值: order + start + period → a calendar. A leaver is skipped, a swap keeps both turns. Pure; knows no database.

Rules (domain-rules 6, the portal's decision): the units take turns by their order; whoever is not a member to the end
of a period, or joins only in its second half, is passed over; the next period goes on behind the unit that was planned
last. A swap exchanges who takes two periods, never whose turn they were (`planned`). When a unit leaves, the exchanges
in which it has no part stand on their days, and the order goes on around them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .choices import ChairPeriod

MONTHS = {ChairPeriod.MONTH: 1, ChairPeriod.QUARTER: 3, ChairPeriod.HALF_YEAR: 6}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One period, both days included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Seat:
    """A unit's place in the order, for the time of its membership; `left_on` is the first day outside."""

    unit: int
    order: tuple
    joined_on: date
    left_on: date | None = None

    def serves(self, span: Span) -> bool:
        """Whether the unit can take a period: in by its middle, and in until its end."""
        middle = span.starts_on + (span.ends_on - span.starts_on) / 2
        return self.joined_on <= middle and (self.left_on is None or self.left_on > span.ends_on)


@dataclass(frozen=True)
class Turn:
    """Who takes a period, and whose turn the order gave."""

    span: Span
    planned: int
    unit: int

    @property
    def swapped(self) -> bool:
        """Whether somebody else takes it than the order gave."""
        return self.unit != self.planned


def later(day: date, months: int) -> date:
    """The same day so many months on, or that month's last day when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - ONE_DAY).day))


def spans(start: date, period: str, until: date) -> list[Span]:
    """The periods from `start`, the last one being that in which `until` lies; none when `until` is earlier."""
    months, found = MONTHS[period], []
    while (begin := later(start, len(found) * months)) <= until:
        found.append(Span(begin, later(start, (len(found) + 1) * months) - ONE_DAY))
    return found


def assign(
    seats: Iterable[Seat], periods: Sequence[Span], *, after: int | None = None, kept: Sequence[Turn] = ()
) -> list[Turn]:
    """The plan for some periods; the first goes to the unit behind `after`. One that nobody can take is left out.

    The periods of `kept` are settled; no unit takes one beside its own settled one as long as another can.
    """
    order = sorted(seats, key=lambda seat: (seat.order, seat.joined_on))
    settled = {turn.span: turn for turn in kept}
    at, turns = _behind(order, after), []
    for place, span in enumerate(periods):
        if span in settled:
            turns.append(settled[span])
            at = _behind(order, settled[span].planned, at)
            continue
        beside = {settled[near].unit for near in periods[max(place - 1, 0) : place + 2] if near in settled}
        seat = _next(order[at:] + order[:at], span, beside)
        if seat:
            at = order.index(seat) + 1
            turns.append(Turn(span, seat.unit, seat.unit))
    return turns


def _behind(order: Sequence[Seat], unit: int | None, otherwise: int = 0) -> int:
    """The place in the order behind a unit."""
    return max((place + 1 for place, seat in enumerate(order) if seat.unit == unit), default=otherwise)


def _next(order: Sequence[Seat], span: Span, beside: set[int]) -> Seat | None:
    """The first that can take a period; one of `beside` only when nobody else can."""
    able = [seat for seat in order if seat.serves(span)]
    return next((seat for seat in able if seat.unit not in beside), able[0] if able else None)


def unaffected(turns: Sequence[Turn], seats: Sequence[Seat], leaver: int) -> list[Turn]:
    """The exchanged turns that stand when a unit leaves: those that close without it."""
    others = [turn for turn in turns if turn.swapped and leaver not in {turn.planned, turn.unit}]
    able = exchanged([turn for turn in others if may_take(seats, turn.unit, turn.span)])
    return sorted(able, key=lambda turn: turn.span.starts_on)


def replan(plan: Sequence[Turn], before: Sequence[Turn], seats: Sequence[Seat]) -> list[Turn]:
    """The new plan with those swaps of the old one that still stand.

    A swap stands when both periods and whose turn they were are unchanged and both units can still take what they took.
    """
    planned = {turn.span: turn.planned for turn in plan}
    standing = [
        turn
        for turn in before
        if turn.swapped and planned.get(turn.span) == turn.planned and may_take(seats, turn.unit, turn.span)
    ]
    units = {turn.span: turn.unit for turn in exchanged(standing)}
    return [replace(turn, unit=units.get(turn.span, turn.unit)) for turn in plan]


def may_take(seats: Iterable[Seat], unit: int, span: Span) -> bool:
    """Whether a unit can take a period."""
    return any(seat.unit == unit and seat.serves(span) for seat in seats)


def exchanged(turns: Sequence[Turn]) -> list[Turn]:
    """Those swapped turns that close into exchanges, so that every unit gives as many turns as it gets."""
    left, kept = list(turns), []
    while left:
        ring = _ring(left)
        kept += ring
        left = [turn for turn in left if turn not in (ring or left[:1])]
    return kept


def _ring(turns: Sequence[Turn]) -> list[Turn]:
    """The shortest way from the first turn back to whose turn it was; empty when there is none."""
    ways, seen = [[turns[0]]], {turns[0].unit}
    for way in ways:
        if way[-1].unit == turns[0].planned:
            return way
        for turn in turns:
            if turn.planned == way[-1].unit and turn.unit not in seen:
                seen.add(turn.unit)
                ways.append([*way, turn])
    return []
