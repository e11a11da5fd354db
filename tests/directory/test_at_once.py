"""Two users in the same moment: the tree stays whole, one number is given once, one person is on a roster once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.factories.directory import OrganisationFactory, PersonFactory
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion
from yiqiao_portal.core.spreadsheets import read_pasted
from yiqiao_portal.directory import services
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.importing import batches
from yiqiao_portal.directory.importing.rows import bring
from yiqiao_portal.directory.models import Organisation, Person, RosterMember
from yiqiao_portal.directory.resources import wanted

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


def at_once(work, count: int = MANY) -> list:
    """Results or refusals of `work(number)`, begun together."""
    gate = threading.Barrier(count)

    def run(number):
        try:
            gate.wait(10)
            return work(number)
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_many_new_organisations_keep_the_tree_whole(cast, refetch):
    town, root = cast.town, cast.root

    def make(number):
        values = {"name": f"并发组织{number}", "kind": OrganisationKind.OFFICE}
        return services.create_organisation(by=refetch(town), parent=root, values=values)

    made = at_once(make)

    assert len({row.code for row in made}) == MANY
    assert Organisation.objects.find_problems() == ([], [], [], [], [])
    assert Organisation.objects.get(pk=root.pk).numchild == MANY


def test_one_number_typed_by_many_is_one_organisations(cast, refetch):
    town, root = cast.town, cast.root

    def make(number):
        values = {"name": f"并发组织{number}", "kind": OrganisationKind.OFFICE, "code": "YQ-SAME"}
        return services.create_organisation(by=refetch(town), parent=root, values=values)

    results = at_once(make)

    assert Organisation.objects.filter(code="YQ-SAME").count() == 1
    assert sum(isinstance(result, DomainError) for result in results) == MANY - 1


def test_a_person_is_put_on_a_roster_once(cast, refetch):
    person, branch = PersonFactory(organisation=cast.party), cast.branch

    results = at_once(lambda _: services.put_on_roster(cast.party, by=refetch(branch), person=person))

    assert RosterMember.objects.count() == 1
    assert sum(isinstance(result, Conflict) for result in results) == MANY - 1


def test_of_many_editors_one_saves(cast, refetch):
    person, branch = PersonFactory(organisation=cast.party), cast.branch

    results = at_once(
        lambda number: services.update_person(
            refetch(person), by=refetch(branch), version=1, values={"duty": f"职务{number}"}
        )
    )

    assert sum(isinstance(result, StaleVersion) for result in results) == MANY - 1
    assert refetch(person).version == 2


def test_a_batch_confirmed_by_many_presses_is_written_once(cast, refetch):
    branch = cast.branch
    rows = bring("people", read_pasted("姓名\t职务\n钱明\t委员", wanted=wanted("people")))
    batch = batches.stage("people", rows, by=branch, source="粘贴的内容")

    done = at_once(lambda _: batches.confirm(batch, by=refetch(branch)))

    assert [result.added for result in done] == [1] * MANY
    assert Person.objects.count() == 1


def test_nobody_is_put_on_a_roster_and_removed_in_the_same_moment(cast, refetch):
    branch = cast.branch
    people = PersonFactory.create_batch(MANY, organisation=cast.party)

    for person in people:
        works = [
            lambda person=person: services.put_on_roster(cast.party, by=refetch(branch), person=person),
            lambda person=person: services.remove_person(person, by=refetch(branch)),
        ]
        at_once(lambda number, works=works: works[number](), 2)

    assert not RosterMember.objects.alive().exclude(person__deleted_at=None).exists()


def test_no_organisation_is_removed_while_somebody_joins_it(cast, refetch):
    town = cast.town
    organisations = [OrganisationFactory() for _ in range(MANY)]

    for row in organisations:
        works = [
            lambda row=row: services.create_person(by=refetch(town), organisation=row, name="钱明"),
            lambda row=row: services.remove_organisation(row, by=refetch(town)),
        ]
        at_once(lambda number, works=works: works[number](), 2)

    assert not Person.objects.alive().exclude(organisation__deleted_at=None).exists()


def test_an_import_and_an_editor_do_not_overwrite_each_other(cast, refetch):
    person, branch = PersonFactory(organisation=cast.party, name="钱明", duty=""), cast.branch
    opened = refetch(person)
    rows = bring("people", read_pasted("姓名\t职务\n钱明\t委员", wanted=wanted("people")))
    batches.confirm(batches.stage("people", rows, by=branch, source="粘贴的内容"), by=branch)

    with pytest.raises(StaleVersion):
        services.update_person(opened, by=branch, version=opened.version, values={"duty": "书记"})

    assert refetch(person).duty == "委员"
