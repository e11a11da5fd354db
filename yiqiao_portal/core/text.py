"""Text as people type it: cleaning, and lenient parsers of dates, times and counts.

Every refusal is a `DomainError` whose sentence names the remedy. Blank input gives "" or None;
whether a value is required is the form's business.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, time

from .dates import today as town_today
from .exceptions import DomainError

FIRST_YEAR, LAST_YEAR = 1900, 2100
LARGEST_COUNT = 2_147_483_647  # a PostgreSQL integer
HIGHEST_PILE = 8  # accents on one letter
LONGEST_SHORT_INPUT = 40  # nothing longer is a date, a time or a count
DATE_EXAMPLE = "2026-11-23"

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
ODD_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f]")
SURROGATES = re.compile("[\ud800-\udfff]")
# Controls, direction marks (U+202E turns text round), zero-width and filler characters, tags and
# noncharacters. Variation selectors stay: rare names and emoji need them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0001-\U000e007f]"
)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | {"。": "."})


def clean_text(value: str | None, *, max_length: int, multiline: bool = False) -> str:
    """Text fit to be stored and printed: NFC, no control or invisible characters, ends trimmed.

    Rare characters (U+20000 and above) stay as they are. Line ends become "\\n", or a space in
    a single line. `max_length` counts characters. Raises DomainError for a lone surrogate,
    for U+FFFD (text read with a wrong encoding) and for text that is too long.
    """
    text = INVISIBLE.sub("", LINE_ENDS.sub("\n", _joined_surrogates(value or "")))
    _refuse_garbled(text)
    text = ODD_SPACES.sub(" ", text)
    # Composing makes at most four characters one; checking first keeps hostile input cheap.
    if len(text) > 4 * max_length:
        raise _too_long(text, max_length)
    text = unicodedata.normalize("NFC", _without_piles(text))
    text = _trimmed_lines(text) if multiline else re.sub("[\n\t]+", " ", text).strip()
    if len(text) > max_length:
        raise _too_long(text, max_length)
    return text


def _joined_surrogates(text: str) -> str:
    if not SURROGATES.search(text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        place = SURROGATES.search(text).start() + 1
        raise DomainError(f"第 {place} 个字是残缺字符，无法保存，请删去后重新输入。") from None


def _without_piles(text: str) -> str:
    """Cut endless piles of accents on one letter: no language has them, and sorting them costs seconds."""
    height, kept = 0, []
    for sign in text:
        height = height + 1 if unicodedata.combining(sign) else 0
        if height <= HIGHEST_PILE:
            kept.append(sign)
    return "".join(kept)


def _refuse_garbled(text: str) -> None:
    place = text.find("\ufffd") + 1
    if place:
        raise DomainError(f"第 {place} 个字是乱码，请从原文件重新复制，粘贴后再提交。")


def _too_long(text: str, limit: int) -> DomainError:
    return DomainError(f"最多 {limit:,} 个字，现在是 {len(text):,} 个字，请删减。")


def _trimmed_lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _plain(text: str) -> str:
    """Half-width, one kind of dash, no spaces; used for short typed values only."""
    if len(text) > LONGEST_SHORT_INPUT:
        return ""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).translate(DASHES)
    return re.sub(r"\s+", "", text)


def _quoted(text: str) -> str:
    shown = INVISIBLE.sub("", SURROGATES.sub("", text)).strip()
    return f"“{shown[:20]}…”" if len(shown) > 20 else f"“{shown}”"


CLOCK_TAIL = re.compile(r"[T\s]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")
DATE_WITH_SIGNS = re.compile(r"(?:([0-9]+)[-./年])?([0-9]{1,2})[-./月]([0-9]{1,2})[日号]?")
DATE_OF_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def parse_date(text: str | None, *, today: date | None = None) -> date | None:
    """A date as people write it; None for blank.

    Taken: 2026-11-23, 20261123, 2026.11.23, 2026/11/23, 2026年11月23日, full-width digits,
    11-23 (the year of `today`, by default the town's), a clock time behind is dropped.
    """
    if not text or not text.strip():
        return None
    plain = _plain(CLOCK_TAIL.sub("", text.strip()[: LONGEST_SHORT_INPUT + 1]))
    found = DATE_OF_EIGHT.fullmatch(plain) or DATE_WITH_SIGNS.fullmatch(plain)
    if not found:
        raise DomainError(f"看不懂日期{_quoted(text)}，请写成 {DATE_EXAMPLE} 的样子。")
    year, month, day = found.groups()
    return _date(_year(year, today), int(month), int(day))


def _year(digits: str | None, today: date | None) -> int:
    if digits is None:
        return (today or town_today()).year
    if len(digits) != 4:
        raise DomainError(f"年份要写四位数字，例如 {DATE_EXAMPLE}。")
    if not FIRST_YEAR <= int(digits) <= LAST_YEAR:
        raise DomainError(f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间，现在是 {digits}，请核对。")
    return int(digits)


def _date(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise DomainError(f"没有{month}月，月份请写 1 至 12。")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        # Only 29 February depends on the year; elsewhere naming the year would mislead.
        named = f"{year}年" if (month, day) == (2, 29) else ""
        raise DomainError(f"{named}{month}月{day}日不存在，请改为 {month}月1日至{last}日。")
    return date(year, month, day)


CLOCK = re.compile(
    r"(凌晨|早上|上午|中午|下午|傍晚|晚上)?([0-9]{1,2})"
    r"(?:[:.]([0-9]{2})(?::[0-9]{2})?(?:\.[0-9]+)?|[点时](?:([0-9]{1,2})分?|半|整|钟)?)"
)
CLOCK_OF_DIGITS = re.compile(r"([0-9]{1,2})([0-9]{2})")
AFTERNOON = {"下午", "傍晚", "晚上"}


def parse_time(text: str | None) -> time | None:
    """A time of day as people write it, to the minute; None for blank.

    Taken: 14:30, 14：30, 1430, 930, 14.30, 14点30分, 下午2点半, 上午9点, 14:30:00.
    """
    if not text or not text.strip():
        return None
    plain = _plain(text)
    if digits := CLOCK_OF_DIGITS.fullmatch(plain):
        return _time(int(digits[1]), int(digits[2]))
    found = CLOCK.fullmatch(plain)
    if not found:
        raise DomainError(f"看不懂时间{_quoted(text)}，请写成 14:30 的样子。")
    part_of_day, hour, *minutes = found.groups()
    minute = 30 if plain.endswith("半") else int(minutes[0] or minutes[1] or 0)
    return _time(_hour(part_of_day, int(hour)), minute)


def _hour(part_of_day: str | None, hour: int) -> int:
    if part_of_day == "晚上" and hour == 12:
        return 24  # refused: midnight belongs to the next day
    late = part_of_day in AFTERNOON and hour < 12
    noon = part_of_day == "中午" and hour < 3
    return hour + 12 if late or noon else hour


def _time(hour: int, minute: int) -> time:
    if hour > 23 or minute > 59:
        raise DomainError(f"没有 {hour}:{minute:02d} 这个时间，请写 0:00 至 23:59。")
    return time(hour, minute)


COUNT = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?[人名位个次户票件]?")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?[人名位个次户票件]?")


def parse_count(value: str | int | float | None, *, maximum: int = LARGEST_COUNT) -> int | None:
    """A whole number from 0 as people write it (12, １２人, 1,284, 12.0); None for blank."""
    text = "" if value is None else str(value)
    if not text.strip():
        return None
    plain = _plain(text)
    found = COUNT.fullmatch(plain)
    if not found:
        raise DomainError(_count_refusal(text, plain))
    count = int(found[1].replace(",", ""))
    if count > maximum:
        raise DomainError(f"最多 {maximum:,}，现在是 {_quoted(text)}，请核对。")
    return count


def _count_refusal(text: str, plain: str) -> str:
    if not NUMBER.fullmatch(plain):
        return f"看不懂数字{_quoted(text)}，请写成 12 的样子。"
    if plain.startswith("-"):
        return f"不能小于 0，现在是 {_quoted(text)}，请核对。"
    return f"请写整数，现在是 {_quoted(text)}。"
