"""What may stand in a cell: no formula from a user, no broken text, no number or link that Excel cannot keep."""

import datetime as dt
import io
import re
import zipfile
from random import Random
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures.books import column_a, opened, plain_sheet, written
from yiqiao_portal.core.spreadsheets import read_workbook
from yiqiao_portal.core.text import INVISIBLE
from yiqiao_portal.core.workbooks import Cell, Column, Sheet, cells

PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
    "|x",
    "%x",
    " =1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_exp1_text_of_a_user_is_never_a_formula(payload):
    data = written(
        plain_sheet([[payload, Cell(payload, "/x/")]], total="count"),
        Sheet(payload, payload, [Column("a", payload)], []),
    )
    cell = column_a(data)[0]

    assert (cell.value, cell.data_type, cell.quotePrefix, cell.number_format) == (payload, "s", True, "@")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = "".join(archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name)
    assert re.findall(r"<f>(.*?)</f>", xml) == ["COUNTA(A4:A4)"]


LETTERS = "甲乙义桥𠮷é🇨🇳<>&\"'=+-@_x0041;,. 1\n"


def test_exp2_ten_thousand_rows_survive_writing_and_reading():
    random = Random(7)
    texts = ["字" + "".join(random.choices(LETTERS, k=random.randrange(12))).strip() for _ in range(10_000)]
    texts[:4] = PAYLOADS[:4]

    sheet = read_workbook(written(plain_sheet([[text, at] for at, text in enumerate(texts)], "text")), max_rows=10_000)

    assert sheet.headers == ("甲", "乙")
    assert [row.values for row in sheet.rows] == [(normalize("NFC", text), str(at)) for at, text in enumerate(texts)]


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20))
def test_exp2_any_text_of_visible_characters_is_kept(text):
    assert [cell.value for cell in column_a(written(plain_sheet([[text, "x"]])))] == [INVISIBLE.sub("", text) or None]


def test_exp4_what_a_cell_cannot_hold_is_gone():
    data = written(plain_sheet([["a\x00b\x0bc\r\nd\ud83de\ufffe", "长" * 40_000], ["𠮷" * 20_000, 1e400]]))
    first, second = opened(data)[4], opened(data)[5]

    assert first[0].value == "ab\nc\nd\ufffde"
    assert first[1].value == "长" * 32_754 + "…（内容过长，未全部导出）"
    assert second[0].value.endswith("𠮷…（内容过长，未全部导出）")
    assert len(second[0].value.encode("utf-16-le")) // 2 <= 32_767
    assert second[1].value is None


def test_numbers_dates_and_times_that_excel_cannot_keep_become_text():
    aware = dt.datetime(2022, 3, 4, 16, 30, tzinfo=dt.UTC)
    rows = [[dt.date(1899, 5, 1), ""], [aware, ""], [dt.time(9, 5), ""], [True, ""], [10**15, ""], [7, ""]]
    as_date = [cell.value for cell in column_a(written(plain_sheet(rows, "date")))]
    as_moment = [cell.value for cell in column_a(written(plain_sheet(rows, "datetime")))]
    as_number = [cell.value for cell in column_a(written(plain_sheet(rows, "integer")))]

    assert as_date[:4] == ["1899-05-01", dt.datetime(2022, 3, 5), "09:05", "是"]
    assert as_moment[:2] == ["1899-05-01", dt.datetime(2022, 3, 5, 0, 30)]
    assert as_number[1:] == ["2022-03-05 00:30", "09:05", "是", "1000000000000000", 7]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example/", "file:///etc/passwd"])
def test_links_lead_to_pages_only(url):
    with pytest.raises(ValueError, match="neither a path nor a web address"):
        written(plain_sheet([[Cell("x", url), ""]]))


def test_links_beyond_excels_limits_are_left_out(monkeypatch):
    monkeypatch.setattr(cells, "URLS_PER_SHEET", 2)
    rows = [[Cell(1, "/" + "x" * 3000), ""], [Cell(2, "/b"), ""], [Cell(3, "/c"), ""], [Cell(4, "/d"), ""]]

    found = column_a(written(plain_sheet(rows, "integer")))

    assert [(cell.value, bool(cell.hyperlink)) for cell in found] == [(1, False), (2, True), (3, True), (4, False)]


def test_a_count_is_what_counta_counts():
    rows = [[dt.date(2022, 1, 1), ""], ["待核实", ""], [None, ""], [Cell(None, formula='""'), ""]]
    sheet = opened(written(plain_sheet(rows, "date", total="count")), values=True)

    assert sheet["A8"].value == 3


def test_digits_kept_as_text_are_not_marked_as_a_mistake():
    data = written(
        Sheet("表", "题", [Column("a", "数", "integer"), Column("b", "代码"), Column("c", "号", "short")], [])
    )

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<ignoredError sqref="B4 C4" numberStoredAsText="1"/>' in xml
