"""The calendar of turns in the database: planning, leaving, exchanging."""

from datetime import date, timedelta

import pytest
import time_machine

from alliances.choices import ChairPeriod
from alliances.models import ChairTurn
from alliances.selectors import alliances as selectors
from alliances.services.members import leave
from alliances.services.turns import FALLEN, plan_turns, swap_turns
from alliances.workbench import alliances as workbench
from tests.factories import alliances as make
from tests.factories.accounts import user_with_post
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.models import Outbox
from yiqiao_portal.directory.choices import OrganisationKind

pytestmark = pytest.mark.django_db
FOUNDED = date(2022, 7, 6)
TODAY = date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _on_a_day_in_may():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def alliance():
    return make.AllianceFactory(founded_on=FOUNDED, chair_period=ChairPeriod.QUARTER)


@pytest.fixture
def members(alliance):
    """Four units in the order of their turns."""
    rows = []
    for number in range(1, 5):
        unit = OrganisationFactory(
            name=f"示例单位{number}", short_name=f"单位{number}", kind=OrganisationKind.CONTACT_UNIT, party_form=""
        )
        rows.append(make.MembershipFactory(alliance=alliance, organisation=unit, turn_order=number))
    return rows


@pytest.fixture
def calendar(cast, alliance, members):
    """2026 and 2027 by quarter."""
    return plan_turns(alliance, by=cast.town, start=date(2026, 1, 1), until=date(2027, 12, 31))


def names(alliance) -> list[str]:
    return [row.organisation.short_name for row in selectors.turns_of(alliance)]


def test_a_plan_gives_each_period_its_unit(alliance, calendar):
    assert names(alliance) == ["单位1", "单位2", "单位3", "单位4"] * 2
    assert [str(row.starts_on) for row in selectors.turns_of(alliance)][:3] == [
        "2026-01-01",
        "2026-04-01",
        "2026-07-01",
    ]
    assert selectors.chair_of(alliance).short_name == "单位2"
    assert selectors.chair_of(alliance, date(2026, 7, 1)).short_name == "单位3"
    assert selectors.chair_of(alliance, date(2028, 1, 1)) is None


def test_planning_again_keeps_the_rows(cast, alliance, calendar):
    again = plan_turns(alliance, by=cast.town, start=date(2026, 7, 1), until=date(2027, 12, 31))

    assert [row.pk for row in again] == [row.pk for row in calendar[2:]]
    assert names(alliance) == ["单位1", "单位2", "单位3", "单位4"] * 2


def test_a_shorter_plan_lets_the_rest_go_and_a_longer_goes_on(cast, alliance, calendar):
    plan_turns(alliance, by=cast.town, start=date(2026, 7, 1), until=date(2026, 12, 31))
    assert names(alliance) == ["单位1", "单位2", "单位3", "单位4"]

    plan_turns(alliance, by=cast.town, start=date(2027, 1, 1), until=date(2027, 6, 30))
    assert names(alliance) == ["单位1", "单位2", "单位3", "单位4", "单位1", "单位2"]


@pytest.mark.parametrize(
    ("start", "until", "field", "words"),
    [
        (date(2026, 6, 1), date(2026, 12, 31), "start", "从 2026-07-01 起排"),
        (date(2026, 8, 1), date(2026, 12, 31), "start", "2026-07-01 或 2026-10-01"),
        (date(2028, 1, 1), date(2027, 12, 31), "until", "不能早于"),
        (date(2028, 1, 1), date(2039, 1, 1), "until", "十年"),
    ],
)
def test_what_has_begun_stays(cast, alliance, calendar, start, until, field, words):  # noqa: PLR0917
    with pytest.raises(DomainError, match=words) as refusal:
        plan_turns(alliance, by=cast.town, start=start, until=until)

    assert (refusal.value.field, len(names(alliance))) == (field, 8)


def test_without_an_order_there_is_no_plan(cast, alliance):
    make.MembershipFactory(alliance=alliance, turn_order=0)

    with pytest.raises(DomainError, match="轮值顺序"):
        plan_turns(alliance, by=cast.town, start=date(2026, 1, 1), until=date(2026, 12, 31))


def test_before_the_founding_there_were_no_turns(cast, alliance, members):
    with pytest.raises(DomainError, match="2022-07-06"):
        plan_turns(alliance, by=cast.town, start=date(2022, 6, 1), until=date(2022, 12, 31))

    plan_turns(alliance, by=cast.town, start=date(2022, 7, 1), until=date(2022, 12, 31))
    assert names(alliance) == ["单位1", "单位2"]


def test_a_leaver_is_skipped_and_past_turns_stay(cast, alliance, members, calendar):
    leave(members[2], by=cast.town, on=date(2026, 6, 1))

    assert names(alliance) == ["单位1", "单位2", "单位4", "单位1", "单位2", "单位4", "单位1", "单位2"]


def test_who_leaves_within_its_own_turn_hands_over_the_rest(cast, alliance, members, calendar):
    leave(members[1], by=cast.town, on=TODAY)

    rows = [(str(row.starts_on), str(row.ends_on), row.organisation.short_name) for row in selectors.turns_of(alliance)]
    assert rows[:4] == [
        ("2026-01-01", "2026-03-31", "单位1"),
        ("2026-04-01", "2026-05-19", "单位2"),
        ("2026-05-20", "2026-06-30", "单位3"),
        ("2026-07-01", "2026-09-30", "单位4"),
    ]
    assert selectors.chair_of(alliance).short_name == "单位3"


