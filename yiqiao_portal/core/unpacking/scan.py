"""A look through the XML of a workbook by expat before the fast reader is let near it.

It stops at the first DTD and at the first cell beyond the caps, and notes what the fast reader does not tell: formulas,
error cells, hidden rows and columns.
"""

import zipfile
from collections.abc import Callable
from typing import BinaryIO
from xml.parsers import expat

from yiqiao_portal.core.sandbox import Refused, RefusedTooLarge
from yiqiao_portal.core.unpacking import archive

CHUNK = 1 << 16
DIGITS = "0123456789"
DTD = "文件含有不允许的外部定义。请在 Excel 或 WPS 中打开，另存为新的 .xlsx 后上传。"


class Parts:
    """Reads parts of the workbook through expat and packs the very same bytes into a clean archive."""

    def __init__(self, source: zipfile.ZipFile, target: zipfile.ZipFile):
        self.source, self.target = source, target
        self.names = {name.casefold(): name for name in source.namelist()}

    def find(self, path: str) -> str:
        """The member of that path whatever its case, or an empty string."""
        return self.names.get(path.casefold().lstrip("/"), "")

    def take(self, path: str, on_start: Callable | None = None) -> None:
        """Check one part, calling `on_start(local name, attributes)`; keep it. An absent part is passed over."""
        name = self.find(path)
        if not name:
            return
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_dtd
        if on_start:
            parser.StartElementHandler = lambda tag, attributes: on_start(tag[tag.find(":") + 1 :], attributes)
        try:
            with self.source.open(name) as stream, self.target.open(name, "w") as sink:
                _feed(parser, stream, sink)
        except (expat.ExpatError, *archive.ERRORS) as error:
            raise archive.broken() from error


def _feed(parser, stream: BinaryIO, sink: BinaryIO) -> None:
    while chunk := stream.read(CHUNK):
        sink.write(chunk)
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_dtd(*_declaration) -> None:
    raise Refused(DTD, code="xml_dtd")


class Book:
    """What workbook.xml and its relations say: the worksheets in order, with their parts."""

    def __init__(self):
        self.sheets: list[tuple[str, bool, str]] = []  # name, visible, relation id
        self.targets: dict[str, str] = {}  # relation id -> path inside the archive

    def on_workbook(self, tag: str, attributes: dict) -> None:
        """Element of xl/workbook.xml."""
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), visible, relation))

    def on_relation(self, tag: str, attributes: dict) -> None:
        """Element of xl/_rels/workbook.xml.rels; links out of the file are passed over."""
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            self.targets[attributes.get("Id", "")] = target if target.startswith("/") else f"xl/{target}"


class Cells:
    """Extent and oddities of one worksheet. Rows and columns count from 1."""

    def __init__(self, max_row: int, max_column: int):
        self.max_row, self.max_column = max_row, max_column
        self.row = self.column = 0
        self.kind = ""
        self.filled = False
        self.formula_rows: dict[int, dict[int, str]] = {}
        self.errors: set[tuple[int, int]] = set()
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self._hidden = False
        self._columns: dict[str, int] = {}
        self._by_tag = {
            "row": self._row,
            "c": self._cell,
            "v": self._value,
            "is": self._value,
            "f": self._formula,
            "col": self._col,
        }

    def on_start(self, tag: str, attributes: dict) -> None:
        """Element of the worksheet part."""
        step = self._by_tag.get(tag)
        if step:
            step(attributes)

    def _row(self, attributes: dict) -> None:
        self.row = _number(attributes.get("r"), self.row + 1)
        self.column = 0
        self._hidden = attributes.get("hidden") in ("1", "true")

    def _cell(self, attributes: dict) -> None:
        reference = attributes.get("r")
        if reference:
            letters = reference.rstrip(DIGITS)
            self.row = _number(reference[len(letters) :], self.row)
            self.column = self._columns.get(letters) or self._learn(letters)
        else:
            self.column += 1
        self.kind = attributes.get("t", "")

    def _learn(self, letters: str) -> int:
        if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
            raise archive.broken()
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - 64
        self._columns[letters] = number
        return number

    def _value(self, _attributes: dict) -> None:
        if self.row > self.max_row:
            raise RefusedTooLarge(
                f"表格第 {self.row} 行还有内容，每次最多读到第 {self.max_row} 行。"
                "请分成几份上传；若后面只是多余的格子，请删去后另存再上传。",
                code="too_many_rows",
            )
        if self.column > self.max_column:
            raise RefusedTooLarge(
                f"表格第 {self.column} 列还有内容，最多读 {self.max_column} 列。请删去多余的列后另存再上传。",
                code="too_many_columns",
            )
        self.filled = True
        if self._hidden:
            self.hidden_rows.add(self.row)
        if self.kind == "e":
            self.errors.add((self.row, self.column))

    def _formula(self, attributes: dict) -> None:
        self._value(attributes)
        self.formula_rows.setdefault(self.row, {})[self.column] = self.kind

    def _col(self, attributes: dict) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first = _number(attributes.get("min"), 0)
            last = min(_number(attributes.get("max"), 0), self.max_column)
            self.hidden_columns.update(range(first, last + 1))


def _number(text: str | None, otherwise: int) -> int:
    """A row or column number as Excel writes it; the archive is broken when it is none."""
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise archive.broken()
    return int(text)
