"""What anybody may see of an alliance: names of units, service lines, results. Nothing about people."""

from django.db.models import Sum

from ..choices import ProjectState
from ..models import Alliance, Project

MOST_RESULTS = 20


def public_alliances():
    """Those whose switch is on."""
    return Alliance.objects.alive().filter(public=True).order_by("founded_on", "pk")


def results_of(alliance: Alliance):
    """Projects that were inspected and found done, newest first."""
    rows = Project.objects.alive().filter(alliance=alliance, state=ProjectState.DONE, accepted_on__isnull=False)
    return rows.select_related("organisation", "service_line").order_by("-accepted_on", "-pk")


def reached_by(alliance: Alliance) -> int:
    """How many times people were served by finished projects."""
    return results_of(alliance).order_by().aggregate(number=Sum("beneficiaries"))["number"] or 0
