"""The yearly notice of the State Council, read from its own words, so that a new year needs no release.

Its form has been the same since the notice for 2021: one numbered item a festival, 放假 from … to …, 共N天, then the
days on which 上班 is said. Weekdays and numbers of days that the text names are checked; what does not fit is refused.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from .calendars import WorktimeError
from .notices import folder, notice_from

TITLE = re.compile(r"关于(\d{4})年部分节假日安排的通知")
NUMBER = re.compile(r"国办发明电〔\d{4}〕\d+号")
DATED = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$", re.MULTILINE)
ITEM = re.compile(r"^[一二三四五六七]、([^：]+)：(.+)$", re.MULTILINE)
DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:（[^）]*?(?:周|星期)([一二三四五六日])）)?")
TOTAL = re.compile(r"放假(\d+)天|共(\d+)天")
WEEKDAYS = "一二三四五六日"
SAME_SIGNS = str.maketrans(
    {"(": "（", ")": "）", ":": "：", "[": "〔", "]": "〕", "　": None, " ": None, "\u00a0": None}
)


def read_notice(text: str) -> tuple[int, dict]:
    """The year and its entry in the form of workdays.json; WorktimeError when the text is not such a notice."""
    plain = re.sub(r"关于(\d{4})年\s+部分", r"关于\1年部分", text.translate(SAME_SIGNS))
    title, number, dated = TITLE.search(plain), NUMBER.search(plain), DATED.search(plain)
    if not title or not dated:
        raise WorktimeError("这不像国务院办公厅的节假日安排通知，请贴上从标题到成文日期的全文。")
    year = int(title[1])
    row = {
        "notice": number[0] if number else "",
        "dated": _date(*dated.groups()).isoformat(),
        "festivals": [_festival(year, *item) for item in ITEM.findall(plain)],
    }
    notice_from(year, row)
    return year, row


def keep_notice(year: int, row: dict) -> Path:
    """Put the entry into the portal's home; it counts from the next call on."""
    folder().mkdir(parents=True, exist_ok=True)
    file = folder() / f"{year}.json"
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(row, ensure_ascii=False, indent=1), encoding="utf-8")
    return draft.replace(file)


def _festival(year: int, name: str, words: str) -> dict:
    """One numbered item. Advice to rest (鼓励…休息) is no day off."""
    sentences = words.split("。")
    off = [day for sentence in sentences if "放假" in sentence for day in _days(year, sentence)]
    work = [day for sentence in sentences if "上班" in sentence for day in _days(year, sentence)]
    total = TOTAL.search(words)
    if not 1 <= len(off) <= 2 or (total and int(total[1] or total[2]) != (off[-1] - off[0]).days + 1):
        raise WorktimeError(f"“{name}”的放假天数与日期对不上，请核对原文。")
    return {"name": name, "off": [off[0].isoformat(), off[-1].isoformat()], "work": [day.isoformat() for day in work]}


def _days(year: int, sentence: str) -> Iterator[date]:
    """The days of a sentence; a year or month that is not said is that of the day before it."""
    month = 0
    for said_year, said_month, day, weekday in DAY.findall(sentence):
        year, month = int(said_year or year), int(said_month or month)
        found = _date(year, month, day)
        if weekday and WEEKDAYS[found.weekday()] != weekday:
            raise WorktimeError(f"{month}月{day}日不是星期{weekday}，请核对原文。")
        yield found


def _date(year: int | str, month: int | str, day: int | str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise WorktimeError(f"没有{year}年{month}月{day}日这一天，请核对原文。") from None
