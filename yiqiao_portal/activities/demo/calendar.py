"""When a branch meets: by the rhythm that the rules ask for, with the lapses of a real year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from random import Random

from yiqiao_portal.core.demo import DemoContext
from yiqiao_portal.core.reference import load_json

from ..rhythm import Period, binds, existed_throughout, periods_of, rule_from
from .branches import Branch

FRIDAY = 4


class Fate(Enum):
    """What became of a period."""

    HELD = auto()
    LATE = auto()
    EXPLAINED = auto()
    MISSED = auto()


# Of a thousand periods: missed, explained, recorded late. Nearly alike for all, so that no branch stands out.
PER_MILLE = {
    "theme_day": (6, 20, 60),
    "committee": (6, 15, 50),
    "group": (10, 20, 60),
    "congress": (4, 12, 40),
    "lecture": (10, 20, 40),
}


RULES = {row["code"]: rule_from(row) for row in load_json("activities", "kinds")}
# The spring festivals, told apart from China's other holidays because they move.
QUIET_DAYS = [tuple(map(date.fromisoformat, days)) for days in load_json("activities", "demo")["quiet_days"]]


@dataclass(frozen=True)
class Occasion:
    """One meeting that a branch holds."""

    kind: str
    period: Period
    day: date
    late: bool = False
    on_theme_day: bool = False
    election: bool = False


@dataclass(frozen=True)
class Silence:
    """A period in which nothing was held, for a reason that the branch has written down."""

    kind: str
    period: Period


def occasions(context: DemoContext, branch: Branch) -> Iterator[Occasion]:
    """All meetings up to yesterday, the theme days of a year before what is held on them."""
    for year in range(context.begins.year, context.today.year + 1):
        theme_days = {found.period.number: found.day for found in _monthly(context, branch, "theme_day", year)}
        found = [
            found for kind in ("theme_day", "committee", "group") for found in _monthly(context, branch, kind, year)
        ]
        found += [
            found for kind in ("congress", "lecture") for found in _quarterly(context, branch, kind, year, theme_days)
        ]
        found += _yearly(context, branch, year)
        yield from (one for one in found if context.begins <= one.day <= context.yesterday)


def silences(context: DemoContext, branch: Branch) -> Iterator[Silence]:
    """The periods that the branch has explained, a week after their end."""
    for year in range(context.begins.year, context.today.year + 1):
        for kind in PER_MILLE:
            for period in _due(branch, kind, year):
                told = period.end + timedelta(days=7) <= context.yesterday and period.start >= context.begins
                if told and _fate(context, branch, kind, period) is Fate.EXPLAINED:
                    yield Silence(kind, period)


def _due(branch: Branch, kind: str, year: int) -> list[Period]:
    """The periods of the year in which the rule binds the branch."""
    rule = RULES[kind]
    if not binds(rule, branch.facts):
        return []
    return [period for period in periods_of(rule.period, year) if existed_throughout(branch.facts, period)]


def _chance(context: DemoContext, branch: Branch, kind: str, period: Period) -> Random:
    return context.random("calendar", branch.code, kind, period.year, period.number)


def _fate(context: DemoContext, branch: Branch, kind: str, period: Period) -> Fate:
    if kind == "theme_day" and branch.known and _kept_for_the_visitor(context, period):
        return Fate.MISSED
    if kind == "congress" and _election(branch, period):
        return Fate.HELD
    missed, explained, late = PER_MILLE[kind]
    drawn = context.random("fate", branch.code, kind, period.year, period.number).randrange(1000)
    limits = ((missed, Fate.MISSED), (missed + explained, Fate.EXPLAINED), (missed + explained + late, Fate.LATE))
    return next((fate for limit, fate in limits if drawn < limit), Fate.HELD)


def _kept_for_the_visitor(context: DemoContext, period: Period) -> bool:
    """Last Friday's theme day of the known branch is left for whoever tries the portal to record."""
    last_friday = context.yesterday - timedelta(days=(context.yesterday.weekday() - FRIDAY) % 7)
    return period.contains(context.today) or period.contains(last_friday)


