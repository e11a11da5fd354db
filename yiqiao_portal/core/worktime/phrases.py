"""The clock in words: 还剩 3 工作时, 已超 2 工作日. Whole days once there are any, else hours, else minutes.

Everything is rounded down: nobody is promised time that is not there, nobody is said to be later than they are.
"""

from datetime import datetime, timedelta

from .calendars import from_ticks, to_ticks
from .counting import last_day
from .log import Clock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def phrase(clock: Clock, now: datetime) -> str:
    """One short sentence on a matter's time, for lists and pages."""
    if not clock.started:
        return "尚未开始计时"
    if clock.finished:
        return f"超期 {_over(clock, now)}办结" if clock.late(now) else "按时办结"
    said = f"已超 {_over(clock, now)}" if clock.late(now) else f"还剩 {_left(clock, now)}"
    return f"已挂起，{said}" if clock.paused else said


def said(moment: datetime) -> str:
    """A due as people say it: 3月12日 17:00; midnight is the 24:00 of the day before."""
    local = from_ticks(to_ticks(moment))
    if local.hour or local.minute or local.second or local.microsecond:
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    day = last_day(moment)
    return f"{day.month}月{day.day}日 24:00"


def _left(clock: Clock, now: datetime) -> str:
    """Days as they were promised, today not counted; on the last day, and for limits in hours, the hours."""
    days = _days_left(clock, clock.looked_at(now)) if clock.unit.in_days else 0
    return f"{days} {_day(clock)}" if days else _hours(clock, clock.remaining(now))


def _days_left(clock: Clock, now: datetime) -> int:
    last, today = last_day(clock.target.at).toordinal(), from_ticks(to_ticks(now)).toordinal()
    if not clock.by_calendar:
        return max(last - today, 0)
    return max(clock.calendar.days_before(last + 1) - clock.calendar.days_before(today + 1), 0)


def _over(clock: Clock, now: datetime) -> str:
    """Full days of working time, or of the wall clock, since the due."""
    over = -clock.remaining(now)
    day = timedelta(microseconds=clock.calendar.day_length) if clock.by_calendar else timedelta(days=1)
    return f"{over // day} {_day(clock)}" if over >= day else _hours(clock, over)


def _day(clock: Clock) -> str:
    return "工作日" if clock.by_calendar else "天"


def _hours(clock: Clock, span: timedelta) -> str:
    if span >= HOUR:
        tenths = span * 10 // HOUR
        return f"{tenths / 10:g} {'工作时' if clock.by_calendar else '小时'}"
    return f"{span // MINUTE} 分钟" if span >= MINUTE else "不到 1 分钟"
