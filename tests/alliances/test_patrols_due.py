"""How many patrols were due: weeks, 旬, half months, months; takeovers; nothing counted twice."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliances.patrols import Span, due, due_spans, joined, kept, span_of, spans, year_span

YEAR = year_span(2026)
ALWAYS = [Span(date(2000, 1, 1), date(2100, 12, 31))]


@pytest.mark.parametrize(
    ("period", "day", "start", "end"),
    [
        ("ten_days", (2026, 2, 1), (2026, 2, 1), (2026, 2, 10)),
        ("ten_days", (2026, 2, 10), (2026, 2, 1), (2026, 2, 10)),
        ("ten_days", (2026, 2, 11), (2026, 2, 11), (2026, 2, 20)),
        ("ten_days", (2026, 2, 20), (2026, 2, 11), (2026, 2, 20)),
        ("ten_days", (2026, 2, 21), (2026, 2, 21), (2026, 2, 28)),
        ("ten_days", (2024, 2, 29), (2024, 2, 21), (2024, 2, 29)),
        ("ten_days", (2026, 1, 31), (2026, 1, 21), (2026, 1, 31)),
        ("half_month", (2026, 4, 15), (2026, 4, 1), (2026, 4, 15)),
        ("half_month", (2026, 4, 16), (2026, 4, 16), (2026, 4, 30)),
        ("month", (2026, 12, 31), (2026, 12, 1), (2026, 12, 31)),
        ("week", (2026, 11, 22), (2026, 11, 16), (2026, 11, 22)),  # a Sunday
        ("week", (2026, 11, 23), (2026, 11, 23), (2026, 11, 29)),
        ("week", (2026, 1, 1), (2025, 12, 29), (2026, 1, 4)),
    ],
)
def test_the_period_of_a_day(period, day, start, end):
    assert span_of(period, date(*day)) == Span(date(*start), date(*end))


@pytest.mark.parametrize(
    ("period", "year", "expected"),
    [("ten_days", 2026, 36), ("half_month", 2026, 24), ("month", 2026, 12), ("week", 2026, 52), ("week", 2023, 53)],
)
def test_a_year_has_so_many(period, year, expected):
    """A week counts for the year in which it ends: 2023 had 53 Sundays."""
    assert due(period, 1, within=year_span(year), tenures=ALWAYS) == expected


def test_the_minimum_multiplies():
    assert due("month", 2, within=YEAR, tenures=ALWAYS) == 24


def test_whoever_begins_inside_a_period_is_exempt_for_it():
    tenure = Span(date(2026, 3, 2), date(2026, 4, 30))

    assert due_spans("month", YEAR, [tenure]) == [Span(date(2026, 4, 1), date(2026, 4, 30))]
    assert due("ten_days", 1, within=YEAR, tenures=[tenure]) == 5


def test_a_handover_without_a_gap_leaves_nothing_out():
    tenures = [Span(date(2026, 1, 15), date(2026, 12, 31)), Span(date(2025, 6, 1), date(2026, 1, 14))]

    assert due("month", 1, within=YEAR, tenures=tenures) == 12
    assert joined(tenures) == [Span(date(2025, 6, 1), date(2026, 12, 31))]


def test_a_gap_is_a_gap():
    tenures = [Span(date(2026, 1, 1), date(2026, 1, 14)), Span(date(2026, 1, 16), date(2026, 12, 31))]

    assert due("month", 1, within=YEAR, tenures=tenures) == 11


def test_two_at_once_owe_one_patrol():
    assert due("month", 1, within=YEAR, tenures=[*ALWAYS, year_span(2026)]) == 12


def test_nobody_no_duty():
    assert due("week", 1, within=YEAR, tenures=[]) == 0


def test_the_running_period_is_not_due_yet():
    assert due("ten_days", 1, within=Span(date(2026, 1, 1), date(2026, 1, 19)), tenures=ALWAYS) == 1


def test_many_in_one_period_make_up_for_no_other():
    within = Span(date(2026, 1, 1), date(2026, 1, 31))
    days = [date(2026, 1, 1), date(2026, 1, 10), date(2026, 1, 10), date(2026, 1, 31)]

    assert kept("ten_days", 1, within=within, tenures=ALWAYS, days=days) == 2
    assert kept("ten_days", 2, within=within, tenures=ALWAYS, days=days) == 3


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a shared machine
PERIODS = st.sampled_from(["week", "ten_days", "half_month", "month"])
DAYS = st.dates(date(2021, 1, 1), date(2030, 12, 31))


@PATIENT
@given(PERIODS, DAYS)
def test_every_day_lies_in_one_period_and_the_next_begins_the_day_after(period, day):
    span = span_of(period, day)
    after = span_of(period, span.end + timedelta(days=1))

    assert day in span
    assert span_of(period, span.start) == span_of(period, span.end) == span
    assert after.start == span.end + timedelta(days=1)


@PATIENT
@given(PERIODS, DAYS, DAYS, DAYS)
def test_cutting_a_stretch_in_two_loses_nothing(period, first, cut, last):
    first, cut, last = sorted([first, cut, last])
    whole = spans(period, Span(first, last))

    assert whole == spans(period, Span(first, cut)) + [
        span for span in spans(period, Span(cut, last)) if span.end > cut
    ]


@PATIENT
@given(PERIODS, st.integers(1, 3), st.lists(DAYS, max_size=20))
def test_never_more_kept_than_due(period, minimum, days):
    assert kept(period, minimum, within=YEAR, tenures=ALWAYS, days=days) <= due(
        period, minimum, within=YEAR, tenures=ALWAYS
    )
