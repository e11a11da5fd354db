"""Reads of resources, needs, claims and matches: who may choose what, what waits, what suits."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from yiqiao_portal.directory.choices import AreaLevel, OrganisationKind
from yiqiao_portal.directory.models import Area, Organisation
from yiqiao_portal.directory.scope import scope_of

from .. import matching
from ..choices import MATCHABLE_NEEDS, AllianceState, ClaimState, MatchState, NeedState, ResourceState
from ..models import Alliance, ChairTurn, Claim, Match, Membership, Need, Resource

CLAIMABLE = (NeedState.PUBLISHED, NeedState.CLAIMED)
MATCHABLE = MATCHABLE_NEEDS
BEFORE_PROJECT = (NeedState.RAISED, NeedState.RETURNED, NeedState.PUBLISHED, NeedState.CLAIMED, NeedState.WITHDRAWN)
LIVE_CLAIMS = (ClaimState.OFFERED, ClaimState.ACCEPTED)
LIVE_MATCHES = (MatchState.ASKED, MatchState.ACCEPTED)


# --- who may choose what ---


def working(user):
    """Alliances that the user runs or takes part in and that have not ended."""
    return Alliance.objects.taken_part_in(user).filter(state=AllianceState.ACTIVE)


def memberships(user):
    """The current memberships of units within the user's reach."""
    return Membership.objects.alive().current().filter(organisation__in=scope_of(user).organisation_ids)


def offering(user):
    """Alliances in which the user may act for a member unit."""
    return working(user).filter(pk__in=memberships(user).values("alliance"))


def may_raise_somewhere(user) -> bool:
    """Whether there is an alliance in which the user may raise a need; whoever manages alliances may found one."""
    return "alliances.manage" in scope_of(user).grants or working(user).exists()


def may_offer_somewhere(user) -> bool:
    """Whether there is an alliance in which the user may offer a resource."""
    return offering(user).exists()


def member_units(user, alliance=None):
    """Member units for which the user may act, in one alliance or in any."""
    rows = memberships(user) if alliance is None else memberships(user).filter(alliance=alliance)
    return Organisation.objects.visible_to(user).filter(pk__in=rows.values("organisation")).official()


def is_member(organisation, alliance, *, pairs=None) -> bool:
    """Whether a unit is a member today; `pairs` are those of member_pairs(), read once for many rows."""
    if pairs is not None:
        return (organisation.pk, alliance.pk) in pairs
    return Membership.objects.alive().current().filter(alliance=alliance, organisation=organisation).exists()


def may_raise(organisation, alliance, user, *, pairs=None) -> bool:
    """Whether a need may be raised for this organisation: the town for all, members and paired villages for theirs.

    `pairs` are those of may_raise_pairs(), read once for many rows.
    """
    if scope_of(user).covers(alliance.organisation_id):
        return True
    if pairs is not None:
        return (organisation.pk, alliance.pk) in pairs
    theirs = Q(organisation=organisation) | Q(villages=organisation)
    return Membership.objects.alive().current().filter(theirs, alliance=alliance).exists()


def may_raise_pairs() -> set[tuple[int, int]]:
    """(organisation, alliance) of today's members and the villages paired with them: for many rows at once."""
    rows = Membership.objects.alive().current().values_list("organisation", "villages", "alliance")
    return {(unit, alliance) for pair in rows for unit, alliance in ((pair[0], pair[2]), (pair[1], pair[2])) if unit}


def member_pairs() -> set[tuple[int, int]]:
    """(organisation, alliance) of today's members: for many rows at once."""
    return set(Membership.objects.alive().current().values_list("organisation", "alliance"))


def raising_units(user):
    """Organisations in whose name the user may raise a need, in official order."""
    return Organisation.objects.visible_to(user).exclude(kind=OrganisationKind.ALLIANCE).official()


def claiming_units(user, need):
    """Member units within reach that have not claimed this need yet."""
    taken = Claim.objects.alive().filter(need=need, state__in=LIVE_CLAIMS)
    return member_units(user, need.alliance_id).exclude(pk__in=taken.values("organisation"))


def villages(user):
    """The villages and communities in official order."""
    return Area.objects.visible_to(user).of_level(AreaLevel.VILLAGE)


# --- lists and pages ---


def claimants_of():
    """The short names of the units whose claim on a need is accepted, the leading one first."""
    accepted = Claim.objects.alive().filter(need=OuterRef("pk"), state=ClaimState.ACCEPTED)
    order = ("-lead", "organisation__order", "organisation__code", "pk")
    return ArraySubquery(accepted.order_by(*order).values("organisation__short_name"))


def needs(user):
    """Needs within reach with what a list shows of them."""
    rows = Need.objects.visible_to(user).select_related("alliance", "organisation", "service_line", "area")
    return rows.annotate(claimants=claimants_of())


def resources(user):
    """Resources within reach with what a list shows of them."""
    rows = Resource.objects.visible_to(user).select_related("alliance", "organisation", "service_line", "area")
    return rows.annotate(remaining=F("capacity") - F("promised"))


def claims_of(need, user) -> list[Claim]:
    """The claims on a need that the user may see; who leads stands first, then the official order."""
    rows = Claim.objects.visible_to(user).filter(need=need).select_related("organisation", "need__alliance")
    return list(rows.order_by("-lead", "organisation__order", "organisation__code", "pk"))


def matches_of(user, *, need=None, resource=None) -> list[Match]:
    """The matches of a need or of a resource that the user may see, in the order in which they were asked."""
    rows = Match.objects.visible_to(user).filter(**{"need": need} if need else {"resource": resource})
    rows = rows.select_related("resource", "organisation", "need__organisation", "need__alliance")
    return list(rows.order_by("created_at", "pk"))


