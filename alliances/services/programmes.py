"""Writes on programmes and their milestones."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version

from ..models import Milestone, Programme

TWICE = "已有同名的工程或行动，请直接使用；如在回收站中，请先恢复。"
EARLIEST = date(1921, 7, 23)


@transaction.atomic
def create_programme(values: dict, *, by) -> Programme:
    """A further programme; DomainError when there is one of that name."""
    last = Programme.objects.alive().aggregate(last=models.Max("order"))["last"] or 0
    programme = Programme(created_by=by, order=last + 1, **values)
    _check(programme)
    _save(programme)
    record("programme.create", by=by, obj=programme, fields=values)
    return programme


@transaction.atomic
def update_programme(programme: Programme, values: dict, *, by, version: int) -> Programme:
    """Change a programme that is still at `version`."""
    programme = lock_version(programme, version)
    changed = _apply(programme, values)
    _check(programme)
    if changed:
        _save(programme, changed)
        record("programme.update", by=by, obj=programme, fields=changed)
    return programme


@transaction.atomic
def remove_programme(programme: Programme, *, by) -> Programme:
    """Into the recycle bin; one that projects serve stays, so that their pages keep its name."""
    if programme.projects.alive().exists():
        raise Conflict("有项目属于这个工程或行动，不能移入回收站。请先在那些项目中改换所属工程。")
    return recycle.remove(programme, by=by, action="programme.remove", permission="alliances.delete_programme")


def _check(programme: Programme) -> None:
    if programme.starts_on and programme.ends_on and programme.ends_on < programme.starts_on:
        raise DomainError("结束日期不能早于开始日期，请核对。", field="ends_on")
    try:
        programme.validate_constraints()
    except ValidationError:
        raise DomainError(TWICE, field="name") from None


def _save(programme: Programme, fields: list[str] | None = None) -> None:
    """Save; two who add the same name at once get a sentence, not an error page."""
    try:
        with transaction.atomic():
            save_version(programme, fields) if fields else programme.save(force_insert=True)
    except IntegrityError:
        raise DomainError(TWICE, field="name") from None


@transaction.atomic
def add_milestone(programme: Programme, values: dict, *, by) -> Milestone:
    """A step of a programme: who, until when."""
    milestone = Milestone(programme=programme, created_by=by, **values)
    _check_due(milestone)
    milestone.save(force_insert=True)
    record("milestone.create", by=by, obj=milestone, fields=values)
    return milestone


@transaction.atomic
def update_milestone(milestone: Milestone, values: dict, *, by, version: int) -> Milestone:
    """Change a step that is still at `version`; its day of completion may be taken back."""
    milestone = lock_version(milestone, version)
    changed = _apply(milestone, values)
    _check_due(milestone)
    if changed:
        save_version(milestone, changed)
        record("milestone.update", by=by, obj=milestone, fields=changed)
    return milestone


@transaction.atomic
def finish_milestone(milestone: Milestone, *, by, done_on: date) -> Milestone:
    """Tick a step off, as the responsible unit or the town's office."""
    milestone = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if milestone.done_on:
        raise Conflict(f"这个节点已在 {milestone.done_on} 完成，无需重复办理。")
    milestone.done_on = done_on
    _check_due(milestone)
    save_version(milestone, ["done_on"])
    record("milestone.finish", by=by, obj=milestone, fields=["done_on"])
    return milestone


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by) -> Milestone:
    """Into the recycle bin."""
    return recycle.remove(milestone, by=by, action="milestone.remove")


def _check_due(milestone: Milestone) -> None:
    if milestone.done_on and milestone.done_on > timezone.localdate():
        raise DomainError("完成日期不能晚于今天，请核对。", field="done_on")
    if min(milestone.due_on, milestone.done_on or milestone.due_on) < EARLIEST:
        raise DomainError("日期太早，请核对年份。", field="done_on" if milestone.done_on else "due_on")
    begun = milestone.programme.starts_on
    if milestone.done_on and begun and milestone.done_on < begun:
        raise DomainError(f"完成日期不能早于“{milestone.programme}”的开始日期 {begun}，请核对。", field="done_on")


def _apply(row: models.Model, values: dict) -> list[str]:
    """Set what differs; the names of what did."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
