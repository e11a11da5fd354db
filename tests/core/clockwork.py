"""Moments, events and the cases of worktime_cases.csv, read for the tests of the clock."""

import csv
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from yiqiao_portal.core.worktime import (
    Event,
    Extended,
    Finished,
    Notice,
    Paused,
    Promised,
    Resumed,
    Started,
    portal_calendar,
)

TOWN = ZoneInfo("Asia/Shanghai")
CASES = Path(__file__).with_name("worktime_cases.csv")
VERBS = {
    "started": Started,
    "paused": Paused,
    "resumed": Resumed,
    "finished": Finished,
    "promised": Promised,
    "extended": Extended,
}
# Invented for the cases: what a notice for 2027 could say of its first days.
EXAMPLE_2027 = Notice(
    year=2027,
    number="例",
    dated=date(2026, 12, 1),
    off=frozenset(date(2027, 1, day) for day in (1, 2, 3, 4)),
    work=frozenset({date(2027, 1, 9)}),
)


def moment(text: str) -> datetime:
    """An aware moment; Asia/Shanghai when no offset is written."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=TOWN)


def event(text: str) -> Event:
    """`2026-03-10 10:00 promised 4 工作时`."""
    day, clock, verb, *limit = text.split()
    amount = [Fraction(limit[0]), limit[1]] if limit else []
    return VERBS[verb](moment(f"{day} {clock}"), *amount)


def log(text: str) -> list[Event]:
    """Events separated by semicolons."""
    return [event(part) for part in text.split(";") if part.strip()]


def calendar(name: str):
    """The portal's own, or that with the invented notice."""
    return portal_calendar().with_notice(EXAMPLE_2027) if name else portal_calendar()


def cases() -> list[dict]:
    """The rows of the table, comments left out."""
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
