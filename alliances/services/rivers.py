"""Writes on rivers, sections and 河长."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed
from yiqiao_portal.core.locking import lock_version, save_version

from ..models import River, RiverChief, Section
from ..selectors import rivers as selectors

MANAGE = "alliances.manage_rivers"
DAY = timedelta(days=1)
GONE = "这条记录已移入回收站，请先恢复再修改。"


def _check_right(by) -> None:
    if not by.has_perm(MANAGE):
        raise NotAllowed("河道由镇党建办维护，如需更正请联系镇党建办。")


def _save(row: models.Model, fields: list[str] | None = None) -> None:
    """Save; what the database would refuse becomes a sentence, also when two do the same at once."""
    try:
        row.validate_constraints()
        with transaction.atomic():
            save_version(row, fields) if fields else row.save(force_insert=True)
    except ValidationError as error:
        raise DomainError("；".join(error.messages)) from None
    except IntegrityError:
        raise DomainError("已有同名的一条，请直接使用，或换一个名称。", field="name") from None


def _change(row: models.Model, values: dict, *, by, version: int, action: str) -> models.Model:
    """Set what differs on a row that is still at `version`."""
    _check_right(by)
    row = lock_version(row, version)
    if row.deleted_at:
        raise Conflict(GONE)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        _save(row, changed)
        record(action, by=by, obj=row, fields=changed)
    return row


# --- rivers and sections ---


@transaction.atomic
def create_river(values: dict, *, by) -> River:
    """A new river; DomainError when there is one of that name."""
    _check_right(by)
    river = River(**values, created_by=by)
    _save(river)
    record("river.create", by=by, obj=river, fields=values)
    return river


@transaction.atomic
def update_river(river: River, values: dict, *, by, version: int) -> River:
    """Change what the sign says of a river."""
    return _change(river, values, by=by, version=version, action="river.update")


@transaction.atomic
def remove_river(river: River, *, by) -> River:
    """Into the recycle bin, once no section hangs on it."""
    river = recycle.remove(river, by=by, action="river.remove", permission=MANAGE)
    if Section.objects.alive().filter(river=river).exists():
        raise Conflict("这条河道还有断面（河段），请先把断面移入回收站。")
    return river


@transaction.atomic
def create_section(river: River, values: dict, *, by) -> Section:
    """A new section of a river."""
    _check_right(by)
    river = River.objects.select_for_update(of=("self",)).get(pk=river.pk)
    if river.deleted_at:
        raise Conflict(GONE)
    section = Section(river=river, **values, created_by=by)
    _save(section)
    record("section.create", by=by, obj=section, fields=values)
    return section


@transaction.atomic
def update_section(section: Section, values: dict, *, by, version: int) -> Section:
    """Change name, village, target or place of a section."""
    return _change(section, values, by=by, version=version, action="section.update")


@transaction.atomic
def remove_section(section: Section, *, by) -> Section:
    """Into the recycle bin; one with patrols or samples stays, they would stand in the void."""
    section = recycle.remove(section, by=by, action="section.remove", permission=MANAGE)
    if selectors.is_used(section):
        raise Conflict("这个断面已有巡河或水质记录，不能移入回收站；名称有误可以直接修改。")
    return section


# --- 河长 ---


@transaction.atomic
def appoint_chief(section: Section, values: dict, *, by) -> RiverChief:
    """A new 河长 of a level; whoever held the post until now ends the day before.

    Raises DomainError when the new one begins on or before the day on which the present one began.
    """
    _check_right(by)
    section = Section.objects.select_for_update(of=("self",)).get(pk=section.pk)
    if section.deleted_at:
        raise Conflict(GONE)
    chief = RiverChief(section=section, **values, created_by=by)
    for held in _of_level(chief):
        _make_room(held, chief)
    _save(chief)
    record("chief.appoint", by=by, obj=chief, fields=values)
    return chief


def _of_level(chief: RiverChief):
    rows = RiverChief.objects.alive().filter(section=chief.section, level=chief.level)
    return rows.select_for_update(of=("self",)).order_by("since")


def _make_room(held: RiverChief, chief: RiverChief) -> None:
    """Ends the present one the day before; tenures of one level never overlap."""
    before, after = held.until and held.until < chief.since, chief.until and chief.until < held.since
    if before or after:
        return
    if held.until is None and held.since < chief.since and chief.until is None:
        held.until = chief.since - DAY
        save_version(held, ["until"])
        return
    spell = f"{held.since} 至 {held.until or '今'}"
    raise DomainError(f"这一级河长在 {spell} 已有人任职，任职开始应在此之后，请核对。", field="since")


@transaction.atomic
def end_chief(chief: RiverChief, *, by, until: date) -> RiverChief:
    """The last day in office; patrols are no longer due afterwards."""
    _check_right(by)
    chief = RiverChief.objects.select_for_update(of=("self",)).get(pk=chief.pk)
    check_in_office(chief)
    if until < chief.since:
        raise DomainError(f"任职结束不能早于任职开始 {chief.since}，请核对。", field="until")
    if until > timezone.localdate():
        raise DomainError("任职结束不能晚于今天；到期再办理即可。", field="until")
    chief.until = until
    save_version(chief, ["until"])
    record("chief.end", by=by, obj=chief, fields=["until"])
    return chief


def check_in_office(chief: RiverChief) -> None:
    """Raises Conflict when the last day is known already."""
    if chief.deleted_at or chief.until:
        raise Conflict("这位河长已经卸任，无需再次办理。")
