"""What people type: cleaning, dates, times and counts, each refusal with its remedy."""

from datetime import date, time
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.text import clean_text, parse_count, parse_date, parse_time

TODAY = date(2026, 11, 23)


def refusal(parser, *args, **options):
    with pytest.raises(DomainError) as caught:
        parser(*args, **options)
    return caught.value.message


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (None, ""),
        ("  主题党日　", "主题党日"),
        ("a\x00b\x08c\x7fd\x85e", "abcd e"),
        ("一\r\n二\t三", "一 二 三"),
        ("张\u200b三\ufeff\u2060", "张三"),
        ("收款\u202e001元\u202c", "收款001元"),
        ("e\u0301", "é"),
        ("𠮷𡈽 𫟦", "𠮷𡈽 𫟦"),
        ("邊\U000e0101", "邊\U000e0101"),
        ("\ud842\udfb7", "𠮷"),
        ("好\xa0的", "好 的"),
        ("会议😀👍", "会议😀👍"),
        ("\u3164", ""),
        ("Z" + "\u0334" * 150, "Z" + "\u0334" * 8),
        ("復兴村、昇光村", "復兴村、昇光村"),
    ],
)
def test_clean_single_line(typed, stored):
    assert clean_text(typed, max_length=50) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("\n\n　　首行缩进  \n表\t格\n\n", "　　首行缩进\n表\t格"),
        (" \n ", ""),
    ],
)
def test_clean_several_lines(typed, stored):
    assert clean_text(typed, max_length=50, multiline=True) == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("张\ud842三", "第 2 个字是残缺字符，无法保存，请删去后重新输入。"),
        ("张\ufffd\ufffd", "第 2 个字是乱码，请从原文件重新复制，粘贴后再提交。"),
        ("一二三四五六", "最多 5 个字，现在是 6 个字，请删减。"),
        ("一" * 10_000_000, "最多 5 个字，现在是 10,000,000 个字，请删减。"),
    ],
    ids=["lone surrogate", "wrong encoding", "too long", "ten million"],
)
def test_text_that_cannot_be_kept(typed, sentence):
    assert refusal(clean_text, typed, max_length=5) == sentence


def test_wrongly_read_gbk_is_refused_and_not_stored_garbled():
    pasted = "义桥镇".encode("gbk").decode("utf-8", "replace")

    assert refusal(clean_text, pasted, max_length=50).endswith("请从原文件重新复制，粘贴后再提交。")


def test_length_is_counted_after_cleaning():
    assert clean_text("e\u0301\u200b" * 5, max_length=5) == "é" * 5


@given(typed=st.text(st.characters(exclude_characters="\ufffd"), max_size=60), multiline=st.booleans())
def test_cleaning_is_stable_and_what_it_gives_can_be_stored(typed, multiline):
    cleaned = clean_text(typed, max_length=200, multiline=multiline)

    assert clean_text(cleaned, max_length=200, multiline=multiline) == cleaned
    assert is_normalized("NFC", cleaned)
    assert "\x00" not in cleaned.encode().decode()
    assert multiline or "\n" not in cleaned


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-23",
        "20261123",
        "2026.11.23",
        "2026/11/23",
        "2026年11月23日",
        "２０２６－１１－２３",
        "２０２６年１１月２３日",
        " 2026 - 11 - 23 ",
        "2026—11—23",
        "2026。11。23",
        "2026-11-23 00:00:00",
        "2026-11-23T09:30",
        "11-23",
        "11.23",
        "11/23",
        "11月23日",
        "11月23号",
    ],
)
def test_date_is_understood(typed):
    assert parse_date(typed, today=TODAY) == date(2026, 11, 23)


