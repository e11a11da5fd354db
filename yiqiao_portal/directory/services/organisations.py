"""Organisations are made, moved and removed here and nowhere else: the tree stays whole."""

from django.db import transaction
from django.db.models import Max

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.core.serials import next_serial

from ..choices import OrganisationKind
from ..models import Organisation, RoleAssignment
from ..scope import refresh
from ..terms import term_years
from .shared import apply, require_reach

SERIES = "YQ-ZZ"
SHORT_LENGTH = 30
LEFT_TO_US = {"short_name", "code", "order"}


@transaction.atomic
def create_organisation(*, by, parent: Organisation, values: dict) -> Organisation:
    """A new organisation below `parent`; `values` are model fields by name.

    Without a number it gets the next free one, without a short name its name, without an order the last place.
    Raises DomainError at the field that has to be corrected.
    """
    lock_tree()
    require_reach(by, parent, field="parent")
    organisation = add_node(parent, complete(values), by=by)
    record("organisation.create", by=by, obj=organisation, fields=values)
    refresh(by)
    return organisation


def add_node(parent: Organisation, values: dict, *, by) -> Organisation:
    """Insert below `parent`, whose tree the caller has locked; checks names, logs nothing."""
    organisation = Organisation(created_by=by, **values)
    require_free_names(organisation)
    return Organisation.objects.add_child(Organisation.objects.get(pk=parent.pk), instance=organisation)


@transaction.atomic
def update_organisation(organisation: Organisation, *, by, version: int, values: dict, parent=None) -> Organisation:
    """Change facts of an organisation that is still at `version` (StaleVersion otherwise).

    With `parent`, it moves below that one, all that hangs on it with it.
    """
    lock_tree()
    organisation = lock_version(organisation, version)
    changed = apply(organisation, complete(values, known=organisation))
    require_free_names(organisation)
    moved = parent is not None and move_node(organisation, parent, by=by)
    if changed or moved:
        save_version(organisation, changed)
        record("organisation.update", by=by, obj=organisation, fields=[*changed, *["parent"] * moved])
    return Organisation.objects.get(pk=organisation.pk)


@transaction.atomic
def move_organisation(organisation: Organisation, *, by, parent: Organisation) -> Organisation:
    """Hang an organisation and all below it under another one; whoever sees the new place sees it at once."""
    lock_tree()
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if move_node(organisation, parent, by=by):
        save_version(organisation, [])
        record("organisation.update", by=by, obj=organisation, fields=["parent"])
    return Organisation.objects.get(pk=organisation.pk)


def move_node(organisation: Organisation, parent: Organisation, *, by) -> bool:
    """Move below `parent` when that is not its place; whether it moved. The caller has locked the tree."""
    require_reach(by, parent, field="parent")
    organisation = Organisation.objects.get(pk=organisation.pk)
    parent = Organisation.objects.get(pk=parent.pk)
    if parent.path == organisation.path[: -Organisation.steplen]:
        return False
    if organisation.is_root():
        raise DomainError("镇党委是最上级组织，不能移动。", field="parent")
    if parent.path.startswith(organisation.path):
        raise DomainError("上级组织不能是它自己或它的下级，请重新选择。", field="parent")
    Organisation.objects.move(organisation, parent, "last-child")
    refresh(by)
    return True


@transaction.atomic
def remove_organisation(organisation: Organisation, *, by) -> Organisation:
    """Into the recycle bin. Raises Conflict while anything still hangs on it."""
    lock_tree()
    if organisation.is_root():
        raise Conflict("镇党委是最上级组织，不能移入回收站。")
    left = _what_hangs_on(Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk))
    if left:
        raise Conflict(
            f"“{organisation}”下还有{'、'.join(left)}，请先移走或移入回收站。已撤销的组织请填写撤销日期，台账会保留。"
        )
    return recycle.remove(organisation, by=by, action="organisation.remove")


def _what_hangs_on(organisation: Organisation) -> list[str]:
    counts = {
        "下级组织": Organisation.objects.alive().below(organisation).count(),
        "人员": organisation.people.alive().count(),
        "名册记录": organisation.roster.alive().count(),
        "岗位": RoleAssignment.objects.current().filter(organisation=organisation).count(),
    }
    return [f" {count} 条{name}" for name, count in counts.items() if count]


def lock_tree() -> None:
    """One change of the tree at a time: two that insert at once would want the same path."""
    list(Organisation.objects.filter(depth=1).select_for_update(of=("self",)).values_list("pk"))


def complete(values: dict, *, known: Organisation | None = None) -> dict:
    """Leave blanks to the rule: short name, number and order; years of the term (支部工作条例 第二十一条)."""
    filled = {name: value for name, value in values.items() if name not in LEFT_TO_US or value not in ("", None)}
    if known is None:
        filled = _beginnings(filled) | filled
    if filled.get("elected_on") and not filled.get("term_years"):
        kind = filled.get("kind") or known.kind
        filled["term_years"] = term_years(village_or_community=kind == OrganisationKind.VILLAGE_PARTY)
    return filled


def _beginnings(values: dict) -> dict:
    """What a new organisation has unless something else was typed."""
    last = Organisation.objects.aggregate(last=Max("order"))["last"] or 0
    found = {"short_name": values["name"][:SHORT_LENGTH], "order": last + 1}
    return found if "code" in values else found | {"code": _free_code()}


def _free_code() -> str:
    """The next number that nobody has typed by hand."""
    while True:
        code = next_serial(SERIES)
        if not Organisation.objects.filter(code=code).exists():
            return code


def require_free_names(organisation: Organisation) -> None:
    """Number and full name belong to one organisation; imports find it by them."""
    others = Organisation.objects.exclude(pk=organisation.pk)
    holder = others.filter(code=organisation.code).first()
    if holder:
        place = "（在回收站中）" if holder.deleted_at else ""
        raise DomainError(f"组织编号 {organisation.code} 已由“{holder}”{place}使用，请换一个或留空。", field="code")
    if others.alive().filter(name=organisation.name).exists():
        raise DomainError(f"已有组织叫“{organisation.name}”，请直接使用它，或写明区别。", field="name")
