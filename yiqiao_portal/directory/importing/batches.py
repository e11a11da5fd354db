"""Between paste and confirmation: rows staged for their owner, checked afresh at every look, written once."""

import json
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed

from ..choices import Doubles
from ..models import ImportBatch
from .checking import check
from .rows import Brought, Checked, Verdict

KEPT = timedelta(hours=24)
SOURCE_LENGTH = 120
GONE = "这批数据已过期或不存在，请重新粘贴或上传。"


@transaction.atomic
def stage(kind: str, brought: Brought, *, by, source: str) -> ImportBatch:
    """Keep what was brought for its owner, for a day; clears what has expired, as a tick does every hour."""
    ImportBatch.objects.expired().delete()
    expires = timezone.now() + KEPT
    content = json.dumps(brought.as_json(), ensure_ascii=False)
    return ImportBatch.objects.create(
        owner=by, kind=kind, source=source[:SOURCE_LENGTH], content=content, expires_at=expires
    )


def drop_expired(_day: date) -> None:
    """Throw away what nobody has confirmed in time; it holds personal data (a tick of portal.py)."""
    ImportBatch.objects.expired().delete()


def brought(batch: ImportBatch) -> Brought:
    """The rows of a batch; none once it has been written."""
    return Brought.from_json(json.loads(batch.content)) if batch.content else Brought([], [])


def checked_lines(batch: ImportBatch, *, user) -> list[Checked]:
    """The verdict on every line as things stand now."""
    return check(batch.kind, brought(batch), user=user)


@transaction.atomic
def correct(batch: ImportBatch, *, by, cells: dict[tuple[int, str], str]) -> ImportBatch:
    """Put typed corrections into the staged rows; `cells` maps (line number, column) to text."""
    batch = _locked(batch, by)
    rows = brought(batch)
    for line in rows.lines:
        for key in rows.keys:
            typed = cells.get((line.number, key))
            if typed is not None and (typed or key not in line.broken):
                line.cells[key] = typed
                line.broken.pop(key, None)
    batch.content = json.dumps(rows.as_json(), ensure_ascii=False)
    batch.save(update_fields=["content"])
    return batch


@transaction.atomic
def confirm(batch: ImportBatch, *, by, doubles: str = Doubles.SKIP, skip_bad: bool = False) -> ImportBatch:
    """Write a batch in one transaction, once: a second confirmation returns what the first one did.

    Every line is checked again first. Raises DomainError while there are bad lines, unless `skip_bad`.
    """
    batch = _locked(batch, by)
    if batch.done_at:
        return batch
    lines = checked_lines(batch, user=by)
    bad = sum(line.verdict is Verdict.ERROR for line in lines)
    if bad and not skip_bad:
        raise DomainError(f"还有 {bad} 行错误，请改好后再写入，或选择跳过错误行。")
    new, changed = plan(lines, doubles)
    if new or changed:
        batch.spec.writer(by=by, new=new, changed=changed)
    batch.added, batch.changed, batch.skipped = len(new), len(changed), len(lines) - len(new) - len(changed)
    batch.done_at, batch.content = timezone.now(), ""
    batch.save(update_fields=["added", "changed", "skipped", "done_at", "content"])
    return batch


def plan(lines: list[Checked], doubles: str) -> tuple[list[dict], dict[int, dict]]:
    """What would be written: values of new rows, values by id of changed ones."""
    new = [line.values for line in lines if line.verdict is Verdict.NEW]
    changed = {line.target: line.values for line in lines if line.verdict is Verdict.UPDATE}
    twice = [line for line in lines if line.verdict is Verdict.DOUBLE]
    if doubles == Doubles.CREATE:
        new += [line.values for line in twice]
    elif doubles == Doubles.UPDATE:
        changed |= {line.target: line.values for line in twice if line.target}
    return new, changed


def outcome(batch: ImportBatch) -> str:
    """What a written batch did, in words."""
    return f"新增 {batch.added} 条，更新 {batch.changed} 条，跳过 {batch.skipped} 条。"


def _locked(batch: ImportBatch, by) -> ImportBatch:
    if not by.has_perm(batch.spec.permission):
        raise NotAllowed("您现在的岗位不能导入这类数据，请切换岗位或联系镇党建办。")
    try:
        return ImportBatch.objects.visible_to(by).select_for_update(of=("self",)).get(pk=batch.pk)
    except ImportBatch.DoesNotExist:
        raise Conflict(GONE) from None
