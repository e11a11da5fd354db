"""Ordinary untidy spreadsheets: what people really bring is read as they meant it, or named cell by cell."""

import datetime as dt

import pytest
from openpyxl.styles import Border, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.fixtures import xlsx
from yiqiao_portal.core.sandbox import Refused, RefusedTooLarge
from yiqiao_portal.core.spreadsheets import COMMAND_ROWS, Row, Wanted, match_headers, read_workbook
from yiqiao_portal.core.spreadsheets.headers import normalise

WANTED = (
    Wanted("name", "姓名", ("名字",), required=True),
    Wanted("phone", "手机号", ("联系电话", "手机号码")),
    Wanted("village", "所在村社", ("村社", "所属村（社区）")),
)


def values(data: bytes, **options) -> list[tuple]:
    return [row.values for row in read_workbook(data, **options).rows]


def test_values_come_as_python_values():
    row = ["张三", 13800000000, 1.5, True, dt.datetime(2024, 2, 29), dt.datetime(2024, 2, 29, 14, 30), dt.time(9, 30)]
    sheet = read_workbook(xlsx.book([["姓名", "手机", "分", "是", "日", "时刻", "时"], [*row, None]]))

    assert sheet.headers == ("姓名", "手机", "分", "是", "日", "时刻", "时")
    day, moment = dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 14, 30)
    assert sheet.rows == (Row(2, ("张三", 13800000000, 1.5, True, day, moment, dt.time(9, 30))),)
    assert type(sheet.rows[0].values[1]) is int
    assert (sheet.header_row, sheet.problems, sheet.notes) == (1, (), ())


def test_x08_formulas_give_their_stored_result_and_nothing_else():
    cells = '<c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c><c r="C2"><f>cmd|x</f></c>'
    error = '<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    head = "".join(xlsx.text(f"{letter}1", letter) for letter in "ABCD")
    sheet = read_workbook(xlsx.made(f'<row r="1">{head}</row><row r="2">{cells}{error}</row>'))

    assert sheet.rows == (Row(2, (2, None, None, None)),)
    assert [(problem.row, problem.column) for problem in sheet.problems] == [(2, 3), (2, 2)]
    assert "请改正" in sheet.problems[0].message
    assert "公式没有算出结果" in sheet.problems[1].message


def test_x09_invisible_characters_go_and_rare_ones_stay():
    name = "\u202e吉\u200b𠮷㐂🇨🇳\ufeff"
    data = xlsx.made(f'<row r="1">{xlsx.text("A1", "名")}</row><row r="2">{xlsx.text("A2", f" {name}_x0000_ ")}</row>')

    assert values(data) == [("吉𠮷㐂🇨🇳",)]


def test_x10_a_number_of_more_than_fifteen_digits_is_a_problem_not_a_value():
    sheet = read_workbook(xlsx.book([["代码", "名"], [913301090000000017, "甲"], ["913301090000000017", "乙"]]))

    assert [row.values for row in sheet.rows] == [(None, "甲"), ("913301090000000017", "乙")]
    assert [(problem.row, problem.column) for problem in sheet.problems] == [(2, 0)]
    assert sheet.problems[0].message == "是数字格式，末位已丢失，请将该列设为“文本”格式后重新录入"


def test_x11_the_date_system_of_1904_is_honoured_and_text_dates_stay_text():
    def old(workbook, _sheet):
        workbook.epoch = CALENDAR_MAC_1904

    rows = [["日期", "原文"], [dt.date(2024, 2, 29), "2024.2.30"], [dt.date(2022, 7, 1), "腊月廿三"]]

    assert values(xlsx.book(rows, old)) == [
        (dt.date(2024, 2, 29), "2024.2.30"),
        (dt.date(2022, 7, 1), "腊月廿三"),
    ]


def untidy(workbook, sheet) -> None:
    sheet.insert_rows(1, 3)
    sheet["A2"] = "义桥镇志愿者名册"
    sheet.merge_cells("A2:C2")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["B"].hidden = True
    workbook.create_sheet("草稿").sheet_state = "hidden"
    line = Border(left=Side("thin"))
    for number in range(8, 10_008):
        sheet.cell(number, 1).border = line


