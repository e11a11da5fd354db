"""A problem found on patrol becomes a need: typed once, both pages show the link, the outcome stands at the problem."""

import pytest
from django.urls import reverse

from alliances.choices import NeedState, ProblemState
from alliances.models import Need
from alliances.services.needs import perform_need, remove_need
from alliances.services.patrols import hand_over_problem
from alliances.workbench.lists import outcome
from tests.alliances.lists_town import facts_of, town_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import handover
from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.models import Handover

pytestmark = pytest.mark.django_db
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f6{}"
TEXT = "示例断面下游岸坡坍塌约十米，需要专业单位勘查加固。"


@pytest.fixture
def town(cast):
    return town_of(cast)


@pytest.fixture
def problem(town, cast):
    river = make.RiverFactory(alliance=town.alliance)
    section = make.SectionFactory(river=river, area=cast.area)
    return make.PatrolProblemFactory(text=TEXT, patrol__section=section, patrol__organisation=cast.party)


def way(problem, user) -> str:
    ((target, url),) = handover.ways_from(problem, user)
    assert target.title == "转为联盟需求"
    return url


def typed(client, url: str, key: int = 1) -> dict:
    """The form as it came, with what the problem cannot know."""
    initial = client.get(url).context["form"].initial
    brought = {
        name: str(getattr(initial[name], "pk", initial[name]))
        for name in ("title", "detail", "area", "alliance", "organisation")
    }
    return brought | {
        "service_line": make.line().pk,
        "amount": "1",
        "unit": "times",
        "idempotency_key": KEY.format(key),
    }


def hand_over(problem, user) -> Need:
    client, url = sign_in(user), way(problem, user)
    response = client.post(url, typed(client, url))
    need = Need.objects.latest("pk")
    assert (response.status_code, response["Location"]) == (302, need.get_absolute_url())
    return need


def test_the_form_comes_filled_in(problem, cast):
    client = sign_in(cast.branch)

    form = client.get(way(problem, cast.branch)).context["form"]

    assert {name: form.initial[name] for name in ("title", "detail", "area", "alliance", "organisation")} == {
        "title": TEXT.rstrip("。"),
        "detail": f"{problem.patrol.day} 巡查{problem.patrol.section}时发现：{TEXT}",
        "area": cast.area.pk,
        "alliance": problem.patrol.section.river.alliance_id,
        "organisation": cast.party.pk,
    }


def raiser_for(problem, user) -> int:
    """The raising unit that the form proposes; another may be chosen."""
    field = sign_in(user).get(way(problem, user)).context["form"]
    assert field["organisation"].field.widget.is_hidden is False
    return field.initial["organisation"]


def test_the_town_hands_over_for_the_village_of_the_section(problem, cast):
    assert cast.sub_party.area == cast.party.area  # the branch below it is not meant

    assert raiser_for(problem, cast.town) == cast.party.pk


@pytest.mark.parametrize("area", ["other_area", None])
def test_without_a_party_organisation_there_the_own_unit_raises(problem, cast, area):
    problem.patrol.section.area = area and getattr(cast, area)
    problem.patrol.section.save()

    assert raiser_for(problem, cast.town) == cast.town.post.organisation_id


def test_who_may_not_raise_for_that_village_raises_for_the_own_unit(problem, cast):
    assert raiser_for(problem, cast.branch) == cast.party.pk
    patrol, beside = problem.patrol, make.SectionFactory(river=problem.patrol.section.river, area=cast.other_area)
    assert cast.other_party.area == cast.other_area
    type(patrol).objects.filter(pk=patrol.pk).update(section=beside)
    problem.refresh_from_db()

    assert raiser_for(problem, cast.branch) == cast.party.pk
    assert raiser_for(problem, cast.town) == cast.other_party.pk


def test_another_raiser_may_be_chosen(problem, cast):
    client, url = sign_in(cast.town), way(problem, cast.town)

    client.post(url, typed(client, url) | {"organisation": cast.other_party.pk})

    assert Need.objects.get().organisation == cast.other_party


def test_a_river_of_no_alliance_leaves_the_choice_to_the_user(problem, cast):
    river = problem.patrol.section.river
    river.alliance = None
    river.save()

    assert "alliance" not in problem.handover_facts()


