"""The calendar against two opinions of others, its counting against plain counting, and notices that come later."""

import json
import os
from datetime import date, time, timedelta

import chinese_calendar
import holidays
import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from tests.core.clockwork import EXAMPLE_2027, moment
from yiqiao_portal import env
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.reference import load_json
from yiqiao_portal.core.worktime import add_working_time, portal_calendar
from yiqiao_portal.core.worktime.notices import notice_from

FIRST, LAST = date(2021, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def ours() -> dict[date, bool]:
    return {day: portal_calendar().is_working_day(day) for day in DAYS}


def test_every_day_is_worked_as_chinesecalendar_says():
    """Its days were typed off the notices by others."""
    assert ours() == {day: chinese_calendar.is_workday(day) for day in DAYS}


def test_every_day_is_worked_as_holidays_says():
    """Independent of the former: statutory days computed from the lunar calendar, plus pairs of swapped days a year."""
    others = holidays.country_holidays("CN", years=range(2021, 2027))

    assert ours() == {day: others.is_working_day(day) for day in DAYS}


def test_a_year_has_as_many_working_days_as_its_notice_leaves():
    days = ours()

    assert {year: sum(days[day] for day in DAYS if day.year == year) for year in range(2021, 2027)} == {
        2021: 250,
        2022: 249,
        2023: 249,
        2024: 251,
        2025: 248,
        2026: 248,
    }


def test_every_year_names_its_notice():
    assert {year: notice.source for year, notice in portal_calendar().years.items()} == {
        2021: "国务院办公厅关于2021年部分节假日安排的通知（国办发明电〔2020〕27号，2020-11-25）",
        2022: "国务院办公厅关于2022年部分节假日安排的通知（国办发明电〔2021〕11号，2021-10-25）",
        2023: "国务院办公厅关于2023年部分节假日安排的通知（国办发明电〔2022〕16号，2022-12-08）",
        2024: "国务院办公厅关于2024年部分节假日安排的通知（国办发明电〔2023〕7号，2023-10-25）",
        2025: "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号，2024-11-12）",
        2026: "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号，2025-11-04）",
    }


def test_only_years_with_a_notice_are_published():
    published = [year for year in range(2018, 2030) if portal_calendar().is_published(year)]

    assert published == [2021, 2022, 2023, 2024, 2025, 2026]


@given(day=st.dates(date(2019, 1, 1), date(2030, 1, 1)))
def test_the_numbers_of_working_days_count_them_one_by_one(day):
    calendar, ordinal = portal_calendar(), day.toordinal()
    works = calendar.is_working_day(day)

    assert calendar.days_before(ordinal + 1) - calendar.days_before(ordinal) == int(works)
    assert not works or calendar.nth_day(calendar.days_before(ordinal)) == ordinal


@given(first=st.dates(date(2020, 1, 1), date(2027, 12, 31)), span=st.integers(0, 500))
def test_between_two_days_lie_as_many_as_are_worked(first, span):
    calendar, days = portal_calendar(), [first + timedelta(days=number) for number in range(span)]
    counted = calendar.days_before(first.toordinal() + span) - calendar.days_before(first.toordinal())

    assert counted == sum(map(calendar.is_working_day, days))


def test_without_a_notice_the_week_decides():
    week = [date(2027, 1, day) for day in range(4, 11)]

    assert [portal_calendar().is_working_day(day) for day in week] == [True] * 5 + [False] * 2


def test_a_notice_changes_the_version_and_only_its_year():
    before, after = portal_calendar(), portal_calendar().with_notice(EXAMPLE_2027)

    assert (before.is_published(2027), after.is_published(2027)) == (False, True)
    assert before.version != after.version == after.with_notice(EXAMPLE_2027).version
    assert ours() == {day: after.is_working_day(day) for day in DAYS}
    assert after.years[2027].source == "国务院办公厅关于2027年部分节假日安排的通知（例，2026-12-01）"


def test_a_notice_may_reach_into_the_december_before_it():
    """As 国办发明电〔2018〕15号 did: Saturday 29 worked, Monday 31 December 2018 off."""
    row = json.loads(json.dumps(load_json("core", "workdays")["years"]["2026"]).replace('"2026-', '"2027-'))
    row["festivals"] = [{"name": festival["name"], "off": festival["off"], "work": []} for festival in row["festivals"]]
    row["festivals"][0] |= {"off": ["2026-12-31", "2027-01-02"], "work": ["2026-12-27"]}
    calendar = portal_calendar().with_notice(notice_from(2027, row))

    assert [calendar.is_working_day(date(2026, 12, day)) for day in (27, 28, 31)] == [True, True, False]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "春节"}, "2026年的安排要正好写明元旦、春节、清明节、劳动节、端午节、中秋节、国庆节，请核对原文。"),
        ({"work": ["2026-01-05"]}, "2026年的调休上班日要在周末，且不能同时放假，请核对原文。"),
        ({"work": ["2026-01-03"]}, "2026年的调休上班日要在周末，且不能同时放假，请核对原文。"),
        ({"work": ["2028-01-01"]}, "2026年的安排里有别的年份的日子，请核对原文。"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(change, sentence):
    row = json.loads(json.dumps(load_json("core", "workdays")["years"]["2026"]))
    row["festivals"][0] |= change

    with pytest.raises(DomainError) as caught:
        notice_from(2026, row)
    assert caught.value.message == sentence


@pytest.fixture
def home(settings, tmp_path):
    settings.PORTAL_HOME = tmp_path
    return tmp_path


def test_a_file_that_is_changed_in_place_counts_when_the_folder_changes(home):
    before = portal_calendar()
    (home / "calendar").mkdir()
    os.utime(home / "calendar", ns=(1, 1))

    assert portal_calendar() == before
    assert portal_calendar() is not before


def test_other_office_hours_move_the_close(settings):
    settings.WORKING_HOURS = ((time(8, 30), time(11, 30)), (time(14), time(17, 30)))

    assert add_working_time(moment("2026-03-10 10:30"), 2, "工作时").at == moment("2026-03-10 15:00")
    assert add_working_time(moment("2026-03-10 10:30"), 1, "工作日").at == moment("2026-03-11 17:30")


def test_office_hours_are_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("PORTAL_WORKING_HOURS", "08:30-11:30, 14:00-17:30")

    assert env.spans("PORTAL_WORKING_HOURS", "09:00-12:00") == (
        (time(8, 30), time(11, 30)),
        (time(14), time(17, 30)),
    )


@pytest.mark.parametrize("text", ["9-17", "09:00-12:00,11:00-17:00", "12:00-09:00", "09:00-12:00-13:00", "x"])
def test_office_hours_that_make_no_sense_fail_at_start(monkeypatch, text):
    monkeypatch.setenv("PORTAL_WORKING_HOURS", text)

    with pytest.raises(ImproperlyConfigured, match="PORTAL_WORKING_HOURS must look like"):
        env.spans("PORTAL_WORKING_HOURS", "09:00-12:00")
