"""One sheet, written strictly from top to bottom: frame, header, records, total, notes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby, islice

from xlsxwriter.utility import xl_col_to_name, xl_range

from yiqiao_portal.core.exceptions import TooLarge
from yiqiao_portal.core.workbooks import text
from yiqiao_portal.core.workbooks.cells import Pen, shown
from yiqiao_portal.core.workbooks.formats import Formats
from yiqiao_portal.core.workbooks.shapes import Cell, Column, Ratio, Sheet, Written

SAMPLE = 200  # records looked at before the widths are settled
NARROWEST, WIDEST = 6, 40  # characters
META_PER_LINE = 3
ROW_LIMIT = 1_048_000  # a little under Excel's 1,048,576, so that total and notes find room
TOTAL_LABEL = "合计"
BLANK = "＿＿＿＿＿"  # to be filled in by hand


class Table:
    """Writes one declared sheet on one worksheet."""

    def __init__(self, page, formats: Formats, sheet: Sheet, base_url: str):
        self._page, self._formats, self._sheet = page, formats, sheet
        self._columns = list(sheet.columns)
        self._pen = Pen(page, formats, base_url, [column.key for column in self._columns])
        self._sums: dict[str, float] = {column.key: 0 for column in self._columns if column.total}
        self._row = 0  # next row, from 0 as XlsxWriter counts
        self._check()

    def _check(self) -> None:
        keys = [column.key for column in self._columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"column keys repeat: {keys}")
        for column in self._columns:
            ratio = column.total
            if isinstance(ratio, Ratio) and not {ratio.part, ratio.whole} <= self._sums.keys():
                raise ValueError(f"{column.key}: both sides of a ratio need a total")

    def write(self, stamp: str) -> Written:
        """The whole sheet; returns where its table stands."""
        rows = iter(self._sheet.rows)
        sample = [list(row) for row in islice(rows, SAMPLE)]
        self._widths = [self._width(at, column, sample) for at, column in enumerate(self._columns)]
        for at, width in enumerate(self._widths):
            self._page.set_column(at, at, width)
        self._head(stamp)
        first = self._row
        self._records(chain(sample, rows))
        count = self._row - first
        if not count:  # so that formulas over the records have a range even then
            self._records([[None] * len(self._columns)])
        last = self._row - 1
        self._total(first, last)
        self._foot()
        self._setup(first, last)
        return Written(self._page.get_name(), tuple(c.key for c in self._columns), first + 1, count, dict(self._sums))

    def _width(self, at: int, column: Column, sample: list[Sequence]) -> float:
        if column.width:
            return column.width
        widest = max((text.width(shown(row[at], column.kind)) for row in sample), default=0)
        return min(WIDEST, max(NARROWEST, text.width(column.title) + 4, widest + 3))

    # Above the table

    def _head(self, stamp: str) -> None:
        self._banner(self._sheet.title, "title", height=30)
        for line in self._meta_lines():
            self._banner(line, "meta")
        self._banner(stamp, "stamp")
        self._header_row = self._row
        banded = any(column.band for column in self._columns)
        if banded:
            self._bands()
        self._titles(banded=banded)

    def _meta_lines(self) -> Iterator[str]:
        pairs = [f"{label}：{value or BLANK}" for label, value in self._sheet.meta]
        for at in range(0, len(pairs), META_PER_LINE):
            yield "　　".join(pairs[at : at + META_PER_LINE])

    def _banner(self, content: str, part: str, height: float = 0) -> None:
        """A text over the whole width of the table."""
        content = text.safe(content)
        last = len(self._columns) - 1
        style = self._formats.frame(part)
        if last:
            self._page.merge_range(self._row, 0, self._row, last, "", style)
        self._page.write_string(self._row, 0, content, style)
        self._page.set_row(self._row, height or text.height(text.lines(content, sum(self._widths))))
        self._row += 1

    def _bands(self) -> None:
        """The upper header row; above a column without a band it is open downwards."""
        at = 0
        for band, group in groupby(self._columns, key=lambda column: column.band):
            last = at + len(list(group)) - 1
            style = self._formats.frame("header" if band else "header_upper")
            if band and last > at:
                self._page.merge_range(self._row, at, self._row, last, "", style)
            for column in range(at, last + 1):
                self._page.write_string(self._row, column, text.safe(band) if column == at else "", style)
            at = last + 1
        self._page.set_row(self._row, text.height(1))
        self._row += 1

    def _titles(self, *, banded: bool) -> None:
        titles = [text.safe(column.title) for column in self._columns]
        for at, (title, column) in enumerate(zip(titles, self._columns, strict=True)):
            part = "header" if column.band or not banded else "header_lower"
            self._page.write_string(self._row, at, title, self._formats.frame(part))
        deepest = max(text.lines(title, width) for title, width in zip(titles, self._widths, strict=True))
        self._page.set_row(self._row, text.height(deepest) + 4)
        self._row += 1

    # The table

    def _records(self, rows: Iterable[Sequence]) -> None:
        plan = list(zip(range(len(self._columns)), self._columns, self._widths, strict=True))
        for row in rows:
            if self._row >= ROW_LIMIT:
                raise TooLarge(f"超过 {ROW_LIMIT} 行，一张表放不下。请缩小筛选范围后分几次导出。")
            deepest = 1
            for (at, column, width), item in zip(plan, row, strict=True):
                value = self._pen.write(self._row, at, column, item)
                if column.total:
                    self._add(column, value, item)
                if isinstance(value, str) and len(value) * 2 > width:
                    deepest = max(deepest, text.lines(value, width))
            self._page.set_row(self._row, text.height(deepest))
            self._row += 1

    def _add(self, column: Column, value, item) -> None:
        """Reckon along as SUM and COUNTA will: words add nothing, a formula counts whatever it answers."""
        if column.total == "sum" and isinstance(value, int | float):
            self._sums[column.key] += value
        elif column.total == "count" and (value is not None or (isinstance(item, Cell) and item.formula)):
            self._sums[column.key] += 1

    def _setup(self, first: int, last: int) -> None:
        """Freezing, filter and print area, known only when all is written."""
        right = len(self._columns) - 1
        self._page.freeze_panes(first, self._sheet.frozen)
        self._page.autofilter(first - 1, 0, last, right)
        self._page.repeat_rows(self._header_row, first - 1)
        self._page.print_area(0, 0, self._row - 1, right)
        worded = [at for at, column in enumerate(self._columns) if column.kind in {"text", "short"}]
        if worded:  # a serial or a code made of digits is text on purpose: no green corner
            ranges = " ".join(xl_range(first, at, last, at) for at in worded)
            self._page.ignore_errors({"number_stored_as_text": ranges})

    # The total

    def _total(self, first: int, last: int) -> None:
        if not self._sums:
            return
        self._round_sums()
        for at, column in enumerate(self._columns):
            if column.total:
                self._total_cell(at, column, first, last)
            else:
                label = TOTAL_LABEL if at == self._label_column() else None
                self._pen.write(self._row, at, Column(column.key, "", "short"), label, total=True)
        self._page.set_row(self._row, text.height(1) + 2)
        self._row += 1

    def _label_column(self) -> int:
        return next((at for at, column in enumerate(self._columns) if not column.total), -1)

    def _round_sums(self) -> None:
        """Ratios from the sums; floats without the dust of adding, as Excel shows them."""
        for column in self._columns:
            if isinstance(column.total, Ratio):
                whole = self._sums[column.total.whole]
                self._sums[column.key] = self._sums[column.total.part] / whole if whole else 0
            elif column.total and isinstance(self._sums[column.key], float):
                self._sums[column.key] = round(self._sums[column.key], 9)

    def _total_cell(self, at: int, column: Column, first: int, last: int) -> None:
        total = column.total
        if isinstance(total, Ratio):
            formula = f"IF({{{total.whole}}}=0,0,{{{total.part}}}/{{{total.whole}}})"
        else:
            function = {"sum": "SUM", "count": "COUNTA"}[total]
            letter = xl_col_to_name(at)
            formula = f"{function}({letter}{first + 1}:{letter}{last + 1})"
        shape = Column(column.key, "", "integer") if total == "count" else replace(column, total="")
        self._pen.write(self._row, at, shape, Cell(self._sums[column.key], column.total_url, formula), total=True)

    # Below the table

    def _foot(self) -> None:
        if self._sheet.source:
            self._banner(self._sheet.source, "note")
        for note in self._sheet.notes:
            self._banner(note, "note")
