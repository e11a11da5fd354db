"""Writes on messages: tell people, and what they do with what they were told."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from yiqiao_portal.audit.services import record

from .. import registry
from ..models import TEXT_LENGTH, TITLE_LENGTH, Message, MessagePreference, Outbox
from ..phones import mask_phones
from .quiet import is_quiet
from .tasks import deliver_outbox


@transaction.atomic
def tell(  # noqa: PLR0913 - one flat call is what every service of the portal writes
    users: Iterable, *, kind: str, title: str, url: str, stage: str, text: str = "", urgent: bool = False
) -> None:
    """Tell these users something in the portal. Call it inside the transaction of what happened.

    One outbox row is written with the business rows: if they roll back, nobody is told. `stage` names the stage of
    the matter, e.g. "need:17:unclaimed"; a user is told of a stage once for ever, however often this is called.
    `url` is a path of the portal. Telephone numbers in the words are masked. Messages wait out the quiet hours unless
    `urgent`. LookupError for a kind that no portal.py declares, ValueError for a missing stage or a foreign address.
    """
    _check(kind, url, stage)
    recipients = _not_yet_told(users, stage)
    if not recipients:
        return
    row = Outbox.objects.create(
        recipients=recipients,
        kind=kind,
        stage=stage,
        title=_short(title, TITLE_LENGTH),
        text=_short(text, TEXT_LENGTH),
        url=url,
        urgent=urgent,
    )
    if urgent or not is_quiet(row.created_at):
        deliver_outbox.enqueue()


def _check(kind: str, url: str, stage: str) -> None:
    if kind not in registry.message_kinds():
        raise LookupError(f"no portal.py declares the message kind {kind}")
    if not stage:
        raise ValueError("a message needs the stage that it is about")
    if not url.startswith("/") or not url_has_allowed_host_and_scheme(url, None):
        raise ValueError("a message leads to a path of the portal")


def _not_yet_told(users: Iterable, stage: str) -> list[int]:
    """Ids of the users without a message of this stage, come or on its way; spares rows, the constraint decides."""
    wanted = {user.pk for user in users}
    told = Message.objects.filter(user__in=wanted, stage_key=stage).values_list("user_id", flat=True)
    coming = Outbox.objects.waiting().filter(stage=stage).values_list("recipients", flat=True)
    return sorted(wanted.difference(told, *coming))


def _short(words: str, most: int) -> str:
    """One line without telephone numbers, cut to what the column takes."""
    line = mask_phones(" ".join(words.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"


@transaction.atomic
def open_message(message: Message, *, by) -> Message:
    """Mark a message of one's own as read; a second time changes nothing. Who reads what is not logged."""
    Message.objects.visible_to(by).unread().filter(pk=message.pk).update(read_at=timezone.now())
    message.refresh_from_db(fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, by) -> int:
    """Mark all of one's own messages as read; returns how many were not."""
    return Message.objects.visible_to(by).unread().update(read_at=timezone.now())


@transaction.atomic
def set_preferences(*, by, wanted: Iterable[str]) -> None:
    """Keep which kinds of message the user wants; all others that exist now are off, kinds to come are on."""
    wanted, kinds = set(wanted), registry.message_kinds()
    rows = [MessagePreference(user=by, kind=code, wanted=code in wanted) for code in kinds]
    MessagePreference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["wanted"]
    )
    record("message.settings", by=by, obj=by, fields=["wanted"])
