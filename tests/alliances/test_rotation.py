"""轮值 as pure arithmetic: order, start and period give a calendar."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alliances.choices import ChairPeriod
from alliances.rotation import Seat, Span, Turn, assign, exchanged, later, replan, spans, unaffected

FOUNDED = date(2022, 7, 6)
A, B, C, D = 1, 2, 3, 4


def seat(unit: int, *, joined: date = FOUNDED, left: date | None = None) -> Seat:
    return Seat(unit, (unit,), joined, left)


def quarters(number: int, start: date = date(2023, 1, 1)) -> list[Span]:
    return spans(start, ChairPeriod.QUARTER, later(start, 3 * number) - timedelta(days=1))


def units(turns: list[Turn]) -> list[int]:
    return [turn.unit for turn in turns]


def swap(turns: list[Turn], one: int, other: int) -> list[Turn]:
    """The same turns, two of them exchanged."""
    made = list(turns)
    made[one] = Turn(turns[one].span, turns[one].planned, turns[other].unit)
    made[other] = Turn(turns[other].span, turns[other].planned, turns[one].unit)
    return made


def test_periods_follow_each_other_without_a_gap():
    found = spans(date(2022, 7, 1), ChairPeriod.QUARTER, date(2023, 4, 1))

    assert found == [
        Span(date(2022, 7, 1), date(2022, 9, 30)),
        Span(date(2022, 10, 1), date(2022, 12, 31)),
        Span(date(2023, 1, 1), date(2023, 3, 31)),
        Span(date(2023, 4, 1), date(2023, 6, 30)),
    ]


def test_each_period_has_its_length():
    until = date(2022, 12, 31)

    assert [len(spans(date(2022, 1, 1), period, until)) for period in ChairPeriod] == [12, 4, 2]
    assert spans(date(2023, 1, 1), ChairPeriod.MONTH, until) == []


def test_a_start_on_the_31st_never_drifts():
    starts = [span.starts_on for span in spans(date(2024, 1, 31), ChairPeriod.MONTH, date(2024, 5, 31))]

    assert starts == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31)]


def test_units_take_turns_by_their_order_and_begin_anew():
    assert units(assign([seat(C), seat(A), seat(B)], quarters(5))) == [A, B, C, A, B]


def test_the_calendar_goes_on_behind_the_last_one():
    assert units(assign([seat(A), seat(B), seat(C)], quarters(3), after=B)) == [C, A, B]


def test_a_leaver_is_skipped_and_its_place_in_the_order_stays():
    seats = [seat(A), seat(B, left=date(2023, 4, 1)), seat(C)]

    assert units(assign(seats, quarters(4))) == [A, C, A, C]
    assert units(assign(seats, quarters(2), after=B)) == [C, A]


def test_whoever_leaves_before_the_end_of_a_period_does_not_take_it():
    first = quarters(1)[0]

    assert seat(A, left=date(2023, 4, 1)).serves(first)
    assert not seat(A, left=date(2023, 3, 31)).serves(first)


def test_whoever_joins_in_the_second_half_of_a_period_does_not_take_it():
    first = quarters(1)[0]

    assert seat(A, joined=date(2023, 2, 14)).serves(first)
    assert not seat(A, joined=date(2023, 2, 16)).serves(first)


def test_who_comes_back_takes_part_again():
    seats = [seat(A), seat(B, left=date(2023, 1, 1)), seat(B, joined=date(2023, 7, 1))]

    assert units(assign(seats, quarters(4))) == [A, A, B, A]


def test_a_period_that_nobody_can_take_is_left_out():
    assert assign([], quarters(2)) == []
    assert assign([seat(A, left=date(2022, 12, 31))], quarters(2)) == []


def test_a_swap_stands_when_the_plan_does_not_change():
    seats = [seat(A), seat(B), seat(C)]
    plan = assign(seats, quarters(6))
    before = swap(plan, 0, 1)

    assert replan(plan, before, seats) == before


def test_after_a_leave_swaps_of_the_others_stay_where_nothing_changed():
    seats = [seat(A), seat(B), seat(C), seat(D)]
    before = swap(swap(assign(seats, quarters(8)), 0, 1), 4, 5)
    left = [seat(A), seat(B), seat(C, left=date(2023, 5, 1)), seat(D)]

    after = replan(assign(left, quarters(8)), before, left)

    assert [turn.planned for turn in after] == [A, B, D, A, B, D, A, B]
    assert units(after) == [B, A, D, A, B, D, A, B]


def test_a_swap_with_the_leaver_falls():
    seats = [seat(A), seat(B), seat(C)]
    before = swap(assign(seats, quarters(3)), 0, 2)
    left = [seat(A), seat(B), seat(C, left=date(2023, 2, 1))]

    assert units(replan(assign(left, quarters(3)), before, left)) == [A, B, A]


def test_three_that_exchanged_in_a_ring_stay_together():
    spans_ = quarters(3)
    ring = [Turn(spans_[0], A, B), Turn(spans_[1], B, C), Turn(spans_[2], C, A)]

    assert exchanged(ring) == ring
    assert exchanged(ring[:2]) == []


members = st.lists(st.integers(1, 9), min_size=1, max_size=9, unique=True)


@given(members, st.integers(1, 30), st.sampled_from(ChairPeriod))
def test_nobody_gets_two_turns_more_than_another(numbers, count, period):
    """While nobody comes or goes, and every day of the calendar is somebody's."""
    start = date(2023, 1, 1)
    periods = spans(start, period, date(2040, 1, 1))[:count]
    turns = assign([seat(number) for number in numbers], periods)
    taken = [units(turns).count(number) for number in numbers]

    assert [turn.span for turn in turns] == periods
    assert max(taken) - min(taken) <= 1
    assert all(one.ends_on + timedelta(days=1) == two.starts_on for one, two in pairwise(periods))


