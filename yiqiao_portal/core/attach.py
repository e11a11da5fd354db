"""What other apps offer on a form (Portal.attach): their choices beside the form's own fields, written with its row."""

from collections.abc import Iterable

from django.db import models, transaction
from django.http import QueryDict

from yiqiao_portal.audit.services import record

from . import registry
from .locking import save_version
from .portal import Attach
from .sentences import reword


class TakesAttachments:
    """A model form that shows what other apps offer for its model; the base of the form calls `offer_attachments()`."""

    attached: tuple[Attach, ...] = ()

    def offer_attachments(self) -> None:
        """Add a field for each app that has something for this user to choose."""
        row = self.instance if self.instance.pk else None
        offers = [(attach, attach.field(self.user, row)) for attach in attaches_of(self._meta.model)]
        self.attached = tuple(attach for attach, field in offers if field)
        for attach, field in offers:
            if field:
                reword(field, blank=self.blank_choice)
                self.fields[attach.name] = field

    @property
    def attached_fields(self) -> list:
        """The added fields, as the template shows them."""
        return [self[attach.name] for attach in self.attached]

    def attachments(self) -> dict:
        """What was chosen, by name: for `write`."""
        return {attach.name: self.cleaned_data.get(attach.name) for attach in self.attached}


def attaches_of(model: type[models.Model]) -> list[Attach]:
    """What other apps offer on the forms of a model."""
    return registry.attaches_for(model._meta.label_lower)


def asked_for(model: type[models.Model], asked: QueryDict) -> dict[str, str]:
    """What a link presets of it (?project=12): initial values by name. What is not offered presets nothing."""
    return {attach.name: asked[attach.name] for attach in attaches_of(model) if asked.get(attach.name)}


@transaction.atomic
def write(row: models.Model, chosen: dict, *, by) -> None:
    """Let each app keep what was chosen of its own; its DomainError takes the row back with it."""
    for attach in attaches_of(type(row)):
        if attach.name in chosen:
            attach.save(row, chosen[attach.name], by=by)


@transaction.atomic
def moved_elsewhere(rows: Iterable[models.Model], *, by, name: str, action: str) -> None:
    """What these locked rows have under `name` was changed on the other app's page: a form of theirs that is open
    meanwhile is compared before it is saved, and does not change it back unseen.
    """
    for row in rows:
        save_version(row, [])
        record(action, by=by, obj=row, fields=[name])
