"""“所属项目” on the form of an activity: offered to the involved, kept with the record, shown on both pages."""

import pytest
from django.urls import reverse

from alliances.choices import ProjectState
from alliances.models import Project
from alliances.services.projects import set_activities
from tests.activities.typed import typed
from tests.alliances.started import project_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.audit.models import Entry

pytestmark = pytest.mark.django_db
NEW = "/activities/new/theme_day/"


@pytest.fixture
def project(cast):
    """Answers a need of `party` (branch), led by `partner`, helped by `unit_org`."""
    return project_of(cast, title="里河岸线修复")


def offered(user, url: str = NEW) -> list[str]:
    form = sign_in(user).get(url).context["form"]
    return [words for _, words in form.fields["project"].choices] if "project" in form.fields else []


def send(user, branch, url: str = NEW, **changes):
    return sign_in(user).post(url, typed(branch, **changes))


def hung(activity) -> list[str]:
    return [project.title for project in activity.alliance_projects.order_by("pk")]


@pytest.fixture
def draft(cast):
    return ActivityFactory(organisation=cast.party, state=State.DRAFT, created_by=cast.branch, title="清洁家园")


def edit(cast, draft, **changes):
    url = reverse("activities:update", args=[draft.pk])
    return send(cast.branch, cast.party, url, version=str(draft.version), **changes)


# --- what is offered ---


def test_the_open_projects_of_the_users_units_are_offered(project, cast):
    for state in (ProjectState.DONE, ProjectState.STOPPED):
        project_of(cast, state)
    make.ProjectFactory(alliance=project.alliance, organisation=cast.partner)  # of the alliance, nothing to do with us

    assert offered(cast.branch) == ["不属于任何项目", "里河岸线修复（示例单位一牵头）"]
    assert offered(cast.other_branch) == []
    assert len(offered(cast.town)) == 3


def test_without_a_project_the_form_stays_as_it_was(cast):
    assert cast.party
    assert "所属项目" not in sign_in(cast.branch).get(NEW).content.decode()


# --- from the project's page to the record ---


def test_the_projects_page_leads_to_the_form_with_the_project_chosen(project, cast):
    client = sign_in(cast.branch)
    link = f'href="/activities/new/?project={project.pk}"'
    assert link in client.get(project.get_absolute_url()).content.decode()
    assert f"{NEW}?project={project.pk}" in client.get(f"/activities/new/?project={project.pk}").content.decode()

    page = client.get(f"{NEW}?project={project.pk}")

    assert f'<option value="{project.pk}" selected>' in page.content.decode()
    assert page.context["autosave_key"] == f"{NEW}{cast.party.pk}-{project.pk}"


@pytest.mark.parametrize(("actor", "state"), [("liaison", "doing"), ("branch", "done"), ("leader", "doing")])
def test_who_cannot_record_for_it_has_no_button(cast, actor, state):
    page = sign_in(getattr(cast, actor)).get(project_of(cast, state).get_absolute_url())

    assert (page.status_code, "记录活动" in page.content.decode()) == (200, False)


@pytest.mark.parametrize("asked", ["987654321", "x", "", "1' OR 1=1"])
def test_a_link_that_names_no_open_project_presets_nothing(project, cast, asked):
    page = sign_in(cast.branch).get(NEW, {"project": asked})

    assert page.status_code == 200
    assert f'<option value="{project.pk}" selected>' not in page.content.decode()


def test_the_record_hangs_on_the_project_and_both_pages_show_it(project, cast, refetch):
    answer = send(cast.branch, cast.party, project=str(project.pk), do="submit")

    made = Activity.objects.get()
    assert (answer.status_code, hung(made), made.state) == (302, ["里河岸线修复"], State.SUBMITTED)
    assert refetch(project).version == project.version + 1
    client = sign_in(cast.branch)
    assert f'href="{project.get_absolute_url()}">里河岸线修复' in client.get(made.get_absolute_url()).content.decode()
    assert f'href="{made.get_absolute_url()}">清洁家园' in client.get(project.get_absolute_url()).content.decode()
    entries = Entry.objects.exclude(action="session.login").order_by("pk").values_list("action", "object_id")
    assert list(entries) == [
        ("activity.create", str(made.pk)),
        ("project.activities", str(project.pk)),
        ("activity.submit", str(made.pk)),
    ]


# --- changed later ---


