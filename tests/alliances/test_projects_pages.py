"""The pages of projects: list, page, forms, steps, workbench."""

import pytest
from django.urls import reverse

from alliances.choices import NeedState, ProjectState
from alliances.models import Need, Project
from alliances.workbench import projects as workbench
from tests.alliances.started import claimed, project_of
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f97"
LIST = reverse("alliances:projects")


def listed(response) -> list[str]:
    return [row.record.title for row in response.context["table"].page.object_list]


def typed(**changes) -> dict:
    """A complete form for a project of a need."""
    return {
        "title": "里河岸线修复",
        "service_line": make.line().pk,
        "starts_on": make.day(0).isoformat(),
        "due_on": make.day(90).isoformat(),
        "idempotency_key": KEY,
    } | changes


def kinds(user) -> list[str]:
    return [todo.kind for todo in workbench.todos(user)]


# --- list ---


def test_the_list_and_its_presets(cast, client_for):
    late = project_of(cast, due_on=make.day(-3), title="甲")
    project_of(cast, ProjectState.INSPECTING, title="乙")
    make.ProjectFactory(title="别处")
    client = client_for(cast.liaison)

    assert listed(client.get(LIST)) == ["乙", "甲"]
    assert [(tab["title"], tab["count"]) for tab in client.get(LIST).context["views"]] == [
        ("全部", 2),
        ("实施中", 1),
        ("已超期", 1),
        ("待验收", 1),
        ("已完成", 0),
    ]
    assert listed(client.get(f"{LIST}?light=late")) == ["甲"]
    assert "超期 3 天" in client.get(LIST).content.decode()
    assert listed(client.get(f"{LIST}?organisation={cast.partner.pk}&q=甲")) == [late.title]


def test_figures_count_what_their_list_shows(cast, client_for):
    project_of(cast)
    project_of(cast, ProjectState.DONE, accepted_on=make.day(0))
    project_of(cast, ProjectState.DONE, accepted_on=make.day(-800))

    found = {figure.title: figure for figure in workbench.figures(cast.liaison)}

    assert {title: figure.value for title, figure in found.items()} == {"实施中的项目": 1, "完成的项目": 1}
    for figure in found.values():
        assert len(listed(client_for(cast.liaison).get(figure.url))) == figure.value


# --- starting ---


def test_the_form_brings_what_the_need_says(cast, client_for):
    need = claimed(cast, due_on=make.day(40))

    response = client_for(cast.liaison).get(f"{reverse('alliances:project_new')}?need={need.pk}")

    form = response.context["form"]
    assert (form["title"].value(), form["due_on"].value(), form["service_line"].value()) == (
        need.title,
        need.due_on,
        need.service_line_id,
    )
    assert set(form.fields) == {"title", "service_line", "starts_on", "due_on", "detail", "programme"}


def test_a_double_tap_makes_one_project(cast, client_for):
    need, client = claimed(cast), client_for(cast.liaison)
    url = f"{reverse('alliances:project_new')}?need={need.pk}"

    answers = [client.post(url, typed()).headers["Location"] for _ in range(2)]

    project = Project.objects.get()
    assert (answers, project.need) == ([project.get_absolute_url()] * 2, need)
    assert Need.objects.get().state == NeedState.DOING


def test_a_need_that_is_started_already(cast, client_for):
    project = project_of(cast)

    response = client_for(cast.liaison).get(f"{reverse('alliances:project_new')}?need={project.need.pk}")

    assert response.status_code == 409
    assert f"已立项为“{project}”" in response.content.decode()


@pytest.mark.parametrize("key", ["x", "999999", "9" * 30])
def test_a_need_that_is_not_there(cast, client_for, key):
    assert client_for(cast.liaison).get(f"{reverse('alliances:project_new')}?need={key}").status_code == 404


def test_a_helping_unit_is_told_who_starts_it(cast, client_for):
    response = client_for(cast.unit).get(f"{reverse('alliances:project_new')}?need={claimed(cast).pk}")

    assert response.status_code == 403
    assert "请由牵头单位或镇党建办立项" in response.content.decode()


def test_without_a_need_the_units_are_chosen(cast, client_for):
    alliance = claimed(cast).alliance
    body = typed(alliance=alliance.pk, organisation=cast.partner.pk, helpers=[cast.unit_org.pk])

    response = client_for(cast.town).post(reverse("alliances:project_new"), body)

    project = Project.objects.get()
    assert (response.status_code, project.organisation) == (302, cast.partner)
    assert list(project.helpers.all()) == [cast.unit_org]


def test_needs_that_are_ready_stand_above_the_form(cast, client_for):
    need = claimed(cast)

    assert list(client_for(cast.liaison).get(reverse("alliances:project_new")).context["waiting"]) == [need]
    assert list(client_for(cast.unit).get(reverse("alliances:project_new")).context["waiting"]) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "请填写项目名称。"),
        ({"title": "甲" * 61}, "title", "最多 60 个字，现在是 61 个字，请删减。"),
        ({"due_on": ""}, "due_on", "请填写计划完成。"),
        ({"due_on": "2020-01-01"}, "due_on", "计划完成日期不能早于开始日期，请核对。"),
        ({"due_on": "某天"}, "due_on", "看不懂日期“某天”，请写成 2026-11-23 的样子。"),
        ({"service_line": "x"}, "service_line", "九联类别不在可选范围内，请重新选择。"),
    ],
)
def test_refusals_lose_nothing(cast, client_for, changes, field, words):
    url = f"{reverse('alliances:project_new')}?need={claimed(cast).pk}"

    response = client_for(cast.liaison).post(url, typed(detail="补栽绿化") | changes)

    assert (response.status_code, response.context["form"].errors[field]) == (400, [words])
    assert (Project.objects.count(), response.context["form"]["detail"].value()) == (0, "补栽绿化")


