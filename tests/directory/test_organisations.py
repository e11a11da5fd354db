"""Organisations: made, changed, moved, removed; the tree stays whole, numbers and names stay unique."""

from datetime import date

import pytest

from tests.factories.directory import OrganisationFactory, PersonFactory, RosterMemberFactory, root
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion
from yiqiao_portal.directory import services
from yiqiao_portal.directory.choices import OrganisationKind, PartyForm
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

VALUES = {"name": "新坝村党支部", "kind": OrganisationKind.VILLAGE_PARTY, "party_form": PartyForm.BRANCH}


def last_entry() -> tuple:
    entry = Entry.objects.order_by("pk").last()
    return entry.action, entry.fields


def tree_is_whole() -> bool:
    return Organisation.objects.find_problems() == ([], [], [], [], [])


def test_a_new_one_hangs_below_its_parent_and_is_logged(cast):
    made = services.create_organisation(by=cast.town, parent=cast.party, values=VALUES)

    assert Organisation.objects.get_parent(made) == cast.party
    assert (made.created_by, made.version) == (cast.town, 1)
    assert last_entry() == ("organisation.create", ["kind", "name", "party_form"])
    assert tree_is_whole()


def test_blanks_follow_from_the_rest(cast):
    last = OrganisationFactory(order=7000)

    made = services.create_organisation(
        by=cast.town, parent=cast.root, values={**VALUES, "short_name": "", "code": "", "order": None}
    )

    assert (made.short_name, made.code[:6], made.order) == ("新坝村党支部", "YQ-ZZ-", last.order + 1)


def test_a_number_given_by_hand_is_not_given_again(cast):
    first = services.create_organisation(by=cast.town, parent=cast.root, values=VALUES)
    number = int(first.code.rsplit("-", 1)[1])
    OrganisationFactory(code=f"YQ-ZZ-{number + 1:04d}")

    second = services.create_organisation(by=cast.town, parent=cast.root, values={**VALUES, "name": "另一个"})

    assert second.code == f"YQ-ZZ-{number + 2:04d}"


@pytest.mark.parametrize(("kind", "years"), [(OrganisationKind.VILLAGE_PARTY, 5), (OrganisationKind.NEW_PARTY, 3)])
def test_the_term_follows_from_the_kind(cast, kind, years):
    values = {**VALUES, "kind": kind, "elected_on": date(2024, 2, 29)}

    made = services.create_organisation(by=cast.town, parent=cast.root, values=values)

    assert (made.term_years, made.expires_on) == (years, date(2024 + years, 2, 28))


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"code": "YQ-03"}, "code", "组织编号 YQ-03 已由“渔浦社区党组织”使用"),
        ({"name": "渔浦社区党组织"}, "name", "已有组织叫“渔浦社区党组织”"),
    ],
)
def test_number_and_name_belong_to_one(cast, values, field, words):
    assert cast.party.code == "YQ-03"

    with pytest.raises(DomainError, match=words) as refused:
        services.create_organisation(by=cast.town, parent=cast.root, values=VALUES | values)

    assert refused.value.field == field


def test_a_number_in_the_recycle_bin_is_taken_too(cast):
    recycle.remove(cast.partner, by=cast.town, action="organisation.remove")

    with pytest.raises(DomainError, match="在回收站中"):
        services.create_organisation(by=cast.town, parent=cast.root, values={**VALUES, "code": cast.partner.code})


@pytest.mark.parametrize("parent", ["other_party", "root"])
def test_nothing_is_made_out_of_reach(cast, parent):
    """The permission lets only the town in; the service would refuse a branch all the same."""
    above, branch = getattr(cast, parent), cast.branch
    before = Organisation.objects.count()

    with pytest.raises(DomainError, match="不在您的管辖范围"):
        services.create_organisation(by=branch, parent=above, values=VALUES)

    assert Organisation.objects.count() == before


