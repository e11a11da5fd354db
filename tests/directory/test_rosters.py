"""The roster of a branch."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories.directory import PersonFactory, RosterMemberFactory
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion
from yiqiao_portal.directory import services
from yiqiao_portal.directory.models import Person, RosterMember


@pytest.mark.parametrize(("probationary", "votes"), [(False, True), (True, False)])
def test_the_vote_follows_from_the_standing(cast, probationary, votes):
    person = PersonFactory(organisation=cast.party)

    member = services.put_on_roster(cast.party, by=cast.branch, person=person, probationary=probationary)

    assert (member.probationary, member.votes) == (probationary, votes)


def test_a_formal_member_may_have_no_vote(cast):
    """留党察看: no vote for that time (选举工作条例 第五条)."""
    person = PersonFactory(organisation=cast.party)

    assert services.put_on_roster(cast.party, by=cast.branch, person=person, votes=False).votes is False


def test_a_probationary_member_never_votes(cast):
    person = PersonFactory(organisation=cast.party)

    with pytest.raises(DomainError, match="预备党员没有表决权"):
        services.put_on_roster(cast.party, by=cast.branch, person=person, probationary=True, votes=True)


def test_the_database_says_so_too(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterMemberFactory(organisation=cast.party, probationary=True, votes=True)


def test_nobody_is_on_it_twice(cast):
    member = RosterMemberFactory(organisation=cast.party)

    with pytest.raises(Conflict, match="已在名册中"):
        services.put_on_roster(cast.party, by=cast.branch, person=member.person)


def test_only_party_organisations_have_one(cast):
    person = PersonFactory(organisation=cast.partner)

    with pytest.raises(DomainError, match="只有党组织才有党员名册"):
        services.put_on_roster(cast.partner, by=cast.town, person=person)


@pytest.mark.parametrize(("organisation", "home"), [("other_party", "party"), ("party", "other_party")])
def test_neither_branch_nor_person_out_of_reach(cast, organisation, home):
    person = PersonFactory(organisation=getattr(cast, home))

    with pytest.raises(DomainError, match="不在您的管辖范围"):
        services.put_on_roster(getattr(cast, organisation), by=cast.branch, person=person)

    assert RosterMember.objects.count() == 0


def test_who_comes_back_comes_back_to_the_old_row(cast, refetch):
    member = RosterMemberFactory(organisation=cast.party)
    services.take_off_roster(member, by=cast.branch)

    again = services.put_on_roster(cast.party, by=cast.branch, person=member.person, probationary=True)

    assert (again.pk, again.probationary, refetch(again).deleted_at) == (member.pk, True, None)


def test_known_and_new_names_at_once(cast):
    known = PersonFactory(organisation=cast.party, name="钱明")

    members = services.enrol(cast.party, by=cast.branch, names=["钱明", "孙丽华", "孙丽华"])

    assert [member.person.name for member in members] == ["钱明", "孙丽华"]
    assert members[0].person == known
    assert members[1].person.incomplete


def test_two_of_the_same_name_must_be_picked_and_nothing_is_kept(cast):
    PersonFactory.create_batch(2, organisation=cast.party, name="钱明")

    with pytest.raises(DomainError, match="有两位“钱明”"):
        services.enrol(cast.party, by=cast.branch, names=["孙丽华", "钱明"])

    assert (RosterMember.objects.count(), Person.objects.filter(name="孙丽华").count()) == (0, 0)


def test_a_change_under_the_version_that_was_opened(cast):
    member = RosterMemberFactory(organisation=cast.party)
    services.update_roster_member(member, by=cast.branch, version=1, probationary=True, votes=False)

    with pytest.raises(StaleVersion):
        services.update_roster_member(member, by=cast.branch, version=1, probationary=False, votes=True)


def test_the_branch_below_is_seen_the_one_beside_is_not(cast, refetch):
    for organisation in (cast.party, cast.sub_party, cast.other_party):
        RosterMemberFactory(organisation=organisation)

    seen = RosterMember.objects.visible_to(refetch(cast.branch)).values_list("organisation", flat=True)

    assert set(seen) == {cast.party.pk, cast.sub_party.pk}


def test_who_is_in_the_recycle_bin_comes_back_first(cast):
    person = services.remove_person(PersonFactory(organisation=cast.party), by=cast.branch)

    with pytest.raises(Conflict, match="请先恢复再加入名册"):
        services.put_on_roster(cast.party, by=cast.branch, person=person)


def test_a_place_on_the_roster_is_not_restored_before_its_person(cast, refetch):
    member = RosterMemberFactory(organisation=cast.party)
    services.take_off_roster(member, by=cast.branch)
    services.remove_person(member.person, by=cast.branch)
    removed = RosterMember.objects.removed().in_scope(refetch(cast.branch))
    assert not removed.exists()

    recycle.restore(member.person, by=cast.branch)

    assert removed.get() == member
