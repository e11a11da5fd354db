"""One cell: the kind of value decides how it is written, the column how it looks."""

import datetime as dt
import math
import re
from decimal import Decimal

from django.utils import timezone
from django.utils.encoding import iri_to_uri
from xlsxwriter.utility import xl_col_to_name

from yiqiao_portal.core.workbooks import text
from yiqiao_portal.core.workbooks.formats import KINDS, Formats
from yiqiao_portal.core.workbooks.shapes import Cell, Column

NUMERIC = {"integer", "decimal", "percent"}
DATED = {"date", "datetime"}
FIRST_DAY = dt.date(1900, 1, 1)  # Excel knows no earlier one
EXACT_LIMIT = 10**15  # a longer number loses its end in Excel
URL_LIMIT = 2_079  # characters, Excel's own
URLS_PER_SHEET = 65_530  # Excel's own
KEY = re.compile(r"\{(\w+)\}")


class Pen:
    """Writes cells of one worksheet, left to right, row by row."""

    def __init__(self, page, formats: Formats, base_url: str, keys: list[str]):
        self._page, self._formats, self._base_url = page, formats, base_url
        self._letters = {key: xl_col_to_name(at) for at, key in enumerate(keys)}
        self._urls = 0

    def write(self, row: int, at: int, column: Column, item, *, total: bool = False):
        """Write a plain value or a Cell; return the value as Excel keeps it."""
        cell = item if isinstance(item, Cell) else None
        value = plain(cell.value if cell else item, column.kind)
        kind = _kind(value, column.kind)
        style = self._formats.body(
            kind,
            column.number_format if kind == column.kind else "",
            cell.look if cell else "",
            isinstance(value, str) and text.looks_like_formula(value),
            bool(cell and cell.url) and self._link(row, at, cell.url),
            total,
        )
        if cell and cell.formula:
            formula = KEY.sub(lambda found: f"{self._letters[found[1]]}{row + 1}", cell.formula)
            self._page.write_formula(row, at, f"={formula}", style, "" if value is None else value)
        else:
            self._put(row, at, value, style)
        return value

    def _put(self, row: int, at: int, value, style) -> None:
        page = self._page
        if value is None:
            page.write_blank(row, at, None, style)
        elif isinstance(value, str):
            page.write_string(row, at, value, style)
        elif isinstance(value, int | float):
            page.write_number(row, at, value, style)
        else:
            page.write_datetime(row, at, value, style)

    def _link(self, row: int, at: int, url: str) -> bool:
        """Hang the address on the cell. The text that XlsxWriter puts there is written over, the link stays."""
        address = self._address(url)
        if not address or len(address) > URL_LIMIT or self._urls >= URLS_PER_SHEET:
            return False
        self._urls += 1
        return self._page.write_url(row, at, address, string="0") == 0

    def _address(self, url: str) -> str:
        if url.startswith("/") and not url.startswith("//"):
            return iri_to_uri(self._base_url + url) if self._base_url else ""
        if url.startswith(("https://", "http://")):
            return iri_to_uri(url)
        raise ValueError(f"neither a path nor a web address: {url!r}")


def plain(value, kind: str):
    """A value as Excel keeps it: None, str, int, float, or a naive date or datetime."""
    if value is None or isinstance(value, str):
        return text.safe(value) if value else None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return _number(value, kind)
    if isinstance(value, dt.date):  # a datetime is one too
        return _day(value, kind)
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return text.safe(value) or None


def _number(value, kind: str):
    if not math.isfinite(value):
        return None
    if kind not in NUMERIC or abs(value) >= EXACT_LIMIT:
        return str(value)
    return float(value) if isinstance(value, Decimal) else value


def _day(value: dt.date, kind: str):
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        value = value.date() if kind == "date" else value
    day = value.date() if isinstance(value, dt.datetime) else value
    if kind in DATED and day >= FIRST_DAY:
        return value
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else value.isoformat()


def _kind(value, kind: str) -> str:
    """Words in a column of numbers or dates (不适用, 待核实) are centred text."""
    if isinstance(value, str) and KINDS[kind][0] != "@":
        return "short"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return "date"
    return kind


def shown(item, kind: str) -> str:
    """Roughly what the cell shows, to measure its width."""
    value = plain(item.value if isinstance(item, Cell) else item, kind)
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)
