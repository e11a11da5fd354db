"""An uploaded .xlsx: told from its imitations, read in the sandbox, given back as cleaned rows."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import BinaryIO

from yiqiao_portal.core import sandbox
from yiqiao_portal.core.sandbox import MIB, Refused, RefusedTooLarge, Sentences
from yiqiao_portal.core.sniff import sniff
from yiqiao_portal.core.spreadsheets import cells
from yiqiao_portal.core.spreadsheets.headers import Wanted
from yiqiao_portal.core.spreadsheets.sheet import Problem, Row, Sheet, build, with_facts
from yiqiao_portal.core.unpacking import archive

SIZE_LIMIT = 10 * MIB
PAGE_ROWS = 5_000  # data rows taken by a page
COMMAND_ROWS = 60_000  # data rows taken by a command
COLUMN_LIMIT = 100
HEAD_ROOM = 21  # rows above the data: titles, blank rows, the header
SAVE_AS = "请在 Excel 或 WPS 中打开，选择“另存为”→“Excel 工作簿（*.xlsx）”，再上传。"
NOT_XLSX = {
    "empty": f"文件是空的。{SAVE_AS}",
    "ole": f"这是旧格式的文件（.xls 或 .et）。{SAVE_AS}",
    "encrypted": "文件设有打开密码。请先取消密码，另存为 .xlsx 后上传。",
    "html": f"这是网页格式的表格，只是扩展名改成了 xlsx。{SAVE_AS}",
    "xml": f"这是 XML 格式的表格，只是扩展名改成了 xlsx。{SAVE_AS}",
    "text": f"这是文本或 CSV 文件，不是 Excel 工作簿。{SAVE_AS}也可以复制内容，用“从 Excel 粘贴”。",
}
OTHER = "这不是 Excel 表格。请选择 .xlsx 文件上传。"
SENTENCES = Sentences(
    broken=archive.BROKEN, heavy="文件内容过大，无法读取。请删去多余的工作表、空行和图片，另存后上传，或分成几份。"
)
ODDITIES = {
    "formula": "公式没有算出结果，请在 Excel 中打开、保存后重新上传，或改填数值",
    "error": "公式结果有错（如 #REF!、#DIV/0!），请改正后重新上传",
    "precision": "是数字格式，末位已丢失，请将该列设为“文本”格式后重新录入",
}


def read_workbook(
    file: BinaryIO | bytes, *, wanted: Sequence[Wanted] = (), max_rows: int = PAGE_ROWS, sheet: str = ""
) -> Sheet:
    """The first visible worksheet with content (or the one named `sheet`) of an uploaded .xlsx.

    Whole floats come as int, dates as datetime/date/time, text cleaned, empty cells as None. Formulas give their stored
    result; one without a result, an error value or a number over 15 digits is None and a Problem. Raises Refused and
    RefusedTooLarge, each with the remedy; never anything else.
    """
    data = sandbox.read_limited(file, SIZE_LIMIT, "文件超过 10 MB。请删去图片和多余的工作表，或分成几份上传。")
    kind = sniff(data)
    if kind != "zip":
        raise Refused(NOT_XLSX.get(kind, OTHER), code=f"not_xlsx_{kind}")
    options = {"max_row": max_rows + HEAD_ROOM, "max_column": COLUMN_LIMIT, "sheet": sheet}
    answer = sandbox.run("yiqiao_portal.core.unpacking.workbook:read", data, options, sentences=SENTENCES)
    return _sheet(json.loads(answer), wanted, max_rows)


def _sheet(facts: dict, wanted: Sequence[Wanted], max_rows: int) -> Sheet:
    rows = [Row(number, tuple(_value(value) for value in values)) for number, values in facts["rows"]]
    sheet = build(rows, wanted)
    if len(sheet.rows) > max_rows:
        raise RefusedTooLarge(f"表格超过 {max_rows} 行，请分成几份上传。", code="too_many_rows")
    problems = [Problem(row, column - 1, ODDITIES[code]) for row, column, code in facts["odd"]]
    names = {"name": facts["name"], "names": tuple(facts["names"])}
    return with_facts(sheet, problems=problems, notes=_notes(facts), **names)


def _value(value):
    if isinstance(value, str):
        return cells.clean(value)
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        return dt.timedelta(seconds=content) if kind == "seconds" else getattr(dt, kind).fromisoformat(content)
    return value


def _notes(facts: dict) -> list[str]:
    notes = []
    if facts["hidden_rows"] or facts["hidden_columns"]:
        hidden = f"{facts['hidden_rows']} 行、{facts['hidden_columns']} 列"
        notes.append(f"表中有 {hidden}被隐藏或筛选掉，也一并读入了，请核对。")
    if facts["hidden_sheets"]:
        notes.append(f"有 {facts['hidden_sheets']} 张隐藏的工作表，没有读入。")
    if len(facts["names"]) > 1:
        notes.append(f"文件有 {len(facts['names'])} 张工作表，只读了“{facts['name']}”。")
    if facts["merged"]:
        notes.append(f"有 {facts['merged']} 处合并单元格，合并区域只有左上角一格有内容，请核对。")
    return notes
