"""A4 papers as PDF: title, facts, tables, paragraphs, page numbers, with the font inside the file.

Two calls with the same content and the same moment give the same bytes: nothing else of the run goes into the file.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace
from pylopdf_fonts_zh_cn import sans_path, serif_path

BODY, SMALL, TITLE = 11, 9, 18  # points
LINE = 7  # millimetres
MARGIN = 20
HEAD_FILL = (240, 240, 238)
SANS, SERIF = "sans", "serif"


class Paper(FPDF):
    """One paper. `moment` is the time printed on it and written into the file."""

    def __init__(self, title: str, *, unit: str, moment: datetime):
        super().__init__(format="A4")
        self.foot = f"{unit}　{moment:%Y-%m-%d %H:%M} 生成"
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.add_font(SANS, "", sans_path())
        self.add_font(SERIF, "", serif_path())
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_creator(unit)
        self.set_creation_date(moment)
        self.add_page()
        self._title(title)

    def _title(self, title: str) -> None:
        self.set_font(SERIF, size=TITLE)
        self.multi_cell(0, 10, printable(title), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(3)

    def footer(self) -> None:
        """Who made it, when, which page."""
        self.set_y(-15)
        self.set_font(SANS, size=SMALL)
        self.cell(0, 8, printable(self.foot))
        self.cell(0, 8, f"第 {self.page_no()} 页", align="R")

    def heading(self, text: str) -> None:
        """The title of a part."""
        self.ln(2)
        self.set_font(SERIF, size=BODY + 2)
        self.multi_cell(0, LINE + 1, printable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def paragraph(self, text: str) -> None:
        """Running text; its own line breaks are kept."""
        self.set_font(SANS, size=BODY)
        self.multi_cell(0, LINE, printable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Label and value, one pair a row."""
        self.grid((), pairs, widths=(22, 78))

    def grid(self, heads: tuple[str, ...], rows: Iterable[Iterable], *, widths: tuple[int, ...]) -> None:
        """A ruled table; the heads are repeated on each page."""
        self.set_font(SANS, size=BODY)
        style = FontFace(fill_color=HEAD_FILL)
        with self.table(
            col_widths=widths, line_height=LINE, headings_style=style, first_row_as_headings=bool(heads), padding=1
        ) as table:
            for row in [heads, *rows] if heads else rows:
                line = table.row()
                for value in row:
                    line.cell(printable(str(value)))

    def bytes(self) -> bytes:
        """The finished file."""
        target = BytesIO()
        self.output(target)
        return target.getvalue()


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """The signs that both fonts have."""
    paper = FPDF()
    paper.add_font(SANS, "", sans_path())
    paper.add_font(SERIF, "", serif_path())
    sets = [set(font.ttfont.getBestCmap()) for font in paper.fonts.values()]
    return frozenset(set.intersection(*sets))


def printable(text: str) -> str:
    """A sign that the fonts lack becomes □: a gap that is seen, never a letter silently dropped."""
    known = _known()
    return "".join(sign if sign == "\n" or ord(sign) in known else "□" for sign in text)
