"""The kinds of activities with their rules of rhythm, after every migrate."""

from django.db import transaction

from yiqiao_portal.core.reference import load_json, upsert

from .models import ActivityKind

COPIED = (
    "code", "name", "order", "minimum", "applies_when", "severity",
    "is_meeting", "whole_branch", "by_unit", "needs_tasks",
)  # fmt: skip


@transaction.atomic
def sync(using: str) -> None:
    """Bring the kinds up to data/kinds.json."""
    kinds = load_json("activities", "kinds")
    upsert(ActivityKind, [_row(kind) for kind in kinds], using=using)
    by_code = ActivityKind.objects.using(using).in_bulk(field_name="code")
    for kind in kinds:
        by_code[kind["code"]].combines_with.add(*(by_code[code] for code in kind["combinable_with"]))


def _row(kind: dict) -> dict:
    source = kind["source"] or {}
    named = f"{source.get('document', '')}{source.get('article') or ''}"
    return {name: kind[name] for name in COPIED} | {"period": kind["period"] or "", "source": named}
