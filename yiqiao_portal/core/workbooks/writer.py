"""The workbook itself: assembled in a private folder, handed over whole or not at all."""

import contextlib
import datetime as dt
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from yiqiao_portal.core.workbooks.formats import BODY, Formats
from yiqiao_portal.core.workbooks.shapes import Sheet, Stamp, Written
from yiqiao_portal.core.workbooks.table import Table
from yiqiao_portal.core.workbooks.text import safe, sheet_name

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A4 = 9
FOOTER_PART_LIMIT = 60  # three parts must stay within Excel's 255 characters


class Workbook:
    """Context manager that writes an .xlsx to a path or a binary stream when it ends without an exception.

    `unit` is the reporting unit (author of the file), `base_url` the site's address before every path link; without it
    paths are not linked. After the end: `sha256`, `size` in bytes, `count` of records in all sheets.
    """

    def __init__(self, target: str | Path | BinaryIO, *, title: str, unit: str, stamp: Stamp, base_url: str = ""):
        self._target, self._title, self._unit = target, title, unit
        self._stamp, self._base_url = stamp, base_url.rstrip("/")
        self._names: set[str] = set()
        self.sha256, self.size, self.count = "", 0, 0

    def __enter__(self) -> "Workbook":
        self._folder = tempfile.TemporaryDirectory(prefix="workbook-")
        self._draft = Path(self._folder.name) / "draft.xlsx"
        options = {
            "constant_memory": True,
            "tmpdir": self._folder.name,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": BODY,
        }
        self._book = xlsxwriter.Workbook(str(self._draft), options)
        self._book.set_properties(self._properties())
        self._formats = Formats(self._book)
        return self

    def __exit__(self, kind, *_exception) -> None:
        with self._folder:
            if kind is None:
                self._book.close()
                self._hand_over()
                return
            with contextlib.suppress(Exception):  # the reason is already on its way; this only closes the parts
                self._book.close()

    def add(self, sheet: Sheet) -> Written:
        """Write one sheet now, reading its rows to the end. Sheets stand in the file in the order of the calls."""
        name = sheet_name(sheet.name, self._names)
        page = self._book.add_worksheet(name)
        self._print_setup(page, sheet)
        written = Table(page, self._formats, sheet, self._base_url).write(self._stamp.line)
        self.count += written.count
        return written

    def _properties(self) -> dict:
        made = self._stamp.made_at.astimezone(dt.UTC).replace(tzinfo=None)
        texts = {"title": self._title, "author": self._unit, "company": self._unit, "comments": self._stamp.line}
        return {key: safe(text) for key, text in texts.items()} | {"created": made}

    def _print_setup(self, page, sheet: Sheet) -> None:
        page.set_paper(A4)
        if not sheet.portrait:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.set_margins(left=0.47, right=0.47, top=0.59, bottom=0.67)
        left, right = f"{self._unit} {self._stamp.serial}", f"{self._stamp.by} {self._stamp.when}"
        page.set_footer(f"&L&9 {_footer(left)}&C&9 第 &P 页，共 &N 页&R&9 {_footer(right)}")

    def _hand_over(self) -> None:
        content = self._draft.read_bytes()
        self.sha256, self.size = hashlib.sha256(content).hexdigest(), len(content)
        if not isinstance(self._target, str | Path):
            self._target.write(content)
            return
        target = Path(self._target)
        beside = target.with_name(f".{target.name}.part")
        shutil.copyfile(self._draft, beside)
        beside.replace(target)


def _footer(text: str) -> str:
    return safe(text)[:FOOTER_PART_LIMIT].replace("&", "&&")
