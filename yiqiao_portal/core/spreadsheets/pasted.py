"""A block copied from Excel or WPS: its bytes decoded, its cells split as Excel writes them to the clipboard."""

import re
from collections.abc import Iterator, Sequence

from yiqiao_portal.core.sandbox import MIB, Refused, RefusedTooLarge, read_limited
from yiqiao_portal.core.sniff import sniff
from yiqiao_portal.core.spreadsheets import cells
from yiqiao_portal.core.spreadsheets.headers import Wanted
from yiqiao_portal.core.spreadsheets.sheet import Problem, Row, Sheet, build, with_facts

SIZE_LIMIT = 10 * MIB  # bytes
ROW_LIMIT = 2_000
COLUMN_LIMIT = 100
CELL_LIMIT = MIB  # characters
QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=[\t,\n]|$(?![\n]))')
TOO_BIG = "粘贴的内容超过 10 MB。请分几次粘贴，或改为上传 .xlsx 文件。"
TOO_MANY_ROWS = f"粘贴的内容超过 {ROW_LIMIT} 行。请分几次粘贴，或改为上传 .xlsx 文件。"
TOO_MANY_COLUMNS = f"粘贴的内容超过 {COLUMN_LIMIT} 列。请只复制需要的列后重新粘贴。"
CELL_TOO_LONG = "有一格的文字超过 100 万字。请缩短后重新粘贴。"
UNREADABLE = "文字编码无法识别。请在 Excel 或 WPS 中打开原表，选中内容复制，再粘贴到这里。"
MARKUP = "粘贴的是网页代码。请在 Excel 或 WPS 中选中区域复制，粘贴时选择“只保留文本”。"
DAMAGED = "含有无法保存的字符，请重新输入这一格"


def read_pasted(data: str | bytes, *, wanted: Sequence[Wanted] = ()) -> Sheet:
    """The cells of a pasted block; columns by tab, or by comma where there is no tab and the first line has commas.

    When `wanted` is given and the first rows name at least two of its columns, that row is the header; otherwise the
    columns are taken in the wanted order. Without `wanted` the first row of two cells is the header. Raises Refused
    and RefusedTooLarge, each with the remedy.
    """
    text = _decode(data).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if sniff(text[:1024].encode("utf-8", "replace")) in {"html", "svg", "xml"}:
        raise Refused(MARKUP, code="html")
    rows, problems = [], []
    for number, fields in enumerate(_records(text), start=1):
        rows.append(Row(number, tuple(cells.clean(field) for field in fields)))
        problems += [Problem(number, at, DAMAGED) for at, field in enumerate(fields) if cells.is_damaged(field)]
    return with_facts(build(rows, wanted, by_order=True), problems=problems, notes=())


def _decode(data: str | bytes) -> str:
    if isinstance(data, str):
        read_limited(data.encode("utf-8", "surrogatepass"), SIZE_LIMIT, TOO_BIG)
        return data
    read_limited(data, SIZE_LIMIT, TOO_BIG)
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(UNREADABLE, code="encoding")


def _encodings(data: bytes) -> tuple[str, ...]:
    """Byte order mark first; then UTF-16 betrayed by its tabs and line ends; else UTF-8, then GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if len(data) % 2 == 0:
        for encoding in ("utf-16-le", "utf-16-be"):
            if any(data.find(mark.encode(encoding)) % 2 == 0 for mark in "\t\n"):
                return (encoding,)
    return ("utf-8-sig", "gb18030")


def _records(text: str) -> Iterator[list[str]]:
    """Rows of fields, with the caps applied while splitting."""
    lines = 0
    for fields in _split(text, _separator(text)):
        lines += any(field.strip() for field in fields)
        if lines > ROW_LIMIT + 1:  # one of them may be the header
            raise RefusedTooLarge(TOO_MANY_ROWS, code="too_many_rows")
        if any(len(field) > CELL_LIMIT for field in fields):
            raise RefusedTooLarge(CELL_TOO_LONG, code="cell_too_long")
        yield fields


def _separator(text: str) -> str:
    if "\t" in text:
        return "\t"
    return "," if "," in text.split("\n", 1)[0] else "\t"


def _split(text: str, separator: str) -> Iterator[list[str]]:
    """Excel quotes a cell only when it must, so a quote that no separator closes is an ordinary character."""
    plain = re.compile(f"[^{separator}\n]*")
    fields: list[str] = []
    at = 0
    while at <= len(text):
        quoted = QUOTED.match(text, at) if text.startswith('"', at) else None
        found = quoted or plain.match(text, at)
        fields.append(quoted[1].replace('""', '"') if quoted else found[0])
        at = found.end() + 1
        if len(fields) > COLUMN_LIMIT:
            raise RefusedTooLarge(TOO_MANY_COLUMNS, code="too_many_columns")
        if found.end() == len(text) or text[found.end()] == "\n":
            yield fields
            fields = []
