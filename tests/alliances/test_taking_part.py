"""Buttons and forms of the lists are for those who take part in an alliance."""

import pytest
from django.urls import reverse

from alliances.choices import AllianceState
from alliances.models import Alliance
from tests.alliances.lists_town import town_of
from tests.conftest import sign_in

pytestmark = pytest.mark.django_db
NEED, OFFER = "alliances:need_new", "alliances:resource_new"


@pytest.fixture(autouse=True)
def _a_town(cast):
    town_of(cast)


def offered(user, page: str, form: str) -> bool:
    """Whether a page leads to a form."""
    return f'href="{reverse(form)}"' in sign_in(user).get(reverse(page)).content.decode()


@pytest.mark.parametrize(("who", "raises", "offers"), [("unit", False, False), ("liaison", True, True)])
def test_the_buttons_are_for_members(cast, who, raises, offers):
    user = getattr(cast, who)

    assert (offered(user, "core:workbench", NEED), offered(user, "alliances:needs", NEED)) == (raises, raises)
    assert offered(user, "alliances:resources", OFFER) == offers


@pytest.mark.parametrize("form", [NEED, OFFER])
def test_who_is_no_member_reads_whom_to_ask_instead_of_an_empty_choice(cast, form):
    page = sign_in(cast.unit).get(reverse(form)).content.decode()

    assert ("本单位还不是联盟成员" in page, "请联系镇党建办" in page, 'name="alliance"' in page) == (True, True, False)
    assert 'name="alliance"' in sign_in(cast.liaison).get(reverse(form)).content.decode()


def test_the_office_without_an_alliance_reads_that_it_founds_one_first(cast):
    Alliance.objects.update(state=AllianceState.ENDED)

    page = sign_in(cast.town).get(reverse(NEED)).content.decode()

    assert ("请先建好联盟" in page, "本单位还不是联盟成员" in page) == (True, False)
