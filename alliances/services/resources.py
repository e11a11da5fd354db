"""Writes on resources."""

from copy import copy

from django.db import transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core import workflow as engine
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.core.serials import next_serial

from ..choices import AllianceState
from ..models import Resource
from ..selectors import lists as selectors
from ..workflow import RESOURCE


@transaction.atomic
def create_resource(values: dict, *, by, publish: bool = False) -> Resource:
    """Something that a member unit offers; published at once when asked."""
    resource = Resource(**values, created_by=by)
    check_resource(resource, by=by)
    resource.serial = next_serial(f"YQ-ZY-{timezone.localdate().year}")
    resource.save(force_insert=True)
    record("resource.create", by=by, obj=resource, fields=values)
    return perform_resource(resource, "publish", by=by) if publish else resource


@transaction.atomic
def update_resource(resource: Resource, values: dict, *, by, version: int) -> Resource:
    """Change a resource that is still at `version`; the number never falls below what is promised already."""
    resource = lock_version(resource, version)
    if resource.deleted_at:
        raise Conflict("这项资源已移入回收站，请先恢复再修改。")
    before = copy(resource)
    for name, value in values.items():
        setattr(resource, name, value)
    check_resource(resource, by=by, before=before)
    save_version(resource, list(values))
    record("resource.update", by=by, obj=resource, fields=values)
    return resource


def perform_resource(resource: Resource, name: str, *, by, version: int | None = None, **data) -> Resource:
    """Publish or close; see workflow.py. Only what a member offers is published."""
    if name == "publish" and not selectors.is_member(resource.organisation, resource.alliance):
        raise Conflict(
            f"{resource.organisation}现在不是“{resource.alliance}”的成员，不能发布。如工作需要，请联系镇党建办。"
        )
    return engine.perform(RESOURCE, name, resource, by=by, version=version, **data)


@transaction.atomic
def remove_resource(resource: Resource, *, by) -> Resource:
    """Into the recycle bin, unless somebody counts on it."""
    resource = recycle.remove(resource, by=by, action="resource.remove", permission="alliances.delete_resource")
    if selectors.counted_on(resource):
        raise Conflict("还有需求在对接这项资源，请先答复或释放；不再提供时请用“停用”。")
    return resource


def check_resource(resource: Resource, *, by, before: Resource | None = None, pairs: set | None = None) -> None:
    """A member unit within reach, an alliance at work, days in order, and not less than is promised already.

    `before` is the row as it was, None for a new one; `pairs` as in selectors.lists.is_member.
    """
    if not by.has_perm("alliances.add_resource", resource):
        raise DomainError("这家单位不在您的管辖范围，请重新选择。", field="organisation")
    if resource.alliance.state != AllianceState.ACTIVE:
        raise DomainError("这个联盟已结束，请选择运行中的联盟。", field="alliance")
    if not selectors.is_member(resource.organisation, resource.alliance, pairs=pairs):
        raise DomainError("这家单位现在不是该联盟的成员，请重新选择。", field="organisation")
    if resource.starts_on and resource.ends_on and resource.ends_on < resource.starts_on:
        raise DomainError("可用结束日期不能早于开始日期，请核对。", field="ends_on")
    if before:
        _check_promised(resource, before)


def _check_promised(resource: Resource, before: Resource) -> None:
    if resource.capacity < resource.promised:
        promised = f"{resource.promised} {resource.get_unit_display()}"
        raise DomainError(f"已对接 {promised}，数量不能再少；要减少请先释放对接。", field="capacity")
    parts = ("alliance_id", "organisation_id", "unit")
    moved = any(getattr(resource, part) != getattr(before, part) for part in parts)
    if moved and selectors.counted_on(resource):
        raise DomainError("还有需求在对接这项资源，不能改换联盟、提供单位或计量单位。", field="organisation")
