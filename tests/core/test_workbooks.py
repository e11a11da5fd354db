"""A written workbook as three other programs see it: equal cells, live formulas with their results, real links."""

import datetime as dt
import io
import re
import shutil
import subprocess

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.fixtures import xlsx
from tests.fixtures.books import COLUMNS, FIRST, LAST, ROWS, SHEET, STAMP, TOTAL, grid, opened, plain_sheet, written
from yiqiao_portal.core.exceptions import TooLarge
from yiqiao_portal.core.workbooks import Cell, Column, Ratio, Sheet, Workbook, table


@pytest.fixture(scope="module")
def book() -> bytes:
    check = Sheet(
        "校验",
        "校验",
        [
            Column("what", "检查项"),
            Column("want", "应为", "integer"),
            Column("got", "实为", "integer"),
            Column("gap", "差", "integer"),
        ],
        [],
    )
    target = io.BytesIO()
    with Workbook(
        target, title="年度台账", unit="义桥镇党建办", stamp=STAMP, base_url="https://portal.example"
    ) as made:
        first = made.add(SHEET)
        got = Cell(first.totals["present"], formula=first.total("present"))
        zero = Cell(0, formula="{got}-{want}", look="ok")
        made.add(Sheet(check.name, check.title, check.columns, [["实到人数", 26, got, zero]]))
    return target.getvalue()


def test_the_frame_stands_around_the_table(book):
    sheet = opened(book)

    assert [sheet.cell(row, 1).value for row in (1, 2, 3, 4)] == [
        "义桥镇党组织情况",
        "统计期：2022年　　填报单位：义桥镇党建办　　填表人：＿＿＿＿＿",
        "审核人：赵某　　填报日期：2022-12-31",
        "导出人：王某　导出时间：2022-12-31 14:05　用途：年度上报　编号：DC-2022-0001",
    ]
    assert [cell.value or "" for cell in sheet[5]] == ["", "", "人数", "", "", "", "", ""]
    assert [cell.value for cell in sheet[6]] == [column.title for column in COLUMNS]
    assert [sheet.cell(row, 1).value for row in (11, 12)] == ["来源：本平台台账", "注：按镇定次序。"]
    assert "C5:D5" in {str(merged) for merged in sheet.merged_cells.ranges}


def test_values_have_their_kind(book):
    row = opened(book)[FIRST]

    assert [cell.number_format for cell in row] == [
        "#,##0",
        "@",
        "#,##0",
        "#,##0",
        "0.0%",
        "#,##0.00",
        "yyyy-mm-dd",
        "@",
    ]
    assert [cell.data_type for cell in row] == ["n", "s", "n", "n", "f", "n", "d", "s"]
    assert row[6].value == dt.datetime(2022, 3, 4)
    assert row[7].value == "913301090000000017"


def test_words_among_numbers_are_text_and_nothing_is_blank(book):
    row = opened(book)[LAST]

    assert [cell.value for cell in row] == [3, "=1+1", "不适用", None, None, 0.5, None, None]
    assert (row[1].data_type, row[1].quotePrefix, row[2].number_format) == ("s", True, "@")


def test_the_total_row_is_live_and_carries_its_results(book):
    formulas, results = opened(book)[TOTAL], opened(book, values=True)[TOTAL]

    assert [cell.value for cell in formulas] == [
        "合计",
        "=COUNTA(B7:B9)",
        "=SUM(C7:C9)",
        "=SUM(D7:D9)",
        "=IF(C10=0,0,D10/C10)",
        "=SUM(F7:F9)",
        None,
        None,
    ]
    assert [cell.value for cell in results] == ["合计", 3, 30, 26, 26 / 30, 0.8, None, None]


def test_a_linked_figure_is_a_number_with_a_link(book):
    sheet = opened(book)
    figure, other, total = sheet["C7"], sheet["C8"], sheet[f"C{TOTAL}"]

    assert (figure.value, figure.data_type) == (20, "n")
    assert figure.hyperlink.target == "https://portal.example/activities/?%E7%BB%84%E7%BB%87=%E6%B8%94%E6%B5%A6"
    assert (other.value, other.hyperlink.target) == (10, "https://portal.example/activities/?org=2")
    assert (total.value, total.hyperlink.target) == ("=SUM(C7:C9)", "https://portal.example/activities/?year=2022")
    assert sheet["D7"].hyperlink is None


def test_a_later_sheet_reckons_with_an_earlier_one(book):
    formulas, results = opened(book, "校验"), opened(book, "校验", values=True)

    assert [cell.value for cell in formulas[4]] == ["实到人数", 26, "='党组织情况'!$D$10", "=C4-B4"]
    assert [cell.value for cell in results[4]] == ["实到人数", 26, 26, 0]


def test_the_sheet_is_ready_for_the_printer(book):
    sheet = opened(book)

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    width = sheet.page_setup.fitToWidth or 1  # one page is what Excel takes when nothing is said
    assert (width, sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, 0, True)
    assert (sheet.print_title_rows, sheet.print_area) == ("$5:$6", "'党组织情况'!$A$1:$H$12")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C7", "A6:H9")
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.oddFooter.left.text == "义桥镇党建办 DC-2022-0001"
    assert sheet.oddFooter.right.text == "王某 2022-12-31 14:05"


