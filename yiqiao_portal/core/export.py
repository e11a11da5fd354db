"""A list as an Excel file: the same rows, columns and order as on the page, under the same rights."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from tempfile import TemporaryFile

from django.conf import settings
from django.http import FileResponse
from django.utils import timezone

from yiqiao_portal.audit.context import facts
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.services import FILTER, record, tidy_reason

from .dates import today
from .purposes import DAILY_WORK
from .tables import DateColumn, NumberColumn
from .workbooks import CONTENT_TYPE, Column, Sheet, Stamp, Workbook

PURPOSE_LENGTH = 40
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters that look alike


@dataclass(frozen=True)
class Exported:
    """How the log calls a file: its action, the kind of its rows, the names (never the values) of the filters set."""

    action: str
    object_type: str
    filters: Iterable[str] = ()


def excel_answer(title: str, columns: list[Column], rows: Iterable[list], *, user, exported: Exported) -> FileResponse:
    """One sheet as a download; logged under the number that the file carries."""
    stamp = new_stamp(user.name, purpose=purpose_asked())
    file = TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    with Workbook(file, title=title, unit=settings.PORTAL_OFFICE, stamp=stamp, base_url=settings.PORTAL_URL) as book:
        book.add(Sheet(name=title[:31], title=title, columns=columns, rows=rows))
    fields = [*(column.key for column in columns), *(f"{FILTER}{name}" for name in exported.filters)]
    log_export(exported.action, book, stamp, by=user, object_type=exported.object_type, fields=fields)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", content_type=CONTENT_TYPE)


def new_stamp(name: str, *, series: str = "DC", purpose: str) -> Stamp:
    """Who takes a file, what for, and a new number (day and six letters) under which the log will know it."""
    mark = "".join(secrets.choice(LETTERS) for _ in range(6))
    return Stamp(by=name, serial=f"YQ-{series}-{today():%Y%m%d}-{mark}", purpose=purpose)


def log_export(action: str, book: Workbook, stamp: Stamp, *, by, object_type: str, fields=()) -> Entry:
    """Log a written file before it leaves: purpose, columns, number of rows, digest (promise EXP-6)."""
    return record(
        action,
        by=by,
        object_type=object_type,
        object_id=stamp.serial,
        fields=fields,
        reason=f"用途：{stamp.purpose}",
        rows=book.count,
        sha256=book.sha256,
    )


def purpose_asked() -> str:
    """What the address says the file is for, in one short line without long numbers; daily work unless it says."""
    request = facts().request
    typed = tidy_reason(request.GET.get("purpose", "")) if request else ""
    return typed[:PURPOSE_LENGTH] or DAILY_WORK


def export_table(title: str, table, *, user, action: str, filters: Iterable[str] = ()) -> FileResponse:
    """A django-tables2 table as a download; logged with the names of the filters that are set."""
    columns = [Column(column.name, column.header, kind=_kind(column)) for column in exported_columns(table)]
    exported = Exported(action, table._meta.model._meta.label_lower, filters)
    return excel_answer(title, columns, exported_rows(table), user=user, exported=exported)


def _kind(column) -> str:
    """Numbers are numbers, dates are dates, all else is text."""
    kinds = {DateColumn: "date", NumberColumn: "integer"}
    return next((kind for cls, kind in kinds.items() if isinstance(column.column, cls)), "text")


def exported_columns(table) -> list:
    """The table's columns that carry data (not the tick box, not the actions), then those that only the file has."""
    skip, only = getattr(table, "export_skips", ()), getattr(table, "export_only", ())
    shown = [column for column in table.columns if column.visible and column.name not in skip]
    return [*shown, *(table.columns[name] for name in only)]


def exported_rows(table):
    """One list of plain values per row; a table's `value_<column>` wins over the raw value."""
    columns = exported_columns(table)
    for row in table.rows:
        yield [_plain(_value(table, row, column)) for column in columns]


def _value(table, row, column):
    own = getattr(table, f"value_{column.name}", None)
    return own(row.record) if own else column.accessor.resolve(row.record, quiet=True)


def _plain(value):
    """A cell's value as Excel takes it: local time, words instead of objects."""
    if value is None or isinstance(value, str | int | float):
        return value
    if getattr(value, "tzinfo", None):
        return timezone.localtime(value).replace(tzinfo=None)
    return value if hasattr(value, "year") or hasattr(value, "hour") else str(value)
