"""What the daily reminders ask: over the whole town, for nobody in particular. Only alliances at work."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q

from ..choices import AllianceState, ProjectState
from ..models import Alliance, ChairTurn, Membership, Milestone, Need, Project
from .lists import published_before
from .projects import NEAR, SOON

AHEAD = timedelta(days=14)  # before its turn begins a unit hears of it
RUN_OUT = timedelta(days=30)  # before the calendar ends the office is asked to plan on
AT_WORK = Q(alliance__state=AllianceState.ACTIVE, alliance__deleted_at=None)


@dataclass(frozen=True)
class Ending:
    """An alliance whose calendar of turns ends soon, with the last planned day."""

    alliance: Alliance
    last: date


def unclaimed_needs():
    """Needs that wait for a claim since ALLIANCE_UNCLAIMED_DAYS."""
    rows = Need.objects.alive().unclaimed().filter(AT_WORK, published_at__lt=published_before())
    return rows.select_related("alliance", "organisation").order_by("pk")


def projects_due(day: date):
    """Running projects whose day is within a week or past."""
    rows = Project.objects.alive().filter(AT_WORK, state=ProjectState.DOING, due_on__lte=day + SOON)
    return rows.select_related("alliance", "organisation").order_by("pk")


def milestones_due(day: date):
    """Steps of programmes that are not done and due within 30 days or overdue."""
    rows = Milestone.objects.alive().filter(done_on=None, due_on__lte=day + NEAR, programme__deleted_at=None)
    return rows.select_related("programme", "organisation").order_by("pk")


def turns_due(day: date):
    """Turns that run on the day or begin within two weeks."""
    rows = ChairTurn.objects.alive().filter(AT_WORK, ends_on__gte=day, starts_on__lte=day + AHEAD)
    return rows.select_related("alliance", "organisation").order_by("pk")


def calendars_ending(day: date) -> list[Ending]:
    """Alliances whose units take turns and whose calendar ends within 30 days."""
    taking_part = Membership.objects.alive().current(day).filter(turn_order__gt=0)
    rows = Alliance.objects.alive().filter(state=AllianceState.ACTIVE, pk__in=taking_part.values("alliance"))
    rows = rows.annotate(last=Max("turns__ends_on", filter=Q(turns__deleted_at=None)))
    return [Ending(row, row.last) for row in rows.filter(last__lt=day + RUN_OUT).order_by("pk")]
