"""Vectors of the branch regulation's rhythm, boundaries of periods, and properties of cells."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqiao_portal.activities.rhythm import (
    NOT_YET_DUE_WORD,
    AppliesWhen,
    BranchFacts,
    Cell,
    Period,
    PeriodKind,
    Rule,
    Verdict,
    cell_state,
    counted_kinds,
    period_of,
    periods_of,
    rate,
    verdict,
    verdict_word,
)

MAY = Period(PeriodKind.MONTH, 2026, 5)
MONTHLY = Rule("theme_day", PeriodKind.MONTH)
OLD_BRANCH = BranchFacts(founded_on=date(2020, 1, 1))
AFTER = date(2026, 11, 23)


def state(*records, rule=MONTHLY, period=MAY, facts=OLD_BRANCH, explained=False, today=AFTER):
    return cell_state(rule, period, facts, records, explained, today)


@pytest.mark.parametrize(
    ("period", "start", "end", "label"),
    [
        (Period(PeriodKind.MONTH, 2026, 11), date(2026, 11, 1), date(2026, 11, 30), "11月"),
        (Period(PeriodKind.MONTH, 2024, 2), date(2024, 2, 1), date(2024, 2, 29), "2月"),
        (Period(PeriodKind.MONTH, 2026, 2), date(2026, 2, 1), date(2026, 2, 28), "2月"),
        (Period(PeriodKind.QUARTER, 2026, 1), date(2026, 1, 1), date(2026, 3, 31), "第一季度"),
        (Period(PeriodKind.QUARTER, 2026, 4), date(2026, 10, 1), date(2026, 12, 31), "第四季度"),
        (Period(PeriodKind.YEAR, 2026), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_period_has_natural_bounds(period, start, end, label):
    assert (period.start, period.end, period.label) == (start, end, label)


@pytest.mark.parametrize(("kind", "number"), [("month", 0), ("month", 13), ("quarter", 5), ("year", 2)])
def test_period_that_does_not_exist_is_refused(kind, number):
    with pytest.raises(ValueError, match="has numbers"):
        Period(PeriodKind(kind), 2026, number)


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_periods_of_a_year_follow_one_another_without_gap(kind):
    periods = periods_of(kind, 2024)

    assert periods[0].start == date(2024, 1, 1)
    assert periods[-1].end == date(2024, 12, 31)
    for before, after in pairwise(periods):
        assert before.end + timedelta(days=1) == after.start


@given(kind=st.sampled_from(PeriodKind), day=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_lies_in_exactly_the_period_of_it(kind, day):
    assert [p for p in periods_of(kind, day.year) if p.contains(day)] == [period_of(kind, day)]


@pytest.mark.parametrize(
    ("held_on", "expected"),
    [
        (date(2026, 4, 30), Cell.WAITING),
        (date(2026, 5, 1), Cell.RECORDED),
        (date(2026, 5, 31), Cell.RECORDED),
        (date(2026, 6, 1), Cell.WAITING),
    ],
)
def test_the_day_of_the_activity_decides_the_period(held_on, expected):
    assert state((held_on, False)) is expected


def test_late_entry_counts_and_is_shown_as_such():
    assert state((date(2026, 5, 8), True)) is Cell.LATE
    assert state((date(2026, 5, 8), True), (date(2026, 5, 22), False)) is Cell.RECORDED


def test_minimum_of_two_needs_two_records():
    twice = Rule("talk", PeriodKind.MONTH, minimum=2)
    first, second = (date(2026, 5, 8), False), (date(2026, 5, 9), True)

    assert state(first, rule=twice) is Cell.WAITING
    assert state(first, second, rule=twice) is Cell.LATE
    assert state(first, second, (date(2026, 5, 10), False), rule=twice) is Cell.RECORDED


def test_explanation_speaks_only_where_records_are_missing():
    assert state(explained=True) is Cell.EXPLAINED
    assert state(explained=True, today=date(2026, 4, 30)) is Cell.LATER
    assert state((date(2026, 5, 8), False), explained=True) is Cell.RECORDED


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 4, 30), Cell.LATER),
        (date(2026, 5, 1), Cell.WAITING),
        (date(2026, 5, 31), Cell.WAITING),
        (date(2026, 6, 1), Cell.WAITING),
    ],
)
def test_cell_without_record_by_day(today, expected):
    assert state(today=today) is expected


def test_activity_planned_for_tomorrow_is_not_yet_held():
    tomorrow = (date(2026, 5, 9), False)

    assert state(tomorrow, today=date(2026, 5, 8)) is Cell.WAITING
    assert state(tomorrow, today=date(2026, 5, 9)) is Cell.RECORDED


@pytest.mark.parametrize(
    ("founded_on", "expected"),
    [
        (None, Cell.WAITING),
        (date(2026, 4, 30), Cell.WAITING),
        (date(2026, 5, 1), Cell.NOT_APPLICABLE),
        (date(2026, 5, 15), Cell.NOT_APPLICABLE),
        (date(2026, 5, 31), Cell.NOT_APPLICABLE),
        (date(2026, 6, 1), Cell.NOT_APPLICABLE),
    ],
)
def test_branch_founded_inside_or_after_a_period_is_exempt(founded_on, expected):
    assert state(facts=BranchFacts(founded_on=founded_on)) is expected


@pytest.mark.parametrize(
    ("dissolved_on", "expected"),
    [
        (date(2026, 4, 30), Cell.NOT_APPLICABLE),
        (date(2026, 5, 1), Cell.NOT_APPLICABLE),
        (date(2026, 5, 31), Cell.NOT_APPLICABLE),
        (date(2026, 6, 1), Cell.WAITING),
    ],
)
def test_branch_dissolved_inside_or_before_a_period_is_exempt(dissolved_on, expected):
    assert state(facts=BranchFacts(dissolved_on=dissolved_on)) is expected


def test_branch_founded_in_may_is_exempt_for_its_quarter_and_year_too():
    facts = BranchFacts(founded_on=date(2026, 5, 15))

    for kind, number, expected in [
        (PeriodKind.QUARTER, 2, Cell.NOT_APPLICABLE),
        (PeriodKind.QUARTER, 3, Cell.WAITING),
        (PeriodKind.YEAR, 1, Cell.NOT_APPLICABLE),
    ]:
        assert state(rule=Rule("x", kind), period=Period(kind, 2026, number), facts=facts) is expected


def test_record_of_an_exempt_branch_is_still_seen():
    founded_in_may = BranchFacts(founded_on=date(2026, 5, 3))

    assert state((date(2026, 5, 22), False), facts=founded_in_may) is Cell.RECORDED


@pytest.mark.parametrize(
    ("applies_when", "facts", "expected"),
    [
        (AppliesWhen.HAS_COMMITTEE, BranchFacts(), Cell.NOT_APPLICABLE),
        (AppliesWhen.HAS_COMMITTEE, BranchFacts(has_committee=True), Cell.WAITING),
        (AppliesWhen.HAS_GROUPS, BranchFacts(has_committee=True), Cell.NOT_APPLICABLE),
        (AppliesWhen.HAS_GROUPS, BranchFacts(has_groups=True), Cell.WAITING),
        (AppliesWhen.NEVER, BranchFacts(has_committee=True, has_groups=True), Cell.NOT_APPLICABLE),
    ],
)
def test_rule_binds_only_the_branches_it_names(applies_when, facts, expected):
    assert state(rule=Rule("x", PeriodKind.MONTH, applies_when=applies_when), facts=facts) is expected


def test_cells_carry_the_words_looks_and_icons_of_the_matrix():
    assert [(c.word, c.css, c.icon) for c in Cell] == [
        ("已记", "st-ok", "check"),
        ("补录", "st-back", "back"),
        ("待记", "st-wait", "clock"),
        ("说明", "st-note", "note"),
        ("不适用", "st-na", "dash"),
        ("未到", "st-later", ""),
    ]


@pytest.mark.parametrize(
    ("cell", "today", "expected", "word"),
    [
        (Cell.RECORDED, date(2026, 5, 8), Verdict.MET, "达标"),
        (Cell.LATE, date(2026, 6, 1), Verdict.MET, "达标"),
        (Cell.WAITING, date(2026, 5, 31), None, "未到期"),
        (Cell.WAITING, date(2026, 6, 1), Verdict.NOT_MET, "未达标"),
        (Cell.EXPLAINED, date(2026, 6, 1), Verdict.EXPLAINED, "有说明"),
        (Cell.NOT_APPLICABLE, date(2026, 6, 1), Verdict.NOT_APPLICABLE, "不适用"),
        (Cell.LATER, date(2026, 4, 30), None, "未到期"),
    ],
)
def test_verdict_follows_from_the_cell(cell, today, expected, word):
    assert verdict(cell, MAY, today) is expected
    assert verdict_word(expected) == word


def test_rate_leaves_out_what_does_not_apply_and_what_is_not_due():
    met, missed, explained, exempt = Verdict.MET, Verdict.NOT_MET, Verdict.EXPLAINED, Verdict.NOT_APPLICABLE

    result = rate([met, met, missed, explained, exempt, exempt, None])

    assert result.value == Fraction(2, 4)
    assert result.basis == (
        "达标率 ＝ 达标 ÷（应有 − 不适用）＝ 2 ÷（6 − 2）＝ 50.0%（达标 2 项，应有 6 项，不适用 2 项；未到期 1 项不计）"
    )


@pytest.mark.parametrize("verdicts", [[], [None], [Verdict.NOT_APPLICABLE, None]])
def test_rate_of_nothing_is_no_number(verdicts):
    result = rate(verdicts)

    assert (result.value, result.text) == (None, "--")
    assert result.basis.startswith("没有应计的项，不算比率")


def test_rate_is_rounded_as_a_workbook_rounds():
    assert rate([Verdict.MET] * 2 + [Verdict.NOT_MET]).text == "66.7%"
    assert rate([Verdict.MET] + [Verdict.NOT_MET] * 15).text == "6.3%"


CONGRESS_FORM = ("life_meeting", "congress")


@pytest.mark.parametrize(
    ("kind", "form", "also", "item", "setting", "expected"),
    [
        ("congress", "", (), False, True, ("congress",)),
        ("life_meeting", "", ("appraisal",), False, True, ("life_meeting", "appraisal")),
        ("appraisal", "", ("life_meeting",), False, True, ("appraisal", "life_meeting")),
        (*CONGRESS_FORM, (), True, True, ("life_meeting", "congress")),
        (*CONGRESS_FORM, ("appraisal",), True, True, ("life_meeting", "appraisal", "congress")),
        (*CONGRESS_FORM, (), False, True, ("life_meeting",)),
        (*CONGRESS_FORM, (), True, False, ("life_meeting",)),
        ("life_meeting", "committee", (), True, True, ("life_meeting",)),
        ("life_meeting", "group", (), True, True, ("life_meeting",)),
        ("congress", "", ("lecture",), True, True, ("congress",)),
        ("theme_day", "", ("congress", "lecture"), True, True, ("theme_day",)),
        ("life_meeting", "congress", ("congress", "congress"), False, True, ("life_meeting",)),
    ],
)
def test_what_one_record_counts_for(kind, form, also, item, setting, expected):
    assert counted_kinds(kind, form, also, item, setting=setting) == expected


CODES = ["congress", "committee", "group", "theme_day", "lecture", "life_meeting", "appraisal", "talk", "other"]


@given(
    kind=st.sampled_from(CODES),
    form=st.sampled_from(["", "congress", "committee", "group"]),
    also=st.lists(st.sampled_from(CODES), max_size=4),
    item=st.booleans(),
    setting=st.booleans(),
)
def test_one_record_counts_once_and_for_at_most_one_of_the_three_meetings_and_the_lecture(
    kind, form, also, item, setting
):
    counted = counted_kinds(kind, form, also, item, setting=setting)

    assert counted[0] == kind
    assert len(set(counted)) == len(counted)
    assert len(set(counted) & {"congress", "committee", "group", "lecture"}) <= 1


days = st.dates(date(2024, 12, 1), date(2027, 2, 28))
maybe_days = st.none() | days
all_records = st.lists(st.tuples(days, st.booleans()), max_size=6)
all_facts = st.builds(BranchFacts, maybe_days, maybe_days, st.booleans(), st.booleans())
all_periods = st.sampled_from([p for kind in PeriodKind for y in (2025, 2026) for p in periods_of(kind, y)])


@st.composite
def cases(draw):
    period = draw(all_periods)
    minimum, when = draw(st.integers(1, 3)), draw(st.sampled_from(AppliesWhen))
    rule = Rule("x", period.kind, minimum, when)
    return rule, period, draw(all_facts), draw(all_records), draw(st.booleans()), draw(days)


@given(case=cases())
def test_every_cell_has_one_state_and_one_verdict_word(case):
    _, period, *_, today = case
    cell = cell_state(*case)

    assert [c for c in Cell if c is cell] == [cell]
    assert verdict_word(verdict(cell, period, today)) in {v.value for v in Verdict} | {NOT_YET_DUE_WORD}
    if cell is Cell.LATER:
        assert period.start > today


@given(case=cases(), extra=st.tuples(days, st.booleans()))
def test_another_record_never_undoes_what_was_met(case, extra):
    rule, period, facts, records, explained, today = case
    before = verdict(cell_state(*case), period, today)

    after = verdict(cell_state(rule, period, facts, [*records, extra], explained, today), period, today)

    assert after is Verdict.MET or after is before


@given(case=cases(), later=st.integers(0, 800))
def test_time_alone_never_undoes_what_was_met(case, later):
    rule, period, facts, records, explained, today = case
    then = today + timedelta(days=later)

    if verdict(cell_state(*case), period, today) is Verdict.MET:
        assert verdict(cell_state(rule, period, facts, records, explained, then), period, then) is Verdict.MET


@given(verdicts=st.lists(st.none() | st.sampled_from(Verdict)))
def test_rate_counts_every_verdict_once(verdicts):
    result = rate(verdicts)

    assert result.total + result.not_yet_due == len(verdicts)
    assert result.value is None or 0 <= result.value <= 1
