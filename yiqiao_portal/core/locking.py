"""Optimistic locking: who opened version 7 may save only while it is still version 7."""

from django.db import models

from yiqiao_portal.audit.choices import Result
from yiqiao_portal.audit.models import Entry

from .exceptions import StaleVersion

STALE = "您打开之后，别人已保存过这条记录。请对照两边内容后再保存，您填写的内容没有丢。"

READING = r"\.(reveal|view|export)"  # actions in the log that change nothing


def saved_only_by(user, row: models.Model, *, since: int) -> bool:
    """Whether all that was saved since version `since` is this user's own work, in another window.

    The log names who saved; a change that it does not name row by row (an import) is found in the history.
    """
    of_row = Entry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk), result=Result.OK)
    saves = of_row.exclude(action__regex=READING).order_by("-pk")[: max(row.version - since, 1)]
    entries = list(saves.values_list("actor", "at"))
    return {actor for actor, _ in entries} | _editors_after(row, entries) == {user.pk}


def _editors_after(row: models.Model, entries: list[tuple]) -> set[int | None]:
    """Who changed the row after its newest entry in the log."""
    events = getattr(row, "events", None)
    if events is None or not entries:
        return set()
    later = events.filter(pgh_created_at__gt=entries[0][1]).select_related("pgh_context")
    return {(event.pgh_context.metadata or {}).get("user") if event.pgh_context else None for event in later}


def lock_version(record: models.Model, version: int) -> models.Model:
    """The row, locked for this transaction; raises StaleVersion when it has moved on from `version`."""
    current = type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
    if current.version != version:
        raise StaleVersion(STALE)
    return current


def save_version(record: models.Model, fields: list[str]) -> models.Model:
    """Save the named fields and raise the version by one."""
    record.version += 1
    record.save(update_fields=[*fields, "version", "updated_at"])
    return record