def test_who_made_it_reaches_it_at_once(cast):
    user = cast.town
    scope_of(user)

    made = services.create_organisation(by=user, parent=cast.root, values=VALUES)

    assert scope_of(user).covers(made.pk)


def test_a_change_raises_the_version_and_names_the_fields(cast):
    changed = services.update_organisation(
        cast.party, by=cast.town, version=1, values={"formal_members": 46, "name": cast.party.name}
    )

    assert (changed.version, changed.formal_members) == (2, 46)
    assert last_entry() == ("organisation.update", ["formal_members"])


def test_nothing_changed_is_nothing_written(cast):
    unchanged = services.update_organisation(cast.party, by=cast.town, version=1, values={"name": cast.party.name})

    assert (unchanged.version, Entry.objects.count()) == (1, 0)


def test_a_blank_number_keeps_the_old_one(cast):
    values = {"code": "", "short_name": "", "order": None}

    assert services.update_organisation(cast.party, by=cast.town, version=1, values=values).code == "YQ-03"


def test_the_second_of_two_editors_is_told(cast, refetch):
    services.update_organisation(cast.party, by=cast.town, version=1, values={"note": "甲"})

    with pytest.raises(StaleVersion):
        services.update_organisation(cast.party, by=cast.town, version=1, values={"note": "乙"})

    assert refetch(cast.party).note == "甲"


def test_a_move_takes_all_below_along_and_the_reach_follows(cast, refetch):
    below = cast.sub_party
    other = refetch(cast.other_branch)
    assert not scope_of(other).covers(below.pk)

    services.move_organisation(cast.party, by=cast.town, parent=cast.other_party)

    reach = scope_of(refetch(cast.other_branch))
    assert (reach.covers(cast.party.pk), reach.covers(below.pk)) == (True, True)
    assert tree_is_whole()


def test_the_form_moves_too(cast):
    moved = services.update_organisation(cast.partner, by=cast.town, version=1, values={}, parent=cast.office)

    assert (Organisation.objects.get_parent(moved), moved.version) == (cast.office, 2)
    assert last_entry() == ("organisation.update", ["parent"])


def test_nothing_moves_below_itself(cast):
    with pytest.raises(DomainError, match="不能是它自己或它的下级"):
        services.move_organisation(cast.party, by=cast.town, parent=cast.sub_party)

    with pytest.raises(DomainError, match="镇党委是最上级组织"):
        services.move_organisation(root(), by=cast.town, parent=cast.party)

    assert tree_is_whole()


def test_an_empty_one_goes_into_the_recycle_bin_and_back(cast, refetch):
    services.remove_organisation(cast.partner, by=cast.town)
    assert not Organisation.objects.visible_to(refetch(cast.town)).filter(pk=cast.partner.pk).exists()

    recycle.restore(cast.partner, by=cast.town)

    assert Organisation.objects.visible_to(refetch(cast.town)).filter(pk=cast.partner.pk).exists()


@pytest.mark.parametrize(
    ("hang", "word"),
    [
        (lambda cast: OrganisationFactory(parent=cast.partner), "1 条下级组织"),
        (lambda cast: PersonFactory(organisation=cast.partner), "1 条人员"),
        (lambda cast: RosterMemberFactory(organisation=cast.partner, person__organisation=cast.root), "1 条名册记录"),
        (lambda cast: cast.liaison, "1 条岗位"),
    ],
    ids=["below", "people", "roster", "posts"],
)
def test_what_hangs_on_it_keeps_it(cast, refetch, hang, word):
    hang(cast)

    with pytest.raises(Conflict, match=word):
        services.remove_organisation(refetch(cast.partner), by=cast.town)

    assert refetch(cast.partner).deleted_at is None


def test_the_root_stays(cast):
    with pytest.raises(Conflict, match="最上级组织"):
        services.remove_organisation(cast.root, by=cast.town)


def test_history_has_no_noise_from_the_tree(cast):
    services.create_organisation(by=cast.town, parent=cast.party, values=VALUES)

    assert cast.party.events.count() == 1
