"""Lists and pages take the same few queries for one row and for thirty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.directory import OrganisationFactory, PersonFactory, RosterMemberFactory
from tests.factories.places import PlaceFactory

OF_A_LIST, OF_A_PAGE = 6, 11  # beyond what the frame asks on every page
LISTS = ["directory:organisations", "directory:people", "directory:rosters", "places:places", "directory:home"]


def fill(cast, count: int) -> None:
    for _ in range(count):
        organisation = OrganisationFactory(parent=cast.party, area=cast.area)
        RosterMemberFactory(organisation=organisation, person=PersonFactory(organisation=organisation))
        PlaceFactory(area=cast.area)


def queries(client, url: str) -> int:
    """Queries of a page beyond those of one that lists nine fixed rows."""
    counts = []
    for address in (reverse("directory:service_lines"), url):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        counts.append(len(caught))
    return counts[1] - counts[0] + 1


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_thirty_rows(cast, client_for, name):
    client = client_for(cast.branch)
    fill(cast, 1)
    client.get(reverse(name))
    few = queries(client, reverse(name))

    fill(cast, 29)

    assert queries(client, reverse(name)) == few <= OF_A_LIST


def test_an_organisation_page_costs_the_same_with_many_people(cast, client_for):
    client = client_for(cast.branch)
    PersonFactory(organisation=cast.party)
    client.get(cast.party.get_absolute_url())
    few = queries(client, cast.party.get_absolute_url())

    PersonFactory.create_batch(20, organisation=cast.party)

    assert queries(client, cast.party.get_absolute_url()) == few <= OF_A_PAGE
