"""What people are reminded of every morning. Each job may run any number of times: everybody hears of a stage once."""

from datetime import date, time, timedelta
from itertools import groupby

from yiqiao_portal.core.portal import Tick

from .selectors import reminders as selectors
from .selectors.alliances import chair_of
from .selectors.rivers import due_everywhere
from .services import leaving, reminding

MORNING = time(8)
BEFORE_PERIOD_ENDS = timedelta(days=2)  # the portal's decision: so early a unit hears that a patrol is still due


def remind_of_unclaimed_needs(day: date) -> None:
    """Needs without a claim: the unit in the chair, else the office."""
    for need in selectors.unclaimed_needs():
        reminding.need_unclaimed(need, chair_of(need.alliance, day))


def remind_of_projects(day: date) -> None:
    """Projects near or past their day: the leading unit."""
    for project in selectors.projects_due(day):
        reminding.project_due(project, day)


def remind_of_milestones(day: date) -> None:
    """Steps of programmes near or past their day: the responsible unit."""
    for step in selectors.milestones_due(day):
        reminding.milestone_due(step, day)


def remind_of_turns(day: date) -> None:
    """Turns that begin: the unit; calendars that end: the office."""
    for turn in selectors.turns_due(day):
        reminding.turn_due(turn, day)
    for ending in selectors.calendars_ending(day):
        reminding.calendar_ends(ending.alliance, ending.last)


def remind_of_patrols(day: date) -> None:
    """Patrols still due shortly before their period ends: one message for a unit and a period."""
    near = [one for one in due_everywhere(day) if one.span.end - day <= BEFORE_PERIOD_ENDS]
    near.sort(key=_unit_and_period)
    for dues in [list(rows) for _, rows in groupby(near, key=_unit_and_period)]:
        reminding.patrols_due(dues[0].chief.organisation, dues)


def close_for_leavers(day: date) -> None:
    """Units whose last day was entered beforehand and has come: what they still offer ends."""
    leaving.close_for_those_who_left(day)


def _unit_and_period(due) -> tuple:
    return due.chief.organisation_id, due.span


TICKS = (
    Tick("alliances.unclaimed", "提醒无人认领的需求", MORNING, remind_of_unclaimed_needs),
    Tick("alliances.projects", "提醒到期的项目", MORNING, remind_of_projects),
    Tick("alliances.milestones", "提醒到期的节点", MORNING, remind_of_milestones),
    Tick("alliances.turns", "提醒轮值", MORNING, remind_of_turns),
    Tick("alliances.leavers", "办理到期退出的成员单位", timedelta(days=1), close_for_leavers),
    Tick("alliances.patrols", "提醒巡河", MORNING, remind_of_patrols),
)
