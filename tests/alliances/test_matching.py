"""Which resources are proposed for a need, in which order and with which words (A6)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alliances.choices import Unit
from alliances.matching import MOST, Offered, Place, Wanted, best, reasons

TODAY = date(2026, 11, 23)
HERE, NEXT, FAR = Place(1, 3, "渔浦社区"), Place(2, 5, "罗峰社区"), Place(3, 20, "民丰村")
NEED = Wanted("environment", 2, Unit.TIMES, date(2026, 12, 1), date(2026, 12, 31), HERE)


def offered(key: int = 1, **facts) -> Offered:
    return Offered(
        **{"key": key, "line": "environment", "line_name": "环境联守", "left": 5, "unit": Unit.TIMES} | facts
    )


def keys(*resources: Offered, need: Wanted = NEED) -> list[int]:
    return [proposal.key for proposal in best(need, resources, today=TODAY)]


def words(resource: Offered, need: Wanted = NEED) -> list[tuple[str, bool]]:
    return [(reason.text, reason.fits) for reason in reasons(need, resource)]


def test_all_that_suits_is_said_in_words():
    resource = offered(starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 15), place=HERE)

    assert words(resource) == [
        ("同属环境联守", True),
        ("余 5 次，够用", True),
        ("时间合适：2026-11-01 至 2026-12-15 可用", True),
        ("就在渔浦社区", True),
    ]


def test_all_that_does_not_suit_is_said_too():
    resource = offered(line="education", line_name="教育联合", left=1, place=FAR)

    assert words(resource) == [
        ("类别不同：教育联合", False),
        ("余 1 次，还差 1 次", False),
        ("时间不限", True),
        ("在民丰村", False),
    ]


@pytest.mark.parametrize(
    ("facts", "text", "fits"),
    [
        ({"unit": Unit.PEOPLE}, "余 5 人，单位与需求不同，请商定数量", False),
        ({"left": 2}, "余 2 次，够用", True),
    ],
)
def test_the_amount(facts, text, fits):
    assert (text, fits) in words(offered(**facts))


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"starts_on": date(2026, 12, 5)}, "时间合适：2026-12-05 起可用"),
        ({"ends_on": date(2026, 12, 5)}, "时间合适：2026-12-05 前可用"),
    ],
)
def test_the_dates(facts, text):
    assert (text, True) in words(offered(**facts))


def test_a_need_without_days_leaves_them_to_be_settled():
    need = Wanted("environment", 1, Unit.TIMES)

    assert ("2026-12-05 起可用，请商定日期", True) in words(offered(starts_on=date(2026, 12, 5)), need)


@pytest.mark.parametrize(
    ("place", "need_place", "text", "fits"),
    [
        (None, HERE, "全镇可用", True),
        (NEXT, HERE, "在邻近的罗峰社区", True),
        (FAR, HERE, "在民丰村", False),
        (FAR, None, "在民丰村", True),
    ],
)
def test_the_place(place, need_place, text, fits):
    need = Wanted("environment", 2, Unit.TIMES, place=need_place)

    assert words(offered(place=place), need)[-1] == (text, fits)


def test_the_line_comes_before_the_amount_and_the_amount_before_the_place():
    other_line = offered(1, line="education", left=9, place=HERE)
    too_little = offered(2, left=1, place=HERE)
    far = offered(3, place=FAR)
    near = offered(4, place=NEXT)
    whole_town = offered(5)
    here = offered(6, place=HERE)

    assert keys(other_line, too_little, far, near, whole_town, here) == [6, 5, 4, 3, 2]


def test_equals_stand_in_the_official_order_of_their_owners():
    assert keys(offered(1, order=(9, "B")), offered(2, order=(9, "A")), offered(3, order=(2, "Z"))) == [3, 2, 1]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"left": 0}, []),
        ({"ends_on": date(2026, 11, 30)}, []),
        ({"ends_on": date(2026, 12, 1)}, [1]),
        ({"starts_on": date(2026, 12, 31)}, [1]),
        ({"starts_on": date(2027, 1, 1)}, []),
    ],
)
def test_what_is_full_or_over_is_not_proposed(facts, found):
    assert keys(offered(**facts)) == found


def test_what_ended_before_today_is_not_proposed_to_a_need_without_days():
    need = Wanted("environment", 1, Unit.TIMES)

    assert keys(offered(1, ends_on=date(2026, 11, 22)), offered(2, ends_on=TODAY), need=need) == [2]


def test_a_need_whose_day_has_passed_still_finds_something():
    need = Wanted("environment", 1, Unit.TIMES, due_on=date(2026, 11, 1))

    assert keys(offered(1), offered(2, ends_on=date(2026, 10, 31)), need=need) == [1]


DAYS = some.none() | some.dates(date(2026, 1, 1), date(2027, 12, 31))
PLACES = some.sampled_from([None, HERE, NEXT, FAR])
RESOURCES = some.builds(
    Offered, some.integers(1, 999), some.sampled_from(["environment", "education"]), some.just("某类"),
    some.integers(0, 4), some.sampled_from([Unit.TIMES, Unit.PEOPLE]), DAYS, DAYS, PLACES,
)  # fmt: skip
NEEDS = some.builds(Wanted, some.just("environment"), some.integers(1, 4), some.just(Unit.TIMES), DAYS, DAYS, PLACES)


@given(NEEDS, some.lists(RESOURCES, unique_by=lambda resource: resource.key, max_size=12))
def test_at_most_five_never_a_full_one_and_the_order_of_the_offers_does_not_matter(need, resources):
    found = best(need, resources, today=TODAY)
    full = {resource.key for resource in resources if resource.left == 0}

    assert len(found) <= MOST
    assert not {proposal.key for proposal in found} & full
    assert found == best(need, resources[::-1], today=TODAY)
    assert all(len(proposal.reasons) == 4 and all(reason.text for reason in proposal.reasons) for proposal in found)
