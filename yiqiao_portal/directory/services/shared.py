"""What several services of the directory need."""

from django.db import models

from yiqiao_portal.core.exceptions import DomainError

from ..models import Organisation
from ..scope import scope_of

OUT_OF_SCOPE = "这个组织不在您的管辖范围，请重新选择。"


def require_reach(by, organisation, *, field: str = "organisation") -> None:
    """DomainError at `field` unless the organisation lies within the user's reach and is not in the recycle bin."""
    if organisation is None or organisation.deleted_at or not scope_of(by).covers(organisation.pk):
        raise DomainError(OUT_OF_SCOPE, field=field)


def hold(by, *organisations: Organisation, field: str = "organisation") -> None:
    """As require_reach, and keeps the organisations out of the recycle bin until this transaction ends."""
    wanted = {organisation.pk for organisation in organisations}
    locked = Organisation.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",), no_key=True)
    for organisation in locked:
        require_reach(by, organisation, field=field)


def apply(row: models.Model, values: dict) -> list[str]:
    """Set what differs; the names of what did."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
