"""What reading gives: headers, rows with their numbers, and what was odd about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.spreadsheets.headers import Wanted, label, normalise, score

HEADER_SEARCH = 20  # rows from the top among which a header is looked for
TOTALS = {"合计", "总计", "共计", "总数"}
EMPTY = "没有读到内容。请确认第一行是表头、下面是数据，再重新提交。"


class Row(NamedTuple):
    """One row that holds anything: its number in the file or paste (from 1) and its values by column."""

    number: int
    values: tuple


class Problem(NamedTuple):
    """One cell that could not be taken as it stands; `column` counts from 0, as in `Row.values`."""

    row: int
    column: int
    message: str


@dataclass(frozen=True)
class Sheet:
    """Cleaned content of an upload or a paste.

    `headers` and every `Row.values` have equal length. `header_row` is the row the headers were read from; None when
    none was recognised and they are the wanted labels in order. `notes` are sentences to show before anything is saved.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    header_row: int | None = 1
    name: str = ""
    names: tuple[str, ...] = ()


def build(rows: list[Row], wanted: Sequence[Wanted], *, by_order: bool = False) -> Sheet:
    """A Sheet from cleaned rows: the header found, blank rows and the closing total dropped, rows made even.

    With `by_order`, a table without a recognisable header is taken to have the wanted columns in order.
    """
    rows = [row for row in rows if any(value not in (None, "") for value in row.values)]
    if not rows:
        raise Refused(EMPTY, code="empty")
    at, height, headers = _find_header(rows, wanted)
    if by_order and wanted and score(headers, wanted) < _enough(wanted):
        headers, at, height = [one.label for one in wanted], 0, 0
    body, notes = _without_total(rows[at + height :])
    width = max([_width(headers), *(_width(row.values) for row in body)])
    return Sheet(
        headers=_even(headers, width, ""),
        rows=tuple(Row(row.number, _even(row.values, width, None)) for row in body),
        notes=notes,
        header_row=rows[at + height - 1].number if height else None,
    )


def _find_header(rows: list[Row], wanted: Sequence[Wanted]) -> tuple[int, int, list[str]]:
    """Index of the header, its height in rows (1 or 2) and its labels."""
    top = rows[:HEADER_SEARCH]
    if not wanted:
        at = next((at for at, row in enumerate(top) if sum(value is not None for value in row.values) > 1), 0)
        return at, 1, [label(value) for value in top[at].values]
    candidates = []
    for at, row in enumerate(top):
        labels = [label(value) for value in row.values]
        candidates.append((score(labels, wanted), -1, at, labels))
        if at + 1 < len(top):
            both = _stacked(labels, [label(value) for value in top[at + 1].values])
            candidates.append((score(both, wanted), -2, at, both))
    _, height, at, labels = max(candidates, key=lambda found: (found[0], found[1], -found[2]))
    return at, -height, labels


def _stacked(upper: list[str], lower: list[str]) -> list[str]:
    """Labels of a two-row header: the lower row where it says something, else the upper."""
    width = max(len(upper), len(lower))
    pairs = zip(_even(upper, width, ""), _even(lower, width, ""), strict=True)
    return [below or above for above, below in pairs]


def _enough(wanted: Sequence[Wanted]) -> int:
    """How many labels must be recognised before a first row counts as a header."""
    return min(2, len(wanted))


def _without_total(rows: list[Row]) -> tuple[list[Row], tuple[str, ...]]:
    if rows:
        first = next((value for value in rows[-1].values if value not in (None, "")), "")
        if normalise(first) in TOTALS:
            return rows[:-1], ("最后一行是合计，没有读入。",)
    return rows, ()


def _width(values: Sequence) -> int:
    """Columns up to the last that holds anything."""
    return max((at for at, value in enumerate(values, start=1) if value not in (None, "")), default=0)


def _even(values: Sequence, width: int, filler) -> tuple:
    return (*values[:width], *[filler] * (width - len(values)))


def with_facts(sheet: Sheet, *, problems: Sequence[Problem], notes: Sequence[str], **names) -> Sheet:
    """The sheet with what the reader knows beside the values; problems outside the data rows are dropped."""
    kept = {row.number for row in sheet.rows}
    problems = tuple(problem for problem in problems if problem.row in kept)
    return replace(sheet, problems=problems, notes=(*sheet.notes, *notes), **names)
