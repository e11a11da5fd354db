"""The encrypted column: ciphertext in the database, text in Python, no search but the blind index."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from tests.factories.directory import PersonFactory
from yiqiao_portal.directory.models import Person

PHONE = "13900001111"


def stored(person) -> str:
    """The column as it lies in the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM directory_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


def test_the_table_holds_no_digit_of_it(db):
    person = PersonFactory(phone=PHONE)

    assert stored(person).startswith("v1:")
    assert PHONE not in stored(person)
    assert Person.objects.get(pk=person.pk).phone == PHONE


def test_nothing_stays_nothing(db):
    person = PersonFactory(phone="")

    assert (stored(person), Person.objects.get(pk=person.pk).phone) == ("", "")
    assert list(Person.objects.filter(phone="")) == [person]


def test_every_way_of_writing_encrypts(db):
    person, other = PersonFactory(phone=PHONE), PersonFactory(phone="")
    Person.objects.filter(pk=person.pk).update(phone="13700002222")
    other.phone = "13800003333"
    Person.objects.bulk_update([other], ["phone"])

    assert all(stored(row).startswith("v1:") for row in (person, other))
    assert [Person.objects.get(pk=row.pk).phone for row in (person, other)] == ["13700002222", "13800003333"]


def test_it_is_read_by_values_too(db):
    person = PersonFactory(phone=PHONE)

    assert list(Person.objects.filter(pk=person.pk).values_list("phone", flat=True)) == [PHONE]


@pytest.mark.parametrize("lookup", ["contains", "icontains", "startswith", "in", "gt", "regex", "iexact"])
def test_it_cannot_be_searched(db, lookup):
    value = [PHONE] if lookup == "in" else "139"

    with pytest.raises(FieldError, match="Unsupported lookup"):
        list(Person.objects.filter(**{f"phone__{lookup}": value}))


def test_an_equal_phone_is_not_found_by_the_column(db):
    PersonFactory(phone=PHONE)

    assert not Person.objects.filter(phone=PHONE).exists()


def test_a_value_of_another_key_says_so(db, settings):
    person = PersonFactory(phone=PHONE)
    settings.FIELD_KEY = "another secret of the same house"

    with pytest.raises(ValueError, match="another key"):
        Person.objects.get(pk=person.pk)
