"""Who is in, who was in a year, and what leaving does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alliances.choices import AllianceState, MemberRole, Phase
from alliances.selectors import alliances as selectors
from alliances.services.members import change_member, join, leave
from tests.factories import alliances as make
from tests.factories.directory import OrganisationFactory, PersonFactory
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion
from yiqiao_portal.directory.choices import OrganisationKind

pytestmark = pytest.mark.django_db
FOUNDED = date(2022, 7, 6)


@pytest.fixture
def alliance():
    return make.AllianceFactory(founded_on=FOUNDED)


def values(organisation, **more) -> dict:
    return {
        "organisation": organisation,
        "role": MemberRole.ROTATING,
        "phase": Phase.TREAT,
        "contact": None,
        "villages": [],
        "turn_order": 1,
        "joined_on": FOUNDED,
    } | more


def names_of_year(alliance, year: int) -> list[str]:
    return [row.organisation.name for row in selectors.members_of_year(alliance, year)]


def test_a_unit_from_outside_joins_paired_with_villages(cast, alliance):
    person = PersonFactory(organisation=cast.partner)

    row = join(alliance, values(cast.partner, contact=person, villages=[cast.party]), by=cast.town)

    assert (row.organisation, row.contact, list(row.villages.all())) == (cast.partner, person, [cast.party])
    assert [member.pk for member in selectors.members_of(alliance)] == [row.pk]


def test_leaving_keeps_the_years_before(cast, alliance):
    row = join(alliance, values(cast.partner), by=cast.town)

    leave(row, by=cast.town, on=date(2024, 1, 1))

    years = {year: names_of_year(alliance, year) for year in (2021, 2022, 2023, 2024)}
    assert years == {2021: [], 2022: ["示例单位一"], 2023: ["示例单位一"], 2024: []}
    assert not selectors.members_of(alliance, date(2024, 1, 1)).exists()
    assert selectors.members_of(alliance, date(2023, 12, 31)).exists()


def test_a_day_in_the_year_is_enough(cast, alliance):
    row = join(alliance, values(cast.partner, joined_on=date(2023, 12, 31)), by=cast.town)
    leave(row, by=cast.town, on=date(2024, 1, 2))

    assert [names_of_year(alliance, year) for year in (2022, 2023, 2024, 2025)] == [
        [], ["示例单位一"], ["示例单位一"], [],
    ]  # fmt: skip


def test_whoever_left_may_come_back_and_both_times_stay(cast, alliance):
    leave(join(alliance, values(cast.partner), by=cast.town), by=cast.town, on=date(2023, 1, 1))

    join(alliance, values(cast.partner, joined_on=date(2024, 3, 1)), by=cast.town)

    assert [len(names_of_year(alliance, year)) for year in (2022, 2023, 2024)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"joined_on": FOUNDED - timedelta(days=1)}, "joined_on"),
        ({"joined_on": timezone.localdate() + timedelta(days=400)}, "joined_on"),
    ],
)
def test_days_that_cannot_be_are_refused(cast, alliance, change, field):
    with pytest.raises(DomainError) as refusal:
        join(alliance, values(cast.partner, **change), by=cast.town)

    assert refusal.value.field == field


def test_an_alliance_cannot_join_nor_a_member_twice(cast, alliance):
    other = make.AllianceFactory().organisation
    join(alliance, values(cast.partner), by=cast.town)

    for organisation in (other, cast.partner, cast.root):
        with pytest.raises(DomainError) as refusal:
            join(alliance, values(organisation), by=cast.town)
        assert refusal.value.field == "organisation"


def test_the_contact_is_of_the_unit(cast, alliance):
    stranger = PersonFactory(organisation=cast.office)

    with pytest.raises(DomainError) as refusal:
        join(alliance, values(cast.partner, contact=stranger), by=cast.town)

    assert refusal.value.field == "contact"


def test_a_change_keeps_the_version_and_the_pairing(cast, alliance):
    row = join(alliance, values(cast.partner, villages=[cast.party]), by=cast.town)

    changed = change_member(row, {"role": MemberRole.LEAD, "phase": Phase.BUILD}, by=cast.town, version=1)

    assert (changed.role, changed.version, list(changed.villages.all())) == (MemberRole.LEAD, 2, [cast.party])
    with pytest.raises(StaleVersion):
        change_member(row, {"role": MemberRole.MEMBER}, by=cast.town, version=1)


def test_leaving_twice_and_leaving_before_joining_are_refused(cast, alliance):
    row = join(alliance, values(cast.partner), by=cast.town)
    with pytest.raises(DomainError) as refusal:
        leave(row, by=cast.town, on=FOUNDED)
    leave(row, by=cast.town, on=date(2024, 1, 1))

    with pytest.raises(Conflict, match="2024-01-01"):
        leave(row, by=cast.town, on=date(2024, 2, 1))

    assert refusal.value.field == "on"


def test_a_leave_by_mistake_is_taken_back(cast, alliance):
    row = leave(join(alliance, values(cast.partner), by=cast.town), by=cast.town, on=date(2024, 1, 1))

    change_member(row, {"left_on": None}, by=cast.town, version=row.version)

    assert selectors.members_of(alliance).count() == 1


def test_nothing_changes_in_an_alliance_that_has_ended(cast, alliance):
    row = join(alliance, values(cast.partner), by=cast.town)
    type(alliance).objects.filter(pk=alliance.pk).update(state=AllianceState.ENDED, ended_on=date(2025, 1, 1))

    for write in (
        lambda: join(alliance, values(cast.unit_org), by=cast.town),
        lambda: change_member(row, {"phase": ""}, by=cast.town, version=1),
        lambda: leave(row, by=cast.town, on=date(2024, 1, 1)),
    ):
        with pytest.raises(Conflict, match="已结束"):
            write()


def test_members_stand_in_the_official_order(cast, alliance):
    for order in (30, 10, 20):
        unit = OrganisationFactory(kind=OrganisationKind.CONTACT_UNIT, order=order, party_form="")
        join(alliance, values(unit, turn_order=order, joined_on=FOUNDED + timedelta(days=order)), by=cast.town)

    assert [row.organisation.order for row in selectors.members_of(alliance)] == [10, 20, 30]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"role": MemberRole.LEAD}, "role", "示例单位一已是牵头单位"),
        ({"turn_order": 0}, "turn_order", "轮值单位要填轮值顺序"),
        ({"turn_order": 1}, "turn_order", "轮值顺序 1 已是示例单位一"),
    ],
)
def test_one_leads_and_each_has_a_place_of_its_own(cast, alliance, change, field, words):
    join(alliance, values(cast.partner, role=MemberRole.LEAD), by=cast.town)

    with pytest.raises(DomainError, match=words) as refusal:
        join(alliance, values(cast.unit_org, turn_order=2) | change, by=cast.town)
    assert refusal.value.field == field

    other = join(alliance, values(cast.unit_org, turn_order=2), by=cast.town)
    with pytest.raises(DomainError, match=words):
        change_member(other, change, by=cast.town, version=other.version)


def test_the_place_of_a_unit_that_left_is_free(cast, alliance):
    leave(join(alliance, values(cast.partner, role=MemberRole.LEAD), by=cast.town), by=cast.town, on=date(2024, 1, 1))

    row = join(alliance, values(cast.unit_org, role=MemberRole.LEAD, joined_on=date(2024, 1, 1)), by=cast.town)

    assert (row.role, row.turn_order) == (MemberRole.LEAD, 1)
