"""Vectors of terms, extensions and the size of branches (支部工作条例 articles 4, 20, 21)."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqiao_portal import directory
from yiqiao_portal.directory.terms import (
    BranchSize,
    NoticeLevel,
    TermState,
    add_months,
    committee_required,
    expiry,
    must_form_branch,
    size_notices,
    term_notices,
    term_state,
    term_years,
)

DATA = Path(directory.__file__).parent / "data"
EXPIRES = date(2026, 11, 23)


def codes(notices):
    return [notice.code for notice in notices]


def test_village_term_is_five_years_and_others_three():
    assert term_years(village_or_community=True) == 5
    assert term_years(village_or_community=False) == 3


@pytest.mark.parametrize(
    ("elected_on", "years", "expected"),
    [
        (date(2021, 11, 23), 5, date(2026, 11, 23)),
        (date(2023, 11, 23), 3, date(2026, 11, 23)),
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2020, 12, 31), 5, date(2025, 12, 31)),
    ],
)
def test_expiry_is_the_anniversary(elected_on, years, expected):
    assert expiry(elected_on, years) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_add_months_stays_inside_the_month(day, months, expected):
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 5, 22), TermState.NORMAL),
        (date(2026, 5, 23), TermState.ENDING),
        (date(2026, 11, 23), TermState.ENDING),
        (date(2026, 11, 24), TermState.OVERDUE),
    ],
)
def test_state_by_day(today, expected):
    assert term_state(EXPIRES, today=today) is expected


@pytest.mark.parametrize(
    ("today", "extended_until", "expected"),
    [
        (date(2026, 11, 24), date(2027, 5, 1), TermState.EXTENDED),
        (date(2027, 5, 1), date(2027, 5, 1), TermState.EXTENDED),
        (date(2027, 5, 2), date(2027, 5, 1), TermState.OVERDUE),
        (date(2026, 11, 24), EXPIRES, TermState.OVERDUE),
    ],
)
def test_extension_holds_to_its_last_day(today, extended_until, expected):
    assert term_state(EXPIRES, today=today, extended_until=extended_until) is expected


def test_months_ahead_is_a_setting():
    assert term_state(EXPIRES, today=date(2026, 8, 24), months_ahead=3) is TermState.ENDING
    assert term_state(EXPIRES, today=date(2026, 8, 22), months_ahead=3) is TermState.NORMAL
    assert TermState.ENDING.label(3) == "3个月内届满"
    assert [state.label() for state in TermState] == ["正常", "6个月内届满", "逾期", "获批延期"]


def test_unknown_term_has_no_state():
    assert term_state(None, today=EXPIRES) is None
    assert term_notices(None, today=EXPIRES) == ()


@pytest.mark.parametrize(
    ("extended_until", "expected"),
    [
        (None, []),
        (date(2027, 11, 23), []),
        (date(2027, 11, 24), ["extension_too_long"]),
        (EXPIRES, ["extension_not_later"]),
    ],
)
def test_extension_is_usually_at_most_a_year(extended_until, expected):
    assert codes(term_notices(EXPIRES, today=EXPIRES, extended_until=extended_until)) == expected


def test_more_than_a_year_beyond_the_term_is_urgent():
    assert term_notices(EXPIRES, today=date(2027, 11, 23)) == ()

    (notice,) = term_notices(EXPIRES, today=date(2027, 11, 24))

    assert (notice.code, notice.severity) == ("term_beyond_limit", NoticeLevel.MUST)
    assert notice.sentence == "届满日期 2026-11-23 已过一年以上，请尽快安排换届；已换届的，请更新换届日期。"
    assert notice.source == "《中国共产党基层组织选举工作条例》第三条"


@pytest.mark.parametrize(("formal", "branch", "committee"), [(2, False, False), (3, True, False), (6, True, False)])
def test_small_branches(formal, branch, committee):
    assert (must_form_branch(formal), committee_required(formal)) == (branch, committee)


def test_committee_is_required_from_seven_formal_members():
    assert committee_required(7)
    assert codes(size_notices(BranchSize(formal=7))) == ["committee_missing"]
    assert codes(size_notices(BranchSize(formal=6, probationary=5))) == []


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        (2, [("committee_small", "normal")]),
        (3, []),
        (5, []),
        (6, [("committee_large", "normal")]),
        (7, [("committee_large", "normal")]),
        (8, [("committee_too_large", "strong")]),
    ],
)
def test_size_of_a_committee(seats, expected):
    found = size_notices(BranchSize(formal=20, committee_size=seats))

    assert [(notice.code, notice.severity) for notice in found] == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (BranchSize(formal=50, committee_size=5), []),
        (BranchSize(formal=51, committee_size=5), ["branch_large"]),
        (BranchSize(formal=49, probationary=2, committee_size=5), ["branch_large"]),
        (BranchSize(formal=2, probationary=9), ["too_few_for_branch"]),
        (BranchSize(formal=6, committee_size=3), ["committee_not_needed"]),
    ],
)
def test_size_of_a_branch(size, expected):
    assert codes(size_notices(size)) == expected


def test_fifty_one_members_give_a_warning_that_names_the_remedy():
    (notice,) = size_notices(BranchSize(formal=51, committee_size=5))

    assert notice.severity == NoticeLevel.NORMAL
    assert notice.sentence == "党员 51 人；党支部党员人数一般不超过 50 人，请与镇党建办商量是否分设。"
    assert notice.source == "《中国共产党支部工作条例（试行）》第四条"


@given(
    expires_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    today=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    extended=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_every_term_has_one_state(expires_on, today, extended):
    state = term_state(expires_on, today=today, extended_until=extended)

    assert (state is TermState.OVERDUE) == (today > max(expires_on, extended or expires_on))


@given(elected_on=st.dates(date(1950, 1, 1), date(2090, 12, 31)), years=st.integers(1, 9))
def test_expiry_keeps_month_and_year(elected_on, years):
    end = expiry(elected_on, years)

    assert (end.year, end.month) == (elected_on.year + years, elected_on.month)
    assert end.day == elected_on.day or (elected_on.day, end.day) == (29, 28)


def test_the_nine_service_lines_in_the_towns_order():
    lines = json.loads((DATA / "service_lines.json").read_text(encoding="utf-8"))["lines"]

    assert [line["name"] for line in lines] == (
        ["党建联心", "医疗联动", "服务联帮", "教育联合", "产业联创", "管理联网", "纠纷联调", "环境联守", "治安联防"]
    )
    assert [line["order"] for line in lines] == list(range(1, 10))
    assert len({line["code"] for line in lines}) == 9


def test_the_26_villages_in_official_order_below_the_town():
    with (DATA / "yiqiao-villages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    town = json.loads((DATA / "township.json").read_text(encoding="utf-8"))

    assert len(rows) == 26
    assert [int(row["顺序"]) for row in rows] == list(range(1, 27))
    assert [row["统计用区划代码"] for row in rows] == sorted(row["统计用区划代码"] for row in rows)
    assert {row["上级代码"] for row in rows} == {town["code"]}
    assert (rows[0]["简称"], rows[23]["简称"], rows[25]["简称"]) == ("罗峰社区", "復兴村", "徐童山下村")