def _election(branch: Branch, period: Period) -> bool:
    elected = branch.organisation.elected_on
    return bool(elected and period.contains(elected))


def _monthly(context: DemoContext, branch: Branch, kind: str, year: int) -> Iterator[Occasion]:
    for period in _due(branch, kind, year):
        fate = _fate(context, branch, kind, period)
        if fate in {Fate.HELD, Fate.LATE}:
            day = _day(branch, kind, period, _chance(context, branch, kind, period))
            yield Occasion(kind, period, day, late=fate is Fate.LATE)


def _day(branch: Branch, kind: str, period: Period, chance: Random) -> date:
    """A theme day has its fixed day of the month; the other meetings lie around it."""
    first = period.start
    if kind == "theme_day" and branch.known:
        return first.replace(day=18 + (FRIDAY - first.replace(day=18).weekday()) % 7)
    if kind == "theme_day":
        number = 4 + branch.organisation.order * 8 % 21 + chance.choice([0, 0, 0, 0, 1, 2])
    else:
        number = chance.randint(2, 14) if kind == "committee" else chance.randint(8, 27)
    return working(first.replace(day=number))


def working(day: date) -> date:
    """The day itself, or one of the same month on which nobody celebrates."""
    for begin, end in [*QUIET_DAYS, (date(day.year, 1, 1), date(day.year, 1, 3)), *_golden_weeks(day.year)]:
        if begin <= day <= end:
            after = end + timedelta(days=1)
            return after if after.month == day.month else begin - timedelta(days=1)
    return day


def _golden_weeks(year: int) -> list[tuple[date, date]]:
    return [(date(year, 5, 1), date(year, 5, 5)), (date(year, 10, 1), date(year, 10, 7))]


def theme_day_of(context: DemoContext, branch: Branch, month: Period) -> date:
    """The day on which the branch means to hold its theme day."""
    return _day(branch, "theme_day", month, _chance(context, branch, "theme_day", month))


def _quarterly(context: DemoContext, branch: Branch, kind: str, year: int, theme_days: dict) -> Iterator[Occasion]:
    """Mostly on a theme day of the quarter, else on a day of its own; an election has its own day."""
    for period in _due(branch, kind, year):
        fate = _fate(context, branch, kind, period)
        if fate not in {Fate.HELD, Fate.LATE}:
            continue
        chance = _chance(context, branch, kind, period)
        month = period.last_month - chance.randrange(3)
        own = working(date(year, month, chance.randint(4, 26)))
        if kind == "congress" and _election(branch, period):
            yield Occasion(kind, period, branch.organisation.elected_on, election=True)
        elif month in theme_days and chance.random() < 0.7:
            yield Occasion(kind, period, theme_days[month], late=fate is Fate.LATE, on_theme_day=True)
        else:
            yield Occasion(kind, period, own, late=fate is Fate.LATE)


def _yearly(context: DemoContext, branch: Branch, year: int) -> Iterator[Occasion]:
    """谈心谈话 before 组织生活会, which is usually held in the fourth quarter (支部工作条例 第十七条)."""
    for period in _due(branch, "life_meeting", year):
        chance = _chance(context, branch, "life_meeting", period)
        day = date(year, 10, 20) + timedelta(days=chance.randrange(65))
        yield Occasion("talk", period, date(year, 5, 10) + timedelta(days=chance.randrange(45)))
        yield Occasion("talk", period, day - timedelta(days=chance.randint(8, 20)))
        yield Occasion("life_meeting", period, day)
        if not held_together(branch, year):
            yield Occasion("appraisal", period, day + timedelta(days=chance.randint(2, 7)))


def held_together(branch: Branch, year: int) -> bool:
    """Whether 民主评议 is held as one meeting with 组织生活会 (第十八条 allows it)."""
    return (branch.organisation.order + year) % 3 != 0
