"""A unit leaves: what the form says beforehand, and what ends with it."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from alliances.services.turns import plan_turns, swap_turns
from tests.conftest import sign_in
from tests.factories import alliances as make
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.directory.choices import OrganisationKind

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 20)


@pytest.fixture
def alliance():
    return make.AllianceFactory(founded_on=date(2022, 7, 6))


def membership(alliance, number: int, organisation=None):
    """A unit in the order of turns."""
    unit = organisation or OrganisationFactory(
        name=f"示例单位{number}", short_name=f"单位{number}", kind=OrganisationKind.CONTACT_UNIT, party_form=""
    )
    return make.MembershipFactory(alliance=alliance, organisation=unit, turn_order=number)


@pytest.fixture
def page(cast):
    """The leave form of a membership as the office sees it."""
    return lambda row: sign_in(cast.town).get(reverse("alliances:member_leave", args=[row.pk])).content.decode()


def test_the_form_names_the_turns_that_change(cast, alliance, page):
    with time_machine.travel(TODAY, tick=False):
        rows = [membership(alliance, number) for number in range(1, 5)]
        turns = plan_turns(alliance, by=cast.town, start=date(2026, 7, 1), until=date(2027, 6, 30))
        swap_turns(turns[2], turns[3], by=cast.town, note="双方商定")
        told = page(rows[3])

    assert "会取消的轮值调换" in told
    assert "2027-01-01 至 2027-03-31　单位4（原定 单位3）" in told
    assert "2027-04-01 至 2027-06-30　单位3（原定 单位4）" in told
    assert "由下一家接上的轮值" not in told
