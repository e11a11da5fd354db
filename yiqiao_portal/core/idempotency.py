"""A double tap creates one row: the form carries a key, the first copy wins, the others find its row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict

from .exceptions import Conflict, DomainError
from .models import CreateKey

EXPIRED = "页面已过期，请返回上一页刷新后再提交，已填内容会保留。"
ONCE_MORE = "once_more"  # the tick of somebody who does want a second row of the same content
NO_CONTENT = {"csrfmiddlewaretoken", "idempotency_key", ONCE_MORE}  # differ between two copies of one form
LATELY = timedelta(minutes=10)


class OtherContent(Conflict):
    """The key has made a row already, of other content: it must not swallow what was typed since."""


class SameContent(Conflict):
    """Another form of the same content has made a row a moment ago: `row`."""

    def __init__(self, row: models.Model):
        super().__init__(f"您刚刚提交过一条内容相同的记录“{row}”。如确需再建一条，请勾选“仍要提交”后再次提交。")
        self.row = row


@dataclass(frozen=True)
class Earlier:
    """What a key has made; `same` tells whether the form holds the same content now."""

    row: models.Model
    same: bool


def read_key(value: str | None) -> UUID:
    """The key of a posted form; a form without one was not made by the portal."""
    try:
        return UUID(str(value))
    except ValueError:
        raise DomainError(EXPIRED) from None


def content_digest(data: QueryDict, files: MultiValueDict) -> str:
    """A keyed digest of all that was posted, files included, so that nothing typed can be guessed from it."""
    typed = sorted((name, values) for name, values in data.lists() if name not in NO_CONTENT)
    sent = sorted((name, [(file.name, _digest(file)) for file in found]) for name, found in files.lists())
    return salted_hmac(__name__, repr((typed, sent)), algorithm="sha256").hexdigest()


def _digest(file: UploadedFile) -> str:
    """Of a file's bytes; it is read again from its beginning afterwards."""
    found = sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


@transaction.atomic
def create_once(
    *, by, key: UUID, model: type[models.Model], create: Callable[[], models.Model], digest: str = ""
) -> models.Model:
    """Run `create` unless this user's form with this key made a row already; return the row either way.

    The unique key makes the second copy wait for the first one's commit. Raises OtherContent when the form has
    another `digest` than the one that made the row.
    """
    label = model._meta.label
    new = CreateKey(user=by, key=key, object_type=label, digest=digest)
    CreateKey.objects.bulk_create([new], ignore_conflicts=True)
    mark = CreateKey.objects.select_for_update().get(user=by, key=key)
    if mark.object_type != label:
        raise DomainError(EXPIRED)
    if mark.object_id is not None:
        return _made_before(model, mark, digest)
    made = create()
    mark.object_id = made.pk
    mark.save(update_fields=["object_id"])
    return made


def made_with(*, by, key: UUID, model: type[models.Model], digest: str = "") -> Earlier | None:
    """The row that this user's form with this key has made, if it has."""
    mark = CreateKey.objects.filter(user=by, key=key, object_type=model._meta.label).first()
    row = model._base_manager.filter(pk=mark.object_id).first() if mark else None
    return Earlier(row, mark.digest in {"", digest}) if row else None


def refuse_repeated(*, by, key: UUID, model: type[models.Model], digest: str) -> None:
    """Raise SameContent when another form of this user made such a row with the same content a moment ago.

    Back in the browser fetches the form anew (no page is kept by it: Cache-Control no-store) and puts what was typed
    into it again, so it has a new key and nothing but its content tells. A row that was removed is no reason.
    """
    marks = CreateKey.objects.filter(user=by, object_type=model._meta.label, digest=digest).exclude(key=key)
    lately = marks.filter(created_at__gt=timezone.now() - LATELY).order_by("-pk").values_list("object_id", flat=True)
    rows = model._base_manager.in_bulk([pk for pk in lately if pk])
    row = next((rows[pk] for pk in lately if pk in rows and not getattr(rows[pk], "deleted_at", None)), None)
    if digest and row:
        raise SameContent(row)


def _made_before(model: type[models.Model], mark: CreateKey, digest: str) -> models.Model:
    row = model._base_manager.filter(pk=mark.object_id).first()
    if row is None:
        raise Conflict("这张表单已提交过，所建的内容后来又被删除；如需重建，请刷新页面后重新填写。")
    if mark.digest not in {"", digest}:
        raise OtherContent(f"这张表刚才已提交过，建成了“{row}”。这一次填写的内容不同，还没有保存。")
    return row
