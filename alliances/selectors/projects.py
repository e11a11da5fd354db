"""Reads of projects and programmes."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q
from django.utils import timezone

from yiqiao_portal.activities.models import Activity
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

from ..choices import RUNNING_PROJECTS, AllianceState, ClaimState, NeedState, ProjectState
from ..models import Alliance, Claim, Membership, Milestone, Need, Programme, Progress, Project

SOON = timedelta(days=7)  # the portal's decision: a week before its day a project stands among the to-dos
NEAR = timedelta(days=30)  # as the light of a milestone
# Preparing belongs to a project: a look at the place, the meeting that agrees on it. Before that it is another matter.
BEFORE_START = timedelta(days=30)
MOST_ACTIVITIES = 40  # offered, the newest; any within reach is taken


def with_parts(user):
    """Projects with all that their page shows."""
    notes = Progress.objects.alive().select_related("organisation").prefetch_related("photos")
    return (
        Project.objects.visible_to(user)
        .select_related("alliance__organisation", "organisation", "service_line", "programme", "created_by")
        .select_related("need__organisation", "former_need")
        .prefetch_related("helpers", Prefetch("progress", notes))
    )


def with_helpers(projects):
    """Projects, each with `helper_names`: the short names of its helping units in the official order."""
    units = Organisation.objects.filter(projects_helped=OuterRef("pk")).official()
    return projects.annotate(helper_names=ArraySubquery(units.values("short_name")))


def projects(user):
    """Projects within reach with what a list and its file show of them."""
    rows = Project.objects.visible_to(user).select_related("organisation", "service_line", "alliance", "programme")
    return with_helpers(rows)


def alliances_for_starting(user):
    """Active alliances in which the user may start a project without a need: run by the town, or joined by a unit."""
    scope = scope_of(user)
    mine = Membership.objects.alive().current().filter(organisation__in=scope.organisation_ids)
    joined = Q(pk__in=mine.values("alliance")) if "alliances.claim" in scope.grants else Q(pk=None)
    run = Q(organisation__in=scope.organisation_ids) if "alliances.review" in scope.grants else Q(pk=None)
    return Alliance.objects.alive().filter(joined | run, state=AllianceState.ACTIVE)


def units_of(alliances: Iterable[Alliance], known: Iterable[Organisation] = ()):
    """Today's member units of these alliances, and those named already, in the official order."""
    members = Membership.objects.alive().current().filter(alliance__in=alliances).values("organisation")
    named = Q(pk__in=[unit.pk for unit in known])
    return Organisation.objects.alive().filter(Q(pk__in=members) | named).official()


def leads_for(user, alliances: Iterable[Alliance], known: Iterable[Organisation] = ()):
    """Members that this user may start a project for: those within reach."""
    return units_of(alliances, known).filter(pk__in=scope_of(user).organisation_ids)


def is_member(organisation: Organisation, alliance: Alliance, *, pairs=None) -> bool:
    """Whether a unit belongs to the alliance today; `pairs` as in selectors.lists.is_member."""
    if pairs is not None:
        return (organisation.pk, alliance.pk) in pairs
    return Membership.objects.alive().current().filter(organisation=organisation, alliance=alliance).exists()


def accepted_claims(need: Need) -> list[Claim]:
    """The units that have a need in hand, the leading one first, then in the official order."""
    claims = Claim.objects.alive().filter(need=need, state=ClaimState.ACCEPTED).select_related("organisation")
    return list(claims.order_by("-lead", "organisation__order", "organisation__code"))


def needs_to_start(user):
    """Needs with a leading unit, for which this user may start the project."""
    leading = Claim.objects.alive().filter(state=ClaimState.ACCEPTED, lead=True)
    scope = scope_of(user)
    mine = Q(pk__in=leading.filter(organisation__in=scope.organisation_ids).values("need"))
    run = Q(alliance__organisation__in=scope.organisation_ids, pk__in=leading.values("need"))
    allowed = run | mine if "alliances.review" in scope.grants else mine
    return Need.objects.visible_to(user).filter(allowed, state=NeedState.CLAIMED).select_related("organisation")


def needs_started_by(user):
    """Needs that the user's own unit leads and has no project for yet."""
    leading = Claim.objects.alive().filter(state=ClaimState.ACCEPTED, lead=True)
    mine = leading.filter(organisation=scope_of(user).organisation_id)
    return (
        Need.objects.alive().filter(pk__in=mine.values("need"), state=NeedState.CLAIMED).select_related("organisation")
    )


def involved(project: Project) -> set[int]:
    """The organisations whose activities may hang on a project: leading and helping units, raiser, alliance."""
    ids = {project.organisation_id, project.alliance.organisation_id, *(unit.pk for unit in project.helpers.all())}
    return ids | ({project.need.organisation_id} if project.need else set())


