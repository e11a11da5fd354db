"""The writes of an import of the three lists: one service per list, one entry in the log for the batch.

The rules are those of the forms' services; the checker (alliances/importing) asks them before, the service again at the
write. What becomes of a row (its state) is never a matter of an import: new rows begin where the form's begin.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Prefetch
from django.utils import timezone

from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import save_version
from yiqiao_portal.core.serials import next_serials
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.services.bulk import BATCH, GONE, log_batch
from yiqiao_portal.directory.services.shared import apply

from ..choices import EDITABLE_NEEDS, ProjectState, ResourceState
from ..models import Need, Project, Resource
from ..selectors import lists as selectors
from . import telling_imports
from .needs import check_need
from .projects import check_project
from .resources import check_resource


@dataclass(frozen=True)
class Rules:
    """What an import of one list asks of a row. `open` are the states in which a row may be changed, `links` the
    columns that name several units, `tell` who hears of the new rows.
    """

    model: type[models.Model]
    series: str
    change: str
    open: tuple[str, ...]
    check: Callable[..., None]
    pairs: Callable[[], set]
    related: tuple[str, ...] = ("alliance", "organisation", "service_line", "area")
    links: tuple[str, ...] = ()
    tell: Callable[..., None] = telling_imports.nobody

    def rows(self, user):
        """The rows within reach with all that the rules look at; linked units in the official order."""
        units = [Prefetch(name, Organisation.objects.official()) for name in self.links]
        return self.model.objects.visible_to(user).select_related(*self.related).prefetch_related(*units)

    def parted(self, values: dict) -> tuple[dict, dict]:
        """What is written into the row itself, and what hangs on it (several units by the name of the field)."""
        facts = {name: value for name, value in values.items() if name not in self.links}
        return facts, {name: values[name] for name in self.links if name in values}


RESOURCES = Rules(
    model=Resource,
    series="YQ-ZY",
    change="alliances.change_resource",
    open=tuple(ResourceState),
    check=check_resource,
    pairs=selectors.member_pairs,
)
NEEDS = Rules(
    model=Need,
    series="YQ-XQ",
    change="alliances.change_need",
    open=EDITABLE_NEEDS,
    check=check_need,
    pairs=selectors.may_raise_pairs,
    tell=telling_imports.needs_brought,
)
PROJECTS = Rules(
    model=Project,
    series="YQ-XM",
    change="alliances.change_project",
    open=(ProjectState.DOING,),
    check=check_project,
    pairs=selectors.member_pairs,
    related=("alliance", "organisation", "service_line", "programme", "need"),
    links=("helpers",),
    tell=telling_imports.projects_brought,
)


def check_row(
    rules: Rules, row: models.Model, *, by, pairs: set, before: models.Model | None = None, links: dict | None = None
) -> None:
    """Whether a row may be written as it would be; DomainError names the column. `before` is the row as it was,
    `links` what would hang on it.
    """
    if before and before.state not in rules.open:
        state = before.get_state_display()
        raise Conflict(f"这一条现在是“{state}”，不能修改，请把这一行改回原样或删去。", field="serial")
    rules.check(row, by=by, before=before, pairs=pairs, **(links or {}))
    if before and not by.has_perm(rules.change, before):
        raise DomainError("这一条不归您的岗位修改，请把这一行改回原样或删去。", field="serial")


def import_resources(*, by, new: list[dict], changed: dict[int, dict]) -> None:
    """Write checked resources; new ones wait to be published."""
    _write(RESOURCES, by=by, new=new, changed=changed)


def import_needs(*, by, new: list[dict], changed: dict[int, dict]) -> None:
    """Write checked needs; new ones wait for the office."""
    _write(NEEDS, by=by, new=new, changed=changed)


def import_projects(*, by, new: list[dict], changed: dict[int, dict]) -> None:
    """Write checked projects; new ones answer no need."""
    _write(PROJECTS, by=by, new=new, changed=changed)


@transaction.atomic
def _write(rules: Rules, *, by, new: list[dict], changed: dict[int, dict]) -> None:
    pairs = rules.pairs()
    rows = list(rules.rows(by).filter(pk__in=changed).order_by("pk").select_for_update(of=("self",)))
    if len(rows) != len(changed):
        raise Conflict(GONE)
    for row in rows:
        _change(rules, row, changed[row.pk], by=by, pairs=pairs)
    made = [_new(rules, values, by=by, pairs=pairs) for values in new]
    serials = next_serials(f"{rules.series}-{timezone.localdate().year}", len(made))
    for row, serial in zip(made, serials, strict=True):
        row.serial = serial
    rules.model.objects.bulk_create(made, batch_size=BATCH)
    for row, values in zip(made, new, strict=True):
        _tie(row, rules.parted(values)[1])
    rules.tell(made, by=by)
    log_batch(rules.model._meta.label_lower, by=by, new=new, changed=changed)


def _change(rules: Rules, row: models.Model, values: dict, *, by, pairs: set) -> None:
    before, (facts, links) = copy(row), rules.parted(values)
    links = {name: units for name, units in links.items() if set(units) != set(getattr(row, name).all())}
    names = apply(row, facts)
    if names or links:
        check_row(rules, row, by=by, pairs=pairs, before=before, links=links)
        save_version(row, names)
        _tie(row, links)


def _tie(row: models.Model, links: dict) -> None:
    """Hang on a written row what belongs to it."""
    for name, units in links.items():
        getattr(row, name).set(units)


def _new(rules: Rules, values: dict, *, by, pairs: set) -> models.Model:
    facts, links = rules.parted(values)
    row = rules.model(**facts, created_by=by)
    check_row(rules, row, by=by, pairs=pairs, links=links)
    return row
