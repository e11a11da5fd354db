"""The clock against the table that was worked out by hand, its refusals and its laws."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.clockwork import TOWN, calendar, cases, log, moment
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.worktime import (
    Due,
    Promised,
    Started,
    Unit,
    add_working_time,
    due_from_events,
    last_day,
    said,
    working_time_between,
)

TUESDAY = moment("2026-03-10 10:00")
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2029, 12, 31), timezones=st.just(TOWN))
MINUTES = st.integers(0, 400 * 60)
HOURS = MINUTES.map(lambda minutes: Fraction(minutes, 60))


def worked_out(case: dict) -> Due | None:
    return Due(moment(case["due"]), case["provisional"] == "yes") if case["due"] else None


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_log_of_a_case_gives_the_due_worked_out_by_hand(case):
    start = moment(case["start"])
    events = [Started(start), Promised(start, Fraction(case["amount"]), case["unit"]), *log(case["events"])]

    assert due_from_events(events, calendar(case["calendar"])) == worked_out(case)


@pytest.mark.parametrize("case", [case for case in cases() if not case["events"]], ids=lambda case: case["case"])
def test_adding_gives_the_due_worked_out_by_hand(case):
    start, amount = moment(case["start"]), Fraction(case["amount"])

    assert add_working_time(start, amount, case["unit"], calendar(case["calendar"])) == worked_out(case)


def test_the_table_has_its_kinds_and_no_case_twice():
    names = [case["case"] for case in cases()]
    starts = {case["start"] for case in cases()}

    assert len(names) == len(set(names)) == 109
    assert {case["unit"] for case in cases()} == set(Unit.values)
    assert {case["calendar"] for case in cases()} == {"", "example2027"}
    assert {"2022-09-30 17:50", "2025-09-28 15:00"} <= starts  # Friday before seven days off, make-up Sunday


@pytest.mark.parametrize("amount", [4, 4.0, Decimal(4), Fraction(4)])
@pytest.mark.parametrize("unit", ["工作时", Unit.HOURS])
def test_a_number_of_any_kind_and_a_word_or_a_unit_are_taken(amount, unit):
    assert add_working_time(TUESDAY, amount, unit) == Due(moment("2026-03-10 15:00"))


def test_the_due_speaks_the_time_of_the_town():
    due = add_working_time(moment("2026-03-10 02:00+00:00"), 1, "工作时")

    assert due.at.isoformat() == "2026-03-10T11:00:00+08:00"


@pytest.mark.parametrize(
    ("start", "amount", "unit", "sentence"),
    [
        (TUESDAY, -1, "工作时", "期限要在 0 到 36500 之间，请改正。"),
        (TUESDAY, 36_501, "自然日", "期限要在 0 到 36500 之间，请改正。"),
        (TUESDAY, 0.5, "工作日", "工作日要填整数，不足一天的请改用工作时。"),
        (TUESDAY, Decimal("1.5"), "自然日", "自然日要填整数，不足一天的请改用工作时。"),
        (TUESDAY, float("nan"), "工作时", "期限要填数字，请改正。"),
        (TUESDAY, float("inf"), "工作时", "期限要填数字，请改正。"),
        (TUESDAY, True, "工作时", "期限要填数字，请改正。"),
        (TUESDAY, None, "工作时", "期限要填数字，请改正。"),
        (TUESDAY, 1, "小时", "计时单位只能是工作时、工作日、自然日、紧急工作时，请改正。"),
        (datetime(2026, 3, 10, 10), 1, "工作时", "时间没有带时区，无法计时，请给出带时区的时间。"),
        (TUESDAY.date(), 1, "工作时", "时间没有带时区，无法计时，请给出带时区的时间。"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_words(start, amount, unit, sentence):
    with pytest.raises(ValueError, match="。") as caught:
        add_working_time(start, amount, unit)

    assert isinstance(caught.value, DomainError)
    assert caught.value.message == sentence


@pytest.mark.parametrize(
    ("a", "b", "hours"),
    [
        ("2026-03-06 16:00", "2026-03-09 12:00", 4),
        ("2026-03-09 12:00", "2026-03-06 16:00", -4),
        ("2026-03-10 12:00", "2026-03-10 13:00", 0),
        ("2026-09-30 17:00", "2026-10-08 09:00", 0),
        ("2026-10-08 09:00", "2026-10-12 09:00", 21),
        ("2026-01-01 00:00", "2026-02-01 00:00", 147),
        ("2026-03-10 01:00+00:00", "2026-03-10 17:00", 7),
    ],
)
def test_the_working_time_between_two_moments(a, b, hours):
    assert working_time_between(moment(a), moment(b)) == timedelta(hours=hours)


def test_a_naive_moment_is_refused_on_either_side():
    for a, b in [(TUESDAY, datetime(2026, 3, 10)), (datetime(2026, 3, 10), TUESDAY)]:
        with pytest.raises(ValueError, match="带时区"):
            working_time_between(a, b)


@given(start=MOMENTS, amount=HOURS)
def test_between_gives_back_the_hours_that_were_added(start, amount):
    due = add_working_time(start, amount, "工作时")

    assert working_time_between(start, due.at) == timedelta(minutes=int(amount * 60))


@given(start=MOMENTS, microseconds=st.integers(0, 10**12))
def test_between_gives_back_every_microsecond(start, microseconds):
    due = add_working_time(start, Fraction(microseconds, 3_600_000_000), "工作时")

    assert working_time_between(start, due.at) == timedelta(microseconds=microseconds)


@given(start=MOMENTS, first=HOURS, second=HOURS)
def test_hours_add_up(start, first, second):
    halfway = add_working_time(start, first, "工作时").at

    assert add_working_time(halfway, second, "工作时").at == add_working_time(start, first + second, "工作时").at


@given(
    start=MOMENTS,
    later=st.timedeltas(timedelta(0), timedelta(days=40)),
    amount=st.integers(0, 60),
    unit=st.sampled_from(Unit),
)
def test_a_later_start_is_never_due_earlier(start, later, amount, unit):
    assert add_working_time(start, amount, unit).at <= add_working_time(start + later, amount, unit).at


@given(start=MOMENTS, amount=st.integers(0, 60), more=st.integers(0, 9), unit=st.sampled_from(Unit))
def test_more_is_never_due_earlier_and_nothing_before_its_start(start, amount, more, unit):
    due = add_working_time(start, amount, unit).at

    assert start <= due <= add_working_time(start, amount + more, unit).at


@given(start=MOMENTS, amount=st.integers(1, 40))
def test_working_days_end_at_the_close_of_the_day_so_many_working_days_on(start, amount):
    days = portal_days(start.date() + timedelta(days=1))
    expected = next(day for number, day in enumerate(days, start=1) if number == amount)

    assert add_working_time(start, amount, "工作日").at == datetime(
        expected.year, expected.month, expected.day, 17, tzinfo=TOWN
    )


def portal_days(day):
    """The working days from a day on, one by one."""
    while True:
        if calendar("").is_working_day(day):
            yield day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "day", "words"),
    [
        ("2026-03-12 17:00", "2026-03-12", "3月12日 17:00"),
        ("2026-03-13 00:00", "2026-03-12", "3月12日 24:00"),
        ("2026-03-13 00:01", "2026-03-13", "3月13日 00:01"),
    ],
)
def test_midnight_is_said_as_the_end_of_the_day(at, day, words):
    assert (last_day(moment(at)).isoformat(), said(moment(at))) == (day, words)
