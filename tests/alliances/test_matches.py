"""Matches: what is proposed, asking, the owner's answer, what is left."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.choices import MatchState, NeedState, ResourceState
from alliances.models import Match, Resource
from alliances.selectors.lists import suggestions
from alliances.services.matches import ask_for, perform_match
from tests.alliances.lists_town import facts_of, town_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11"
pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast):
    return town_of(cast)


def left(resource) -> int:
    resource.refresh_from_db()
    return resource.left


def test_asking_promises_nothing_and_a_yes_does(town, cast):
    resource = town.resource(capacity=10)

    match = ask_for(town.need(), resource, by=cast.branch, amount=4)
    assert (match.state, match.organisation, left(resource)) == (MatchState.ASKED, cast.partner, 10)

    perform_match(match, "accept", by=cast.liaison)
    assert left(resource) == 6

    perform_match(match, "release", by=cast.branch)
    assert left(resource) == 10


def test_never_more_than_is_left(town, cast):
    resource = town.resource(capacity=10)
    first, second = (ask_for(town.need(), resource, by=cast.branch, amount=6) for _ in range(2))
    perform_match(first, "accept", by=cast.liaison)

    with pytest.raises(DomainError, match="只余 4 次，不够 6 次") as refusal:
        perform_match(second, "accept", by=cast.liaison)
    assert refusal.value.status == 400
    with pytest.raises(DomainError, match="只余 4 次，不够 5 次"):
        ask_for(town.need(), resource, by=cast.branch, amount=5)

    assert (facts_of(second)["state"], left(resource)) == (MatchState.ASKED, 4)


def test_the_answer_is_the_owners(town, cast):
    match = town.match()

    for who in ("branch", "leader", "unit"):
        with pytest.raises(NotAllowed):
            perform_match(match, "accept", by=getattr(cast, who))
    assert perform_match(match, "decline", by=cast.liaison, reason="当天已有安排。").reason == "当天已有安排。"


@pytest.mark.parametrize("state", [state for state in NeedState if state not in ("published", "claimed", "doing")])
def test_a_need_that_is_over_asks_for_nothing(town, cast, state):
    need = town.need(state=state)

    with pytest.raises(Conflict):
        ask_for(need, town.resource(), by=cast.town, amount=1)
    with pytest.raises(Conflict):
        perform_match(town.match(need=need), "accept", by=cast.liaison)


def test_what_is_not_open_cannot_be_asked_for(town, cast):
    need = town.need()
    for resource in (town.resource(state=ResourceState.CLOSED), town.resource(state=ResourceState.DRAFT),
                     make.ResourceFactory(organisation=cast.partner)):  # fmt: skip
        with pytest.raises(Conflict, match="不接受对接"):
            ask_for(need, resource, by=cast.town, amount=1)


def test_once_is_enough(town, cast):
    match = town.match()

    with pytest.raises(Conflict, match="已申请过"):
        ask_for(match.need, match.resource, by=cast.branch, amount=2)


def test_only_the_raiser_and_the_office_ask(town, cast):
    need, resource = town.need(), town.resource()

    with pytest.raises(DomainError, match="只有提出单位和镇党建办"):
        ask_for(need, resource, by=cast.liaison, amount=1)
    assert ask_for(need, resource, by=cast.leader, amount=1).state == MatchState.ASKED


# --- what is proposed ---


def test_what_is_proposed_comes_from_the_same_alliance_and_has_something_left(town, cast):
    need = town.need(amount=3, area=cast.area)
    here, anywhere = town.resource(area=cast.area), town.resource()
    scarce = town.resource(capacity=2)
    full = town.resource(capacity=1)
    town.match(resource=full, amount=1, state=MatchState.ACCEPTED)
    asked = town.match(need=need).resource
    for other in (town.resource(state=ResourceState.DRAFT), make.ResourceFactory(organisation=cast.partner)):
        assert other.left > 0

    found = suggestions(need, cast.branch)

    assert [suggestion.resource for suggestion in found] == [here, anywhere, scarce]
    assert asked not in [suggestion.resource for suggestion in found]
    assert [reason.text for reason in found[0].reasons] == [
        "同属环境联守",
        "余 10 次，够用",
        "时间不限",
        "就在渔浦社区",
    ]


def test_five_at_most_on_the_page_each_with_its_reasons(town, cast):
    need = town.need()
    make.ResourceFactory.create_batch(7, alliance=town.alliance, organisation=cast.partner)

    answer = sign_in(cast.branch).get(reverse("alliances:matching", args=[need.pk]))

    page = answer.content.decode()
    assert len(answer.context["suggestions"]) == 5
    assert page.count("余 10 次，够用") == 5
    assert page.count(f"/needs/{need.pk}/matching/") >= 5


def test_with_nothing_to_propose_the_page_says_where_to_look(town, cast):
    page = sign_in(cast.branch).get(reverse("alliances:matching", args=[town.need().pk])).content.decode()

    assert "暂时没有合适的资源" in page
    assert reverse("alliances:resources") in page


@pytest.mark.parametrize(("who", "code"), [("town", 200), ("leader", 200), ("liaison", 403), ("unit", 404)])
def test_who_may_look(town, cast, who, code):
    assert sign_in(getattr(cast, who)).get(reverse("alliances:matching", args=[town.need().pk])).status_code == code


def test_a_need_that_is_over_has_no_match_page(town, cast):
    need = town.need(state=NeedState.ARCHIVED)

    assert sign_in(cast.town).get(reverse("alliances:matching", args=[need.pk])).status_code == 409


# --- a village that takes part in no alliance ---


@pytest.fixture
def theirs(town, cast):
    """A need that the town raised for a village without a member unit at its side."""
    return town.need(organisation=cast.other_party, created_by=cast.town)


def seen(user) -> set:
    return set(Resource.objects.visible_to(user))


def test_the_village_of_a_need_is_shown_what_its_alliance_offers(town, theirs, cast):
    offered, closed = town.resource(), town.resource(state=ResourceState.CLOSED)
    town.resource(state=ResourceState.DRAFT)
    make.ResourceFactory()
    client = sign_in(cast.other_branch)

    answer = client.get(reverse("alliances:matching", args=[theirs.pk]))

    assert [suggestion.resource for suggestion in answer.context["suggestions"]] == [offered]
    assert seen(cast.other_branch) == {offered, closed}
    assert client.get(offered.get_absolute_url()).status_code == 200


def test_it_asks_and_afterwards_sees_what_it_asked_for(town, theirs, cast):
    asked, other = town.resource(), town.resource()
    client = sign_in(cast.other_branch)
    url = reverse("alliances:match_new", args=[theirs.pk, asked.pk])

    answer = client.post(url, {"amount": "2", "idempotency_key": KEY})
    assert (answer.status_code, Match.objects.get().resource) == (302, asked)
    assert f'href="{asked.get_absolute_url()}"' in client.get(theirs.get_absolute_url()).content.decode()

    type(theirs).objects.filter(pk=theirs.pk).update(state=NeedState.ARCHIVED)
    assert seen(cast.other_branch) == {asked}
    assert client.get(other.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("state", [state for state in NeedState if state not in ("published", "claimed", "doing")])
def test_a_need_that_may_not_be_matched_shows_nothing(town, cast, state):
    town.resource()
    town.need(organisation=cast.other_party, state=state)

    assert seen(cast.other_branch) == set()


def test_a_removed_need_shows_nothing(town, theirs, cast):
    town.match(need=theirs)
    type(theirs).objects.filter(pk=theirs.pk).update(deleted_at=timezone.now())

    assert seen(cast.other_branch) == set()


# --- asking on the page ---


def test_the_form_proposes_what_is_needed_as_far_as_there_is(town, cast):
    need, client = town.need(amount=5), sign_in(cast.branch)

    def proposed(**facts) -> int:
        url = reverse("alliances:match_new", args=[need.pk, town.resource(**facts).pk])
        return client.get(url).context["form"].initial["amount"]

    assert (proposed(), proposed(capacity=3), proposed(unit="people")) == (5, 3, 1)


def test_asking_twice_makes_one(town, cast):
    need, resource, client = town.need(), town.resource(), sign_in(cast.branch)
    url = reverse("alliances:match_new", args=[need.pk, resource.pk])

    answers = [client.post(url, {"amount": "2", "idempotency_key": KEY}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == f"{need.get_absolute_url()}#matches"
    assert Match.objects.get().amount == 2


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "请填写申请数量。"),
        ("0", "申请数量不能小于 1，请核对。"),
        ("11", "只余 10 次，不够 11 次。请改少数量，或另选一项资源。"),
        ("很多", "申请数量请写整数，例如 12。"),
    ],
)
def test_a_wrong_amount_is_named(town, cast, amount, sentence):
    url = reverse("alliances:match_new", args=[town.need().pk, town.resource().pk])

    answer = sign_in(cast.branch).post(url, {"amount": amount, "idempotency_key": KEY})

    assert (answer.status_code, Match.objects.count()) == (400, 0)
    assert sentence in answer.content.decode()


def test_a_resource_of_another_alliance_is_not_there(town, cast):
    foreign = make.ResourceFactory()

    for key in (foreign.pk, 987_654_321, 10**30):
        assert sign_in(cast.town).get(f"/alliances/needs/{town.need().pk}/matching/{key}/").status_code == 404


def test_the_owner_answers_from_the_resource_and_the_need(town, cast):
    match = town.match()
    accept = reverse("alliances:match_do", args=[match.pk, "accept"])
    client = sign_in(cast.liaison)

    pages = [client.get(row.get_absolute_url()).content.decode() for row in (match.resource, match.need)]
    answer = client.post(accept)

    assert [accept in page for page in pages] == [True, True]
    assert (answer.status_code, left(match.resource)) == (302, 9)
