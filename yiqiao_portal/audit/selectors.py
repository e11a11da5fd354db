"""Reading the log; the caller has checked that the reader is an auditor."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from .models import Entry, Head


@dataclass(frozen=True, kw_only=True)
class Search:
    """What the auditor looks for; what is left empty does not narrow. Both days are included, in local time."""

    actor_id: int | None = None
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    since: date | None = None
    until: date | None = None
    result: str = ""


def entries(search: Search | None = None) -> QuerySet[Entry]:
    """Matching entries, newest first, with actor and chain link: one query a page, each filter by its own index."""
    search = search or Search()
    exact = {name: getattr(search, name) for name in ("actor_id", "action", "object_type", "object_id", "result")}
    found = Entry.objects.filter(**{name: value for name, value in exact.items() if value not in {None, ""}})
    if search.since:
        found = found.filter(at__gte=_midnight(search.since))
    if search.until:
        found = found.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    return found.select_related("actor", "link").order_by("-at", "-id")


def head() -> Head | None:
    """The chain's end; None only when somebody has removed it."""
    return Head.objects.first()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
