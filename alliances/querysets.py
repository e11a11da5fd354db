"""Who may see which rows of the alliances.

Three ways lead to a row (architecture 4): the tree of one's post; membership in the alliance, as a unit or as a
village paired with one; and one's own part in the row, as raiser, owner or claimant.
"""

from django.db.models import Q
from django.utils import timezone

from yiqiao_portal.core.bigrams import containing, titled_or_numbered
from yiqiao_portal.core.querysets import RecordQuerySet
from yiqiao_portal.directory.scope import scope_of

from .choices import MATCHABLE_NEEDS, PUBLIC_NEEDS, ClaimState, NeedState, ResourceState


def reach(user) -> frozenset[int]:
    """The organisations of the user's post."""
    return scope_of(user).organisation_ids


class AllianceQuerySet(RecordQuerySet):
    """Alliances of one's part of the town, those in which one's unit or village takes part today, or has a need."""

    def in_scope(self, user):
        needs = self.model.needs.rel.related_model.objects.alive().filter(organisation__in=reach(user))
        asking = Q(pk__in=needs.exclude(state=NeedState.WITHDRAWN).values("alliance"))
        return self.filter(self._taking_part(user) | asking)

    def taken_part_in(self, user):
        """Those that one runs or takes part in today: whose lists one shares, and where one may raise a need."""
        return self.alive().filter(self._taking_part(user))

    def _taking_part(self, user) -> Q:
        return Q(organisation__in=reach(user)) | Q(pk__in=self.joined_by(user))

    def matching(self, words: str):
        """Found by any name that it has or had."""
        names = self.model.names.rel.related_model.objects.alive()
        now, once = containing(self.model._base_manager.all(), "name", words), containing(names, "name", words)
        return self.filter(Q(pk__in=now.values("pk")) | Q(pk__in=once.values("alliance")))

    def joined_by(self, user):
        """Ids of the alliances in which an organisation within reach is a member or paired with one."""
        members = self.model.memberships.rel.related_model.objects.alive().current()
        theirs = Q(organisation__in=reach(user)) | Q(villages__in=reach(user))
        return members.filter(theirs).values("alliance")

    def run_by(self, user):
        """Alliances whose own organisation lies within reach: those of the town."""
        return self.alive().filter(organisation__in=reach(user))


def alliances_of(model, user):
    """Ids of the alliances whose rows the user may see: a need of one's own opens the alliance, not its lists."""
    return model.alliance.field.related_model.objects.taken_part_in(user).values("pk")


class OfAllianceQuerySet(RecordQuerySet):
    """Rows seen with their alliance."""

    def in_scope(self, user):
        return self.filter(alliance__in=alliances_of(self.model, user))


class TitledQuerySet(RecordQuerySet):
    """Rows with a title and a serial number."""

    def matching(self, words: str):
        """Found by title or number."""
        return titled_or_numbered(self, words)


class MembershipQuerySet(OfAllianceQuerySet):
    """Memberships; leaving keeps the row, so any past day and year can be asked."""

    def current(self, day=None):
        """Members on a day, today unless another is named."""
        day = day or timezone.localdate()
        return self.filter(joined_on__lte=day).filter(Q(left_on=None) | Q(left_on__gt=day))

    def of_year(self, year: int):
        """Who was a member at some time of the year (acceptance A1)."""
        return self.filter(joined_on__year__lte=year).filter(Q(left_on=None) | Q(left_on__gt=f"{year}-01-01"))

    def official(self):
        """In the official order of the units; never by a figure."""
        return self.order_by("organisation__order", "organisation__code", "joined_on", "pk")


class ResourceQuerySet(TitledQuerySet):
    """Resources of one's own unit, of the alliances one runs, and published ones of one's alliances.

    A village that takes part in no alliance sees the published ones too where the town has raised a need for it: as
    long as resources may be asked for, and afterwards those that were.
    """

    def in_scope(self, user):
        own = Q(organisation__in=reach(user)) | Q(alliance__organisation__in=reach(user))
        matches = self.model.matches.rel.related_model
        needs = matches.need.field.related_model.objects.alive().filter(organisation__in=reach(user))
        asking = Q(alliance__in=needs.filter(state__in=MATCHABLE_NEEDS).values("alliance"))
        asked = Q(pk__in=matches.objects.alive().filter(need__in=needs).values("resource"))
        shared = Q(alliance__in=alliances_of(self.model, user)) | asking | asked
        return self.filter(own | shared & Q(state__in=(ResourceState.OPEN, ResourceState.CLOSED)))

    def open(self):
        """Those that may be asked for."""
        return self.filter(state=ResourceState.OPEN)


class NeedQuerySet(TitledQuerySet):
    """Needs of one's own part of the town, of the alliances one runs, and published ones of one's alliances."""

    def in_scope(self, user):
        own = Q(organisation__in=reach(user)) | Q(alliance__organisation__in=reach(user))
        shared = Q(state__in=PUBLIC_NEEDS, alliance__in=alliances_of(self.model, user))
        return self.filter(own | shared)

    def unclaimed(self):
        """Published ones that no unit has claimed, or whose claims were all declined or withdrawn."""
        waiting = self.model.claims.rel.related_model.objects.alive().filter(state=ClaimState.OFFERED)
        return self.filter(state=NeedState.PUBLISHED).exclude(pk__in=waiting.values("need"))


class OfNeedQuerySet(RecordQuerySet):
    """Claims and matches: seen by both sides and by whoever runs the alliance."""

    def in_scope(self, user):
        mine = reach(user)
        return self.filter(
            Q(organisation__in=mine) | Q(need__organisation__in=mine) | Q(need__alliance__organisation__in=mine)
        )


class ProjectQuerySet(TitledQuerySet):
    """Projects that one's unit leads or helps, that answer one's own need, or of one's alliances."""

    def in_scope(self, user):
        mine = reach(user)
        raised = Q(need__organisation__in=mine) | Q(former_need__organisation__in=mine)
        theirs = Q(organisation__in=mine) | raised
        helped = self.model.helpers.through.objects.filter(organisation__in=mine).values("project")
        shared = Q(alliance__in=alliances_of(self.model, user))
        return self.filter(theirs | Q(pk__in=helped) | shared)


class OfProjectQuerySet(RecordQuerySet):
    """Rows seen with their project."""

    def in_scope(self, user):
        return self.filter(project__in=self.model.project.field.related_model.objects.visible_to(user).values("pk"))


class OfProgressQuerySet(RecordQuerySet):
    """Pictures: seen with their note."""

    def in_scope(self, user):
        return self.filter(progress__in=self.model.progress.field.related_model.objects.visible_to(user).values("pk"))


class TownQuerySet(RecordQuerySet):
    """What the whole town may see: programmes and rivers are public matters."""

    def in_scope(self, user):
        return self.all() if scope_of(user).sees_business else self.none()


class OfSectionQuerySet(RecordQuerySet):
    """Patrols: of one's own part of the town, or on a river of one's alliances."""

    def in_scope(self, user):
        alliances = self.model.section.field.related_model.river.field.related_model.alliance.field.related_model
        shared = alliances.objects.taken_part_in(user).values("pk")
        return self.filter(Q(organisation__in=reach(user)) | Q(section__river__alliance__in=shared))


class OfPatrolQuerySet(RecordQuerySet):
    """Problems: seen with their patrol."""

    def in_scope(self, user):
        return self.filter(patrol__in=self.model.patrol.field.related_model.objects.visible_to(user).values("pk"))
