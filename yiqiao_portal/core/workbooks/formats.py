"""Cell formats, each made once per workbook. Tints are light: a grey print must still tell the words apart."""

from functools import cache

import xlsxwriter
from xlsxwriter.format import Format

BODY = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
GRID = {"border": 1, "border_color": "#B8B2A7"}
KINDS = {  # kind: number format, alignment
    "text": ("@", "left"),
    "short": ("@", "center"),
    "integer": ("#,##0", "right"),
    "decimal": ("#,##0.00", "right"),
    "percent": ("0.0%", "right"),
    "date": ("yyyy-mm-dd", "center"),
    "datetime": ("yyyy-mm-dd hh:mm", "center"),
}
LOOKS = {
    "": {},
    "ok": {"bg_color": "#E8F3EC", "font_color": "#1E5B3A"},
    "due": {"bg_color": "#FFF3DC", "font_color": "#7A4B00"},
    "late": {"bg_color": "#FBE6E3", "font_color": "#8C1D12", "bold": True},
    "muted": {"font_color": "#6B6459"},
}
HEADER = {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F3EEE6", **GRID}
FRAME = {
    "title": {"font_name": "黑体", "font_size": 16, "align": "center"},
    "meta": {"align": "left", "text_wrap": True},
    "stamp": {"align": "left", "font_size": 9, "font_color": "#6B6459", "text_wrap": True},
    "header": HEADER,
    "header_upper": HEADER | {"bottom": 0},
    "header_lower": HEADER | {"top": 0},
    "note": {"align": "left", "font_size": 10, "font_color": "#4A443B", "text_wrap": True},
}
TOTAL = {"bold": True, "bg_color": "#F8F5EF", "top": 2}
LINK = {"font_color": "#1F4E79", "underline": 1}


class Formats:
    """The formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._book = book
        self.body = cache(self._body)
        self.frame = cache(self._frame)

    def _frame(self, part: str) -> Format:
        return self._book.add_format(BODY | FRAME[part])

    def _body(
        self,
        kind: str,
        number_format: str = "",
        look: str = "",
        quote: bool = False,
        link: bool = False,
        total: bool = False,
    ) -> Format:
        pattern, align = KINDS[kind]
        indent = 0 if align == "center" else 1
        properties = BODY | GRID | {"num_format": number_format or pattern, "align": align, "indent": indent}
        if pattern == "@":
            properties |= {"text_wrap": True, "num_format": "@", "quote_prefix": quote}
        properties |= (TOTAL if total else {}) | (LINK if link else {}) | LOOKS[look]
        return self._book.add_format(properties)
