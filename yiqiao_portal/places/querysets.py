"""Who may see which places."""

from yiqiao_portal.core.querysets import RecordQuerySet
from yiqiao_portal.directory.scope import scope_of


class PlaceQuerySet(RecordQuerySet):
    """Places of the areas within reach."""

    def in_scope(self, user):
        return self.filter(area__in=scope_of(user).area_ids)
