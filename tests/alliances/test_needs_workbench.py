"""What the workbench, the search and the bin show of the lists."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.choices import ClaimState, NeedState
from alliances.services.needs import remove_need
from alliances.workbench import lists as workbench
from tests.alliances.lists_town import town_of
from tests.conftest import sign_in
from tests.factories import alliances as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast):
    return town_of(cast)


def waiting(user) -> list[tuple[str, str]]:
    """Kind and title of what waits for the user."""
    return [(todo.kind, todo.title) for todo in workbench.todos(user) if not todo.mine]


def sent(user) -> list[tuple[str, str]]:
    """What the user has started and another has to answer."""
    return [(todo.kind, todo.title) for todo in workbench.todos(user) if todo.mine]


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def test_the_office_reviews_and_the_raiser_waits(town, cast):
    need = town.need(state=NeedState.RAISED, created_by=cast.branch)

    assert waiting(cast.town) == waiting(cast.leader) == [("需求待审核", need.title)]
    assert sent(cast.branch) == [("已提出", need.title)]
    assert workbench.todos(cast.liaison) == []
    (todo,) = workbench.todos(cast.town)
    assert (todo.due, todo.url) == (timezone.localdate() + timedelta(days=7), need.get_absolute_url())


def test_a_returned_need_waits_for_its_raiser_with_the_reason(town, cast):
    need = town.need(state=NeedState.RETURNED, return_reason="请写明地点。")

    assert waiting(cast.branch) == [("需求退回", need.title)]
    assert "请写明地点。" in workbench.todos(cast.branch)[0].sub
    assert waiting(cast.town) == waiting(cast.other_branch) == []


def test_a_met_need_waits_for_a_rating_then_for_the_archive(town, cast):
    met = town.need(state=NeedState.ACCEPTED, accepted_on=make.day(-2))
    rated = town.need(state=NeedState.RATED, satisfaction="good")

    assert waiting(cast.branch) == [("需求待评价", met.title)]
    assert waiting(cast.town) == [("需求待归档", rated.title)]
    assert workbench.todos(cast.branch)[0].due == make.day(5)


def test_claims_wait_for_the_office(town, cast):
    claim = town.claim(created_by=cast.liaison)

    assert waiting(cast.town) == [("认领待确认", claim.need.title)]
    assert sent(cast.liaison) == [("已认领", claim.need.title)]
    assert workbench.todos(cast.branch) == []


def test_matches_wait_for_the_owner(town, cast):
    match = town.match(created_by=cast.branch)

    assert waiting(cast.liaison) == [("对接待答复", match.need.title)]
    assert sent(cast.branch) == [("已申请对接", match.need.title)]


@pytest.mark.parametrize(("days", "asked"), [(13, False), (15, True)])
def test_unclaimed_for_fourteen_days_goes_to_the_unit_in_the_chair(town, cast, days, asked):
    need = town.need(published_at=days_ago(days))
    make.ChairTurnFactory(alliance=town.alliance, organisation=cast.partner)

    assert waiting(cast.liaison) == ([("需求待协调", need.title)] if asked else [])
    assert waiting(cast.town) == waiting(cast.branch) == []


def test_without_a_chair_the_town_is_asked(town, cast):
    need = town.need(published_at=days_ago(20))
    make.ChairTurnFactory(
        alliance=town.alliance, organisation=cast.partner, starts_on=make.day(-40), ends_on=make.day(-1)
    )

    assert waiting(cast.town) == [("需求待协调", need.title)]
    assert waiting(cast.liaison) == []


@pytest.mark.parametrize("state", [ClaimState.OFFERED, ClaimState.DECLINED])
def test_an_offer_is_a_claim_and_a_declined_one_is_none(town, cast, state):
    town.claim(need=town.need(published_at=days_ago(20)), state=state, organisation=town.member())
    make.ChairTurnFactory(alliance=town.alliance, organisation=cast.partner)

    assert bool(waiting(cast.liaison)) == (state == ClaimState.DECLINED)


def test_another_alliances_chair_is_not_asked(town, cast):
    town.need(published_at=days_ago(20))
    make.ChairTurnFactory(organisation=cast.partner)

    assert waiting(cast.liaison) == []


def test_every_todo_opens_for_whom_it_waits(town, cast):
    town.need(state=NeedState.RAISED, created_by=cast.branch)
    town.need(state=NeedState.RETURNED, return_reason="请补充。")
    town.need(published_at=days_ago(20))
    town.claim(created_by=cast.liaison)
    town.match(created_by=cast.branch)

    for user in (cast.town, cast.branch, cast.liaison):
        todos = workbench.todos(user)
        assert todos
        assert {sign_in(user).get(todo.url).status_code for todo in todos} == {200}


def test_each_figure_is_what_its_list_shows(town, cast):
    for state in NeedState:
        town.need(state=state)
    town.resource()
    town.resource(state="closed")

    for user in (cast.town, cast.branch, cast.liaison):
        for figure in workbench.figures(user):
            shown = sign_in(user).get(figure.url).context["result"]["total"]
            assert shown == figure.value > 0, figure.title


def test_the_search_finds_by_name_and_number(town, cast):
    need, resource = town.need(title="增设净水点"), town.resource(title="水质快检仪")
    client = sign_in(cast.branch)

    def found(words: str) -> str:
        return client.get(reverse("core:search"), {"q": words}).content.decode()

    assert need.get_absolute_url() in found("净水")
    assert resource.get_absolute_url() in found(resource.serial)
    assert need.get_absolute_url() not in sign_in(cast.unit).get("/search/?q=净水").content.decode()


def test_what_was_removed_comes_back(town, cast):
    need = remove_need(town.need(state=NeedState.RAISED), by=cast.branch)
    client = sign_in(cast.branch)

    bin_page = client.get(reverse("core:recycle")).content.decode()
    answer = client.post(reverse("core:restore", args=["alliances.need", need.pk]))

    need.refresh_from_db()
    assert need.title in bin_page
    assert (answer.status_code, need.deleted_at) == (302, None)