def test_a_long_text_fits_the_title(cast):
    problem = make.PatrolProblemFactory(text="岸" * 200)

    assert problem.handover_facts()["title"] == "岸" * 59 + "…"


def test_the_problem_is_handed_over_with_the_need(problem, cast, refetch):
    need = hand_over(problem, cast.branch)

    assert (need.title, need.organisation, need.area) == (TEXT.rstrip("。"), cast.party, cast.area)
    assert (refetch(problem).state, refetch(problem).version) == (ProblemState.HANDED_OVER, 2)
    assert Handover.objects.filter(origin_id=problem.pk, target_id=need.pk, target_code="alliances.need").count() == 1
    found = Entry.objects.exclude(action="session.login").order_by("pk").values_list("action", "object_id")
    assert list(found) == [("need.create", str(need.pk)), ("problem.hand_over", str(problem.pk))]


def test_both_pages_show_the_link(problem, cast):
    need, client = hand_over(problem, cast.branch), sign_in(cast.branch)

    there = client.get(need.get_absolute_url()).content.decode()
    here = client.get(problem.patrol.get_absolute_url()).content.decode()

    assert f'来自 <a href="{problem.get_absolute_url()}">{TEXT}</a>' in there
    assert f'<a href="{need.get_absolute_url()}">{need}</a>' in here
    assert "待审核" in here


@pytest.mark.parametrize(
    ("state", "accepted", "word"),
    [("doing", None, "实施中"), ("accepted", make.day(0), "待评价"), ("withdrawn", None, "已撤销")],
)
def test_the_outcome_is_that_of_the_need(problem, cast, state, accepted, word):
    need = hand_over(problem, cast.branch)
    Need.objects.filter(pk=need.pk).update(state=state, accepted_on=accepted)

    (born,) = handover.born_of(problem, cast.branch)

    assert (born.row, born.reachable, born.outcome.word, born.outcome.done_on) == (need, True, word, accepted)


def test_a_removed_need_is_named_without_a_link(problem, cast):
    need = hand_over(problem, cast.branch)
    remove_need(need, by=cast.branch)

    (born,) = handover.born_of(problem, cast.branch)
    page = sign_in(cast.branch).get(problem.patrol.get_absolute_url()).content.decode()

    assert (born.outcome.word, born.reachable) == ("已移入回收站", False)
    assert need.get_absolute_url() not in page


def test_who_sees_the_problem_but_not_yet_the_need_reads_the_outcome(problem, town, cast):
    need = hand_over(problem, cast.branch)

    (before,) = handover.born_of(problem, cast.liaison)
    perform_need(need, "publish", by=cast.town)
    (after,) = handover.born_of(problem, cast.liaison)

    assert [(one.outcome.word, one.reachable) for one in (before, after)] == [("待审核", False), ("待认领", True)]


def test_the_button_stands_at_open_problems_only(problem, town, cast):
    solved = make.PatrolProblemFactory(patrol=problem.patrol, state=ProblemState.SOLVED, solved_on=make.day(0))
    client, urls = sign_in(cast.branch), (problem.patrol.get_absolute_url(), reverse("alliances:problems"))

    assert [client.get(url).content.decode().count(">转为联盟需求<") for url in urls] == [1, 1]
    hand_over_problem(problem, by=cast.branch)
    assert [client.get(url).content.decode().count(">转为联盟需求<") for url in urls] == [0, 0]
    assert solved.state == ProblemState.SOLVED


def test_who_may_not_raise_needs_has_no_button(problem, cast):
    assert handover.ways_from(problem, cast.leader) == []
    client = sign_in(cast.leader)
    for url in (problem.patrol.get_absolute_url(), reverse("alliances:problems")):
        assert "转为联盟需求" not in client.get(url).content.decode()


def test_the_list_exports_no_button(problem, cast):
    response = sign_in(cast.town).get(reverse("alliances:problems") + "?format=xlsx")

    assert response.status_code == 200
    assert b"".join(response.streaming_content)