def counted_on(resource) -> bool:
    """Whether some need has asked for it, or has been promised some of it."""
    return Match.objects.alive().filter(resource=resource, state__in=LIVE_MATCHES).exists()


def lead_of(need) -> Claim | None:
    """The accepted claim that leads."""
    led = Claim.objects.alive().filter(need=need, state=ClaimState.ACCEPTED, lead=True)
    return led.select_related("organisation").first()


# --- matching ---


@dataclass(frozen=True)
class Suggestion:
    """A resource with the reasons why it is proposed."""

    resource: Resource
    reasons: tuple[matching.Reason, ...]


def suggestions(need, user) -> list[Suggestion]:
    """The five resources that suit a need best; those that it has asked for already stand among its matches."""
    asked = Match.objects.alive().filter(need=need, state__in=LIVE_MATCHES)
    rows = resources(user).filter(alliance=need.alliance_id, state=ResourceState.OPEN, promised__lt=F("capacity"))
    members = Membership.objects.alive().current().filter(alliance=need.alliance_id)
    rows = rows.filter(organisation__in=members.values("organisation"))
    found = {row.pk: row for row in rows.exclude(pk__in=asked.values("resource"))}
    chosen = matching.best(_wanted(need), map(_offered, found.values()), today=timezone.localdate())
    return [Suggestion(found[proposal.key], proposal.reasons) for proposal in chosen]


def reasons_for(need, resource) -> tuple[matching.Reason, ...]:
    """Why a resource suits a need, or what has to be settled first."""
    return matching.reasons(_wanted(need), _offered(resource))


def _wanted(need) -> matching.Wanted:
    days = (need.starts_on, need.due_on)
    return matching.Wanted(need.service_line.code, need.amount, need.unit, *days, _place(need.area))


def _offered(resource) -> matching.Offered:
    line, owner = resource.service_line, resource.organisation
    return matching.Offered(
        resource.pk,
        line.code,
        line.name,
        resource.left,
        resource.unit,
        resource.starts_on,
        resource.ends_on,
        _place(resource.area),
        (owner.order, owner.code),
    )


def _place(area) -> matching.Place | None:
    return matching.Place(area.pk, area.order, str(area)) if area else None


# --- what waits ---


def published_before():
    """Needs published before this moment have waited too long for a claim."""
    return timezone.now() - timedelta(days=settings.ALLIANCE_UNCLAIMED_DAYS)


def chairs(day=None):
    """The turns in the chair that run on a day."""
    day = day or timezone.localdate()
    return ChairTurn.objects.alive().filter(starts_on__lte=day, ends_on__gte=day)


def needs_waiting(user):
    """Needs that wait for this user, or that the user has raised and another has to decide; one query.

    Each carries `reviewed` (the user's alliance), `own` (the user's unit raised it) and `forgotten` (unclaimed for
    ALLIANCE_UNCLAIMED_DAYS while the user's unit is in the chair, or nobody is and the user runs the alliance).
    """
    scope = scope_of(user)
    reach, own = scope.organisation_ids, Q(organisation=scope.organisation_id) | Q(created_by=user)
    turns = chairs().filter(alliance=OuterRef("alliance"))
    led = Exists(turns.filter(organisation__in=reach))
    runs = Q(alliance__organisation__in=reach)
    asked = ~runs & Q(led=True) | runs & ~Exists(turns)
    quiet = Q(state=NeedState.PUBLISHED, published_at__lt=published_before()) & ~Exists(_live_claims())
    rows = Need.objects.alive().annotate(led=led).select_related("organisation", "alliance", "service_line")
    waits = runs & Q(state__in=(NeedState.RAISED, NeedState.RATED)) | own & Q(state__in=RAISER_ACTS) | asked & quiet
    return rows.filter(waits).order_by("created_at", "pk")


RAISER_ACTS = (NeedState.RAISED, NeedState.RETURNED, NeedState.ACCEPTED)


def _live_claims():
    return Claim.objects.alive().filter(need=OuterRef("pk"), state__in=LIVE_CLAIMS)


def claims_waiting(user):
    """Claims on needs of the alliances that the user runs, and the user's own that wait for an answer."""
    scope = scope_of(user)
    mine = Q(organisation=scope.organisation_id) | Q(created_by=user)
    rows = Claim.objects.visible_to(user).filter(state=ClaimState.OFFERED, need__state__in=CLAIMABLE)
    rows = rows.filter(Q(need__alliance__organisation__in=scope.organisation_ids) | mine)
    return rows.select_related("organisation", "need__alliance", "need__organisation").order_by("created_at", "pk")


def matches_waiting(user):
    """Resources of the user's own unit that are asked for, and those that the user has asked for.

    The unit itself answers; the office, whose reach holds every unit, is not asked in its place.
    """
    scope = scope_of(user)
    rows = Match.objects.visible_to(user).filter(state=MatchState.ASKED)
    rows = rows.filter(Q(organisation=scope.organisation_id) | Q(created_by=user))
    related = ("resource", "organisation", "need__organisation", "need__alliance")
    return rows.select_related(*related).order_by("created_at", "pk")


# --- search ---


@dataclass(frozen=True)
class Found:
    """A line of the search page."""

    title: str
    url: str
    sub: str


def find_needs(user, words: str):
    """Needs by name or number."""
    rows = Need.objects.visible_to(user).select_related("organisation")
    return _found(rows, words)


def find_resources(user, words: str):
    """Resources by name or number."""
    rows = Resource.objects.visible_to(user).select_related("organisation")
    return _found(rows, words)


def _found(rows, words: str):
    for row in rows.matching(words)[:5]:
        yield Found(row.title, row.get_absolute_url(), f"{row.organisation} · {row.get_state_display()}")
