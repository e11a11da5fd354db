"""Writes on alliances: an alliance is made with its own organisation and keeps every name that it had."""

import re
from datetime import date

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.uploads import CleanAttachment, clean_attachment
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.services import create_organisation, update_organisation
from yiqiao_portal.directory.services.organisations import lock_tree
from yiqiao_portal.directory.services.shared import apply

from ..choices import AllianceState
from ..models import Alliance, AllianceName

SERIES = "YQ-LM"
SHORT_LENGTH = 30
PARTS = ("service_lines", "areas")
ORGANISATION_FACTS = {"founded_on": "founded_on", "ended_on": "dissolved_on"}
TAKEN = "同一天已登记过名称，请刷新页面查看。"


@transaction.atomic
def create_alliance(values: dict, *, by, charter=None) -> Alliance:
    """An alliance with its own organisation below 镇党委 and its first name; DomainError at the field to correct.

    `values` are fields by name, with `source`: the paper that names it.
    """
    paper = clean_charter(charter)
    values = dict(values)
    source, parts = values.pop("source", ""), {name: values.pop(name, ()) for name in PARTS}
    _check(values)
    alliance = Alliance(**values, created_by=by)
    alliance.organisation = _own_organisation(values, by=by)
    alliance.slug = alliance.organisation.code.lower()
    alliance.save()
    _set_parts(alliance, parts)
    AllianceName.objects.create(
        alliance=alliance, name=alliance.name, since=alliance.founded_on, source=source, created_by=by
    )
    record("alliance.create", by=by, obj=alliance, fields=values)
    return _keep_charter(alliance, paper)


@transaction.atomic
def update_alliance(alliance: Alliance, values: dict, *, by, version: int, charter=None) -> Alliance:
    """Change an alliance that is still at `version` (StaleVersion otherwise); its name has a service of its own.

    With `remove_charter` among the values the stored paper goes.
    """
    paper = clean_charter(charter)
    values = dict(values)
    forget, parts = values.pop("remove_charter", False), {name: values.pop(name) for name in PARTS if name in values}
    alliance = lock_version(alliance, version)
    changed = apply(alliance, values)
    _check({name: getattr(alliance, name) for name in ("founded_on", "ended_on", "state")})
    _check_founding(alliance)
    _set_parts(alliance, parts)
    save_version(alliance, changed)
    _tell_organisation(alliance, changed, by=by)
    record("alliance.update", by=by, obj=alliance, fields=[*changed, *parts])
    return _keep_charter(alliance, paper, forget=forget)


@transaction.atomic
def name_alliance(alliance: Alliance, *, by, name: str, since: date, source: str = "") -> Alliance:
    """What it is or was called from a day on; the newest name is the one that it bears.

    A name that is known for that day is corrected. Raises DomainError when the organisation cannot bear the name.
    """
    alliance = Alliance.objects.select_for_update(of=("self",)).get(pk=alliance.pk)
    if since < alliance.founded_on:
        raise DomainError(f"启用日期不能早于成立日期 {alliance.founded_on}，请核对。", field="since")
    _write_name(alliance, name=name, since=since, source=source, by=by)
    newest = alliance.names.alive().order_by("-since", "-pk").first()
    if newest.name != alliance.name:
        alliance.name = newest.name
        save_version(alliance, ["name"])
        _tell_organisation(alliance, ["name"], by=by)
    record("alliance.rename", by=by, obj=alliance, fields=["name", "since", "source"])
    return alliance


def _write_name(alliance: Alliance, *, name: str, since: date, source: str, by) -> None:
    known = alliance.names.alive().filter(since=since).first()
    if known:
        known.name, known.source = name, source
        save_version(known, ["name", "source"])
        return
    try:
        with transaction.atomic():
            AllianceName.objects.create(alliance=alliance, name=name, since=since, source=source, created_by=by)
    except IntegrityError:
        raise DomainError(TAKEN, field="since") from None


