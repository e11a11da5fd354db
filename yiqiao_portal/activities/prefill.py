"""What a new record begins with: the organisation, the day, and what the last or the copied record says."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import QueryDict

from yiqiao_portal.core.attach import asked_for
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.text import parse_date
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

from . import selectors
from .models import Activity, ActivityKind

COPIED = ("title", "venue", "host", "recorder", "guests", "content")
KEPT = ("venue", "host", "recorder")
NUMBERS = ("expected", "present")


@dataclass
class Prefill:
    """`asked` is the link's query: organisation, copy, held_on, and what other apps preset (core.attach)."""

    user: object
    kind: ActivityKind
    asked: QueryDict

    @cached_property
    def organisation(self) -> Organisation | None:
        """The organisation asked for in the link, else the post's own, else the only one."""
        wanted = self.asked.get("organisation", "")
        rows = selectors.recorders(self.user, self.kind)
        if is_id(wanted):
            return rows.filter(pk=wanted).first()
        own = rows.filter(pk=scope_of(self.user).organisation_id).first()
        few = list(rows[:2])
        return own or (few[0] if len(few) == 1 else None)

    @property
    def attached(self) -> dict[str, str]:
        """What the link presets of what other apps offer."""
        return asked_for(Activity, self.asked)

    @cached_property
    def last(self) -> Activity | None:
        """The newest record of this kind and organisation."""
        return selectors.last_of(self.user, self.organisation, self.kind) if self.organisation else None

    @cached_property
    def source(self) -> Activity | None:
        """The record to copy, if the link names one within reach."""
        wanted = self.asked.get("copy", "")
        return Activity.objects.visible_to(self.user).filter(pk=wanted).first() if is_id(wanted) else None

    @property
    def day(self) -> date:
        try:
            return parse_date(self.asked.get("held_on", "")) or today()
        except DomainError:
            return today()

    def initial(self) -> dict:
        """Initial values of the form."""
        base = {"organisation": self.organisation, "held_on": self.day, "recorder": self.user.name} | self.attached
        base |= {"ticks": self.asked} | {name: self.asked[name] for name in NUMBERS if self.asked.get(name)}
        if self.source:
            agenda = [{"title": item.title} for item in self.source.agenda.all()]
            return base | {name: getattr(self.source, name) for name in COPIED} | {"agenda": agenda}
        return base | {name: getattr(self.last, name) for name in KEPT if self.last and getattr(self.last, name)}


def is_id(text: str) -> bool:
    """Whether a parameter can be a row's id."""
    return text.isascii() and text.isdecimal() and len(text) < 18
