"""A record born from another: what the address says, who may follow it, and that it happens once."""

import threading

import pytest
from django.core import signing
from django.db import connection

from tests.factories import alliances as make
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import handover, registry
from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.models import Handover

CODE = "alliances.need"


@pytest.fixture
def giver(db, cast):
    return make.PatrolProblemFactory(patrol__organisation=cast.party)


def token_of(content, *, salt: str = handover.SALT) -> str:
    return signing.dumps(content, salt=salt)


def test_the_address_names_the_giver(giver, cast):
    ((target, url),) = handover.targets_for(giver, cast.branch)

    assert (target.code, url.split("?")[0]) == (CODE, "/alliances/needs/new/")
    assert handover.read_origin(token_of(["alliances.patrolproblem", giver.pk]), cast.branch) == giver


@pytest.mark.parametrize("who", ["other_branch", "stranger", "former", "auditor"])
def test_nobody_reads_a_giver_out_of_reach(giver, cast, who):
    token = token_of(["alliances.patrolproblem", giver.pk])

    assert handover.read_origin(token, getattr(cast, who)) is None


def test_a_removed_giver_gives_nothing(giver, cast):
    type(giver).objects.filter(pk=giver.pk).update(deleted_at=giver.created_at)

    assert handover.read_origin(token_of(["alliances.patrolproblem", giver.pk]), cast.branch) is None


def test_a_token_that_was_not_signed_here_is_none(giver, cast):
    whole = token_of(["alliances.patrolproblem", giver.pk])
    forged = [
        "",
        "x",
        whole[:-1],
        "W" + whole,
        token_of(["alliances.patrolproblem", giver.pk], salt="other"),
        token_of("alliances.patrolproblem"),
        token_of(7),
    ]

    assert [handover.read_origin(token, cast.branch) for token in forged] == [None] * len(forged)


def test_once_to_each_target(giver, cast):
    handover.link(giver, make.NeedFactory(), code=CODE, by=cast.branch)

    with pytest.raises(Conflict, match="已转办过，请打开原记录"):
        handover.link(giver, make.NeedFactory(), code=CODE, by=cast.branch)
    with pytest.raises(Conflict, match="已转办过"):
        handover.check_free(giver, CODE)
    assert (Handover.objects.count(), handover.targets_for(giver, cast.branch)) == (1, [])


def test_one_new_row_has_one_giver(giver, cast):
    need = make.NeedFactory()
    handover.link(giver, need, code=CODE, by=cast.branch)

    with pytest.raises(Conflict):
        handover.link(make.PatrolProblemFactory(), need, code=CODE, by=cast.branch)


def test_the_giver_follows_by_its_app(giver, cast, refetch):
    assert registry.giver_of("alliances.patrolproblem").model == "alliances.PatrolProblem"
    assert registry.giver_of("alliances.need") is None

    handover.link(giver, make.NeedFactory(), code=CODE, by=cast.branch)

    assert refetch(giver).state == "handed_over"


def test_a_giver_that_nothing_follows_at_is_linked_too(db, cast):
    place, need = make.SectionFactory(), make.NeedFactory(organisation=cast.party)

    handover.link(place, need, code=CODE, by=cast.branch)
    handover.check_free(place, "another")

    assert handover.origin_of(need, cast.town) == place
    assert [born.row for born in handover.born_of(place, cast.town)] == [need]


def test_one_entry_in_the_log_for_one_handover(giver, cast):
    """The giver's own service writes it; where there is none, the link does."""
    place = make.SectionFactory()
    for row in (giver, place):
        handover.link(row, make.NeedFactory(), code=CODE, by=cast.branch)

    found = Entry.objects.filter(action__endswith="hand_over").order_by("pk")
    assert [(entry.action, entry.object_type, entry.object_id) for entry in found] == [
        ("problem.hand_over", "alliances.patrolproblem", str(giver.pk)),
        ("record.hand_over", "alliances.section", str(place.pk)),
    ]


def test_each_giver_has_its_own(db, cast, django_assert_num_queries):
    givers = make.PatrolProblemFactory.create_batch(3, patrol__organisation=cast.party)
    needs = [make.NeedFactory(organisation=cast.party) for _ in givers[:2]]
    for giver, need in zip(givers, needs, strict=False):
        handover.link(giver, need, code=CODE, by=cast.branch)
    assert cast.branch.has_perm("alliances.view_need")

    with django_assert_num_queries(2):
        found = handover.born_of_each(givers, cast.branch)

    assert [[born.row for born in found[giver.pk]] for giver in givers] == [[needs[0]], [needs[1]], []]
    assert handover.born_of_each([], cast.branch) == {}


def test_a_row_of_nothing_has_no_origin(db, cast):
    assert handover.origin_of(make.NeedFactory(), cast.town) is None


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_link(cast):
    giver = make.PatrolProblemFactory(patrol__organisation=cast.party)
    needs, user, answers = make.NeedFactory.create_batch(2), cast.branch, []
    gate = threading.Barrier(2)

    def tie(need):
        try:
            gate.wait(timeout=10)
            handover.link(giver, need, code=CODE, by=user)
            answers.append("linked")
        except Conflict:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=tie, args=[need]) for need in needs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(answers) == ["linked", "refused"]
    assert Handover.objects.count() == 1