@transaction.atomic
def remove_alliance(alliance: Alliance, *, by) -> Alliance:
    """Into the recycle bin, as long as nothing hangs on it; one that has worked is ended instead."""
    alliance = Alliance.objects.select_for_update(of=("self",)).get(pk=alliance.pk)
    left = [f" {count} 条{name}" for name, count in _what_hangs_on(alliance).items() if count]
    if left:
        raise Conflict(f"“{alliance}”下还有{'、'.join(left)}，不能移入回收站。已停办的联盟请把状态改为“已结束”。")
    return recycle.remove(alliance, by=by, action="alliance.remove", permission="alliances.delete_alliance")


def _what_hangs_on(alliance: Alliance) -> dict[str, int]:
    parts = ("memberships", "turns", "resources", "needs", "projects", "rivers")
    found = {
        getattr(alliance, part).model._meta.verbose_name: getattr(alliance, part).alive().count() for part in parts
    }
    return found | {"活动记录": alliance.organisation.activities.alive().count()}


# --- its organisation ---


def _own_organisation(values: dict, *, by) -> Organisation:
    """YQ-LM1 and on, directly below 镇党委."""
    lock_tree()
    facts = {
        "name": values["name"],
        "short_name": values["name"][:SHORT_LENGTH],
        "kind": OrganisationKind.ALLIANCE,
        "code": _free_code(),
        "founded_on": values["founded_on"],
    }
    return create_organisation(by=by, parent=Organisation.objects.get(depth=1), values=facts)


def _free_code() -> str:
    codes = Organisation.objects.filter(code__startswith=SERIES).values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := re.fullmatch(rf"{SERIES}(\d{{1,9}})", code))]
    return f"{SERIES}{max(numbers, default=0) + 1}"


def _tell_organisation(alliance: Alliance, changed: list[str], *, by) -> None:
    """Name and dates of the alliance's own organisation follow."""
    facts = {ORGANISATION_FACTS[name]: getattr(alliance, name) for name in changed if name in ORGANISATION_FACTS}
    if "name" in changed:
        facts |= {"name": alliance.name, "short_name": alliance.name[:SHORT_LENGTH]}
    if facts:
        organisation = Organisation.objects.get(pk=alliance.organisation_id)
        update_organisation(organisation, by=by, version=organisation.version, values=facts)


# --- checks and parts ---


def _check(values: dict) -> None:
    """What cannot be true together, at the field that has to be corrected."""
    ended, founded = values.get("ended_on"), values["founded_on"]
    if ended and ended < founded:
        raise DomainError("结束日期不能早于成立日期，请核对。", field="ended_on")
    if (values.get("state") == AllianceState.ENDED) != bool(ended):
        sentence = "已结束的联盟请填写结束日期。" if not ended else "填了结束日期，请把状态改为“已结束”，或清空日期。"
        raise DomainError(sentence, field="ended_on")


def _check_founding(alliance: Alliance) -> None:
    """Nobody was a member before it was founded."""
    first = alliance.memberships.alive().order_by("joined_on").first()
    if first and first.joined_on < alliance.founded_on:
        raise DomainError(f"{first}在 {first.joined_on} 已加入，成立日期不能晚于这一天，请核对。", field="founded_on")


def _set_parts(alliance: Alliance, parts: dict) -> None:
    for name, rows in parts.items():
        getattr(alliance, name).set(rows)


# --- charter ---


def clean_charter(file) -> CleanAttachment | None:
    """The checked paper; that takes seconds, so it comes before any lock. Raises what the cleaning refuses."""
    try:
        return clean_attachment(file, file.name) if file else None
    except Refused as refusal:
        refusal.field = "charter_file"
        raise


def _keep_charter(alliance: Alliance, paper: CleanAttachment | None, *, forget: bool = False) -> Alliance:
    """Store the new paper under a name of our own; the old one goes when this transaction has succeeded."""
    if paper is None and not (forget and alliance.charter):
        return alliance
    old = alliance.charter.name
    alliance.charter, alliance.charter_name = "", ""
    if paper:
        alliance.charter_name = paper.label
        alliance.charter.save(paper.name, ContentFile(paper.content), save=False)
    alliance.save(update_fields=["charter", "charter_name", "updated_at"])
    if old:
        storage = alliance.charter.storage
        transaction.on_commit(lambda: storage.delete(old))
    return alliance
