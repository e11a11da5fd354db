"""A list as an Excel file: the same rows, columns and order as on the page, under the same rights."""

from django.utils import timezone


def exported_columns(table) -> list:
    """The table's columns that carry data (not the tick box, not the actions)."""
    skip = getattr(table, "export_skips", ())
    return [column for column in table.columns if column.visible and column.name not in skip]


def plain(value):
    """A cell's value as Excel takes it: local time, words instead of objects."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if hasattr(value, "tzinfo") and value.tzinfo:
        return timezone.localtime(value).replace(tzinfo=None)
    return value if hasattr(value, "year") or hasattr(value, "hour") else str(value)


def exported_rows(table):
    """One list of plain values per row; a table's `value_<column>` wins over the raw value."""
    columns = exported_columns(table)
    for row in table.rows:
        yield [plain(_value(table, row, column)) for column in columns]


def _value(table, row, column):
    own = getattr(table, f"value_{column.name}", None)
    if own:
        return own(row.record)
    return column.accessor.resolve(row.record, quiet=True)
