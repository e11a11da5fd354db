"""People: derived columns, encrypted phones, reveal with a reason, the recycle bin."""

import pytest
from django.db import connection

from tests.factories.directory import PersonFactory, RosterMemberFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion
from yiqiao_portal.directory import services
from yiqiao_portal.directory.models import Person

PHONE = "13800001234"


def column(person: Person, name: str) -> str:
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM directory_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


def test_a_new_person_has_all_that_follows(cast):
    person = services.create_person(by=cast.branch, organisation=cast.party, name="单建国", phone="138 0000 1234")

    assert (person.pinyin, person.initials, person.phone_tail, person.incomplete) == (
        "shan4 jian4 guo2",
        "sjg",
        "1234",
        False,
    )
    assert person.masked_phone == "138****1234"
    assert [entry.fields for entry in Entry.objects.all()] == [["duty", "name", "organisation", "phone"]]


def test_the_database_never_holds_the_number(cast):
    person = services.create_person(by=cast.branch, organisation=cast.party, name="钱明", phone=PHONE)

    assert column(person, "phone").startswith("v1:")
    assert PHONE not in column(person, "phone") + column(person, "phone_index")
    assert Person.objects.get(pk=person.pk).phone == PHONE


def test_without_a_phone_the_person_is_incomplete(cast):
    person = services.create_person(by=cast.branch, organisation=cast.party, name="钱明")

    assert (person.incomplete, person.tag.word, person.phone_index) == (True, "待完善", "")


def test_nobody_is_made_out_of_reach(cast):
    with pytest.raises(DomainError, match="不在您的管辖范围"):
        services.create_person(by=cast.branch, organisation=cast.other_party, name="钱明")

    assert Person.objects.count() == 0


def test_nobody_moves_out_of_reach(cast, refetch):
    person = PersonFactory(organisation=cast.party)

    with pytest.raises(DomainError, match="不在您的管辖范围"):
        services.update_person(person, by=cast.branch, version=1, values={"organisation": cast.other_party})

    assert refetch(person).organisation == cast.party


def test_a_change_brings_the_derived_columns_along(cast, refetch):
    person = PersonFactory(organisation=cast.party, name="李乙", phone="")

    services.update_person(person, by=cast.branch, version=1, values={"name": "曾甲", "phone": PHONE})

    now = refetch(person)
    assert (now.initials, now.phone_tail, now.incomplete, now.version) == ("zj", "1234", False, 2)
    assert Person.objects.visible_to(cast.branch).matching(PHONE).get() == person


def test_history_keeps_neither_name_nor_phone(cast):
    person = services.create_person(by=cast.branch, organisation=cast.party, name="钱明", phone=PHONE)
    services.update_person(person, by=cast.branch, version=1, values={"phone": "13900009999", "duty": "委员"})

    names = {field.name for field in person.events.model._meta.fields}
    assert names & {"name", "pinyin", "initials", "phone", "phone_index", "phone_tail"} == set()
    assert [event.duty for event in person.events.order_by("pgh_id")] == ["", "委员"]


def test_the_second_of_two_editors_is_told(cast):
    person = PersonFactory(organisation=cast.party)
    services.update_person(person, by=cast.branch, version=1, values={"duty": "委员"})

    with pytest.raises(StaleVersion):
        services.update_person(person, by=cast.town, version=1, values={"duty": "书记"})


def test_who_is_on_a_roster_stays(cast, refetch):
    member = RosterMemberFactory(organisation=cast.party)

    with pytest.raises(Conflict, match="还在渔浦社区党组织的名册中"):
        services.remove_person(member.person, by=cast.branch)

    services.take_off_roster(member, by=cast.branch)
    services.remove_person(member.person, by=cast.branch)
    assert refetch(member.person).deleted_at


def test_a_reveal_gives_the_number_and_leaves_an_entry_without_it(cast):
    person = PersonFactory(organisation=cast.party, phone=PHONE)

    assert services.reveal_phone(person, by=cast.branch, reason="通知周五主题党日") == PHONE

    entry = Entry.objects.get(action="person.reveal_phone")
    assert (entry.actor_id, entry.object_id, entry.fields, entry.reason) == (
        cast.branch.pk,
        str(person.pk),
        ["phone"],
        "通知周五主题党日",
    )


@pytest.mark.parametrize("reason", ["", "  ", "看"])
def test_no_reason_no_number(cast, reason):
    person = PersonFactory(organisation=cast.party)

    with pytest.raises(DomainError, match="请写明用途"):
        services.reveal_phone(person, by=cast.branch, reason=reason)

    assert Entry.objects.count() == 0


def test_there_may_be_nothing_to_reveal(cast):
    person = PersonFactory(organisation=cast.party, phone="")

    with pytest.raises(Conflict, match="还没有登记手机号"):
        services.reveal_phone(person, by=cast.branch, reason="工作联系")
