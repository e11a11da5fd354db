"""What a unit that leaves an alliance still has in it: turns, lists, projects, paired villages."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from yiqiao_portal.directory.models import Organisation

from .. import rotation
from ..choices import RUNNING_PROJECTS, ClaimState, MatchState, NeedState, ResourceState
from ..models import ChairTurn, Claim, Match, Membership, Project, Resource
from .alliances import as_turn, seats, turns_of


@dataclass(frozen=True)
class Leaving:
    """The open affairs of a membership, for the one who enters that it ends."""

    membership: Membership

    @cached_property
    def turns(self) -> list[ChairTurn]:
        """The unit's turns that run or come and are nobody's by exchange: the next unit takes them."""
        unit = self.membership.organisation_id
        return [row for row in self._coming if row.organisation_id == unit and not row.swapped]

    @cached_property
    def exchanged(self) -> list[ChairTurn]:
        """The exchanged turns that fall with the leave, the other units' halves too."""
        rows = list(turns_of(self.membership.alliance))
        kept = rotation.unaffected(
            list(map(as_turn, rows)), seats(self.membership.alliance), self.membership.organisation_id
        )
        return [row for row in self._coming if row.swapped and as_turn(row) not in kept]

    @cached_property
    def _coming(self) -> list[ChairTurn]:
        return list(turns_of(self.membership.alliance).filter(ends_on__gte=timezone.localdate()))

    # --- villages that nobody else is paired with ---

    @cached_property
    def villages(self) -> list[Organisation]:
        """Paired villages that would be without a partner in this alliance, in the official order."""
        others = self._others()
        kept = Membership.villages.through.objects.filter(membership__in=others).values("organisation")
        rows = self.membership.villages.alive().exclude(pk__in=kept)
        return list(rows.exclude(pk__in=others.values("organisation")).official())

    def successors(self):
        """The members that can take these villages over."""
        return self._others().select_related("organisation").official()

    def _others(self):
        rows = Membership.objects.alive().current().filter(alliance=self.membership.alliance_id, left_on=None)
        return rows.exclude(organisation=self.membership.organisation_id)

    # --- what ends with the membership: querysets, because the service locks them ---

    def offered(self):
        """The unit's resources that may be asked for."""
        return Resource.objects.alive().filter(**self._mine, state=ResourceState.OPEN)

    def claims_asked(self):
        """Its claims that nobody has answered yet."""
        rows = Claim.objects.alive().filter(state=ClaimState.OFFERED, organisation=self.membership.organisation_id)
        return rows.filter(need__alliance=self.membership.alliance_id).select_related("need__alliance", "organisation")

    def matches_asked(self):
        """What is asked of its resources and not answered yet."""
        rows = Match.objects.alive().filter(state=MatchState.ASKED, organisation=self.membership.organisation_id)
        related = ("need__organisation", "need__alliance", "resource")
        return rows.filter(resource__alliance=self.membership.alliance_id).select_related(*related)

    # --- what stays, for the office to hand over ---

    @cached_property
    def projects(self) -> list[Project]:
        """Running projects that it leads."""
        return list(Project.objects.alive().filter(**self._mine, state__in=RUNNING_PROJECTS).order_by("pk"))

    @cached_property
    def promises(self) -> list[Claim]:
        """Confirmed claims whose project has not begun."""
        rows = Claim.objects.alive().filter(state=ClaimState.ACCEPTED, organisation=self.membership.organisation_id)
        rows = rows.filter(need__alliance=self.membership.alliance_id, need__state=NeedState.CLAIMED)
        return list(rows.select_related("need").order_by("pk"))

    @property
    def _mine(self) -> dict:
        return {"alliance": self.membership.alliance_id, "organisation": self.membership.organisation_id}


def left_with_open_affairs(day: date) -> list[Membership]:
    """Memberships that have ended by a day, of units that are not members again and still offer something."""
    theirs = {"alliance": OuterRef("alliance"), "organisation": OuterRef("organisation")}
    again = Membership.objects.alive().current(day).filter(**theirs)
    resources = Resource.objects.alive().filter(**theirs, state=ResourceState.OPEN)
    claims = Claim.objects.alive().filter(
        need__alliance=OuterRef("alliance"), organisation=OuterRef("organisation"), state=ClaimState.OFFERED
    )
    matches = Match.objects.alive().filter(
        resource__alliance=OuterRef("alliance"), organisation=OuterRef("organisation"), state=MatchState.ASKED
    )
    still_open = Q(Exists(resources)) | Q(Exists(claims)) | Q(Exists(matches))
    rows = Membership.objects.alive().filter(~Exists(again), still_open, left_on__lte=day)
    return list(rows.select_related("alliance", "organisation").order_by("pk"))
