"""Phone numbers and names of people: one stored form, masks, and a look-out for them in free text."""

import re
import unicodedata

from .exceptions import DomainError

LANDLINE_EXAMPLE = "0571-82345678"
LONGEST_INPUT = 60

SIGNS = re.compile(r"[\s\-‐‑‒–—―−().·/\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[0-9]{10}$))")
MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([0-9]{7,8})")
AS_NUMBER = re.compile(r"[0-9.]+[eE]\+?[0-9]+")


def normalise_phone(value: str | None) -> str:
    """The stored form: 13812345678 or 0571-82345678; "" for blank.

    Spaces, dashes, brackets, full-width digits and +86 are forgiven. Raises DomainError with
    the remedy otherwise.
    """
    text = unicodedata.normalize("NFKC", (value or "").strip()[: LONGEST_INPUT + 1])
    if AS_NUMBER.fullmatch(text):
        raise DomainError(f"号码被表格改成了“{text[:20]}”，请把这一列设为文本后重新录入。")
    digits = COUNTRY.sub("", SIGNS.sub("", text.removesuffix(".0")), count=1)
    if not digits:
        return ""
    if not re.fullmatch("[0-9]+", digits):
        raise DomainError("手机号只能写数字，请删去其他文字和符号。")
    return _landline(digits) if digits.startswith("0") else _mobile(digits)


def _landline(digits: str) -> str:
    found = LANDLINE.fullmatch(digits)
    if not found:
        raise DomainError(f"座机应为区号加 7 至 8 位号码，例如 {LANDLINE_EXAMPLE}，请核对。")
    return f"{found[1]}-{found[2]}"


def _mobile(digits: str) -> str:
    if len(digits) in (7, 8):
        raise DomainError(f"手机号应为 11 位数字，现在是 {len(digits)} 位；座机请加区号，例如 {LANDLINE_EXAMPLE}。")
    if len(digits) != 11:
        raise DomainError(f"手机号应为 11 位数字，现在是 {len(digits)} 位，请核对。")
    if not MOBILE.fullmatch(digits):
        raise DomainError("手机号应以 13 至 19 开头，请核对前三位。")
    return digits


def mask_phone(phone: str) -> str:
    """138****5678, 0571-****5678; anything else keeps at most its last four characters."""
    if MOBILE.fullmatch(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    area, dash, number = phone.partition("-")
    if dash and len(number) > 4:
        return f"{area}-****{number[-4:]}"
    return "****" + phone[-4:] if len(phone) > 7 else "*" * len(phone)


COMPOUND_SURNAME = re.compile(
    "欧阳|司马|上官|诸葛|夏侯|尉迟|皇甫|东方|公孙|慕容|长孙|宇文|司徒|司空|令狐|端木|南宫|西门|独孤|钟离|"
    "闾丘|太史|申屠|公羊|轩辕|淳于|单于|濮阳|澹台|百里|呼延|万俟|闻人|赫连|拓跋|公冶|宗政|太叔|第五"
)
# A character with the variation selectors that belong to it.
CHARACTER = re.compile("[^\ufe00-\ufe0f\U000e0100-\U000e01ef][\ufe00-\ufe0f\U000e0100-\U000e01ef]*")


def mask_name(name: str) -> str:
    """张* for two characters, 仲*妮 for more; a compound surname counts as one: 欧阳*, 欧阳*娜."""
    shown = CHARACTER.findall(name.strip())
    if len(shown) > 2 and COMPOUND_SURNAME.fullmatch("".join(shown[:2])):
        shown[:2] = ["".join(shown[:2])]
    if len(shown) <= 1:
        return "*" * len(shown)
    if len(shown) == 2:
        return shown[0] + "*"
    return shown[0] + "*" * (len(shown) - 2) + shown[-1]


FULL_WIDTH = str.maketrans("０１２３４５６７８９－Ｘｘ　", "0123456789-Xx ")
MOBILE_IN_TEXT = re.compile(r"(?<![0-9])1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")
MONTH_AND_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
# GB 11643-1999: 18 digits, the last one or an X a check digit; before it 15 digits with a year of two.
IDENTITY_IN_TEXT = re.compile(
    "(?<![0-9])(?:"
    f"[1-9][0-9]{{5}}[ -]?(?:19|20)[0-9]{{2}}{MONTH_AND_DAY}[ -]?[0-9]{{3}}[0-9Xx]"
    f"|{PROVINCE}[0-9]{{4}}[ -]?[0-9]{{2}}{MONTH_AND_DAY}[ -]?[0-9]{{3}}"
    ")(?![0-9])"
)


def holds_identity_number(text: str) -> bool:
    """Whether something in a text looks like the number of an identity card, full-width digits included."""
    return bool(IDENTITY_IN_TEXT.search(text.translate(FULL_WIDTH)))


def find_personal_numbers(text: str) -> tuple[str, ...]:
    """Warnings for numbers in free text that look like a mobile or an identity number.

    They warn and never refuse; no sentence repeats a number in full. Office landlines are public.
    """
    plain = text.translate(FULL_WIDTH)
    identities = IDENTITY_IN_TEXT.findall(plain)
    mobiles = MOBILE_IN_TEXT.findall(plain)
    warnings = []
    if identities:
        warnings.append(f"文中有 {len(identities)} 处像身份证号，本平台不收集身份证号，请删去。")
    if mobiles:
        shown = mask_phone(re.sub("[ -]", "", mobiles[0]))
        warnings.append(f"文中有 {len(mobiles)} 处像手机号（如 {shown}），请删去；联系方式请填在联系电话栏。")
    return tuple(warnings)


def mask_phones(text: str) -> str:
    """The text with every mobile number in it as 138****5678."""
    found = list(MOBILE_IN_TEXT.finditer(text.translate(FULL_WIDTH)))
    for match in reversed(found):
        text = text[: match.start()] + mask_phone(re.sub("[ -]", "", match[0])) + text[match.end() :]
    return text
