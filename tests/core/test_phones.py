"""Phones in one form, masks of phones and names, numbers that do not belong into free text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.phones import find_personal_numbers, mask_name, mask_phone, mask_phones, normalise_phone

PHONE = "13800005678"
LANDLINE = "0571-82345678"


@pytest.mark.parametrize(
    "typed",
    [
        "13800005678",
        "138 0000 5678",
        "138-0000-5678",
        "１３８　００００　５６７８",
        "+86 13800005678",
        "8613800005678",
        "008613800005678",
        "13800005678.0",
        "138\u20110000\u20115678",
        "\u202d13800005678\u202c",
    ],
)
def test_mobile_is_understood(typed):
    assert normalise_phone(typed) == PHONE


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0571-82345678", LANDLINE),
        ("057182345678", LANDLINE),
        ("（0571）82345678", LANDLINE),
        ("0571 8234567", "0571-8234567"),
        ("010-12345678", "010-12345678"),
        ("021 1234 5678", "021-12345678"),
        ("", ""),
        (None, ""),
        ("  -  ", ""),
    ],
)
def test_landline_and_blank(typed, stored):
    assert normalise_phone(typed) == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1380000567", "手机号应为 11 位数字，现在是 10 位，请核对。"),
        ("138000056789", "手机号应为 11 位数字，现在是 12 位，请核对。"),
        ("82345678", "手机号应为 11 位数字，现在是 8 位；座机请加区号，例如 0571-82345678。"),
        ("12800005678", "手机号应以 13 至 19 开头，请核对前三位。"),
        ("23800005678", "手机号应以 13 至 19 开头，请核对前三位。"),
        ("0571-823456", "座机应为区号加 7 至 8 位号码，例如 0571-82345678，请核对。"),
        ("1.38E+10", "号码被表格改成了“1.38E+10”，请把这一列设为文本后重新录入。"),
        ("138OOOO5678", "手机号只能写数字，请删去其他文字和符号。"),
        ("王某 13800005678", "手机号只能写数字，请删去其他文字和符号。"),
        ("1" * 5000, "手机号应为 11 位数字，现在是 61 位，请核对。"),
    ],
)
def test_phone_is_refused_with_the_remedy(typed, sentence):
    with pytest.raises(DomainError) as caught:
        normalise_phone(typed)

    assert caught.value.message == sentence


@pytest.mark.parametrize("phone", ["13800861234", "13912340086", "15400000864"])
def test_digits_like_the_country_code_inside_a_number_stay(phone):
    assert normalise_phone(phone) == phone


@given(typed=st.text(max_size=40) | st.from_regex(r"[0-9０-９ +()-]{0,16}", fullmatch=True))
def test_what_is_taken_stays_as_it_is(typed):
    try:
        stored = normalise_phone(typed)
    except DomainError:
        return

    assert normalise_phone(stored) == stored


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        (PHONE, "138****5678"),
        (LANDLINE, "0571-****5678"),
        ("0571-8234567", "0571-****4567"),
        ("", ""),
        ("12345", "*****"),
        ("9555555555", "****5555"),
    ],
)
def test_phone_is_masked(phone, shown):
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("仲小妮", "仲*妮"),
        ("阿依古丽", "阿**丽"),
        ("欧阳修", "欧阳*"),
        ("欧阳娜娜", "欧阳*娜"),
        ("申屠小明", "申屠*明"),
        ("东方", "东*"),
        ("王", "*"),
        ("", ""),
        ("𠮷田", "𠮷*"),
        ("邊\U000e0101小明", "邊\U000e0101*明"),
        ("买买提·艾力", "买****力"),
    ],
)
def test_name_is_masked(name, shown):
    assert mask_name(name) == shown


@given(name=st.text("张王李欧阳娜小明", min_size=2, max_size=6))
def test_mask_always_hides_something(name):
    assert "*" in mask_name(name)


MOBILE_WARNING = "文中有 {} 处像手机号（如 138****5678），请删去；联系方式请填在联系电话栏。"
IDENTITY_WARNING = "文中有 {} 处像身份证号，本平台不收集身份证号，请删去。"


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("参会 20 人，2026年11月20日下午在村党群服务中心。", ()),
        ("联系人王某13800005678。", (MOBILE_WARNING.format(1),)),
        ("１３８００００５６７８、138 0000 5678、138-0000-5678", (MOBILE_WARNING.format(3),)),
        ("身份证330109199001011234", (IDENTITY_WARNING.format(1),)),
        ("33010919900101123X 和 33010919900101123x", (IDENTITY_WARNING.format(2),)),
        ("330109 19900101 1234，13800005678", (IDENTITY_WARNING.format(1), MOBILE_WARNING.format(1))),
        ("老证号330109900101123", (IDENTITY_WARNING.format(1),)),
        ("编号 202611231430123，330109901301123", ()),
        ("值班电话 0571-82345678，编号 138000056789，信用代码 91330109MA2ABCDE0X", ()),
    ],
)
def test_personal_numbers_in_free_text(text, warnings):
    assert find_personal_numbers(text) == warnings


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请联系 13812345678。", "请联系 138****5678。"),
        ("138 1234 5678、１３９１２３４５６７８", "138****5678、139****5678"),
        ("编号 20261123138123456789，共 3 件", "编号 20261123138123456789，共 3 件"),
        ("镇里座机 0571-82345678", "镇里座机 0571-82345678"),
        ("", ""),
    ],
)
def test_mobile_numbers_in_words_are_masked(text, masked):
    assert mask_phones(text) == masked
