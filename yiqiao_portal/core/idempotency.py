"""A double tap creates one row: the form carries a key, the first copy wins, the others find its row."""

from collections.abc import Callable
from uuid import UUID

from django.db import models, transaction

from .exceptions import DomainError
from .models import CreateKey


def read_key(value: str | None) -> UUID:
    """The key of a posted form; a form without one was not made by the portal."""
    try:
        return UUID(str(value))
    except ValueError:
        raise DomainError("页面已过期，请返回上一页刷新后再提交，已填内容会保留。") from None


@transaction.atomic
def create_once(*, by, key: UUID, model: type[models.Model], create: Callable[[], models.Model]) -> models.Model:
    """Run `create` unless this user's form with this key made a row already; return the row either way.

    The unique key makes the second copy wait for the first one's commit.
    """
    label = model._meta.label
    CreateKey.objects.bulk_create([CreateKey(user=by, key=key, object_type=label)], ignore_conflicts=True)
    mark = CreateKey.objects.select_for_update().get(user=by, key=key)
    if mark.object_id is not None and mark.object_type == label:
        return model._base_manager.get(pk=mark.object_id)
    made = create()
    mark.object_id = made.pk
    mark.save(update_fields=["object_id"])
    return made
