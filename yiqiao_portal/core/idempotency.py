"""A double tap creates one row: the form carries a key, the first copy wins, the others find its row."""

from collections.abc import Callable
from uuid import UUID

from django.db import models, transaction

from .exceptions import Conflict, DomainError
from .models import CreateKey

EXPIRED = "页面已过期，请返回上一页刷新后再提交，已填内容会保留。"


def read_key(value: str | None) -> UUID:
    """The key of a posted form; a form without one was not made by the portal."""
    try:
        return UUID(str(value))
    except ValueError:
        raise DomainError(EXPIRED) from None


@transaction.atomic
def create_once(*, by, key: UUID, model: type[models.Model], create: Callable[[], models.Model]) -> models.Model:
    """Run `create` unless this user's form with this key made a row already; return the row either way.

    The unique key makes the second copy wait for the first one's commit.
    """
    label = model._meta.label
    CreateKey.objects.bulk_create([CreateKey(user=by, key=key, object_type=label)], ignore_conflicts=True)
    mark = CreateKey.objects.select_for_update().get(user=by, key=key)
    if mark.object_type != label:
        raise DomainError(EXPIRED)
    if mark.object_id is not None:
        return _made_before(model, mark.object_id)
    made = create()
    mark.object_id = made.pk
    mark.save(update_fields=["object_id"])
    return made


def made_with(*, by, key: UUID, model: type[models.Model]) -> models.Model | None:
    """The row that this user's form with this key has made, if it has."""
    made = CreateKey.objects.filter(user=by, key=key, object_type=model._meta.label).values("object_id")
    return model._base_manager.filter(pk__in=made).first()


def _made_before(model: type[models.Model], pk: int) -> models.Model:
    row = model._base_manager.filter(pk=pk).first()
    if row is None:
        raise Conflict("这张表单已提交过，所建的内容后来又被删除；如需重建，请刷新页面后重新填写。")
    return row
