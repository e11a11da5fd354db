"""Who is told when something moves: those concerned, once, with an address that they may open; nobody else."""

import re

import pytest
import time_machine
from django.db import transaction

from alliances.choices import ChiefLevel, ClaimState, NeedState
from alliances.services import claims, matches, members, needs, patrols, projects, samples, turns
from alliances.services.patrols import Walk
from tests.alliances.lists_town import town_of
from tests.alliances.news import News, everybody
from tests.alliances.started import values
from tests.factories import alliances as make
from tests.factories.accounts import user_with_post
from yiqiao_portal.core import registry
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.messages.outbox import deliver_due
from yiqiao_portal.core.models import Message, Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-23 12:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(cast):
    """`partner` (liaison) and `unit_org` (unit) are members, `party` (branch) is paired; others look on."""
    everybody(cast)
    found = town_of(cast)
    make.MembershipFactory(alliance=found.alliance, organisation=cast.unit_org)
    return found


@pytest.fixture
def news(town) -> News:
    return News()


@pytest.fixture
def need(town, cast):
    """A published one that the branch raised."""
    return town.need(created_by=cast.branch)


def raised(town, cast):
    facts = {"alliance": town.alliance, "organisation": cast.party, "title": "里河岸线需要修整"}
    return needs.create_need(facts | {"service_line": make.line()}, by=cast.branch)


def claimed(cast, need, lead=True):
    claim = claims.claim_need(need, cast.partner, by=cast.liaison, plan="")
    return claims.perform_claim(claim, "accept", by=cast.town, lead=lead)


def started(cast, need):
    claimed(cast, need)
    need.refresh_from_db()
    return projects.start_project(values(), by=cast.liaison, need=need)


# --- a need on its way ---


def test_from_the_raising_to_the_publishing(town, cast, news):
    need = raised(town, cast)
    assert news() == {"need:raised": ["town"]}

    needs.perform_need(need, "return", by=cast.town, reason="请写明河段。")
    assert news() == {"need:returned": ["branch"]}

    needs.perform_need(need, "resubmit", by=cast.branch)
    assert news() == {"need:raised": ["town"]}

    needs.perform_need(need, "publish", by=cast.town)
    assert news() == {"need:published": ["branch", "liaison", "unit"]}


def test_from_the_claim_to_the_rating(town, cast, need, news):
    claim = claims.claim_need(need, cast.partner, by=cast.liaison, plan="")
    assert news() == {"claim:offered": ["town"]}

    claims.perform_claim(claim, "accept", by=cast.town, lead=True)
    assert news() == {"claim:accept": ["branch", "liaison"]}

    need.refresh_from_db()
    project = projects.start_project(values(), by=cast.liaison, need=need)
    assert news() == {"project:started": ["branch"]}

    projects.perform_project(project, "hand_in", by=cast.liaison, result="修复岸线。")
    assert news() == {"project:hand_in": ["branch", "town"]}

    projects.perform_project(project, "return", by=cast.branch, reason="请补栽。")
    assert news() == {"project:return": ["liaison"]}

    projects.perform_project(project, "hand_in", by=cast.liaison, result="修复岸线，已补栽。")
    assert news() == {"project:hand_in": ["branch", "town"]}

    projects.perform_project(project, "pass", by=cast.town)
    assert news() == {"project:pass": ["liaison"], "need:accepted": ["branch"]}

    need.refresh_from_db()
    needs.perform_need(need, "rate", by=cast.branch, satisfaction="good")
    assert news() == {"need:rated": ["liaison", "town"]}

    needs.perform_need(need, "archive", by=cast.town)
    assert news() == {}


def test_a_stopped_project_gives_its_need_back(town, cast, need, news):
    project = started(cast, need)
    matches.perform_match(town.match(need=need), "accept", by=cast.liaison)
    news()

    projects.perform_project(project, "stop", by=cast.town, reason="用地有变。")

    assert news() == {"project:stop": ["branch", "liaison"], "need:published": ["unit"], "match:released": ["liaison"]}


def test_published_anew_is_a_new_stage(town, cast, news, clock):
    """The member who was told of the first publishing is told of the second."""
    need = raised(town, cast)
    needs.perform_need(need, "publish", by=cast.town)
    project = started(cast, need)
    clock.shift(60)
    projects.perform_project(project, "stop", by=cast.town, reason="用地有变。")
    deliver_due()

    told = Message.objects.filter(user=cast.unit, stage_key__startswith=f"need:{need.pk}:published:")
    assert [row.title for row in told.order_by("pk")] == [
        "有新需求可以认领：里河岸线需要修整",
        "需求重新发布，可以认领：里河岸线需要修整",
    ]


def test_a_withdrawn_need_lets_everybody_go(town, cast, need, news):
    claims.claim_need(need, cast.unit_org, by=cast.unit, plan="")
    town.match(need=need)
    news()

    needs.perform_need(need, "withdraw", by=cast.branch)

    assert news() == {"need:withdrawn": ["unit"], "match:released": ["liaison"]}


def test_a_claim_that_is_declined(town, cast, need, news):
    claims.perform_claim(town.claim(need=need), "decline", by=cast.town, reason="已有单位办理。")

    assert news() == {"claim:decline": ["branch", "liaison"]}


def test_a_claim_that_is_taken_back(town, cast, need, news):
    claims.perform_claim(town.claim(need=need), "withdraw", by=cast.liaison)

    assert news() == {"claim:withdrawn": ["town"]}


# --- resources ---


def test_a_resource_that_is_asked_for(town, cast, need, news):
    match = matches.ask_for(need, town.resource(), by=cast.branch, amount=2)
    assert news() == {"match:asked": ["liaison"]}

    matches.perform_match(match, "accept", by=cast.liaison)
    assert news() == {"match:accept": ["branch"]}

    matches.perform_match(match, "release", by=cast.branch)
    assert news() == {"match:released": ["liaison"]}


