"""项目清单: started, changed, moved with the need, seen by whom it concerns."""

from datetime import date, timedelta

import pytest

from alliances.choices import ClaimState, NeedState, ProjectState
from alliances.forms.projects import project_choice
from alliances.models import Claim, Need, Project
from alliances.selectors.projects import BEFORE_START, offered_activities
from alliances.services.projects import hang, perform_project, set_activities, start_project, update_project
from alliances.workflow import PROJECT
from tests.alliances.started import NEED_OF, claimed, project_of, values
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed, StaleVersion

DATA = {
    "hand_in": {"result": "修复岸线 1.2 公里。", "beneficiaries": 1200},
    "return": {"reason": "请补栽两处绿化。"},
    "stop": {"reason": "方案调整。"},
}


def state_of(row) -> str:
    row.refresh_from_db()
    return row.state


# --- starting ---


def test_a_claimed_need_becomes_a_project(cast):
    need = claimed(cast)

    project = start_project(values(), by=cast.liaison, need=need)

    assert (project.organisation, list(project.helpers.all())) == (cast.partner, [cast.unit_org])
    assert (project.need, project.alliance, project.state) == (need, need.alliance, ProjectState.DOING)
    assert project.serial == f"YQ-XM-{make.day(0).year}-0001"
    assert state_of(need) == NeedState.DOING
    assert sorted(Entry.objects.values_list("action", flat=True)) == ["need.follow", "project.start"]


@pytest.mark.parametrize("state", [state for state in NeedState.values if state != NeedState.CLAIMED])
def test_only_a_claimed_need(cast, state):
    need = claimed(cast)
    Need.objects.filter(pk=need.pk).update(state=state)

    with pytest.raises(Conflict, match="确认牵头认领单位之后才能立项"):
        start_project(values(), by=cast.liaison, need=need)

    assert (Project.objects.count(), state_of(need)) == (0, state)


def test_a_need_without_a_leading_unit(cast):
    need = claimed(cast)
    Claim.objects.filter(need=need).update(lead=False)

    with pytest.raises(Conflict, match="还没有牵头认领单位"):
        start_project(values(), by=cast.town, need=need)


def test_the_second_project_of_a_need_is_led_to_the_first(cast):
    need = claimed(cast)
    first = start_project(values(), by=cast.liaison, need=need)

    with pytest.raises(Conflict, match=f"已立项为“里河岸线修复”（{first.serial}）"):
        start_project(values(), by=cast.town, need=need)

    assert Project.objects.count() == 1


def test_a_helping_unit_does_not_start_it(cast):
    with pytest.raises(DomainError, match="牵头单位不在您的管辖范围"):
        start_project(values(), by=cast.unit, need=claimed(cast))


def test_a_project_without_a_need(cast):
    alliance = claimed(cast).alliance
    facts = values(alliance=alliance, organisation=cast.partner, helpers=[cast.unit_org])

    project = start_project(facts, by=cast.liaison)

    assert (project.need, list(project.helpers.all())) == (None, [cast.unit_org])


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (lambda cast: {"organisation": cast.team_org}, "organisation", "不是这个联盟的现有成员"),
        (lambda cast: {"helpers": [cast.team_org]}, "helpers", "不是这个联盟的现有成员"),
        (lambda cast: {"helpers": [cast.partner]}, "helpers", "配合单位不用选牵头单位"),
        (lambda cast: {"due_on": make.day(-1)}, "due_on", "不能早于开始日期"),
    ],
)
def test_refusals(cast, changes, field, words):
    facts = values(alliance=claimed(cast).alliance, organisation=cast.partner) | changes(cast)

    with pytest.raises(DomainError, match=words) as refused:
        start_project(facts, by=cast.town)

    assert (refused.value.field, Project.objects.count()) == (field, 0)


def test_not_in_an_alliance_that_has_ended(cast):
    alliance = make.AllianceFactory(state="ended")
    make.MembershipFactory(alliance=alliance, organisation=cast.partner)

    with pytest.raises(DomainError, match="联盟已结束"):
        start_project(values(alliance=alliance, organisation=cast.partner), by=cast.town)


# --- changing ---


def test_a_running_project_is_changed(cast):
    project = project_of(cast)

    update_project(project, {"title": "新名", "helpers": []}, by=cast.liaison, version=1)

    project.refresh_from_db()
    assert (project.title, project.version, project.helpers.count()) == ("新名", 2, 0)
    assert Entry.objects.get().fields == ["helpers", "title"]


