"""Which resources suit a need, and why, in words (acceptance A6). Pure: no database, no clock of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .choices import Unit

MOST = 5
NEAR = 3  # places apart in the town's official order: the portal's stand-in for distance
FIRST, LAST = date.min, date.max


@dataclass(frozen=True)
class Place:
    """A village: its key and its place in the town's official order."""

    key: int
    order: int
    name: str = ""


@dataclass(frozen=True)
class Wanted:
    """A need. A place or day that is None is not fixed."""

    line: str
    amount: int
    unit: str
    starts_on: date | None = None
    due_on: date | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Offered:
    """A resource: `left` of it may still be promised. Without a place it serves the whole town."""

    key: int
    line: str
    line_name: str
    left: int
    unit: str
    starts_on: date | None = None
    ends_on: date | None = None
    place: Place | None = None
    order: tuple = ()  # the official order of its owner; settles what is equal otherwise


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a resource, or that has to be settled first."""

    text: str
    fits: bool


@dataclass(frozen=True)
class Proposal:
    """A resource and why it is proposed."""

    key: int
    reasons: tuple[Reason, ...]


def best(need: Wanted, resources: Iterable[Offered], *, today: date, most: int = MOST) -> list[Proposal]:
    """The resources that suit best: same line, then enough of it, then near; equals in the official order.

    What is promised in full, or is over before the need begins, is not proposed at all.
    """
    open_ones = [resource for resource in resources if resource.left > 0 and _meets(need, resource, today)]
    chosen = sorted(open_ones, key=lambda resource: _order(need, resource))[:most]
    return [Proposal(resource.key, reasons(need, resource)) for resource in chosen]


def reasons(need: Wanted, resource: Offered) -> tuple[Reason, ...]:
    """Line, amount, dates and place, each in words."""
    return _line(need, resource), _amount(need, resource), _dates(need, resource), _place(need, resource)


def _order(need: Wanted, resource: Offered) -> tuple:
    enough = _amount(need, resource).fits
    return resource.line != need.line, not enough, _distance(need, resource), resource.order, resource.key


def _meets(need: Wanted, resource: Offered, today: date) -> bool:
    """Whether there is a day, from today on, on which the one is needed and the other is there."""
    first = max(need.starts_on or FIRST, resource.starts_on or FIRST, min(today, need.due_on or LAST))
    return first <= min(need.due_on or LAST, resource.ends_on or LAST)


def _distance(need: Wanted, resource: Offered) -> int:
    """0 the same village, 1 everywhere in town, then by places apart in the official order."""
    if resource.place is None or need.place is None:
        return 1
    return 0 if resource.place.key == need.place.key else 1 + abs(resource.place.order - need.place.order)


def _line(need: Wanted, resource: Offered) -> Reason:
    if resource.line == need.line:
        return Reason(f"同属{resource.line_name}", fits=True)
    return Reason(f"类别不同：{resource.line_name}", fits=False)


def _amount(need: Wanted, resource: Offered) -> Reason:
    left = f"{resource.left} {Unit(resource.unit).label}"
    if resource.unit != need.unit:
        return Reason(f"余 {left}，单位与需求不同，请商定数量", fits=False)
    if resource.left >= need.amount:
        return Reason(f"余 {left}，够用", fits=True)
    return Reason(f"余 {left}，还差 {need.amount - resource.left} {Unit(need.unit).label}", fits=False)


def _dates(need: Wanted, resource: Offered) -> Reason:
    if resource.starts_on is None and resource.ends_on is None:
        return Reason("时间不限", fits=True)
    span = _span(resource.starts_on, resource.ends_on)
    if need.starts_on is None and need.due_on is None:
        return Reason(f"{span}可用，请商定日期", fits=True)
    return Reason(f"时间合适：{span}可用", fits=True)


def _span(first: date | None, last: date | None) -> str:
    if first is None:
        return f"{last} 前"
    return f"{first} 起" if last is None else f"{first} 至 {last} "


def _place(need: Wanted, resource: Offered) -> Reason:
    if resource.place is None:
        return Reason("全镇可用", fits=True)
    if need.place is None:
        return Reason(f"在{resource.place.name}", fits=True)
    if resource.place.key == need.place.key:
        return Reason(f"就在{resource.place.name}", fits=True)
    near = abs(resource.place.order - need.place.order) <= NEAR
    return Reason(f"在{'邻近的' if near else ''}{resource.place.name}", fits=near)
