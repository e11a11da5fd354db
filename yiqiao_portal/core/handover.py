"""One record born from another: the giver names itself in the address, the receiver's form comes filled in.

A giver is any row with `handover_facts() -> dict` (title, detail, area, …: initial values by field name); where
something has to follow at the row itself, its app says so by a HandoverGiver. A receiver is a HandoverTarget of some
portal.py whose create page uses `ReceivesHandover` (core.views.handover).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.apps import apps
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from yiqiao_portal.audit.services import record

from . import registry
from .exceptions import Conflict
from .models import Handover
from .portal import HandoverTarget, Outcome

SALT = "core.handover"
DONE = "这条记录已转办过，请打开原记录查看办理情况。"


@dataclass(frozen=True)
class Born:
    """A row that came of another, as the giver's page shows it."""

    title: str
    row: models.Model
    outcome: Outcome
    reachable: bool


def targets_for(row: models.Model, user) -> list[tuple[HandoverTarget, str]]:
    """Where the user may hand this row over to, each with the address of the filled-in form; done ones left out."""
    taken = set(_from([row]).values_list("target_code", flat=True))
    return [(target, url) for target, url in ways_from(row, user) if target.code not in taken]


def ways_from(row: models.Model, user) -> list[tuple[HandoverTarget, str]]:
    """The same for a row whose own state says that it was not handed over: asks no database, so lists may use it."""
    token = urlencode({"origin": signing.dumps([row._meta.label_lower, row.pk], salt=SALT)})
    targets = registry.handover_targets().values()
    return [(target, f"{reverse(target.url)}?{token}") for target in targets if user.has_perm(target.permission)]


def read_origin(token: str, user) -> models.Model | None:
    """The giver that an address names, when the user may see it; None for anything else."""
    try:
        label, pk = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return apps.get_model(label).objects.visible_to(user).filter(pk=pk).first()


def check_free(origin: models.Model, code: str) -> None:
    """Raises Conflict when the giver was handed over to this target, or its state leaves nothing to hand over."""
    if _from([origin]).filter(target_code=code).exists():
        raise Conflict(DONE)
    if giver := registry.giver_of(origin._meta.label_lower):
        giver.check(origin)


@transaction.atomic
def link(origin: models.Model, target: models.Model, *, code: str, by) -> Handover:
    """Tie the new row to its giver. Raises Conflict when the giver was handed over to this target already."""
    try:
        with transaction.atomic():
            handover = Handover.objects.create(
                origin_type=origin._meta.label_lower,
                origin_id=origin.pk,
                target_type=target._meta.label_lower,
                target_id=target.pk,
                target_code=code,
                created_by=by,
            )
    except IntegrityError:
        raise Conflict(DONE) from None
    if giver := registry.giver_of(origin._meta.label_lower):
        giver.follow(origin, by=by)  # and leaves the entry in the log
    else:
        record("record.hand_over", by=by, obj=origin)
    return handover


def origin_of(row: models.Model, user) -> models.Model | None:
    """The row that this one was born from, when the user may see it."""
    found = Handover.objects.filter(target_type=row._meta.label_lower, target_id=row.pk).first()
    if found is None:
        return None
    return apps.get_model(found.origin_type).objects.visible_to(user).filter(pk=found.origin_id).first()


def born_of(row: models.Model, user) -> list[Born]:
    """What came of this row. The outcome is told to whoever sees the giver; the new row's page only if in reach."""
    return born_of_each([row], user)[row.pk]


def born_of_each(rows: Iterable[models.Model], user) -> Mapping[int, list[Born]]:
    """What came of each of these rows of one model, by their ids; a query more for each kind of new row."""
    handovers, found = list(_from(rows).order_by("pk")), defaultdict(list)
    made = {label: _made(label, handovers, user) for label in {handover.target_type for handover in handovers}}
    targets = registry.handover_targets()
    for handover in handovers:
        row = made[handover.target_type].get(handover.target_id)
        target = targets.get(handover.target_code)
        if row is not None and target is not None:
            found[handover.origin_id].append(Born(target.title, row, target.outcome(row), row.in_reach))
    return found


def _made(label: str, handovers: list[Handover], user) -> dict[int, models.Model]:
    """The new rows of one model, removed ones too, each with whether the user may open it."""
    model = apps.get_model(label)
    ids = [handover.target_id for handover in handovers if handover.target_type == label]
    seen = Exists(model.objects.visible_to(user).filter(pk=OuterRef("pk")).order_by())
    return {row.pk: row for row in model._base_manager.filter(pk__in=ids).annotate(in_reach=seen)}


def _from(rows: Iterable[models.Model]):
    rows = list(rows)
    label = rows[0]._meta.label_lower if rows else ""
    return Handover.objects.filter(origin_type=label, origin_id__in=[row.pk for row in rows])
