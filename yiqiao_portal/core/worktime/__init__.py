"""Working time of the Chinese calendar: limits, dues, pauses, one clock for every pillar. No database.

`add_working_time` and `working_time_between` answer single questions; `read_log` makes the clock of one matter from its
events. `calendars` and `notices` say which days are worked, `counting` and `log` hold the tables of decisions.
"""

from .calendars import Calendar, Notice, WorktimeError
from .counting import Due, Unit, add_working_time, last_day, working_time_between
from .log import (
    Clock,
    Event,
    Extended,
    Finished,
    Paused,
    Promised,
    Resumed,
    Stage,
    Started,
    due_from_events,
    read_log,
)
from .notices import portal_calendar
from .phrases import phrase, said

__all__ = [
    "Calendar",
    "Clock",
    "Due",
    "Event",
    "Extended",
    "Finished",
    "Notice",
    "Paused",
    "Promised",
    "Resumed",
    "Stage",
    "Started",
    "Unit",
    "WorktimeError",
    "add_working_time",
    "due_from_events",
    "last_day",
    "phrase",
    "portal_calendar",
    "read_log",
    "said",
    "working_time_between",
]
