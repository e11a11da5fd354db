"""A list as an Excel file: the same rows, columns and order as on the page, under the same rights."""

from collections.abc import Iterable
from tempfile import TemporaryFile

from django.conf import settings
from django.http import FileResponse
from django.utils import timezone

from yiqiao_portal.audit.services import record

from .tables import DateColumn, NumberColumn
from .workbooks import CONTENT_TYPE, Column, Sheet, Stamp, Workbook


def excel_answer(title: str, columns: list[Column], rows: Iterable[list], *, user, entry) -> FileResponse:
    """One sheet as a download; `entry` is the audit entry whose number the file carries."""
    file = TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    with Workbook(
        file, title=title, unit=settings.PORTAL_OFFICE, stamp=stamp_of(user, entry), base_url=settings.PORTAL_URL
    ) as book:
        book.add(Sheet(name=title[:31], title=title, columns=columns, rows=rows))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", content_type=CONTENT_TYPE)


def stamp_of(user, entry) -> Stamp:
    """Who took the file, and under which number the log knows it."""
    return Stamp(by=user.name, serial=f"YQ-DC-{entry.pk:06d}")


def export_table(title: str, table, *, user, action: str) -> FileResponse:
    """A django-tables2 table as a download; logged."""
    entry = record(action, by=user, object_type=table._meta.model._meta.label_lower)
    columns = [Column(column.name, column.header, kind=_kind(column)) for column in exported_columns(table)]
    return excel_answer(title, columns, exported_rows(table), user=user, entry=entry)


def _kind(column) -> str:
    """Numbers are numbers, dates are dates, all else is text."""
    kinds = {DateColumn: "date", NumberColumn: "integer"}
    return next((kind for cls, kind in kinds.items() if isinstance(column.column, cls)), "text")


def exported_columns(table) -> list:
    """The table's columns that carry data (not the tick box, not the actions)."""
    skip = getattr(table, "export_skips", ())
    return [column for column in table.columns if column.visible and column.name not in skip]


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