def test_a_swap_keeps_both_turns(cast, alliance, calendar):
    one, other = swap_turns(calendar[2], calendar[3], by=cast.town, note="双方商定")

    assert names(alliance)[2:4] == ["单位4", "单位3"]
    assert [(row.planned.short_name, row.note, row.swapped) for row in (one, other)] == [
        ("单位3", "双方商定", True),
        ("单位4", "双方商定", True),
    ]


def test_swapping_back_leaves_no_trace(cast, alliance, calendar):
    one, other = swap_turns(calendar[2], calendar[3], by=cast.town, note="双方商定")
    one, other = swap_turns(one, other, by=cast.town, note="又换回")

    assert [(row.swapped, row.note) for row in (one, other)] == [(False, ""), (False, "")]


def test_after_a_leave_the_swaps_of_others_stay(cast, alliance, members, calendar):
    swap_turns(calendar[1], calendar[2], by=cast.town)  # 单位2 ↔ 单位3, one of them running
    swap_turns(calendar[5], calendar[6], by=cast.town, note="双方商定")  # the same in the next round

    leave(members[3], by=cast.town, on=date(2026, 6, 1))

    assert names(alliance) == ["单位1", "单位3", "单位2", "单位1", "单位2", "单位3", "单位2", "单位1"]
    kept = [ChairTurn.objects.get(pk=calendar[place].pk) for place in (5, 6)]
    assert [(row.organisation.short_name, row.planned.short_name, row.note) for row in kept] == [
        ("单位3", "单位2", "双方商定"),
        ("单位2", "单位3", "双方商定"),
    ]


def test_after_a_leave_only_the_swaps_of_the_leaver_fall(cast, alliance, members, calendar):
    user_with_post("third", "liaison", organisation=members[2].organisation)
    swap_turns(calendar[2], calendar[3], by=cast.town, note="双方商定")  # 单位3 ↔ 单位4
    swap_turns(calendar[4], calendar[5], by=cast.town, note="双方商定")  # 单位1 ↔ 单位2

    leave(members[3], by=cast.town, on=date(2026, 6, 1))

    told = Outbox.objects.filter(stage__contains=":fallen:").values_list("text", flat=True)
    assert list(told) == [
        "成员有变动，2026-07-01 至 2026-09-30 由单位3轮值。",
        "成员有变动，2026-10-01 至 2026-12-31 由单位1轮值。",
    ]
    rows = selectors.turns_of(alliance)
    assert [row.note for row in rows] == ["", "", FALLEN, FALLEN, "双方商定", "双方商定", "", ""]
    assert [(row.organisation.short_name, row.planned.short_name) for row in rows][2:6] == [
        ("单位3", "单位3"),
        ("单位1", "单位1"),
        ("单位2", "单位1"),
        ("单位1", "单位2"),
    ]


@pytest.mark.parametrize(("one", "other", "words"), [(0, 3, "已结束"), (2, 6, "同一家")])
def test_what_cannot_be_exchanged(cast, alliance, calendar, one, other, words):
    with pytest.raises(DomainError, match=words):
        swap_turns(calendar[one], calendar[other], by=cast.town)


def test_a_unit_is_not_swapped_beyond_its_membership(cast, alliance, members, calendar):
    joined = make.MembershipFactory(alliance=alliance, turn_order=5, joined_on=TODAY)
    plan_turns(alliance, by=cast.town, start=date(2026, 7, 1), until=date(2027, 12, 31))
    late = selectors.turns_of(alliance).get(organisation=joined.organisation)

    with pytest.raises(DomainError, match="不是轮值成员") as refusal:
        swap_turns(late, calendar[1], by=cast.town)

    assert refusal.value.field == "other"


def test_a_turn_that_has_changed_meanwhile_is_not_swapped_blindly(cast, alliance, calendar):
    seen = calendar[2].version
    swap_turns(calendar[2], calendar[3], by=cast.town)

    with pytest.raises(Conflict, match="又有变动"):
        swap_turns(calendar[2], calendar[4], by=cast.town, version=seen)


def test_the_unit_sees_its_turn_and_the_office_a_calendar_that_ends(cast, alliance):
    make.MembershipFactory(alliance=alliance, organisation=cast.partner, turn_order=1)
    make.ChairTurnFactory(
        alliance=alliance, organisation=cast.partner, starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 10)
    )
    coming = TODAY + timedelta(days=14)
    make.ChairTurnFactory(
        alliance=alliance, organisation=cast.partner, starts_on=coming, ends_on=coming + timedelta(days=10)
    )

    own = [(todo.kind, str(todo.due)) for todo in workbench.todos(cast.liaison)]
    office = [todo.kind for todo in workbench.todos(cast.town)]

    assert own == [("本期轮值", "2026-06-10"), ("即将轮值", "2026-06-03")]
    assert office == ["轮值待排"]
    assert workbench.todos(cast.unit) == []