def test_x12_titles_blanks_totals_and_empty_formats_are_seen_through():
    rows = [["姓名", "联系电话", "村社"], ["张三", "1", "渔浦社区"], ["李四", "2", "民丰村"], ["合计", None, 2]]
    sheet = read_workbook(xlsx.book(rows, untidy), wanted=WANTED)

    assert (sheet.headers, sheet.header_row) == (("姓名", "联系电话", "村社"), 4)
    assert [row.number for row in sheet.rows] == [5, 6]
    assert sheet.notes == (
        "最后一行是合计，没有读入。",
        "表中有 1 行、1 列被隐藏或筛选掉，也一并读入了，请核对。",
        "有 1 张隐藏的工作表，没有读入。",
        "有 1 处合并单元格，合并区域只有左上角一格有内容，请核对。",
    )


def test_x12_a_header_of_two_rows_is_one():
    rows = [["序号", "姓名", "联系", None], [None, None, "手机号", "村社"], [1, "张三", "138", "民丰村"]]
    sheet = read_workbook(xlsx.book(rows), wanted=WANTED)

    assert (sheet.headers, sheet.header_row) == (("序号", "姓名", "手机号", "村社"), 2)
    assert [row.values for row in sheet.rows] == [(1, "张三", "138", "民丰村")]


def test_the_first_visible_sheet_with_content_is_read_or_the_one_asked_for():
    def more(workbook, sheet):
        sheet.title = "说明"
        workbook.create_sheet("名册").append(["姓名"])
        workbook.create_sheet("旧表").append(["名字"])

    data = xlsx.book([], more)

    assert (read_workbook(data).name, read_workbook(data).names) == ("名册", ("说明", "名册", "旧表"))
    assert read_workbook(data, sheet="旧表").headers == ("名字",)
    with pytest.raises(Refused, match="可见的工作表"):
        read_workbook(data, sheet="没有")


def test_x13_headers_match_by_synonym_width_space_and_remark():
    match = match_headers(["＊姓 名：", "手机号码（必填）", "所属村(社区)", "备注", "", "特长"], WANTED)

    assert match.mapping == {"name": 0, "phone": 1, "village": 2}
    assert (match.missing, match.unknown, match.repeated, match.refused) == ((), ("备注", "特长"), (), ())
    assert match.record(("张三", "138", "民丰村", "", None, "")) == {
        "name": "张三",
        "phone": "138",
        "village": "民丰村",
    }
    assert normalise("活动面积(m²)") == "活动面积(m2)"


@pytest.mark.parametrize(
    ("found", "code", "named"),
    [
        (["手机号"], "missing_header", "“姓名”"),
        (["姓名", "名字"], "repeated_header", "“名字”"),
        (["姓名", "身份证号码"], "identity_number", "“身份证号码”"),
        (["姓名", "居民 身份证号"], "identity_number", "不收集身份证号码"),
    ],
)
def test_x13_headers_that_cannot_do_are_refused_by_name(found, code, named):
    with pytest.raises(Refused, match=named) as caught:
        match_headers(found, WANTED).require()

    assert (caught.value.code, caught.value.status) == (code, 400)
    assert "请" in caught.value.message


def many(count: int) -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, count + 2))
    return xlsx.made(f'<row r="1">{xlsx.text("A1", "序号")}</row>{rows}')


def test_x14_five_thousand_rows_on_a_page_and_not_one_more():
    assert len(read_workbook(many(5_000)).rows) == 5_000
    for count in (5_001, 60_001):
        with pytest.raises(RefusedTooLarge, match="分成几份") as caught:
            read_workbook(many(count))
        assert caught.value.status == 413


def test_x14_a_command_takes_sixty_thousand_rows():
    assert len(read_workbook(many(COMMAND_ROWS), max_rows=COMMAND_ROWS).rows) == COMMAND_ROWS


def test_x14_three_hundred_columns_are_refused():
    with pytest.raises(RefusedTooLarge, match="最多读 100 列"):
        read_workbook(xlsx.book([list(range(300))]))


def test_a_sheet_without_content_is_refused():
    with pytest.raises(Refused, match="没有读到内容"):
        read_workbook(xlsx.book([]))
