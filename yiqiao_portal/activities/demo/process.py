"""How far a made-up record has come: written, handed in, confirmed; and what is still open on the day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from yiqiao_portal.core.demo import DemoContext, moment

from ..choices import State
from ..models import Activity
from .calendar import Occasion

SATURDAY = 5
OVERDUE_AFTER = 8  # the office has a week to confirm (workbench.CONFIRM_WITHIN)
LATELY = 45
REOPENED = ("committee", "group", "lecture", "congress")


@dataclass
class Progress:
    """The times of a record's life; the last one is the moment of its present state."""

    created_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None

    @property
    def values(self) -> dict:
        """Fields of the record, as services and workflow would have left them."""
        steps = [step for step in (self.created_at, self.submitted_at, self.decided_at) if step]
        return {
            "state": [State.DRAFT, State.SUBMITTED, State.CONFIRMED][len(steps) - 1],
            "created_at": self.created_at,
            "submitted_at": self.submitted_at,
            "updated_at": steps[-1],
            "version": len(steps),
        }


def progress_of(context: DemoContext, occasion: Occasion, chance: Random) -> Progress | None:
    """Handed in within two days, or weeks after the period is over; confirmed within a week. None: not written yet."""
    begun = occasion.period.end + timedelta(days=chance.randint(2, 14)) if occasion.late else occasion.day
    handed_in = begun + timedelta(days=0 if occasion.late else chance.choice([0, 0, 0, 1, 1, 2]))
    confirmed = _working_day(handed_in + timedelta(days=chance.randint(1, 4)))
    if begun > context.yesterday:
        return None
    evening = begun == occasion.day
    created = moment(begun, chance.randint(20 * 60 + 35, 21 * 60) if evening else chance.randint(8 * 60 + 30, 17 * 60))
    if handed_in > context.yesterday:
        return Progress(created)
    submitted = created + timedelta(days=(handed_in - begun).days, minutes=chance.randint(4, 25))
    decided = moment(confirmed, chance.randint(9 * 60, 16 * 60 + 50)) if confirmed <= context.yesterday else None
    return Progress(created, submitted, decided)


def _working_day(day: date) -> date:
    """The office reads on working days."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


def leave_open(context: DemoContext, entries: list, reasons: list[str]) -> None:
    """Some work for everybody: two returned records, three drafts, and one that the office has let wait too long."""
    fresh = [entry for entry in entries if _may_be_reopened(context, entry.activity)]
    fresh.sort(key=lambda entry: (entry.activity.held_on, -entry.order), reverse=True)
    own, others = [e.activity for e in fresh if e.known], [e.activity for e in fresh if not e.known]
    for activity, reason in zip(own[:1] + others[:1], reasons, strict=False):
        _send_back(context, activity, reason)
    for activity in own[1:2] + others[2:4]:
        _take_back(activity)
    for activity in [row for row in others[4:] if _long_since(context, row)][:1]:
        activity.state, activity.updated_at, activity.version = State.SUBMITTED, activity.submitted_at, 2


def _may_be_reopened(context: DemoContext, activity: Activity) -> bool:
    fresh = activity.held_on >= context.today - timedelta(days=LATELY)
    return fresh and activity.submitted_at is not None and activity.kind.code in REOPENED


def _send_back(context: DemoContext, activity: Activity, reason: str) -> None:
    """The office asks for more on the next day, at the latest on the evening before the day of the demo."""
    evening = moment(context.yesterday, 21 * 60 + 30)
    next_day = min(activity.submitted_at + timedelta(hours=20), evening)
    activity.state, activity.return_reason, activity.version = State.RETURNED, reason, 3
    activity.updated_at = max(next_day, activity.submitted_at + timedelta(minutes=20))


def _take_back(activity: Activity) -> None:
    """Still a draft: written, not handed in."""
    activity.state, activity.late_entry, activity.version = State.DRAFT, False, 1
    activity.submitted_at = activity.submitted_by = None
    activity.updated_at = activity.created_at


def _long_since(context: DemoContext, activity: Activity) -> bool:
    waited = (context.today - activity.submitted_at.date()).days
    return activity.state == State.CONFIRMED and OVERDUE_AFTER <= waited <= OVERDUE_AFTER + 6
