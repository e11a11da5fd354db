"""Optimistic locking: who opened version 7 may save only while it is still version 7."""

from django.db import models

from .exceptions import StaleVersion

STALE = "您打开之后，别人已保存过这条记录。请对照两边内容后再保存，您填写的内容没有丢。"


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
