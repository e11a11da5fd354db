"""Text on its way into a cell: what XML and Excel cannot hold is gone, and nothing can turn into a formula."""

import math
import re

from yiqiao_portal.core.text import INVISIBLE, LINE_ENDS, SURROGATES

CELL_LIMIT = 32_767  # UTF-16 units, Excel's own
CUT_MARK = "…（内容过长，未全部导出）"
FORMULA_STARTS = tuple("=+-@＝＋－＠\t\n|%")
SHEET_NAME_LIMIT = 31
SHEET_NAME_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LINE_HEIGHT = 15  # points, 宋体 11
ROW_LIMIT = 409  # points, Excel's own


def safe(value) -> str:
    """Text without control characters and half characters, line ends as \\n, within Excel's limit for a cell."""
    text = str(value)
    if not text.isprintable():  # most texts are, and 100,000 rows of them go faster
        text = SURROGATES.sub("\ufffd", INVISIBLE.sub("", LINE_ENDS.sub("\n", text)))
    if len(text) * 2 > CELL_LIMIT:
        text = _cut(text)
    return text


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return text
    room = 2 * (CELL_LIMIT - len(CUT_MARK))
    return units[:room].decode("utf-16-le", "ignore") + CUT_MARK


def looks_like_formula(text: str) -> bool:
    """Whether another program could take the text for a formula, so that it needs the quote prefix."""
    return text.startswith(FORMULA_STARTS) or (text[:1] == " " and text.lstrip(" ").startswith(FORMULA_STARTS))


def width(text: str) -> int:
    """Columns of the longest line; a Chinese character takes two."""
    return max(map(_line_width, text.split("\n"))) if "\n" in text else _line_width(text)


def _line_width(line: str) -> int:
    """ASCII counts 1; a Chinese character, three bytes in UTF-8, counts 2."""
    return len(line) if line.isascii() else (len(line) + len(line.encode())) // 2


def lines(text: str, room: float) -> int:
    """Lines the text takes in a column of that width."""
    if len(text) * 2 <= room and "\n" not in text:
        return 1
    room = max(room - 2, 1)  # margin and indent
    return sum(max(1, math.ceil(_line_width(line) / room)) for line in text.split("\n"))


def height(count: int) -> float:
    """Height of a row of so many lines, in points."""
    return min(ROW_LIMIT, LINE_HEIGHT * count + 4)


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts and no other sheet has (`taken` holds them in lower case and is added to)."""
    plain = SHEET_NAME_FORBIDDEN.sub("·", safe(name)).strip("' ")[:SHEET_NAME_LIMIT] or "表"
    result, number = plain, 1
    while result.casefold() in taken:
        number += 1
        ending = f"（{number}）"
        result = plain[: SHEET_NAME_LIMIT - len(ending)] + ending
    taken.add(result.casefold())
    return result