def test_the_file_says_who_made_it(book):
    properties = openpyxl.load_workbook(io.BytesIO(book)).properties

    assert (properties.title, properties.creator) == ("年度台账", "义桥镇党建办")
    assert properties.description == STAMP.line
    assert properties.created == dt.datetime(2022, 12, 31, 6, 5)


def test_calamine_reads_the_same_cells(book):
    def comparable(value):
        if value in ("", None):
            return None
        return dt.datetime.combine(value, dt.time()) if type(value) is dt.date else value

    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("党组织情况").to_python()

    assert [[comparable(value) for value in row] for row in rows] == grid(book)


def without_results(data: bytes) -> bytes:
    """The workbook with every formula still to be reckoned."""
    for number in (1, 2):
        part = f"xl/worksheets/sheet{number}.xml"
        data = xlsx.changed(data, part, lambda xml: re.sub(rb"</f><v>[^<]*</v>", b"</f>", xml))
    return data


@pytest.mark.libreoffice
def test_libreoffice_reckons_the_same_cells(book, tmp_path):
    source, target = tmp_path / "book.xlsx", tmp_path / "out"
    source.write_bytes(without_results(book))
    assert grid(source.read_bytes()) != grid(book)

    office = [shutil.which("soffice"), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    subprocess.run([*office, "xlsx", "--outdir", target, source], check=True, timeout=120, capture_output=True)

    def rounded(rows: list[list]) -> list[list]:
        return [[round(value, 9) if isinstance(value, float) else value for value in row] for row in rows]

    for name in ("党组织情况", "校验"):
        assert rounded(grid((target / "book.xlsx").read_bytes(), name)) == rounded(grid(book, name))


def test_an_empty_table_still_has_its_frame_and_totals():
    sheet = opened(written(Sheet("表", "题", COLUMNS, [])), values=True)

    assert [cell.value for cell in sheet[6]] == ["合计", 0, 0, 0, 0, 0, None, None]
    assert {cell.value for cell in sheet[5]} == {None}
    assert sheet.auto_filter.ref == "A4:H5"


def test_written_tells_where_the_table_stands():
    with Workbook(io.BytesIO(), title="t", unit="u", stamp=STAMP) as book:
        place = book.add(Sheet("一's", "题", COLUMNS, ROWS))
        empty = book.add(Sheet("二", "题", COLUMNS, []))

    assert (place.first_row, place.last_row, place.count) == (5, 7, 3)
    assert place.cell("present", 1) == "'一''s'!$D$6"
    assert place.column("present") == "'一''s'!$D$5:$D$7"
    assert place.total("present") == "'一''s'!$D$8"
    assert place.totals == {"name": 3, "expected": 30, "present": 26, "rate": 26 / 30, "hours": 0.8}
    assert empty.column("present") == "'二'!$D$5:$D$5"
    assert (book.count, book.size > 0, len(book.sha256)) == (3, True, 64)
    with pytest.raises(KeyError):
        place.total("day")


def test_without_a_site_address_paths_are_not_linked():
    sheet = opened(written(SHEET, base_url=""))

    assert (sheet["C7"].value, sheet["C7"].hyperlink) == (20, None)


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(table, "ROW_LIMIT", 6)

    with pytest.raises(TooLarge, match="缩小筛选范围"):
        written(plain_sheet([["a", "b"]] * 4))


def test_sheet_names_are_made_fit_and_different():
    data = written(*(Sheet(name, "题", COLUMNS, []) for name in ("三/会:一课", "三/会:一课", "长" * 40, "'")))

    names = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    assert names == ["三·会·一课", "三·会·一课（2）", "长" * 31, "表"]


def test_rows_grow_with_their_text_and_columns_with_theirs():
    data = written(plain_sheet([["短", "很长的说明" * 20], ["短", "短"]]))
    sheet = opened(data)

    assert (sheet.column_dimensions["A"].width < 10, 40 <= sheet.column_dimensions["B"].width < 42) == (True, True)
    assert sheet.row_dimensions[4].height > 5 * 15
    assert sheet.row_dimensions[5].height < 20


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "台账.xlsx"
    target.write_bytes(b"old")

    def failing():
        yield ["a", "b"]
        raise LookupError

    with pytest.raises(LookupError), Workbook(target, title="t", unit="u", stamp=STAMP) as book:
        book.add(plain_sheet(failing()))
    assert (target.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (b"old", ["台账.xlsx"])

    with Workbook(str(target), title="t", unit="u", stamp=STAMP) as book:
        book.add(plain_sheet([["a", "b"]]))
    assert opened(target.read_bytes())["A4"].value == "a"
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]


def test_the_same_content_gives_the_same_bytes():
    assert written(SHEET) == written(SHEET)


def test_a_declaration_that_contradicts_itself_is_a_mistake():
    with pytest.raises(ValueError, match="column keys repeat"):
        written(Sheet("表", "题", [Column("a", "甲"), Column("a", "乙")], []))
    with pytest.raises(ValueError, match="both sides"):
        written(Sheet("表", "题", [Column("a", "甲", total=Ratio("b", "c"))], []))
