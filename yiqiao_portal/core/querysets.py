"""What every business table's rows can be asked."""

from django.db import models


class RecordQuerySet(models.QuerySet):
    """Base of all business querysets. `visible_to` is the only door to rows (docs/architecture.md)."""

    def alive(self):
        """Rows that are not in the recycle bin."""
        return self.filter(deleted_at=None)

    def removed(self):
        """Rows in the recycle bin."""
        return self.exclude(deleted_at=None)

    def in_scope(self, user):
        """Rows of the user's part of the town, removed ones too. A subclass says what that is."""
        raise TypeError(f"{self.model.__name__} must say who may see its rows")

    def visible_to(self, user):
        """Rows that this user may see."""
        return self.alive().in_scope(user)


class OutboxQuerySet(models.QuerySet):
    """Messages on their way."""

    def waiting(self):
        """Not delivered yet."""
        return self.filter(delivered_at=None)

    def due(self, now, *, quiet: bool):
        """Those whose time has come; in quiet hours only the urgent ones."""
        rows = self.waiting().filter(not_before__lte=now)
        return rows.filter(urgent=True) if quiet else rows


class MessageQuerySet(models.QuerySet):
    """Messages belong to one user; nobody else sees them, not even who sent them."""

    def visible_to(self, user):
        """The user's own."""
        return self.filter(user=user)

    def unread(self):
        """Not opened yet."""
        return self.filter(read_at=None)
