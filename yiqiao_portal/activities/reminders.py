"""What people are reminded of every morning: matters decided at a meeting that are past their day (A5)."""

from datetime import date, time

from django.db.models import Q
from django.urls import reverse

from yiqiao_portal.core.messages import tell
from yiqiao_portal.core.portal import Tick
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.selectors import users_with

from .choices import State
from .models import Activity, Attendance, Decision

MORNING = time(8)
FINISH, RECORD = "activities.finish", "activities.record"
OFFICE = "directory.manage"  # the one code that the town's office alone has


def remind_of_decisions(day: date) -> None:
    """Whatever is past its day and not done; each person hears once of each day that was set."""
    for decision in overdue(day):
        _remind(decision)


def overdue(day: date):
    """Decisions of confirmed records that were to be done before the day."""
    rows = Decision.objects.alive().filter(done_on=None, no_action=False, due_on__lt=day)
    rows = rows.filter(activity__state=State.CONFIRMED, activity__deleted_at=None)
    return rows.select_related("activity__organisation", "unit").order_by("pk")


def _remind(decision: Decision) -> None:
    """The responsible unit, who recorded the meeting for its organisation, and the office; none of them twice."""
    activity, unit = decision.activity, decision.unit
    facts = {
        "kind": "activities.decisions",
        "title": f"议定事项已超期，请办结：{decision}",
        "text": f"{activity}　应于 {decision.due_on} 完成" + (f"，责任单位 {unit}。" if unit else "。"),
        "stage": f"decision:{decision.pk}:overdue:{decision.due_on}",
    }
    if unit and may_read(unit, activity):
        at_unit = users_with(FINISH, [unit.pk]).filter(direct=True)
        tell(at_unit, url=reverse("activities:finish_decision", args=[decision.pk]), **facts)
    home = users_with(RECORD, [activity.organisation_id]).filter(direct=True)
    tell([*home, *users_with(OFFICE, [activity.organisation_id])], url=activity.get_absolute_url(), **facts)


def may_read(unit: Organisation, activity: Activity) -> bool:
    """Whether the record is open to a unit: its own or below it, or one in which it or a unit below took part."""
    if activity.organisation.path.startswith(unit.path):
        return True
    below = Q(organisation__path__startswith=unit.path)
    partners = Activity.partners.through.objects.filter(below, activity=activity)
    return partners.exists() or Attendance.objects.filter(below, activity=activity).exists()


TICKS = (Tick("activities.decisions", "提醒超期的议定事项", MORNING, remind_of_decisions),)