def test_nothing_changed_is_nothing_logged(cast):
    project = project_of(cast)

    update_project(project, {"title": project.title}, by=cast.liaison, version=1)

    assert (Entry.objects.count(), Project.objects.get().version) == (0, 1)


def test_the_second_of_two_editors_is_told(cast):
    project = project_of(cast)
    update_project(project, {"title": "甲"}, by=cast.liaison, version=1)

    with pytest.raises(StaleVersion):
        update_project(project, {"title": "乙"}, by=cast.town, version=1)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ProjectState.INSPECTING, "正在等待验收"),
        (ProjectState.DONE, "不能再修改"),
        (ProjectState.STOPPED, "不能再修改"),
    ],
)
def test_others_are_not_changed(cast, state, words):
    with pytest.raises(Conflict, match=words):
        update_project(project_of(cast, state), {"title": "甲"}, by=cast.town, version=1)


def test_a_helper_that_has_left_may_stay(cast):
    project = project_of(cast)
    project.helpers.add(cast.team_org)

    update_project(project, {"helpers": [cast.team_org]}, by=cast.liaison, version=1)

    assert list(project.helpers.all()) == [cast.team_org]


# --- activities ---


def test_activities_of_those_involved_hang_on_it(cast):
    project = project_of(cast)
    own = ActivityFactory(organisation=cast.party)
    foreign = ActivityFactory(organisation=cast.other_party)

    set_activities(project, [own], by=cast.town, version=1)
    assert list(project.activities.all()) == [own]

    with pytest.raises(DomainError, match="不属于参与单位") as refused:
        set_activities(project, [own, foreign], by=cast.town, version=2)
    assert (refused.value.field, list(project.activities.all())) == ("activities", [own])


def test_what_one_may_not_see_stays(cast):
    """The liaison ticks off what is shown to it; the village's own activity is not shown."""
    project = project_of(cast)
    hidden = ActivityFactory(organisation=cast.party)
    shown = ActivityFactory(organisation=cast.party, partners=[cast.partner])
    project.activities.add(hidden, shown)

    set_activities(project, [], by=cast.liaison, version=1)

    assert list(project.activities.all()) == [hidden]


# --- the way ---


@pytest.mark.parametrize("state", ProjectState.values)
@pytest.mark.parametrize("step", PROJECT.transitions, ids=lambda step: step.name)
def test_every_state_and_every_step_with_the_need(cast, state, step):
    """What the table allows moves both; all else leaves both byte-equal."""
    project = project_of(cast, state)
    need = project.need
    before = Project.objects.filter(pk=project.pk).values().get(), Need.objects.filter(pk=need.pk).values().get()

    if state in step.source:
        perform_project(project, step.name, by=cast.town, **DATA.get(step.name, {}))
        assert (state_of(project), state_of(need)) == (step.target, NEED_OF[step.target])
    else:
        with pytest.raises(Conflict):
            perform_project(project, step.name, by=cast.town, **DATA.get(step.name, {}))
        after = Project.objects.filter(pk=project.pk).values().get(), Need.objects.filter(pk=need.pk).values().get()
        assert after == before


@pytest.mark.parametrize("state", ProjectState.values)
@pytest.mark.parametrize("step", PROJECT.transitions, ids=lambda step: step.name)
def test_every_step_without_a_need(cast, state, step):
    project = make.ProjectFactory(organisation=cast.partner, state=state)

    if state in step.source:
        perform_project(project, step.name, by=cast.town, **DATA.get(step.name, {}))
    else:
        with pytest.raises(Conflict):
            perform_project(project, step.name, by=cast.town, **DATA.get(step.name, {}))

    assert state_of(project) == (step.target if state in step.source else state)


@pytest.mark.parametrize(
    ("name", "by", "state"),
    [
        ("hand_in", "branch", ProjectState.DOING),
        ("hand_in", "unit", ProjectState.DOING),
        ("pass", "liaison", ProjectState.INSPECTING),
        ("pass", "other_branch", ProjectState.INSPECTING),
        ("return", "liaison", ProjectState.INSPECTING),
        ("stop", "liaison", ProjectState.DOING),
        ("stop", "branch", ProjectState.INSPECTING),
    ],
)
def test_who_may_not(cast, name, by, state):
    project = project_of(cast, state)

    with pytest.raises(NotAllowed):
        perform_project(project, name, by=getattr(cast, by), **DATA.get(name, {}))

    assert (state_of(project), state_of(project.need)) == (state, NEED_OF[state])


