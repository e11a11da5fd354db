"""Where the portal's calendar comes from: the data file that ships with it and what the town has added since."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yiqiao_portal.core.reference import load_json

from .calendars import Calendar, Hours, Notice, WorktimeError

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")  # 全国年节及纪念日放假办法第二条


def portal_calendar() -> Calendar:
    """The portal's own calendar; a notice that is imported while the portal runs counts from the next call on."""
    return _calendar(_stamp(folder()), settings.WORKING_HOURS)


def folder() -> Path:
    """Where imported notices lie, one <year>.json each."""
    return settings.PORTAL_HOME / "calendar"


def _stamp(path: Path) -> int:
    """Changes when a file is put in place or taken away."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=4)
def _calendar(stamp: int, hours: Hours) -> Calendar:
    """Read once per process and state of the folder; a year that lies there replaces the shipped one."""
    calendar = Calendar((), hours)
    for year, row in load_json("core", "workdays")["years"].items():
        calendar = calendar.with_notice(notice_from(int(year), row))
    for file in sorted(folder().glob("[0-9]*.json")):
        calendar = calendar.with_notice(notice_from(int(file.stem), json.loads(file.read_text(encoding="utf-8"))))
    return calendar


def notice_from(year: int, row: dict) -> Notice:
    """The notice of one entry of workdays.json; refuses one that cannot be whole or contradicts itself."""
    off = [day for festival in row["festivals"] for day in _span(*map(date.fromisoformat, festival["off"]))]
    work = [date.fromisoformat(day) for festival in row["festivals"] for day in festival["work"]]
    named = [name for festival in row["festivals"] for name in festival["name"].split("、")]
    if sorted(named) != sorted(FESTIVALS):
        raise WorktimeError(f"{year}年的安排要正好写明{'、'.join(FESTIVALS)}，请核对原文。")
    if set(off) & set(work) or any(day.weekday() < 5 for day in work):
        raise WorktimeError(f"{year}年的调休上班日要在周末，且不能同时放假，请核对原文。")
    if not any(day.year == year for day in off) or {day.year for day in [*off, *work]} - {year - 1, year}:
        raise WorktimeError(f"{year}年的安排里有别的年份的日子，请核对原文。")
    return Notice(year, row["notice"], date.fromisoformat(row["dated"]), frozenset(off), frozenset(work))


def _span(first: date, last: date) -> Iterator[date]:
    for days in range((last - first).days + 1):
        yield first + timedelta(days=days)