@pytest.mark.parametrize("token", ["x", "WzFd:abc:def", "::", "W10:1:1"])
def test_a_forged_token_opens_nothing(town, cast, token):
    client = sign_in(cast.branch)
    sent = {"origin": token}

    assert client.get(reverse("alliances:need_new"), sent).status_code == 404
    assert client.post(reverse("alliances:need_new") + f"?origin={token}", {}).status_code == 404
    assert Need.objects.count() == 0


def test_a_token_of_a_row_out_of_reach_opens_nothing(problem, cast):
    url = way(problem, cast.branch)

    assert handover.read_origin(url.split("origin=")[1], cast.other_branch) is None
    assert sign_in(cast.other_branch).get(url).status_code == 404


def test_a_second_time_is_refused_in_a_sentence(problem, cast):
    client, url = sign_in(cast.branch), way(problem, cast.branch)
    first, second = typed(client, url), typed(client, url, key=2)
    client.post(url, first)

    again, opened = client.post(url, second), client.get(url)

    assert (again.status_code, opened.status_code, Need.objects.count()) == (409, 409, 1)
    for page in (again, opened):
        assert "这条记录已转办过，请打开原记录查看办理情况。" in page.content.decode()


def test_a_second_copy_of_the_form_leads_to_the_same_need(problem, cast):
    client, url = sign_in(cast.branch), way(problem, cast.branch)
    sent = typed(client, url)

    answers = [client.post(url, sent) for _ in range(2)]

    assert {answer["Location"] for answer in answers} == {Need.objects.get().get_absolute_url()}


def test_a_solved_problem_is_handed_over_no_more(problem, cast, refetch):
    client, url = sign_in(cast.branch), way(problem, cast.branch)
    sent = typed(client, url)
    type(problem).objects.filter(pk=problem.pk).update(state=ProblemState.SOLVED, solved_on=make.day(0))

    answer = client.post(url, sent)

    assert (answer.status_code, Need.objects.count(), Handover.objects.count()) == (409, 0, 0)
    assert "这个问题现在是“已解决”，不能再转办。" in answer.content.decode()
    assert client.get(url).status_code == 409


@pytest.mark.parametrize("state", [ProblemState.HANDED_OVER, ProblemState.SOLVED])
def test_only_an_open_problem_moves(state):
    problem = make.PatrolProblemFactory(state=state)
    before = facts_of(problem)

    with pytest.raises(Conflict):
        hand_over_problem(problem, by=problem.created_by)

    assert facts_of(problem) == before


def test_nothing_follows_when_the_need_is_refused(problem, cast, refetch):
    client, url = sign_in(cast.branch), way(problem, cast.branch)
    sent = typed(client, url) | {"organisation": cast.other_party.pk}

    assert client.post(url, sent).status_code == 400
    assert (refetch(problem).state, Handover.objects.count()) == (ProblemState.OPEN, 0)


def test_the_form_of_an_alliance_page_knows_the_alliance(town, cast):
    make.MembershipFactory(alliance=make.AllianceFactory(), organisation=cast.partner, villages=[cast.party])
    url = reverse("alliances:need_new") + f"?alliance={town.alliance.pk}"

    page = sign_in(cast.branch).get(url).content.decode()

    assert f'<option value="{town.alliance.pk}" selected>' in page


def test_an_activity_names_its_project(town, cast):
    activity, other = ActivityFactory.create_batch(2, organisation=cast.party, state="confirmed")
    project = make.ProjectFactory(alliance=town.alliance, organisation=cast.partner)
    project.activities.add(activity)

    pages = [sign_in(cast.branch).get(row.get_absolute_url()).content.decode() for row in (activity, other)]

    assert [page.count("所属联盟项目") for page in pages] == [1, 0]
    assert f'<a href="{project.get_absolute_url()}">{project}</a>' in pages[0]


def test_a_project_out_of_reach_is_not_named(cast):
    activity = ActivityFactory(organisation=cast.party, state="confirmed")
    make.ProjectFactory().activities.add(activity)

    assert "所属联盟项目" not in sign_in(cast.branch).get(activity.get_absolute_url()).content.decode()


def test_states_of_a_need_all_have_an_outcome():
    words = {state: make.NeedFactory(state=state) for state in NeedState.values}

    assert {state: outcome(need).word for state, need in words.items()} == dict(NeedState.choices)