def test_the_raiser_inspects(cast):
    project = project_of(cast)
    perform_project(project, "hand_in", by=cast.liaison, **DATA["hand_in"])
    perform_project(project, "return", by=cast.branch, **DATA["return"])
    project.refresh_from_db()
    assert project.return_reason == "请补栽两处绿化。"

    perform_project(project, "hand_in", by=cast.liaison, **DATA["hand_in"])
    perform_project(project, "pass", by=cast.branch)

    project.refresh_from_db()
    assert (project.result, project.beneficiaries, project.return_reason) == ("修复岸线 1.2 公里。", 1200, "")
    assert (project.accepted_on, project.need.accepted_on) == (make.day(0), make.day(0))


def test_a_stopped_project_gives_its_need_back(cast):
    project = project_of(cast)
    need = project.need

    perform_project(project, "stop", by=cast.town, **DATA["stop"])

    project.refresh_from_db()
    assert (project.need, project.former_need, state_of(need)) == (None, need, NeedState.PUBLISHED)
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.WITHDRAWN}
    assert Project.objects.visible_to(cast.branch).get() == project  # its raiser still sees what was tried


def test_after_that_another_project_answers_the_need(cast):
    project = project_of(cast)
    need = project.need
    perform_project(project, "stop", by=cast.town, **DATA["stop"])
    make.ClaimFactory(need=need, organisation=cast.unit_org, state=ClaimState.ACCEPTED, lead=True)
    Need.objects.filter(pk=need.pk).update(state=NeedState.CLAIMED)

    second = start_project(values(), by=cast.unit, need=need)

    assert (second.need, second.organisation) == (need, cast.unit_org)


def test_a_step_of_an_old_page_is_refused(cast):
    project = project_of(cast)
    update_project(project, {"title": "甲"}, by=cast.town, version=1)

    with pytest.raises(Conflict, match="又有修改"):
        perform_project(project, "hand_in", by=cast.liaison, version=1, **DATA["hand_in"])


# --- the light ---


@pytest.mark.parametrize(
    ("days", "word", "look"),
    [(31, "按期推进", "ok"), (30, "临近到期", "due"), (0, "临近到期", "due"), (-1, "超期 1 天", "late")],
)
def test_the_light_follows_from_the_dates(days, word, look):
    light = make.ProjectFactory.build(due_on=make.day(days), alliance=None, organisation=None, service_line=None).light

    assert (light.word, light.look) == (word, look)


# --- days that cannot be ---


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"starts_on": date(1900, 1, 1), "due_on": date(1900, 6, 1)}, "starts_on", "不能早于联盟成立日期"),
        ({"due_on": date(2100, 12, 31)}, "due_on", "一个项目最长 10 年"),
    ],
)
def test_a_project_is_of_its_alliances_time(cast, changes, field, words):
    facts = values(alliance=claimed(cast).alliance, organisation=cast.partner) | changes

    with pytest.raises(DomainError, match=words) as refused:
        start_project(facts, by=cast.town)

    assert (refused.value.field, Project.objects.count()) == (field, 0)


def test_activities_hang_on_it_from_its_preparing_on(cast):
    project = project_of(cast)
    early = project.starts_on - BEFORE_START
    prepared = ActivityFactory(organisation=cast.party, held_on=early)
    before = ActivityFactory(organisation=cast.party, held_on=early - timedelta(days=1))

    assert list(offered_activities(cast.town, project)) == [prepared]
    set_activities(project, [prepared], by=cast.town, version=1)
    with pytest.raises(DomainError, match=f"早于 {early}"):
        set_activities(project, [prepared, before], by=cast.town, version=2)
    with pytest.raises(DomainError, match="这次活动早了 30 天以上") as refused:
        hang(before, project, by=cast.town)
    assert (refused.value.field, list(project.activities.all())) == ("project", [prepared])
    chosen = [words for _, words in project_choice(cast.town, prepared).choices]
    assert chosen == ["不属于任何项目", f"{project}（{project.organisation}牵头）"]
    assert project_choice(cast.town, before) is None
