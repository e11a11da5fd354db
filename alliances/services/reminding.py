"""Who is reminded of what, for the daily jobs of alliances/reminders.py; whom and how as in telling.py.

Where a unit has nobody with an account, the office hears of it instead.
"""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from yiqiao_portal.core.messages import tell
from yiqiao_portal.directory.models import Organisation

from ..choices import ChiefLevel
from ..models import Alliance, ChairTurn, Milestone, Need, Project
from ..selectors.rivers import Due
from .telling import CLAIM, LISTS, PATROL, PROJECTS, RAISE, RIVERS, TURNS, VIEW, office, people, stage_of


def need_unclaimed(need: Need, chair) -> None:
    """Nobody claims it: the unit in the chair brings it on, else the office; once for each publishing."""
    asked = list(people(CLAIM, [chair.pk])) if chair else []
    tell(
        asked or office(need.alliance.organisation_id),
        kind=LISTS,
        title=f"需求无人认领，请协调：{need}",
        text=f"{need.organisation}提出，{timezone.localdate(need.published_at)} 发布，至今无人认领。",
        url=need.get_absolute_url(),
        stage=stage_of(need, "unclaimed", need.published_at.isoformat()),
    )


def project_due(project: Project, day: date) -> None:
    """The leading unit: once before its day and once after it; a postponed day counts anew."""
    over = project.due_on < day
    tell(
        people(CLAIM, [project.organisation_id]) or office(project.alliance.organisation_id),
        kind=PROJECTS,
        title=f"项目{'已超期' if over else '将到期'}：{project}",
        text=f"计划 {project.due_on} 完成。完成后请申请验收；需要延期的，请修改计划完成日期。",
        url=project.get_absolute_url(),
        stage=stage_of(project, "overdue" if over else "soon", project.due_on),
    )


def milestone_due(step: Milestone, day: date) -> None:
    """The responsible unit: once when its day is near and once when it is past."""
    over = step.due_on < day
    tell(
        people(RAISE, [step.organisation_id]) or office(step.organisation_id),
        kind=PROJECTS,
        title=f"节点{'已超期' if over else '将到期'}：{step}",
        text=f"{step.programme}　计划 {step.due_on} 完成。",
        url=step.get_absolute_url(),
        stage=stage_of(step, "overdue" if over else "near", step.due_on),
    )


def turn_due(turn: ChairTurn, day: date) -> None:
    """The unit: once before its turn and once when it has begun; whoever takes it over is told too."""
    begun = turn.starts_on <= day
    tell(
        people(VIEW, [turn.organisation_id]) or office(turn.alliance.organisation_id),
        kind=TURNS,
        title=f"{'轮值已开始' if begun else '即将轮值'}：{turn.alliance}",
        text=f"{turn.starts_on} 至 {turn.ends_on} 由{turn.organisation}轮值。",
        url=turn.get_absolute_url(),
        stage=stage_of(turn, "begun" if begun else "near", turn.organisation_id),
    )


def calendar_ends(alliance: Alliance, last: date) -> None:
    """The office plans on."""
    tell(
        office(alliance.organisation_id),
        kind=TURNS,
        title=f"轮值表将到头，请续排：{alliance}",
        text=f"已排到 {last}。",
        url=reverse("alliances:turns_plan", args=[alliance.pk]),
        stage=stage_of(alliance, "calendar", last),
    )


def patrols_due(unit: Organisation, dues: Sequence[Due]) -> None:
    """The unit of the 河长, once for a period, with all sections of which a patrol is still due."""
    span = dues[0].span
    names = "、".join(f"{one.chief.section} {ChiefLevel(one.chief.level).label}" for one in dues)
    tell(
        people(PATROL, [unit.pk]) or office(unit.pk),
        kind=RIVERS,
        title=f"本期巡河将截止：{dues[0].chief.section}" + (f"等 {len(dues)} 处" if len(dues) > 1 else ""),
        text=f"{span.start} 至 {span.end} 尚待巡查：{names}。",
        url=reverse("alliances:patrols"),
        stage=stage_of(unit, "patrols", span.start, span.end),
    )
