"""The rhythm of a branch's organisational life: which records are due in which period.

Pure rules: no database, no clock. The caller brings the rules (activities/data/kinds.json,
or the table filled from it), the facts of the branch, its records and today's date.
Sources: 《中国共产党支部工作条例（试行）》 (2018), articles 11 to 19; what the text leaves open
is a decision of the portal and says so.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction

from .choices import AppliesWhen, PeriodKind, Severity

QUARTER_NAMES = ("第一季度", "第二季度", "第三季度", "第四季度")

CONGRESS, COMMITTEE, GROUP, LECTURE = "congress", "committee", "group", "lecture"
LIFE_MEETING, APPRAISAL = "life_meeting", "appraisal"

# 三会一课: one record counts for exactly one of these.
MEETINGS_AND_LECTURE = frozenset({CONGRESS, COMMITTEE, GROUP, LECTURE})

# Article 18: 民主评议党员 may be held together with 组织生活会.
COMBINABLE = frozenset({frozenset({LIFE_MEETING, APPRAISAL})})


PERIODS_IN_YEAR = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.YEAR: 1}


@dataclass(frozen=True)
class Period:
    """One natural month, quarter or year; `number` counts from 1 (1 for a year)."""

    kind: PeriodKind
    year: int
    number: int = 1

    def __post_init__(self):
        last = PERIODS_IN_YEAR[PeriodKind(self.kind)]
        if not 1 <= self.number <= last:
            raise ValueError(f"{self.kind} has numbers 1 to {last}, not {self.number}")

    @property
    def last_month(self) -> int:
        """Number of the calendar month in which the period ends."""
        return self.number * 12 // PERIODS_IN_YEAR[PeriodKind(self.kind)]

    @property
    def start(self) -> date:
        """First day of the period."""
        months = 12 // PERIODS_IN_YEAR[PeriodKind(self.kind)]
        return date(self.year, self.last_month - months + 1, 1)

    @property
    def end(self) -> date:
        """Last day of the period, itself inside."""
        return date(self.year, self.last_month, monthrange(self.year, self.last_month)[1])

    @property
    def label(self) -> str:
        """Words for a column head: 11月, 第四季度, 2026年."""
        if self.kind == PeriodKind.MONTH:
            return f"{self.number}月"
        if self.kind == PeriodKind.QUARTER:
            return QUARTER_NAMES[self.number - 1]
        return f"{self.year}年"

    def contains(self, day: date) -> bool:
        """Whether the day lies inside, first and last day included."""
        return self.start <= day <= self.end


def periods_of(kind: PeriodKind, year: int) -> tuple[Period, ...]:
    """All periods of one kind in a year, in order: 12 months, 4 quarters or 1 year."""
    kind = PeriodKind(kind)
    return tuple(Period(kind, year, n) for n in range(1, PERIODS_IN_YEAR[kind] + 1))


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of this kind in which the day lies."""
    kind = PeriodKind(kind)
    return Period(kind, day.year, (day.month - 1) * PERIODS_IN_YEAR[kind] // 12 + 1)


@dataclass(frozen=True)
class Rule:
    """At least `minimum` records of one kind in every period, for the branches it binds."""

    code: str
    period: PeriodKind
    minimum: int = 1
    applies_when: AppliesWhen = AppliesWhen.ALWAYS
    severity: Severity = Severity.NORMAL
    source: str = ""

    def __post_init__(self):
        if self.minimum < 1:
            raise ValueError("a rule asks for at least one record")


def rule_from(row: Mapping) -> Rule | None:
    """The rule of one row of data/kinds.json; None for a kind without a rhythm."""
    if not row["period"]:
        return None
    return Rule(
        code=row["code"],
        period=PeriodKind(row["period"]),
        minimum=row["minimum"],
        applies_when=AppliesWhen(row["applies_when"]),
        severity=Severity(row["severity"]),
        source=row["source"]["document"] + row["source"]["article"],
    )


@dataclass(frozen=True)
class BranchFacts:
    """What the rules need to know of a branch; an unknown date is None."""

    founded_on: date | None = None
    dissolved_on: date | None = None
    has_committee: bool = False
    has_groups: bool = False


class Cell(Enum):
    """State of one branch in one period: word, look (CSS class st-…) and icon of the matrix."""

    RECORDED = ("已记", "ok", "check", "已有记录")
    LATE = ("补录", "back", "back", "事后补记，照常有效")
    WAITING = ("待记", "wait", "clock", "还没有记录")
    EXPLAINED = ("说明", "note", "note", "未开展，已写明原因")
    NOT_APPLICABLE = ("不适用", "na", "dash", "不适用，如新成立")
    LATER = ("未到", "later", "", "还没有到这一期")

    def __init__(self, word: str, look: str, icon: str, meaning: str):
        self.word = word
        self.look = look
        self.icon = icon
        self.meaning = meaning

    @property
    def css(self) -> str:
        """Class name in the stylesheet."""
        return f"st-{self.look}"


class Verdict(Enum):
    """What the yearly sheet says about a cell."""

    MET = "达标"
    NOT_MET = "未达标"
    EXPLAINED = "有说明"
    NOT_APPLICABLE = "不适用"

    @property
    def word(self) -> str:
        """The word on page and sheet."""
        return self.value


NOT_YET_DUE_WORD = "未到期"


def binds(rule: Rule, facts: BranchFacts) -> bool:
    """Whether the rule binds this kind of branch at all."""
    return {
        AppliesWhen.ALWAYS: True,
        AppliesWhen.HAS_COMMITTEE: facts.has_committee,
        AppliesWhen.HAS_GROUPS: facts.has_groups,
        AppliesWhen.NEVER: False,
    }[AppliesWhen(rule.applies_when)]


def existed_throughout(facts: BranchFacts, period: Period) -> bool:
    """Whether the branch was neither founded nor dissolved inside the period, and existed in it.

    The portal's decision (no source says it): a founding or dissolving day inside the period,
    first and last day included, exempts the branch for that period.
    """
    founded_before = facts.founded_on is None or facts.founded_on < period.start
    dissolved_after = facts.dissolved_on is None or facts.dissolved_on > period.end
    return founded_before and dissolved_after


def cell_state(
    rule: Rule,
    period: Period,
    facts: BranchFacts,
    records: Iterable[tuple[date, bool]],
    explained: bool,
    today: date,
) -> Cell:
    """The one state of a branch in a period.

    `records` are (held_on, late_entry); only those held inside the period and not after
    today count. Records win over every exemption, so that what was done is always seen: the
    facts are today's, and a branch that has no committee now may have had one then.
    """
    late = [is_late for held, is_late in records if period.contains(held) and held <= today]
    if late.count(False) >= rule.minimum:
        return Cell.RECORDED
    if len(late) >= rule.minimum:
        return Cell.LATE
    if not (binds(rule, facts) and existed_throughout(facts, period)):
        return Cell.NOT_APPLICABLE
    if period.start > today:
        return Cell.LATER
    return Cell.EXPLAINED if explained else Cell.WAITING


def verdict(cell: Cell, period: Period, today: date) -> Verdict | None:
    """达标, 未达标, 有说明 or 不适用; None while the period still runs or lies ahead.

    未达标 is said only of a past period: until its last day is over a branch has time.
    """
    if cell in (Cell.RECORDED, Cell.LATE):
        return Verdict.MET
    if cell is Cell.EXPLAINED:
        return Verdict.EXPLAINED
    if cell is Cell.NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE
    return Verdict.NOT_MET if period.end < today else None


def verdict_word(value: Verdict | None) -> str:
    """The word for a verdict, 未到期 where there is none yet."""
    return value.word if value else NOT_YET_DUE_WORD


@dataclass(frozen=True)
class Rate:
    """Share of periods that were met, with the counts that make it up."""

    met: int
    not_met: int
    explained: int
    not_applicable: int
    not_yet_due: int

    @property
    def total(self) -> int:
        """All periods that are due: the base before 不适用 is taken off."""
        return self.met + self.not_met + self.explained + self.not_applicable

    @property
    def denominator(self) -> int:
        """Due periods without 不适用."""
        return self.total - self.not_applicable

    @property
    def value(self) -> Fraction | None:
        """Exact share from 0 to 1; None where nothing was due."""
        return Fraction(self.met, self.denominator) if self.denominator else None

    @property
    def text(self) -> str:
        """Percentage with one decimal, half rounded up as a workbook does; -- for none."""
        if self.value is None:
            return "--"
        percent = Decimal(self.met * 100) / Decimal(self.denominator)
        return f"{percent.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"

    @property
    def basis(self) -> str:
        """How the figure was reached, spelled out."""
        counts = f"达标 {self.met} 项，应有 {self.total} 项，不适用 {self.not_applicable} 项"
        waiting = f"；未到期 {self.not_yet_due} 项不计" if self.not_yet_due else ""
        if not self.denominator:
            return f"没有应计的项，不算比率（{counts}{waiting}）"
        sum_ = f"{self.met} ÷（{self.total} − {self.not_applicable}）＝ {self.text}"
        return f"达标率 ＝ 达标 ÷（应有 − 不适用）＝ {sum_}（{counts}{waiting}）"


def rate(verdicts: Iterable[Verdict | None]) -> Rate:
    """达标 ÷ (all − 不适用) over the verdicts of any number of cells; None is not yet due."""
    seen = list(verdicts)
    return Rate(
        met=seen.count(Verdict.MET),
        not_met=seen.count(Verdict.NOT_MET),
        explained=seen.count(Verdict.EXPLAINED),
        not_applicable=seen.count(Verdict.NOT_APPLICABLE),
        not_yet_due=seen.count(None),
    )


def counted_kinds(
    kind: str,
    form: str,
    also: Collection[str],
    has_congress_item: bool,
    *,
    setting: bool = True,
    combinable: Collection[frozenset[str]] = COMBINABLE,
) -> tuple[str, ...]:
    """The kinds for whose rules one record counts, its own kind first.

    `form` is the form that a 组织生活会 takes (congress, committee, group or ""). With
    `setting` (default yes, the portal's decision) a 组织生活会 in the form of a 党员大会
    counts as the quarter's 党员大会 too, when its agenda holds a 大会 item. `also` is heeded
    only for pairs that the source lets combine, so a record never counts for two of 三会一课.
    """
    counted = [kind, *(other for other in dict.fromkeys(also) if frozenset({kind, other}) in combinable)]
    if setting and LIFE_MEETING in counted and form == CONGRESS and has_congress_item:
        counted.append(CONGRESS)
    return tuple(counted)
