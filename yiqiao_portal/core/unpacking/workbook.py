"""Runs in the sandbox: an uploaded .xlsx in, its filled rows as JSON out. Nothing here trusts a figure in the file."""

import datetime as dt
import encodings.cp437  # noqa: F401 - zipfile asks for it by name when no file may be opened any more
import io
import json
import zipfile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from yiqiao_portal.core.sandbox import Refused, RefusedTooLarge
from yiqiao_portal.core.unpacking import archive
from yiqiao_portal.core.unpacking.scan import Book, Cells, Parts

MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TEMPLATE = MAIN.replace(b"sheet.main", b"template.main")
MACRO = "文件含有宏。请在 Excel 或 WPS 中选择“另存为”→“Excel 工作簿（*.xlsx）”，去掉宏后再上传。"
NOT_A_WORKBOOK = "这不是 .xlsx 表格。请在 Excel 或 WPS 中打开，选择“另存为”→“Excel 工作簿（*.xlsx）”，再上传。"
NO_SHEET = "文件里没有可以读取的工作表。请把内容放在第一张可见的工作表里，另存后上传。"
CELL_LIMIT = 32_767  # characters, Excel's own
EXACT_LIMIT = 10**15  # a number beyond 15 digits has lost its end in Excel


def read(data: bytes, options: dict) -> bytes:
    """Entry of the sandbox. Options: max_row, max_column, sheet (name or "" for the first visible with content)."""
    source = archive.open_archive(data)
    _check_kind(source)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        parts, book = Parts(source, target), Book()
        _take_frame(parts, book)
        chosen, cells = _take_sheet(parts, book, options)
    names = [name for name, visible, _ in book.sheets if visible]
    facts = {"name": chosen, "names": names, "hidden_sheets": len(book.sheets) - len(names)}
    return json.dumps(facts | _read_cells(packed, chosen, cells), ensure_ascii=False, allow_nan=False).encode()


def _check_kind(source: zipfile.ZipFile) -> None:
    names = {name.casefold().replace("\\", "/"): name for name in source.namelist()}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused(MACRO, code="macro")
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise Refused(NOT_A_WORKBOOK, code="not_xlsx")
    types = archive.read_member(source, names["[content_types].xml"])
    if b"macroEnabled" in types:
        raise Refused(MACRO, code="macro")
    if MAIN not in types and TEMPLATE not in types:
        raise Refused(NOT_A_WORKBOOK, code="not_xlsx")


def _take_frame(parts: Parts, book: Book) -> None:
    for path in ("[Content_Types].xml", "_rels/.rels", "xl/styles.xml", "xl/sharedStrings.xml"):
        parts.take(path)
    parts.take("xl/workbook.xml", book.on_workbook)
    parts.take("xl/_rels/workbook.xml.rels", book.on_relation)


def _take_sheet(parts: Parts, book: Book, options: dict) -> tuple[str, Cells]:
    """The asked sheet, else the first visible one with content, else the first visible one."""
    asked = options["sheet"]
    found: tuple[str, Cells] | None = None
    for name, visible, relation in book.sheets:
        part = parts.find(book.targets.get(relation, ""))
        if not part or (name != asked if asked else not visible):
            continue
        cells = Cells(options["max_row"], options["max_column"])
        parts.take(part, cells.on_start)
        found = found if found and not cells.filled else (name, cells)
        if cells.filled:
            return found
    if found is None:
        raise Refused(NO_SHEET, code="no_sheet")
    return found


def _read_cells(packed: io.BytesIO, name: str, cells: Cells) -> dict:
    packed.seek(0)
    try:
        with CalamineWorkbook.from_filelike(packed) as workbook:
            sheet = workbook.get_sheet_by_name(name)
            rows = _rows(sheet, cells) if cells.filled else []
            merged = len(sheet.merged_cell_ranges or [])
    except CalamineError as error:
        raise archive.broken() from error
    return {
        "rows": [[number, values] for number, values, _ in rows],
        "odd": [[number, *oddity] for number, _, oddities in rows for oddity in oddities],
        "hidden_rows": len(cells.hidden_rows),
        "hidden_columns": len(cells.hidden_columns),
        "merged": merged,
    }


def _rows(sheet: CalamineSheet, cells: Cells) -> list[tuple[int, list, list]]:
    """(row number, values from column A, [(column, code)]) of every row that holds anything."""
    left = sheet.start[1] if sheet.start else 0
    marks: dict[int, list[tuple[int, str]]] = {}
    for row, column in cells.errors:
        marks.setdefault(row, []).append((column, "error"))
    rows = []
    for number, values in enumerate(sheet.iter_rows(), start=1):
        oddities = marks.get(number, [])
        plain = [None] * left + [_plain(value, number, oddities, left + at) for at, value in enumerate(values, start=1)]
        oddities += _uncalculated(plain, number, cells)
        if oddities or any(value is not None for value in plain):
            rows.append((number, plain, oddities))
    return rows


def _uncalculated(values: list, number: int, cells: Cells) -> list[tuple[int, str]]:
    """Formulas whose result no program has stored; a formula that answers with an empty text is no such case."""
    if not cells.formula_rows.get(number):
        return []
    return [
        (column, "formula")
        for column, kind in cells.formula_rows[number].items()
        if kind not in ("str", "e") and (column > len(values) or values[column - 1] is None)
    ]


def _plain(value, row: int, oddities: list, column: int):
    """One value as JSON can carry it; what cannot be kept whole is marked and left out."""
    if isinstance(value, str):
        if len(value) > CELL_LIMIT:
            raise RefusedTooLarge(
                f"第 {row} 行第 {column} 列的文字超过 {CELL_LIMIT} 字。请缩短后再上传。", code="cell_too_long"
            )
        return value or None
    if isinstance(value, float):
        return _number(value, oddities, column)
    if isinstance(value, dt.timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return {type(value).__name__: value.isoformat()}
    return value


def _number(value: float, oddities: list, column: int) -> float | int | None:
    if not abs(value) < EXACT_LIMIT:  # so written that a NaN is caught too
        oddities.append((column, "precision"))
        return None
    return int(value) if value.is_integer() else value
