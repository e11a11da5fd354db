"""Quiet hours: nothing but what is urgent arrives between evening and morning."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone


def is_quiet(now: datetime) -> bool:
    """Whether a moment lies in the quiet hours of settings, by the town's clock (over midnight too)."""
    at, begins, ends = timezone.localtime(now).time(), settings.QUIET_FROM, settings.QUIET_UNTIL
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


def quiet_hours() -> str:
    """The quiet hours in words: 21:00 至次日 07:00."""
    begins, ends = settings.QUIET_FROM, settings.QUIET_UNTIL
    return f"{begins:%H:%M} 至{'次日 ' if begins > ends else ' '}{ends:%H:%M}"