def test_an_owner_declines(town, cast, need, news):
    match = matches.ask_for(need, town.resource(), by=cast.town, amount=2)
    news()

    matches.perform_match(match, "decline", by=cast.liaison, reason="本月已排满。")

    assert news() == {"match:decline": ["branch", "town"]}  # the office asked for the branch


# --- members, turns ---


def test_a_unit_joins_and_leaves(town, cast, news):
    facts = {"organisation": cast.team_org, "joined_on": make.day(0), "turn_order": 9}
    membership = members.join(town.alliance, facts, by=cast.town)
    assert news() == {}  # the team's post has nothing to do with alliances

    user_with_post("team_liaison", "liaison", organisation=cast.team_org)
    members.leave(membership, by=cast.town, on=make.day(1))
    assert news() == {"membership:left": ["team_liaison"]}


def test_whoever_takes_a_turn_by_exchange(town, cast, news):
    for order, row in enumerate(town.alliance.memberships.order_by("pk"), start=1):
        row.turn_order = order
        row.save()
    [one, other] = turns.plan_turns(town.alliance, by=cast.town, start=make.day(1), until=make.day(100))[:2]
    news()

    turns.swap_turns(one, other, by=cast.town)

    assert news() == {"chairturn:swapped": ["liaison", "unit"]}


# --- rivers ---


@pytest.fixture
def section(town):
    return make.SectionFactory(river__alliance=town.alliance)


def test_a_problem_and_its_solution(cast, section, news):
    facts = {"section": section, "level": ChiefLevel.VILLAGE, "organisation": cast.party}
    facts |= {"by_whom": "王丙", "day": make.day(0)}
    walk = Walk(facts, problems=[{"text": "岸边有少量漂浮物。"}])
    patrol = patrols.create_patrol(walk, by=cast.branch)
    assert news() == {"patrolproblem:open": ["town"]}

    patrols.solve_problem(patrol.problems.get(), by=cast.town, solved_on=make.day(0), answer="已清理。")
    assert news() == {"patrolproblem:solved": ["branch"]}


def test_water_that_misses_its_target(cast, section, news):
    make.RiverChiefFactory(section=section, organisation=cast.party)
    make.RiverChiefFactory(section=section, organisation=cast.other_party, level=ChiefLevel.TOWN, until=make.day(-1))
    facts = {"section": section, "organisation": cast.partner, "do": 6, "codmn": 4, "nh3n": 1}

    good = samples.create_sample(facts | {"taken_on": make.day(-2)}, by=cast.liaison)
    assert news() == {}

    for _ in range(2):  # corrected twice, told once
        good.refresh_from_db()
        samples.update_sample(good, {"nh3n": good.nh3n + 1}, by=cast.liaison, version=good.version)
    assert news() == {"watersample:missed": ["branch", "town"]}


# --- nobody else, nothing that did not happen ---


def test_a_rolled_back_action_tells_nobody(town, cast):
    with transaction.atomic():
        raised(town, cast)
        told = Outbox.objects.count()
        transaction.set_rollback(True)

    deliver_due()
    assert (told, Outbox.objects.count(), Message.objects.count()) == (1, 0, 0)


def test_a_refused_action_tells_nobody(town, cast, need, news):
    claim = town.claim(need=need)

    with pytest.raises(DomainError):
        claims.perform_claim(claim, "accept", by=cast.town, lead=False)

    assert (news(), claim.need.state) == ({}, NeedState.PUBLISHED)


def test_whoever_raised_it_and_has_left_the_post_is_not_told(town, cast, news):
    """Told is who stands for the unit today."""
    need = town.need(created_by=cast.former, state=NeedState.RAISED)

    needs.perform_need(need, "return", by=cast.town, reason="请写明河段。")

    assert news() == {"need:returned": ["branch"]}


def test_a_unit_that_has_left_hears_of_no_new_need(town, cast, news):
    town.alliance.memberships.filter(organisation=cast.unit_org).update(left_on=make.day(0))
    need = town.need(state=NeedState.RAISED)

    needs.perform_need(need, "publish", by=cast.town)

    assert news() == {"need:published": ["branch", "liaison"]}


def test_another_alliance_hears_nothing(town, cast, news):
    other = make.MembershipFactory(organisation=cast.other_party)
    user_with_post("elsewhere", "liaison", organisation=other.organisation)
    need = town.need(state=NeedState.RAISED)

    needs.perform_need(need, "publish", by=cast.town)

    assert "elsewhere" not in news()["need:published"]


def test_each_hears_once_even_with_two_parts_in_it(town, cast, clock):
    """The unit raised the need and claims it itself."""
    need = town.need(organisation=cast.partner, created_by=cast.liaison)
    claim = make.ClaimFactory(need=need, organisation=cast.partner, state=ClaimState.OFFERED)

    claims.perform_claim(claim, "accept", by=cast.town, lead=True)
    deliver_due()

    assert Message.objects.filter(user=cast.liaison).count() == 1


def test_words_name_no_person(town, cast, need, news):
    """Units, days, titles; names of people stay on the pages."""
    project = started(cast, need)
    projects.perform_project(project, "hand_in", by=cast.liaison, result="修复岸线。")

    words = "".join(f"{row.title}{row.text}" for row in Outbox.objects.all())
    assert not re.search("同志|张", words)


def test_every_kind_stands_in_the_settings():
    labels = [kind.label for code, kind in registry.message_kinds().items() if code.startswith("alliances.")]

    assert labels == ["需求与认领", "资源对接", "项目与节点", "联盟成员与轮值", "河道"]
