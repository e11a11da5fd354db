"""What the search page counts of a kind is what the list behind “查看全部” shows, by whatever the kind is found."""

from dataclasses import dataclass

import pytest

from alliances.models import Alliance
from tests.factories import activities, alliances, directory, places
from yiqiao_portal.core import registry

pytestmark = pytest.mark.django_db
MADE = 7  # more than the search page shows
WORDS = "清洁"
# Kinds without a list of their own, with where their rows stand.
UNLISTED = {"联盟成员单位": "the page of the alliance", "断面（河段）": "the page of the river"}


@dataclass(frozen=True)
class Way:
    """A kind of the search page, rows of it, and the words that find so many of them."""

    kind: str
    make: object
    words: object = lambda _rows: WORDS
    found: int = MADE

    def __str__(self):
        return f"{self.kind}-{self.found}"


def _named(factory, name: str, **facts):
    return lambda cast, n: factory(**{name: f"{WORDS}第{n}处"}, **{key: get(cast) for key, get in facts.items()})


def _once_named(_cast, n: int) -> Alliance:
    alliance = alliances.AllianceFactory()
    alliances.AllianceNameFactory(alliance=alliance, name=f"{WORDS}联建{n}")
    return alliance


def _short_named(_cast, n: int):
    return directory.OrganisationFactory(short_name=f"{WORDS}{n}")


def _serial(rows) -> str:
    return rows[0].serial.lower()


def _party(cast):
    return cast.party


ACTIVITY = _named(activities.ActivityFactory, "title", organisation=_party)
NEED, RESOURCE = _named(alliances.NeedFactory, "title"), _named(alliances.ResourceFactory, "title")
PROJECT, PERSON = _named(alliances.ProjectFactory, "title"), _named(directory.PersonFactory, "name")
WAYS = (
    Way("活动记录", ACTIVITY),
    Way("活动记录", ACTIVITY, _serial, 1),
    Way("联盟需求", NEED),
    Way("联盟需求", NEED, _serial, 1),
    Way("联盟资源", RESOURCE),
    Way("联盟资源", RESOURCE, _serial, 1),
    Way("项目", PROJECT),
    Way("项目", PROJECT, _serial, 1),
    Way("工程与行动", _named(alliances.ProgrammeFactory, "name")),
    Way("联盟", _named(alliances.AllianceFactory, "name")),
    Way("联盟", _once_named),
    Way("河道", _named(alliances.RiverFactory, "name")),
    Way("组织", _named(directory.OrganisationFactory, "name")),
    Way("组织", _short_named),
    Way("组织", _short_named, lambda rows: rows[0].code, 1),
    Way("人员", PERSON),
    Way("人员", PERSON, lambda rows: rows[0].initials[:3]),
    Way("人员", PERSON, lambda rows: rows[0].phone, 1),
    Way("人员", PERSON, lambda rows: rows[0].phone[-4:], 1),
    Way("场所", _named(places.PlaceFactory, "name")),
)


def test_every_kind_of_the_search_is_asked():
    declared = {kind.title for portal in registry.portals() for kind in portal.search}

    assert declared == {way.kind for way in WAYS} | set(UNLISTED)
    assert not {way.kind for way in WAYS} & set(UNLISTED)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_list_shows_what_the_search_counts(cast, client_for, way: Way):
    client = client_for(cast.town)
    rows = [way.make(cast, number) for number in range(MADE)]
    words = way.words(rows)

    groups = {group["title"]: group for group in client.get("/search/", {"q": words}).context["groups"]}
    group = groups[way.kind]
    listed = client.get(group["all"].url)

    shown = {row.record.get_absolute_url() for row in listed.context["table"].page.object_list}
    wanted = {row.get_absolute_url() for row in rows[: way.found]}
    assert (group["all"].total, listed.context["result"]["total"], shown) == (way.found, way.found, wanted)
    assert {row.url for row in group["rows"]} <= wanted
