"""The fingerprint hashes only what a test has written to, and yet notices every way of writing."""

import pytest
from django.db import connection, transaction

from tests.contracts.stage import undone
from tests.contracts.walker import TECHNICAL, Ground, changed, fingerprint, marks
from tests.factories.places import PlaceFactory
from yiqiao_portal.directory.models import Person
from yiqiao_portal.places.models import Place

pytestmark = pytest.mark.django_db
PLACES = ["places_place", "places_placeevent"]
PHOTOS = ["activities_photo", "activities_photoevent"]


def _raw(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE refuses a table with checks outstanding
        for statement in statements:
            cursor.execute(statement)


def _renamed(place: Place) -> Place:
    place.name = "改过的地点"
    return place


KEYS = """INSERT INTO core_createkey (user_id, key, object_type, digest, created_at)
          SELECT id, gen_random_uuid(), '', '', now() FROM accounts_user"""
# Way of writing → what is done with a person and a place, and in which tables it must be noticed.
WAYS = {
    "insert": (lambda person, place: PlaceFactory(area=place.area), PLACES),
    "bulk insert": (lambda person, place: Place.objects.bulk_create([PlaceFactory.build(area=place.area)]), PLACES),
    "save": (lambda person, place: _renamed(place).save(update_fields=["name"]), PLACES),
    "update": (lambda person, place: Person.objects.filter(pk=person.pk).update(name="改过"), ["directory_person"]),
    "bulk update": (lambda person, place: Place._base_manager.bulk_update([_renamed(place)], ["name"]), PLACES),
    "delete": (lambda person, place: Place._base_manager.filter(pk=place.pk).delete(), PLACES),
    "raw insert": (lambda person, place: _raw(KEYS), ["core_createkey"]),
    "raw update": (lambda person, place: _raw("UPDATE activities_photo SET width = width + 1"), PHOTOS),
    "raw delete": (lambda person, place: _raw("DELETE FROM activities_photo"), PHOTOS),
    "truncate": (lambda person, place: _raw("TRUNCATE activities_photo"), ["activities_photo"]),
    "truncate twice": (lambda person, place: _raw(*["TRUNCATE activities_photo"] * 2), ["activities_photo"]),
    "nothing": (lambda person, place: person.refresh_from_db(), []),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_is_noticed(stage, way):
    write, tables = WAYS[way]
    before = fingerprint()

    write(stage.rows["person"]["own"].row, stage.rows["place"]["own"].row)

    assert changed(before, fingerprint()) == tables
    assert fingerprint() == _in_full()


def _in_full() -> dict[str, str]:
    """The fingerprint of somebody who knows nothing of the stage."""
    ground, Ground.current = Ground.current, None
    try:
        return fingerprint()
    finally:
        Ground.current = ground


def test_it_is_that_of_the_stage_as_long_as_nothing_is_written(stage, ground):
    assert sorted(ground.untouched(marks())) == sorted(marks())
    assert fingerprint() == _in_full()
    assert sorted(fingerprint()) == sorted(set(marks()) - set(TECHNICAL))


def test_no_table_can_be_emptied_in_silence(stage, ground):
    """Of all tables, also those that no statement above names."""
    overlooked = []
    for table in marks():
        with undone():
            _raw(f'TRUNCATE "{table}" CASCADE')
            overlooked += [table] * (table in ground.untouched(marks()))

    assert overlooked == []


def test_what_was_undone_is_hashed_again(stage, ground):
    """Also when somebody has asked in between: the hash of a state that is gone is never the answer."""
    before = fingerprint()
    with undone():
        PlaceFactory(area=stage.area)
        inside = fingerprint()
    after = fingerprint()

    assert (changed(before, inside), changed(before, after)) == (PLACES, [])
    assert not set(PLACES) & set(ground.untouched(marks()))


@pytest.mark.parametrize("number", [1, 2])
def test_the_next_test_starts_from_the_stage_again(stage, ground, number):
    """Whatever the one before has written: it is rolled back, and its counts are where this one starts."""
    assert sorted(ground.untouched(marks())) == sorted(marks())

    with transaction.atomic():
        PlaceFactory(area=stage.area)

    assert changed(fingerprint(), _in_full()) == []
    assert not set(PLACES) & set(ground.untouched(marks()))
