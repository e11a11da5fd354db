"""The detail page: facts laid flat, the buttons that are open now, the way the row went."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from .. import registry
from ..timeline import timeline
from .base import ObjectPage


@dataclass
class Fact:
    """A label and a value; `full` takes the whole width."""

    label: str
    value: Any
    full: bool = False


@dataclass
class Section:
    """A box of the page: facts, or a template with its context."""

    title: str
    facts: list[Fact] = field(default_factory=list)
    template: str = ""
    context: dict = field(default_factory=dict)


def fact(row: models.Model, name: str, *, full: bool = False) -> Fact:
    """A field of the row with its label from the model."""
    model_field = row._meta.get_field(name)
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    return Fact(str(model_field.verbose_name), display(value), full)


def display(value) -> str:
    """A value as people read it; nothing is --."""
    if value is True or value is False:
        return "是" if value else "否"
    if hasattr(value, "tzinfo") and hasattr(value, "hour") and hasattr(value, "year"):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if hasattr(value, "hour"):
        return value.strftime("%H:%M")
    return "--" if value in (None, "") else str(value)


class DetailPage(ObjectPage):
    """model, permission and `sections()` make a detail page."""

    template_name = "generic/detail.html"
    print_template = ""
    workflow = None
    transition_url = ""  # URL name with pk and name
    timeline_models: tuple = ()

    def get_template_names(self):
        if self.print_template and self.request.GET.get("print"):
            return [self.print_template]
        return super().get_template_names()

    def sections(self) -> list[Section]:
        """The boxes of the page, in order."""
        return []

    def side(self) -> list[Section]:
        """Boxes beside."""
        return []

    def panels(self) -> list[Section]:
        """What other apps show here, and what the record was born from or became."""
        user, label = self.request.user, self.object._meta.label_lower
        built = [panel.build(self.object, user) for panel in registry.panels_for(label)]
        return [section for section in built if section]

    def buttons(self) -> list[dict]:
        """The transitions that are open to this user now."""
        if not self.workflow:
            return []
        return [
            {
                "name": t.name,
                "label": t.label,
                "url": reverse(self.transition_url, args=[self.object.pk, t.name]),
                "primary": t.primary,
                "danger": t.danger,
            }
            for t in self.workflow.open_to(self.request.user, self.object)
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            object=self.object,
            tag=getattr(self.object, "tag", None),
            serial=getattr(self.object, "serial", ""),
            sections=self.sections(),
            side=[*self.side(), *self.panels()],
            transitions=self.buttons(),
            timeline=timeline(self.object, *self.timeline_models, workflow=self.workflow),
            print_url="?print=1" if self.print_template else "",
            **kwargs,
        )