def test_short_date_and_blank():
    assert parse_date("2026-1-5") == date(2026, 1, 5)
    assert parse_date("1-5", today=TODAY) == date(2026, 1, 5)
    assert [parse_date(blank) for blank in (None, "", " 　")] == [None, None, None]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-11-31", "11月31日不存在，请改为 11月1日至30日。"),
        ("11-31", "11月31日不存在，请改为 11月1日至30日。"),
        ("2026-02-29", "2026年2月29日不存在，请改为 2月1日至28日。"),
        ("2024-02-30", "2月30日不存在，请改为 2月1日至29日。"),
        ("2026-11-0", "11月0日不存在，请改为 11月1日至30日。"),
        ("2026-13-01", "没有13月，月份请写 1 至 12。"),
        ("20260001", "没有0月，月份请写 1 至 12。"),
        ("26-11-23", "年份要写四位数字，例如 2026-11-23。"),
        ("26年11月23日", "年份要写四位数字，例如 2026-11-23。"),
        ("0226-11-23", "年份应在 1900 至 2100 之间，现在是 0226，请核对。"),
        ("上周五", "看不懂日期“上周五”，请写成 2026-11-23 的样子。"),
        ("23/11/2026", "看不懂日期“23/11/2026”，请写成 2026-11-23 的样子。"),
        ("202611", "看不懂日期“202611”，请写成 2026-11-23 的样子。"),
        ("1" * 5000, "看不懂日期“11111111111111111111…”，请写成 2026-11-23 的样子。"),
        ("\ud842", "看不懂日期“”，请写成 2026-11-23 的样子。"),
    ],
)
def test_date_is_refused_with_the_remedy(typed, sentence):
    assert refusal(parse_date, typed, today=TODAY) == sentence


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)), form=st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y年%m月%d日"]))
def test_every_date_is_read_back(day, form):
    assert parse_date(day.strftime(form)) == day


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("14:30", time(14, 30)),
        ("１４：３０", time(14, 30)),
        ("14.30", time(14, 30)),
        ("1430", time(14, 30)),
        ("930", time(9, 30)),
        ("14:30:00", time(14, 30)),
        ("14点30分", time(14, 30)),
        ("14时30", time(14, 30)),
        ("9点", time(9, 0)),
        ("9点钟", time(9, 0)),
        ("下午2点半", time(14, 30)),
        ("下午 2:30", time(14, 30)),
        ("上午9点", time(9, 0)),
        ("中午12点", time(12, 0)),
        ("中午1点", time(13, 0)),
        ("晚上7点", time(19, 0)),
        ("下午14:30", time(14, 30)),
        ("0:00", time(0, 0)),
        ("23:59", time(23, 59)),
        ("  ", None),
        (None, None),
    ],
)
def test_time_is_understood(typed, expected):
    assert parse_time(typed) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("24:00", "没有 24:00 这个时间，请写 0:00 至 23:59。"),
        ("晚上12点", "没有 24:00 这个时间，请写 0:00 至 23:59。"),
        ("12:60", "没有 12:60 这个时间，请写 0:00 至 23:59。"),
        ("14", "看不懂时间“14”，请写成 14:30 的样子。"),
        ("饭后", "看不懂时间“饭后”，请写成 14:30 的样子。"),
    ],
)
def test_time_is_refused_with_the_remedy(typed, sentence):
    assert refusal(parse_time, typed) == sentence


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12", 12),
        ("１２", 12),
        (" 12 人", 12),
        ("1,284", 1284),
        ("1，284", 1284),
        ("12.0", 12),
        (12.0, 12),
        (12, 12),
        ("0", 0),
        ("", None),
        (None, None),
    ],
)
def test_count_is_understood(typed, expected):
    assert parse_count(typed) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "不能小于 0，现在是 “-1”，请核对。"),
        ("12.5", "请写整数，现在是 “12.5”。"),
        ("1,2", "看不懂数字“1,2”，请写成 12 的样子。"),
        ("很多", "看不懂数字“很多”，请写成 12 的样子。"),
        ("99999999999", "最多 2,147,483,647，现在是 “99999999999”，请核对。"),
        ("9" * 5000, "看不懂数字“99999999999999999999…”，请写成 12 的样子。"),
    ],
)
def test_count_is_refused_with_the_remedy(typed, sentence):
    assert refusal(parse_count, typed) == sentence


def answered_or_refused(parser, typed):
    try:
        parser(typed)
    except DomainError as error:
        return error.message.endswith("。")
    return True


@pytest.mark.parametrize("parser", [parse_date, parse_time, parse_count])
@given(typed=st.text(max_size=50))
def test_parsers_answer_or_refuse_and_never_fail(parser, typed):
    assert answered_or_refused(parser, typed)
