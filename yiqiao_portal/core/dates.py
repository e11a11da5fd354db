"""Today, in the town."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """The date in Asia/Shanghai."""
    return timezone.localdate()