# --- one project ---


def test_the_page_shows_the_way_and_the_need(cast, client_for):
    project = project_of(cast)

    response = client_for(cast.branch).get(project.get_absolute_url())

    assert [(step.title, step.state) for step in response.context["steps"]] == [
        ("提出需求", "done"),
        ("认领", "done"),
        ("立项", "done"),
        ("实施", "now"),
        ("验收", "todo"),
        ("评价", "todo"),
    ]
    assert response.context["need"] == project.need
    assert response.context["clock"].number == 60


@pytest.mark.parametrize(
    ("state", "ways"),
    [
        (ProjectState.DOING, ["done", "now", "todo", "todo"]),
        (ProjectState.INSPECTING, ["done", "done", "now", "todo"]),
        (ProjectState.DONE, ["done", "done", "done", "done"]),
        (ProjectState.STOPPED, []),
    ],
)
def test_the_way_without_a_need(cast, client_for, state, ways):
    project = make.ProjectFactory(organisation=cast.partner, state=state)

    response = client_for(cast.town).get(project.get_absolute_url())

    assert [step.state for step in response.context["steps"]] == ways


@pytest.mark.parametrize(
    ("actor", "state", "names"),
    [
        ("liaison", ProjectState.DOING, ["hand_in"]),
        ("unit", ProjectState.DOING, []),
        ("branch", ProjectState.INSPECTING, ["pass", "return"]),
        ("town", ProjectState.INSPECTING, ["pass", "return", "stop"]),
        ("liaison", ProjectState.DONE, []),
    ],
)
def test_the_buttons(cast, client_for, actor, state, names):
    response = client_for(getattr(cast, actor)).get(project_of(cast, state).get_absolute_url())

    assert [step["name"] for step in response.context["transitions"]] == names


def test_handing_in_through_the_page(cast, client_for):
    project = project_of(cast)
    url = reverse("alliances:project_do", args=[project.pk, "hand_in"])
    client = client_for(cast.liaison)

    empty = client.post(url, {"result": "", "beneficiaries": "很多"})
    assert (empty.status_code, empty.context["form"].errors) == (
        400,
        {"result": ["请填写成果。"], "beneficiaries": ["受益人次请写整数，例如 12。"]},
    )
    client.post(url, {"result": "修复岸线 1.2 公里。", "beneficiaries": "1200"})

    project.refresh_from_db()
    assert (project.state, project.beneficiaries) == (ProjectState.INSPECTING, 1200)


def test_editing_shows_what_another_saved(cast, client_for):
    project = project_of(cast)
    url = reverse("alliances:project_edit", args=[project.pk])
    client_for(cast.town).post(url, typed(title="别人改的", version=1))

    response = client_for(cast.liaison).post(url, typed(title="我改的", version=1))

    assert (response.status_code, [row["mine"] for row in response.context["rows"]]) == (409, ["我改的"])


def test_a_project_in_inspection_is_not_edited(cast, client_for):
    project = project_of(cast, ProjectState.INSPECTING)
    url = reverse("alliances:project_edit", args=[project.pk])
    client = client_for(cast.liaison)

    assert [client.get(url).status_code, client.post(url, typed(version=1)).status_code] == [409, 409]


def test_activities_are_ticked(cast, client_for):
    project = project_of(cast)
    activity = ActivityFactory(organisation=cast.party, partners=[cast.partner])
    url = reverse("alliances:project_activities", args=[project.pk])
    client = client_for(cast.liaison)

    assert list(client.get(url).context["form"].fields["activities"].queryset) == [activity]
    client.post(url, {"activities": [activity.pk], "version": 1})

    page = client.get(project.get_absolute_url()).content.decode()
    assert (list(project.activities.all()), activity.get_absolute_url() in page) == ([activity], True)


# --- workbench ---


def test_what_waits_for_whom(cast):
    need = claimed(cast)
    assert (kinds(cast.liaison), kinds(cast.unit), kinds(cast.branch)) == (["待立项"], [], [])

    project = project_of(cast, need=need, due_on=make.day(8))
    assert kinds(cast.liaison) == []
    Project.objects.update(due_on=make.day(7))
    assert kinds(cast.liaison) == ["项目到期"]
    Project.objects.update(return_reason="请补栽。")
    assert kinds(cast.liaison) == ["验收退回"]

    Project.objects.update(state=ProjectState.INSPECTING)
    assert (kinds(cast.branch), kinds(cast.town), kinds(cast.liaison)) == (["待验收"], ["待验收"], ["已申请验收"])
    assert kinds(cast.other_branch) == []
    assert project.get_absolute_url() in {todo.url for todo in workbench.todos(cast.branch)}


def test_it_is_found_by_title_and_number(cast):
    project = project_of(cast, title="里河岸线修复")

    found = [[row.url for row in workbench.find_projects(cast.liaison, words)] for words in ("岸线", project.serial)]

    assert found == [[project.get_absolute_url()]] * 2
    assert workbench.find_projects(cast.other_branch, "岸线") == []