@given(
    st.integers(2, 6),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=6),
    st.integers(0, 5),
    st.integers(0, 11),
)
def test_replanning_takes_and_gives_nobody_a_turn(count, pairs, leaver, when):
    """After any swaps and any leave, whoever stays takes as many turns as the plan gives, and the leaver none."""
    seats, periods = [seat(number) for number in range(count)], quarters(12)
    before = assign(seats, periods)
    for one, other in pairs:
        before = swap(before, one, other)
    gone = leaver % count
    left = [seat(number, left=periods[when].starts_on if number == gone else None) for number in range(count)]
    plan = assign(left, periods)
    after = replan(plan, before, left)

    assert [(turn.span, turn.planned) for turn in after] == [(turn.span, turn.planned) for turn in plan]
    assert sorted(units(after)) == sorted(turn.planned for turn in plan)
    assert all(turn.unit != gone for turn in after[when:])


@given(
    st.integers(2, 6),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=6),
    st.integers(0, 5),
    st.integers(0, 11),
)
def test_a_leave_undoes_no_exchange_of_others(count, pairs, leaver, when):
    """After any swaps and any leave: what closes without the leaver stands, and the exchange gives nobody a turn."""
    seats, periods = [seat(number) for number in range(count)], quarters(12)
    before = assign(seats, periods)
    for one, other in pairs:
        before = swap(before, one, other)
    gone = leaver % count
    left = [seat(number, left=periods[when].starts_on if number == gone else None) for number in range(count)]
    kept = [turn for turn in unaffected(before, left, gone) if turn.span in periods[when:]]

    after = assign(left, periods[when:], after=before[when - 1].planned if when else None, kept=kept)

    assert [turn for turn in after if turn.swapped] == kept
    assert [turn.span for turn in after] == periods[when:]
    assert all(gone not in {turn.unit, turn.planned} for turn in after)


def test_an_agreed_turn_is_nobodys_second_in_a_row_while_another_can():
    seats = [seat(A), seat(B), seat(C)]
    periods = quarters(4)
    kept = [Turn(periods[1], A, B), Turn(periods[2], B, A)]

    assert units(assign(seats, periods, kept=kept)) == [A, B, A, C]
    assert units(assign(seats, periods, after=A, kept=kept)) == [C, B, A, C]
    assert units(assign(seats[:2], periods, after=A, kept=kept)) == [A, B, A, B]