def test_another_project_takes_its_place_and_further_ones_stay(project, draft, cast):
    second, further = (project_of(cast, title=title) for title in ("清淤", "护岸"))
    project.activities.add(draft)
    page = sign_in(cast.branch).get(reverse("activities:update", args=[draft.pk]))
    assert f'<option value="{project.pk}" selected>' in page.content.decode()
    further.activities.add(draft)

    assert edit(cast, draft, project=str(second.pk)).status_code == 302

    assert hung(draft) == ["清淤", "护岸"]


@pytest.mark.parametrize(("chosen", "after"), [("", []), ("same", ["里河岸线修复"])])
def test_none_takes_it_off_and_the_same_changes_nothing(project, draft, cast, chosen, after):
    project.activities.add(draft)

    edit(cast, draft, project=chosen and str(project.pk))

    version = Project.objects.get(pk=project.pk).version
    assert (hung(draft), version) == (after, project.version + (not after))


# --- refused ---


def test_what_the_unit_has_no_part_in_is_refused_at_the_field(project, cast):
    facts = {"project": str(project.pk), "content": "只打了一半的字"}
    answer = send(cast.town, cast.other_party, **facts)

    sentence = "罗峰社区党组织没有参与项目“里河岸线修复”，请改选项目，或在合作单位里勾选参与单位。"
    form = answer.context["form"]
    assert (answer.status_code, form.errors["project"]) == (400, [sentence])
    assert (Activity.objects.count(), form["content"].value()) == (0, "只打了一半的字")
    assert f'<option value="{project.pk}" selected>' in answer.content.decode()

    assert send(cast.town, cast.other_party, partners=[str(cast.partner.pk)], **facts).status_code == 302
    assert hung(Activity.objects.get()) == ["里河岸线修复"]


def test_what_is_not_offered_is_not_taken(project, cast):
    foreign = make.ProjectFactory()

    answer = send(cast.branch, cast.party, project=str(foreign.pk))

    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert "project" in answer.context["form"].errors


def test_a_closed_project_keeps_its_activities(project, draft, cast):
    project.activities.add(draft)
    Project.objects.filter(pk=project.pk).update(state=ProjectState.DONE)

    refused = edit(cast, draft, project="", title="改过的名称")
    kept = edit(cast, draft, project=str(project.pk), title="改过的名称")

    sentence = "项目“里河岸线修复”现在是“已完成”，不能再补充活动；请改回原来的选择。"
    assert (refused.status_code, refused.context["form"].errors["project"]) == (409, [sentence])
    assert refused.context["form"]["title"].value() == "改过的名称"
    assert (kept.status_code, hung(draft)) == (302, ["里河岸线修复"])


def test_two_editors_see_the_project_on_the_compare_page(project, draft, cast):
    Activity.objects.filter(pk=draft.pk).update(version=draft.version + 1)

    answer = edit(cast, draft, project=str(project.pk))

    shown = {row["label"]: (row["theirs"], row["mine"]) for row in answer.context["rows"]}
    assert (answer.status_code, shown["所属项目"]) == (409, ("不属于任何项目", "里河岸线修复（示例单位一牵头）"))
    assert hung(draft) == []


# --- moved on the project's page while the record's form is open ---


def test_a_form_that_was_open_does_not_move_it_back(project, draft, cast, refetch):
    set_activities(project, [draft], by=cast.town, version=project.version)

    answer = edit(cast, draft, project="")  # the form knew of no project

    shown = {row["label"]: (row["theirs"], row["mine"]) for row in answer.context["rows"]}
    assert (answer.status_code, shown["所属项目"]) == (409, ("里河岸线修复（示例单位一牵头）", "不属于任何项目"))
    assert answer.context["sides"][0] == "别人已保存"
    assert hung(draft) == ["里河岸线修复"]
    assert refetch(draft).version == draft.version + 1


def test_only_what_moves_is_raised_and_not_what_is_handed_in(project, draft, cast, refetch):
    stays = ActivityFactory(organisation=cast.party, state=State.DRAFT)
    handed_in = ActivityFactory(organisation=cast.party, state=State.SUBMITTED)
    project.activities.set([stays, draft])

    set_activities(project, [stays, handed_in], by=cast.town, version=project.version)

    rows = (draft, stays, handed_in)
    assert [refetch(row).version - row.version for row in rows] == [1, 0, 0]
    assert list(
        Entry.objects.filter(action="project.activities").order_by("pk").values_list("object_type", "fields")
    ) == [
        ("alliances.project", ["activities"]),
        ("activities.activity", ["project"]),
    ]
