"""Writes on water samples."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version

from .. import water
from ..models import WaterSample
from ..selectors.samples import readings_of
from . import telling

NOTHING_MEASURED = "请至少填写一项监测数据；没有测的项目空着即可。"
FIRST_YEAR = 2002  # of the standard
TWICE = "这个断面当天已有数据，请在原记录上修改；如在回收站中，请先恢复。"


@transaction.atomic
def create_sample(values: dict, *, by) -> WaterSample:
    """Record one sampling. Raises DomainError, at the item, for what no laboratory can have found."""
    sample = WaterSample(**values, created_by=by)
    _check(sample, by=by)
    _save(sample)
    record("sample.create", by=by, obj=sample, fields=values)
    telling.sample_recorded(sample, by=by)
    return sample


@transaction.atomic
def update_sample(sample: WaterSample, values: dict, *, by, version: int) -> WaterSample:
    """Change a sample that is still at `version`."""
    sample = lock_version(sample, version)
    if sample.deleted_at:
        raise Conflict("这条记录已移入回收站，请先恢复再修改。")
    changed = [name for name, value in values.items() if getattr(sample, name) != value]
    for name in changed:
        setattr(sample, name, values[name])
    _check(sample, by=by)
    if changed:
        _save(sample, changed)
        record("sample.update", by=by, obj=sample, fields=changed)
        telling.sample_recorded(sample, by=by)
    return sample


@transaction.atomic
def remove_sample(sample: WaterSample, *, by) -> WaterSample:
    """Into the recycle bin; the classes of its month and year are reckoned without it."""
    return recycle.remove(sample, by=by, action="sample.remove", permission="alliances.delete_sample")


def _check(sample: WaterSample, *, by) -> None:
    if not by.has_perm("alliances.add_sample", sample):
        raise DomainError("这家单位不在您的管辖范围，请重新选择。", field="organisation")
    if sample.section.deleted_at or sample.section.river.deleted_at:
        raise DomainError("这个断面已停用，请重新选择。", field="section")
    if sample.taken_on > timezone.localdate():
        raise DomainError("采样日期不能晚于今天，请核对。", field="taken_on")
    if sample.taken_on.year < FIRST_YEAR:
        raise DomainError("采样日期太早，请核对年份。", field="taken_on")
    if not water.clean(readings_of(sample)):
        raise DomainError(NOTHING_MEASURED)


def _save(sample: WaterSample, fields: list[str] | None = None) -> None:
    """Save; the same section and day a second time gets a sentence, also when two type at once."""
    rows = WaterSample.objects.alive().filter(section=sample.section_id, taken_on=sample.taken_on)
    if rows.exclude(pk=sample.pk).exists():
        raise DomainError(TWICE, field="taken_on")
    try:
        with transaction.atomic():
            save_version(sample, fields) if fields else sample.save(force_insert=True)
    except IntegrityError:
        raise DomainError(TWICE, field="taken_on") from None
