"""Writes on places."""

from django.db import IntegrityError, transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.directory.models import Area
from yiqiao_portal.directory.scope import scope_of

from .models import Place

TWICE = "这个村社已有同名场所，请直接选用；如在回收站中，请先恢复。"


@transaction.atomic
def create_place(*, by, name: str, area: Area) -> Place:
    """A new place of an area within reach; DomainError when the area has one of that name."""
    place = Place(name=name, area=area, created_by=by)
    _check(place, by=by)
    _save(place)
    record("place.create", by=by, obj=place, fields=["name", "area"])
    return place


@transaction.atomic
def update_place(place: Place, *, by, version: int, values: dict) -> Place:
    """Change name or area of a place that is still at `version`."""
    place = lock_version(place, version)
    changed = [name for name, value in values.items() if getattr(place, name) != value]
    for name in changed:
        setattr(place, name, values[name])
    _check(place, by=by)
    if changed:
        _save(place, changed)
        record("place.update", by=by, obj=place, fields=changed)
    return place


@transaction.atomic
def remove_place(place: Place, *, by) -> Place:
    """Into the recycle bin; past records keep its name."""
    return recycle.remove(place, by=by, action="place.remove")


def _check(place: Place, *, by) -> None:
    if place.area_id not in scope_of(by).area_ids:
        raise DomainError("这个村社不在您的管辖范围，请重新选择。", field="area")
    if Place.objects.filter(area=place.area_id, name=place.name).exclude(pk=place.pk).exists():
        raise DomainError(TWICE, field="name")


def _save(place: Place, fields: list[str] | None = None) -> None:
    """Save; two who add the same place at once get a sentence, not an error page."""
    try:
        with transaction.atomic():
            save_version(place, fields) if fields else place.save(force_insert=True)
    except IntegrityError:
        raise DomainError(TWICE, field="name") from None
