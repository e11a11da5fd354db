"""Blocks copied from Excel and WPS, and what else lands in the box (promises.md 6.3)."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiqiao_portal.core.sandbox import Refused, RefusedTooLarge
from yiqiao_portal.core.spreadsheets import Row, Wanted, read_pasted

WANTED = (Wanted("name", "姓名"), Wanted("phone", "手机号", ("联系电话",)), Wanted("village", "所在村社"))
TABLE = "姓名\t联系电话\n张三\t138\n李四\t139\n"


def rows(text: str) -> list[tuple]:
    """The rows below a header of two columns."""
    return [row.values for row in read_pasted("甲\t乙\n" + text).rows]


def refusal(data: str | bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_pasted(data)
    assert "请" in caught.value.message
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_read(encoding):
    sheet = read_pasted(TABLE.encode(encoding))

    assert sheet.headers == ("姓名", "联系电话")
    assert sheet.rows == (Row(2, ("张三", "138")), Row(3, ("李四", "139")))


def test_four_byte_gb18030_and_rare_characters_stay():
    text = "姓名\t村\n𠮷㐂䶮\t渔浦\n"

    assert read_pasted(text.encode("gb18030")).rows[0].values == ("𠮷㐂䶮", "渔浦")


def test_bytes_of_no_encoding_are_refused_with_the_remedy():
    refused = refusal(b"\xff\x00\x81\xff\xff")

    assert (refused.code, refused.status) == ("encoding", 400)
    assert "复制" in refused.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\r\nc\td\r\n", [("a", "b"), ("c", "d")]),
        ("a\tb\rc\td", [("a", "b"), ("c", "d")]),
        ("a\tb\r\nc\td\ne\tf\r", [("a", "b"), ("c", "d"), ("e", "f")]),
        ('"第一行\n第二行"\tb', [("第一行\n第二行", "b")]),
        ('"第一行\r\n第二行"\tb', [("第一行\n第二行", "b")]),
        ('"他说""好"""\tb', [('他说"好"', "b")]),
        ('"a\tb"\tc', [("a\tb", "c")]),
        ('"红色"党课\t"未完', [('"红色"党课', '"未完')]),
        ('5"管\tb', [('5"管', "b")]),
        ('""\tb', [(None, "b")]),
        ("\t\n\n a \t\n", [("a", None)]),
        ("a\t\tb\nc", [("a", None, "b"), ("c", None, None)]),
        ("丙,丁\n", [("丙,丁", None)]),
    ],
)
def test_cells_are_split_as_excel_joins_them(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "＝1+1"])
def test_text_like_a_formula_stays_text_and_loses_an_exporters_guard(text):
    assert rows(f"{text}\tb\n'{text}\tb") == [(text, "b"), (text, "b")]


def test_tabs_and_returns_in_front_are_space():
    assert rows('"\t=1+1"\tb\n"\r=1+1"\tb') == [("=1+1", "b"), ("=1+1", "b")]


def test_invisible_characters_go_and_half_characters_are_named():
    sheet = read_pasted("姓名\t村\n张\x00三\u202e\u200b\t渔浦\ud83d")

    assert sheet.rows == (Row(2, ("张三", "渔浦")),)
    assert [(problem.row, problem.column) for problem in sheet.problems] == [(2, 1)]
    assert "请重新输入" in sheet.problems[0].message


def test_without_a_header_the_columns_are_those_wanted_in_order():
    sheet = read_pasted("张三\t138\t民丰村\n", wanted=WANTED)

    assert (sheet.headers, sheet.header_row) == (("姓名", "手机号", "所在村社"), None)
    assert sheet.rows == (Row(1, ("张三", "138", "民丰村")),)


def test_a_header_is_recognised_in_any_order():
    sheet = read_pasted("联系电话\t姓名\n138\t张三\n", wanted=WANTED)

    assert (sheet.headers, sheet.header_row) == (("联系电话", "姓名"), 1)
    assert sheet.rows == (Row(2, ("138", "张三")),)


def test_commas_part_columns_where_there_is_no_tab():
    sheet = read_pasted('姓名,村\n"张,三",渔浦\n李四,民丰\n')

    assert sheet.headers == ("姓名", "村")
    assert [row.values for row in sheet.rows] == [("张,三", "渔浦"), ("李四", "民丰")]


@pytest.mark.parametrize("text", ["<table><tr><td>1", "<html xmlns:x=1>", "\ufeff<meta charset=gbk><table>"])
def test_web_code_is_refused(text):
    assert refusal(text).code == "html"


def test_two_thousand_rows_and_not_one_more():
    assert len(read_pasted("号\n" + "1\n" * 2_000).rows) == 2_000

    with pytest.raises(RefusedTooLarge, match="请分几次粘贴") as caught:
        read_pasted("号\n" + "1\n" * 2_001)
    assert caught.value.status == 413


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\t" * 1_000_000, "too_many_columns"),
        ("a\n" * 1_000_000, "too_many_rows"),
        ("长" * 1_100_000, "cell_too_long"),
        ("长" * 4_000_000, "too_large"),
        ('"' * 3_000_000, "cell_too_long"),
    ],
)
def test_oversized_pastes_are_refused(text, code):
    assert (refusal(text).code, refusal(text).status) == (code, 413)


def test_one_cell_of_a_megabyte_is_taken():
    assert rows("x" * 1_048_576) == [("x" * 1_048_576, None)]


@pytest.mark.parametrize("text", ["", " \n\t\n", "\x00\ufeff", b""])
def test_nothing_is_refused(text):
    assert refusal(text).code == "empty"


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text('"\t\n\r, =<a长\ud83d', max_size=60)))
def test_no_paste_raises_anything_else(data):
    with contextlib.suppress(Refused):
        sheet = read_pasted(data, wanted=WANTED)
        assert {len(row.values) for row in sheet.rows} <= {len(sheet.headers)}


CELL = st.text(st.sampled_from('"a长 \t\n,='), max_size=8).map(str.strip)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_what_excel_copies_comes_back(table):
    def copied(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if set(cell) & set('"\t\n') else cell

    text = "甲\t乙\n" + "".join("\t".join(map(copied, row)) + "\n" for row in table)

    expected = [tuple(cell or None for cell in row) for row in table if any(row)]
    assert [row.values for row in read_pasted(text).rows] == expected
