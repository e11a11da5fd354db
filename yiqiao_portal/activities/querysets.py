"""Who may see which activities."""

from django.db.models import Q

from yiqiao_portal.core.bigrams import titled_or_numbered
from yiqiao_portal.core.querysets import RecordQuerySet
from yiqiao_portal.directory.scope import scope_of

from .choices import RECORDED


class ActivityQuerySet(RecordQuerySet):
    """Activities: of an organisation within reach, or recorded ones in which one within reach took part."""

    def in_scope(self, user):
        reach = scope_of(user).organisation_ids
        invited = self.model.attendances.rel.related_model.objects.filter(
            organisation__in=reach, activity__state__in=RECORDED
        ).values("activity")
        shared = self.model.partners.through.objects.filter(
            organisation__in=reach, activity__state__in=RECORDED
        ).values("activity")
        return self.filter(Q(organisation__in=reach) | Q(pk__in=shared) | Q(pk__in=invited))

    def matching(self, words: str):
        """Found by title or number."""
        return titled_or_numbered(self, words)

    def recorded(self):
        """What counts: submitted or confirmed, not in the recycle bin."""
        return self.filter(state__in=RECORDED)

    def counting_for(self, kind):
        """Records that count for a kind: of the kind itself, or combined with it."""
        return self.filter(counts__kind=kind)


class OfActivityQuerySet(RecordQuerySet):
    """Rows that hang on one activity: seen with it."""

    def in_scope(self, user):
        return self.filter(activity__in=self.model.activity.field.related_model.objects.visible_to(user))
