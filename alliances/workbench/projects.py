"""What the portal shows of projects, progress, programmes: to-dos, figures, what can be found."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.portal import Attach, Figure, MenuItem, Panel, RecycleKind, SearchKind, Todo
from yiqiao_portal.core.views.detail import Section

from ..choices import ProjectState
from ..forms.projects import project_choice
from ..models import Milestone, Programme, Project
from ..selectors import projects as selectors
from ..services import projects as services

MOST = 60


@dataclass(frozen=True)
class Found:
    """A row of the search."""

    title: str
    url: str
    sub: str


def find_projects(user, words: str) -> list[Found]:
    """Projects whose title contains the words, or with this number."""
    rows = Project.objects.visible_to(user).select_related("organisation")
    return [
        Found(row.title, row.get_absolute_url(), f"{row.organisation} 牵头 · {row.serial}")
        for row in rows.matching(words)[:5]
    ]


def find_programmes(user, words: str) -> list[Found]:
    """Programmes by name; there are few."""
    rows = Programme.objects.visible_to(user).filter(name__icontains=words).select_related("organisation")
    return [Found(row.name, row.get_absolute_url(), f"{row.organisation} 牵头") for row in rows[:5]]


ACTIONS: dict[str, str] = {
    "project.start": "新建项目",
    "project.update": "修改项目",
    "project.activities": "调整项目相关活动",
    "project.hand_in": "项目申请验收",
    "project.pass": "项目验收通过",
    "project.return": "项目验收退回",
    "project.stop": "中止项目",
    "project.export": "导出项目清单",
    "progress.create": "填写项目进展",
    "progress.remove": "项目进展移入回收站",
    "programme.create": "新增工程与行动",
    "programme.update": "修改工程与行动",
    "programme.remove": "工程与行动移入回收站",
    "programme.export": "导出工程与行动",
    "milestone.create": "新增节点",
    "milestone.update": "修改节点",
    "milestone.finish": "完成节点",
    "milestone.remove": "节点移入回收站",
}
SEARCH = (
    SearchKind("项目", "alliances.view_project", find_projects),
    SearchKind("工程与行动", "alliances.view_programme", find_programmes),
)
RECYCLE = (
    RecycleKind("项目进展", "alliances.Progress", "alliances.delete_progress"),
    RecycleKind("工程与行动", "alliances.Programme", "alliances.delete_programme"),
    RecycleKind("节点", "alliances.Milestone", "alliances.change_programme"),
)
CHILDREN = (
    MenuItem("项目清单", "alliances:projects", "alliances.view_project"),
    MenuItem("工程与行动", "alliances:programmes", "alliances.view_programme"),
)
QUICK = ()


def of_activity(activity, user) -> Section | None:
    """The projects that an activity belongs to, for the side of its page."""
    if not user.has_perm("alliances.view_project"):
        return None
    projects = list(selectors.projects_of(user, activity))
    if not projects:
        return None
    return Section("所属联盟项目", template="alliances/activity_projects.html", context={"projects": projects})


PANELS = (Panel("activities.Activity", of_activity),)
ATTACH = (Attach("activities.Activity", "project", project_choice, services.hang),)
SHEETS = ()


def todos(user) -> list:
    """What waits: to be started, near its day, sent back, to be inspected; steps of programmes."""
    found = []
    if user.has_perm("alliances.add_project"):
        found += [_to_start(need) for need in selectors.needs_started_by(user)[:MOST]]
        found += [todo for project in selectors.led_by(user)[:MOST] for todo in _of_lead(project)]
    if user.has_perm("alliances.pass_project"):
        found += [_to_inspect(project) for project in selectors.to_inspect(user)[:MOST]]
    if user.has_perm("alliances.finish_milestone"):
        found += [_milestone(step) for step in selectors.milestones_near(user)[:MOST]]
    return found


def _to_start(need) -> Todo:
    url = f"{reverse('alliances:project_new')}?need={need.pk}"
    return Todo(
        "待立项",
        need.title,
        url,
        sub=f"{need.organisation} 提出",
        due=need.due_on,
        button="立项",
        created=need.updated_at,
    )


def _of_lead(project) -> list[Todo]:
    """What the leading unit has to do with one of its projects; nothing while its day is far."""
    if project.state == ProjectState.INSPECTING:
        return [_todo(project, "已申请验收", sub="等待验收", button="查看", mine=True)]
    if project.return_reason:
        return [_todo(project, "验收退回", sub=f"退回原因：{project.return_reason}", due=project.due_on, button="补充")]
    near = project.due_on <= today() + selectors.SOON
    return [_todo(project, "项目到期", sub=f"计划 {project.due_on} 完成", due=project.due_on)] if near else []


def _to_inspect(project) -> Todo:
    return _todo(project, "待验收", sub=f"{project.organisation} 申请验收", button="验收")


def _todo(project, kind: str, **more) -> Todo:
    return Todo(kind=kind, title=project.title, url=project.get_absolute_url(), created=project.updated_at, **more)


def _milestone(step: Milestone) -> Todo:
    url = reverse("alliances:milestone_done", args=[step.pk])
    return Todo("节点到期", step.title, url, sub=str(step.programme), due=step.due_on, button="完成")


def figures(user) -> list:
    """Numbers of today and of the year; each is counted by the list that it opens."""
    if not user.has_perm("alliances.view_project"):
        return []
    year = today().year
    counts = Project.objects.visible_to(user).aggregate(
        doing=Count("pk", filter=Q(state=ProjectState.DOING)),
        done=Count("pk", filter=Q(state=ProjectState.DONE, accepted_on__year=year)),
    )
    address = reverse("alliances:projects")
    accepted = f"{address}?state={ProjectState.DONE}&accepted_from={year}-01-01&accepted_to={year}-12-31"
    return [
        Figure("实施中的项目", counts["doing"], "个", f"{address}?state={ProjectState.DOING}", "联盟项目清单"),
        Figure("完成的项目", counts["done"], "个", accepted, "今年，验收通过"),
    ]


def events(user, first, last) -> list:
    """What falls on the days of the week's strip."""
    return []
