"""The recycle bin: nothing disappears for 30 days."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record

from .exceptions import Conflict


def keep_since():
    """Rows removed before this moment are past their 30 days."""
    return timezone.now() - timedelta(days=settings.RECYCLE_DAYS)


@transaction.atomic
def remove(row: models.Model, *, by, action: str, reason: str = "", permission: str = "") -> models.Model:
    """Move a row into the recycle bin.

    Raises Conflict when it is there already, or when the row as it is now denies the `permission` that a page asked
    of an older state.
    """
    row = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if row.deleted_at:
        raise Conflict("这条记录已在回收站中，无需再次移入。")
    if permission and not by.has_perm(permission, row):
        raise Conflict("这条记录的情况已有变化，不能移入回收站。请刷新页面查看最新情况。")
    row.deleted_at, row.deleted_by = timezone.now(), by
    row.version += 1
    row.save(update_fields=["deleted_at", "deleted_by", "version", "updated_at"])
    record(action, by=by, obj=row, fields=["deleted_at"], reason=reason)
    return row


@transaction.atomic
def restore(row: models.Model, *, by, action: str = "record.restore") -> models.Model:
    """Bring a row back from the recycle bin. Raises Conflict when it is not there (any more)."""
    row = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if not row.deleted_at:
        raise Conflict("这条记录不在回收站中，可能已被恢复，请刷新页面查看。")
    if row.deleted_at < keep_since():
        raise Conflict("这条记录在回收站中已超过 30 天，不能恢复，请重新录入。")
    row.deleted_at, row.deleted_by = None, None
    row.version += 1
    try:
        with transaction.atomic():
            row.save(update_fields=["deleted_at", "deleted_by", "version", "updated_at"])
    except IntegrityError:
        raise Conflict("已有一条相同的记录，不能恢复。请直接使用现有的那一条。") from None
    record(action, by=by, obj=row, fields=["deleted_at"])
    return row
