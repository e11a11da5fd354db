"""The boxes of a project's page."""

from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.detail import Fact, fact

from ..choices import NeedState, ProjectState
from ..models import Project
from ..selectors import projects as selectors
from ..services.projects import RUNNING

WIDTH = 200  # of the bar, in its own units
WORDS = {"ok": "按期", "due": "临近", "late": "超期"}


@dataclass(frozen=True)
class Clock:
    """How much of the time is used: for the panel beside."""

    look: str
    word: str
    number: int
    used: int
    sentence: str


def clock_of(project: Project) -> Clock | None:
    """What is left until the day; nothing for what no longer runs."""
    if project.state not in RUNNING:
        return None
    now, whole = today(), max((project.due_on - project.starts_on).days, 1)
    left, gone = (project.due_on - now).days, (now - project.starts_on).days
    used = min(max(gone, 0), whole)
    sentence = f"共 {whole} 天，已用 {used} 天"
    look = project.light.look if project.state == ProjectState.DOING else "due"
    return Clock(look, "剩" if left >= 0 else "超期", abs(left), round(WIDTH * used / whole), sentence)


def link(row) -> str:
    """A row's name as a link to its page."""
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)


def span(first, last) -> str:
    """From a day to a day; on a phone the line breaks between the two, never inside one."""
    return format_html('<span class="nowrap">{}</span> 至 <span class="nowrap">{}</span>', first, last)


def facts(project: Project) -> list[Fact]:
    """Who, what, when; what is empty and optional is left out."""
    rows = [
        fact(project, "alliance"),
        fact(project, "organisation"),
        fact(project, "service_line"),
        Fact("起止", span(project.starts_on, project.due_on)),
    ]
    helpers = "、".join(str(unit) for unit in project.helpers.all())
    optional = [
        Fact("配合单位", helpers, full=True),
        Fact("所属工程", link(project.programme) if project.programme else "", full=True),
        Fact("实施内容", project.detail, full=True),
        Fact("成果", project.result, full=True),
        Fact("受益人次", "" if project.beneficiaries is None else f"{project.beneficiaries:,}"),
        Fact("验收日期", project.accepted_on),
        Fact("退回原因", project.return_reason if project.state == ProjectState.DOING else "", full=True),
        Fact("中止原因", project.stop_reason, full=True),
    ]
    return rows + [row for row in optional if row.value]


@dataclass(frozen=True)
class Stage:
    """A dot of the way."""

    title: str
    meta: str
    state: str = "todo"


def steps(project: Project) -> list[Stage]:
    """The way of the project; that of its need before and behind where there is one."""
    if project.state == ProjectState.STOPPED:
        return []
    begun, at = _before(project), [ProjectState.DOING, ProjectState.INSPECTING, ProjectState.DONE].index(project.state)
    rated = project.need and project.need.state in {NeedState.RATED, NeedState.ARCHIVED}
    way = [("实施", _notes(project)), ("验收", _day(project.accepted_on) or ("等待验收" if at == 1 else ""))]
    way.append(
        ("评价", project.need.get_satisfaction_display()) if project.need else ("完成", _day(project.accepted_on))
    )
    done = len(way) if rated or (at == 2 and not project.need) else at
    states = ["done"] * done + ["now"] + ["todo"] * len(way)
    return begun + [Stage(title, meta, state) for (title, meta), state in zip(way, states, strict=False)]


def _before(project: Project) -> list[Stage]:
    started = Stage("立项", f"{project.created_at:%Y-%m-%d}", "done")
    if not project.need:
        return [started]
    need = project.need
    raised = Stage("提出需求", f"{need.organisation}", "done")
    return [raised, Stage("认领", f"{project.organisation}", "done"), started]


def _notes(project: Project) -> str:
    count = len(project.progress.all())
    return f"进展 {count} 条" if count else ""


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def notes(project: Project, user) -> dict:
    """What was done, and what of it this user may take back while the project runs."""
    rows, running = list(project.progress.all()), project.state in RUNNING
    removable = {note.pk for note in rows if running and user.has_perm("alliances.delete_progress", note)}
    return {"notes": rows, "removable": removable}


def held(project: Project, user) -> dict:
    """The activities that hang on it, and whether this user may record one that will."""
    may_record = user.has_perm("activities.add_activity") and selectors.takes_activities_of(user, project)
    return {"held": list(selectors.activities_of(user, project)), "may_record": may_record}
