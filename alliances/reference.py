"""What ships with the portal and is written after every migrate; each part of the pillar has its own file in data/."""

from django.db import transaction

from yiqiao_portal.core.reference import load_json, upsert
from yiqiao_portal.directory.models import Organisation

from .models import PatrolItem, PatrolRule, Programme


@transaction.atomic
def sync(using: str) -> None:
    """Idempotent. What the town has changed stays its own."""
    programmes(using)
    patrols(using)


def programmes(using: str) -> None:
    """The named programmes with their sources, once: goals, milestones and words are the town's to write."""
    rows = Programme._base_manager.using(using)
    known = set(rows.exclude(code=None).values_list("code", flat=True))
    root = Organisation.objects.using(using).get(depth=1)
    for order, row in enumerate(load_json("alliances", "programmes")["programmes"], start=1):
        taken = row["code"] in known or rows.filter(name=row["name"], deleted_at=None).exists()
        if not taken:
            rows.create(organisation=root, order=order, **row)


def patrols(using: str) -> None:
    """How often each level of 河长 patrols and what is looked at, with sources; always as in data/patrols.json."""
    data = load_json("alliances", "patrols")
    upsert(PatrolRule, data["rules"], using=using, key="level")
    upsert(PatrolItem, data["items"], using=using)
