"""Who may see which rows of the directory."""

from django.db.models import Q
from treebeard.mp_tree import MP_NodeQuerySet

from yiqiao_portal.core.bigrams import containing
from yiqiao_portal.core.querysets import RecordQuerySet

from .scope import scope_of


class AreaQuerySet(MP_NodeQuerySet):
    """Areas carry public names and official codes: everybody with a business post sees them."""

    def visible_to(self, user):
        return self if scope_of(user).sees_business else self.none()

    def official(self):
        """In the town's official order."""
        return self.order_by("order", "code")


class OrganisationQuerySet(RecordQuerySet, MP_NodeQuerySet):
    """Organisations of the user's scope."""

    def in_scope(self, user):
        return self.filter(pk__in=scope_of(user).organisation_ids)

    def nameable_by(self, user):
        """Organisations whose name the user may choose as a partner: all of the town, names only."""
        return self.alive() if scope_of(user).sees_business else self.none()

    def official(self):
        """In the official order; never by a figure."""
        return self.order_by("order", "code")

    def party(self):
        """Party organisations that keep a rhythm of meetings."""
        return self.exclude(party_form="")

    def existing_in(self, year: int):
        """Organisations that existed at some time of the year."""
        return self.filter(
            Q(founded_on=None) | Q(founded_on__year__lte=year), Q(dissolved_on=None) | Q(dissolved_on__year__gte=year)
        )


class PersonQuerySet(RecordQuerySet):
    """People of the organisations in the user's scope."""

    def in_scope(self, user):
        return self.filter(organisation__in=scope_of(user).organisation_ids)

    def matching(self, words: str):
        """Found by name or by the initials of its pinyin."""
        return containing(self, "name", words) | self.filter(initials__startswith=words.strip().lower())


class OfOrganisationQuerySet(RecordQuerySet):
    """Rows that belong to one organisation of the user's scope."""

    def in_scope(self, user):
        return self.filter(organisation__in=scope_of(user).organisation_ids)
