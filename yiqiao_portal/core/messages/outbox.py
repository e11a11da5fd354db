"""From the outbox to the people. Safe to run at any time, any number of times, by several at once."""

import logging

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from ..jobs import wait_after
from ..models import Message, MessagePreference, Outbox
from .quiet import is_quiet

logger = logging.getLogger(__name__)


def deliver_due() -> int:
    """Deliver all whose time has come; returns how many could not be delivered now.

    Each row is delivered in a transaction of its own, so that one that fails holds up no other.
    """
    now = timezone.now()
    due = Outbox.objects.due(now, quiet=is_quiet(now)).order_by("pk").values_list("pk", flat=True)
    return sum(not _deliver(pk) for pk in list(due))


def _deliver(pk: int) -> bool:
    try:
        with transaction.atomic():
            row = Outbox.objects.waiting().select_for_update(skip_locked=True).filter(pk=pk).first()
            if row:  # else another one has it
                _hand_over(row)
    except Exception:
        logger.exception("Message %s of the outbox could not be delivered", pk)
        _put_off(pk)
        return False
    return True


def _hand_over(row: Outbox) -> None:
    """One Message each; whoever was told of this stage before is not told again (constraint core_message_once)."""
    messages = [
        Message(
            user_id=user_id,
            kind=row.kind,
            stage_key=row.stage,
            title=row.title,
            text=row.text,
            url=row.url,
            urgent=row.urgent,
            created_at=row.created_at,
        )
        for user_id in _wanting(row)
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    row.delivered_at = timezone.now()
    row.save(update_fields=["delivered_at"])


def _wanting(row: Outbox):
    """The recipients who still have an account and have not switched this kind off."""
    off = MessagePreference.objects.filter(kind=row.kind, wanted=False).values("user")
    users = get_user_model().objects.filter(pk__in=row.recipients, is_active=True).exclude(pk__in=off)
    return users.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _put_off(pk: int) -> None:
    """Try again later: soon at first, then at longer intervals, never giving up."""
    row = Outbox.objects.waiting().select_for_update().filter(pk=pk).first()
    if row:
        row.tries += 1
        row.not_before = timezone.now() + wait_after(row.tries)
        row.save(update_fields=["tries", "not_before"])
