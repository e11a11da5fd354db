"""What an alliance's year holds, for the annual workbook: each count has the list that its page shows."""

from datetime import date

from django.db.models import Q

from yiqiao_portal.activities.choices import RECORDED
from yiqiao_portal.activities.models import Activity, Decision

from ..choices import PUBLIC_NEEDS
from ..models import Alliance, Need, Resource


def alliances_of(report):
    """The alliances of the report's part of the town that existed in the year, in the official order."""
    first, last = date(report.year, 1, 1), date(report.year, 12, 31)
    rows = Alliance.objects.alive().filter(organisation__path__startswith=report.place.path, founded_on__lte=last)
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gte=first))
    return rows.select_related("organisation").order_by("organisation__order", "organisation__code")


def meetings(alliance: Alliance, year: int):
    """What the alliance itself held and recorded."""
    rows = Activity.objects.alive().filter(organisation=alliance.organisation_id, state__in=RECORDED)
    return rows.filter(held_on__year=year)


def decisions(held):
    """What was decided there."""
    return Decision.objects.alive().filter(activity__in=held)


def resources(alliances, year: int):
    """Resources put on the list in the year."""
    return Resource.objects.alive().filter(alliance__in=alliances, created_at__year=year)


def needs(alliances, year: int):
    """Needs raised in the year that were published."""
    return Need.objects.alive().filter(alliance__in=alliances, state__in=PUBLIC_NEEDS, created_at__year=year)
