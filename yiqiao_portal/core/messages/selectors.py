"""Questions about messages that pages ask."""

from time import time

from .. import registry
from ..models import Message, MessagePreference

KEPT, KEPT_SECONDS = "unread_count", 60


def unread_count(request) -> int:
    """The bell of the top bar: counted at most once a minute, and anew after anything was sent."""
    kept = request.session.get(KEPT, {})
    if kept.get("user") == request.user.pk and time() - kept.get("at", 0) < KEPT_SECONDS:
        return kept["count"]
    count = Message.objects.visible_to(request.user).unread().count()
    request.session[KEPT] = {"user": request.user.pk, "at": time(), "count": count}
    return count


def forget_unread(request) -> None:
    """Something was sent: the bell counts anew."""
    request.session.pop(KEPT, None)


def wanted_kinds(user) -> list[str]:
    """Codes of the kinds that the user has not switched off."""
    off = set(MessagePreference.objects.filter(user=user, wanted=False).values_list("kind", flat=True))
    return [code for code in registry.message_kinds() if code not in off]
