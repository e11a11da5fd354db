"""What a sheet declares and what is known of it once it is written."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name

Kind = Literal["text", "short", "integer", "decimal", "percent", "date", "datetime"]
Look = Literal["", "ok", "due", "late", "muted"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with more than itself: the page it leads to, a live formula, a tint.

    `formula` is written without "=", made by code only, never from data; {key} stands for the cell of that column in
    the same row, and `value` is its result, kept in the file. `url` is a path ("/activities/?…") or a whole address.
    """

    value: object = None
    url: str = ""
    formula: str = ""
    look: Look = ""


@dataclass(frozen=True)
class Ratio:
    """The total of a share: sum of column `part` over sum of column `whole`, 0 when the whole is 0."""

    part: str
    whole: str


@dataclass(frozen=True)
class Column:
    """One column. Kinds: text (left, wraps), short (centred), integer, decimal, percent, date, datetime.

    `width` in characters (a Chinese one counts 2), 0 = by content; `total` what the 合计 row shows; `total_url` where
    that leads; `band` a heading above neighbouring columns of the same band; `number_format` replaces the kind's own.
    """

    key: str
    title: str
    kind: Kind = "text"
    width: float = 0
    total: Literal["", "sum", "count"] | Ratio = ""
    total_url: str = ""
    band: str = ""
    number_format: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table with its frame. `rows` is read once, in order; each row has one plain value or Cell per column.

    `meta` are the pairs above the table (统计期, 填报单位, 填表人, 审核人, 填报日期; an empty one is left to be filled
    in by hand), `source` and `notes` whole sentences below it. `frozen` columns stay in sight on the left.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    meta: Sequence[tuple[str, str]] = ()
    source: str = ""
    notes: Sequence[str] = ()
    portrait: bool = False
    frozen: int = 0


@dataclass(frozen=True)
class Stamp:
    """Who took the file, when, what for, and the number under which the audit log knows it (promise EXP-6)."""

    by: str
    serial: str
    purpose: str = ""
    made_at: dt.datetime = field(default_factory=timezone.now)

    @property
    def when(self) -> str:
        """Local time to the minute."""
        return f"{timezone.localtime(self.made_at):%Y-%m-%d %H:%M}"

    @property
    def line(self) -> str:
        """The line that every sheet carries."""
        purpose = f"　用途：{self.purpose}" if self.purpose else ""
        return f"导出人：{self.by}　导出时间：{self.when}{purpose}　编号：{self.serial}"


@dataclass(frozen=True)
class Written:
    """Where the table of a sheet stands, for formulas on later sheets. Rows count from 1 as in Excel.

    A table without records has one blank row, so that every reference means something; `count` is 0 then.
    """

    name: str
    keys: tuple[str, ...]
    first_row: int
    count: int
    totals: Mapping[str, float]

    @property
    def last_row(self) -> int:
        """Row of the last record, or the blank one."""
        return self.first_row + max(self.count, 1) - 1

    def cell(self, key: str, index: int) -> str:
        """Reference to the column's cell in the record of that index, from 0."""
        return f"{self._prefix}${self._letter(key)}${self.first_row + index}"

    def column(self, key: str) -> str:
        """Reference to the column's cells in all records."""
        letter = self._letter(key)
        return f"{self._prefix}${letter}${self.first_row}:${letter}${self.last_row}"

    def total(self, key: str) -> str:
        """Reference to the column's cell in the 合计 row; KeyError when the column has no total."""
        if key not in self.totals:
            raise KeyError(key)
        return f"{self._prefix}${self._letter(key)}${self.last_row + 1}"

    @property
    def _prefix(self) -> str:
        return "'" + self.name.replace("'", "''") + "'!"

    def _letter(self, key: str) -> str:
        return xl_col_to_name(self.keys.index(key))
