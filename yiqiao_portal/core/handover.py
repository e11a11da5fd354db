"""One record born from another: the giver names itself in the address, the receiver's form comes filled in.

A giver is any row with `handover_facts() -> dict` (title, detail, area, …: initial values by field name). A receiver is
a HandoverTarget of some portal.py whose create page uses `ReceivesHandover` (core.views.handover).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.apps import apps
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.urls import reverse

from yiqiao_portal.audit.services import record

from . import registry
from .exceptions import Conflict
from .models import Handover
from .portal import HandoverTarget, Outcome

SALT = "core.handover"


@dataclass(frozen=True)
class Born:
    """A row that came of another, as the giver's page shows it."""

    title: str
    row: models.Model
    outcome: Outcome
    reachable: bool


def targets_for(row: models.Model, user) -> list[tuple[HandoverTarget, str]]:
    """Where the user may hand this row over to, each with the address of the filled-in form; done ones left out."""
    taken = set(_from(row).values_list("target_code", flat=True))
    token = urlencode({"origin": signing.dumps([row._meta.label_lower, row.pk], salt=SALT)})
    return [
        (target, f"{reverse(target.url)}?{token}")
        for code, target in registry.handover_targets().items()
        if code not in taken and user.has_perm(target.permission)
    ]


def read_origin(token: str, user) -> models.Model | None:
    """The giver that an address names, when the user may see it; None for anything else."""
    try:
        label, pk = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return apps.get_model(label).objects.visible_to(user).filter(pk=pk).first()


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
        raise Conflict("这条记录已转办过，请打开原记录查看办理情况。") from None
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
    targets = registry.handover_targets()
    born = []
    for handover in _from(row).order_by("pk"):
        model = apps.get_model(handover.target_type)
        made = model._base_manager.filter(pk=handover.target_id).first()
        target = targets.get(handover.target_code)
        if made is not None and target is not None:
            seen = model.objects.visible_to(user).filter(pk=made.pk).exists()
            born.append(Born(target.title, made, target.outcome(made), seen))
    return born


def _from(row: models.Model):
    return Handover.objects.filter(origin_type=row._meta.label_lower, origin_id=row.pk)