def first_day(project: Project) -> date:
    """From this day on an activity may belong to a project."""
    return project.starts_on - BEFORE_START


def activities_for(user, project: Project):
    """Activities within the user's reach of an involved organisation, held by it or with it, since its preparing.

    Those that hang on the project already are among them.
    """
    units = involved(project)
    joined = Activity.partners.through.objects.filter(organisation__in=units).values("activity")
    rows = Activity.objects.visible_to(user).filter(Q(organisation__in=units) | Q(pk__in=joined))
    return rows.filter(Q(held_on__gte=first_day(project)) | Q(pk__in=project.activities.values("pk")))


def offered_activities(user, project: Project):
    """The newest of them, and those that hang on the project already."""
    rows = activities_for(user, project)
    newest = rows.order_by("-held_on", "-pk").values("pk")[:MOST_ACTIVITIES]
    taken = project.activities.values("pk")
    return rows.filter(Q(pk__in=newest) | Q(pk__in=taken)).order_by("-held_on", "-pk")


def activities_of(user, project: Project):
    """What hangs on a project and may be seen by this user, newest first."""
    rows = Activity.objects.visible_to(user).filter(pk__in=project.activities.values("pk"))
    return rows.select_related("kind", "organisation").order_by("-held_on", "-pk")


def open_projects(user):
    """Running projects on which the user may hang an activity: one of the involved organisations is within reach."""
    mine = scope_of(user).organisation_ids
    helped = Project.helpers.through.objects.filter(organisation__in=mine).values("project")
    part = Q(organisation__in=mine) | Q(need__organisation__in=mine) | Q(alliance__organisation__in=mine)
    rows = Project.objects.visible_to(user).filter(part | Q(pk__in=helped), state__in=RUNNING_PROJECTS)
    return rows.select_related("organisation").order_by("organisation__order", "organisation__code", "pk")


def takes_activities_of(user, project: Project) -> bool:
    """Whether a project that the user sees is among open_projects; asks nothing when its page has been read."""
    return project.state in RUNNING_PROJECTS and bool(involved(project) & scope_of(user).organisation_ids)


def projects_of(user, activity: Activity):
    """The projects that an activity hangs on, as far as this user may see them."""
    rows = Project.objects.visible_to(user).filter(pk__in=activity.alliance_projects.values("pk"))
    return rows.select_related("organisation").order_by("starts_on", "pk")


def need_behind(user, project: Project) -> Need | None:
    """The need that a project answers, or once was for, when this user may see it."""
    need = project.need or project.former_need
    return need and Need.objects.visible_to(user).filter(pk=need.pk).first()


def reporting_unit(user, project: Project) -> Organisation:
    """For whom the user reports: the leading unit, else the helping one within reach."""
    mine = scope_of(user).organisation_ids
    helping = [unit for unit in project.helpers.all() if unit.pk in mine]
    return helping[0] if helping and project.organisation_id not in mine else project.organisation


def to_inspect(user):
    """Projects handed in that this user may pass: of the own unit's needs, or of an alliance that one runs."""
    scope = scope_of(user)
    run = Q(alliance__organisation__in=scope.organisation_ids) if "alliances.review" in scope.grants else Q(pk=None)
    raised = Q(need__organisation=scope.organisation_id) if "alliances.raise" in scope.grants else Q(pk=None)
    rows = Project.objects.visible_to(user).filter(run | raised, state=ProjectState.INSPECTING)
    return rows.select_related("organisation", "need")


def led_by(user):
    """Running and handed-in projects that the user's own unit leads."""
    states = (ProjectState.DOING, ProjectState.INSPECTING)
    rows = Project.objects.visible_to(user).filter(organisation=scope_of(user).organisation_id, state__in=states)
    return rows.select_related("organisation")


def milestones_near(user):
    """Milestones of the user's own unit that are due within 30 days or overdue."""
    last = timezone.localdate() + NEAR
    rows = Milestone.objects.visible_to(user).filter(organisation=scope_of(user).organisation_id, done_on=None)
    return rows.filter(due_on__lte=last, programme__deleted_at=None).select_related("programme")


def programmes_with_milestones(user):
    """Programmes in the town's order, each with its steps."""
    steps = Milestone.objects.alive().select_related("organisation")
    rows = Programme.objects.visible_to(user).select_related("organisation")
    return rows.prefetch_related(Prefetch("milestones", steps))


@cache
def target_facts() -> dict:
    """The three targets of the town and where they are written."""
    path = Path(__file__).parents[1] / "data" / "programmes.json"
    return json.loads(path.read_text(encoding="utf-8"))["targets"]
