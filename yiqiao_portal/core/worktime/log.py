"""The clock of one matter, read from the log of what happened to it. Pure: the same log gives the same due.

| what happens | what the clock does |
|---|---|
| `Started` | counts from here; after `Finished` it is a new round: full limit, no pauses, no extensions |
| `Promised` | sets the limit; a later one (other type, other urgency) counts from the start again, paused time stays |
| `Extended` | adds to the limit, survives a later `Promised`; in another unit it begins where the limit ended |
| `Paused`, `Resumed` | stands between the two; without `Resumed` there is no due unless it came before the pause |
| `Finished` | stops |
| `Resumed` after `Finished` | the same round goes on (返工); the time between does not count |

How a pause shifts a due follows from the unit. 工作时 and 紧急工作时 run continuously: the pause is cut out. 工作日 and
自然日 are counted at the close of the day: a day at whose close the clock stood is not counted, any other is.
Sources: features G3–G5, T1, T2; domain-rules 3.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property

from django.db.models import TextChoices

from .calendars import Calendar, WorktimeError, from_ticks, to_ticks
from .counting import Amount, Due, Limit, Natural, Pause, Scale, Unit, Working, advance, limit, run
from .notices import portal_calendar

YELLOW = Fraction(4, 5)  # features G5: 80 %


@dataclass(frozen=True)
class Event:
    """Something that happened at an aware moment."""

    at: datetime


class Started(Event):
    """The clock begins, or begins anew after Finished."""


class Paused(Event):
    """挂账, waiting for somebody else."""


class Resumed(Event):
    """Goes on, after Paused or after Finished."""


class Finished(Event):
    """What was promised is done."""


@dataclass(frozen=True)
class Promised(Event):
    """From here on this limit counts."""

    amount: Amount
    unit: Unit | str


@dataclass(frozen=True)
class Extended(Event):
    """An approved 延期."""

    amount: Amount
    unit: Unit | str


class Stage(TextChoices):
    """How far the time has run (G5)."""

    NORMAL = "normal", "正常"
    YELLOW = "yellow", "临近到期"
    RED = "red", "已到期"


@dataclass
class Round:
    """What the log says, in ticks."""

    start: int | None = None
    promise: Limit | None = None
    extensions: list[Limit] = field(default_factory=list)
    pauses: list[tuple[int, int]] = field(default_factory=list)
    stands_since: int | None = None
    finished: int | None = None

    def started(self, event: Started) -> None:
        if self.start is not None and self.finished is None:
            raise WorktimeError("已经在计时，不能再次开始。")
        self.start, self.finished, self.stands_since = to_ticks(event.at), None, None
        self.extensions, self.pauses = [], []

    def promised(self, event: Promised) -> None:
        self.promise = limit(event.amount, event.unit)

    def extended(self, event: Extended) -> None:
        self._runs("还没有开始计时或已经办结，不能延期。", standing=True)
        self.extensions.append(limit(event.amount, event.unit))

    def paused(self, event: Paused) -> None:
        self._runs("没有在计时，不能挂起。")
        self.stands_since = to_ticks(event.at)

    def resumed(self, event: Resumed) -> None:
        since = self.finished if self.stands_since is None else self.stands_since
        if since is None:
            raise WorktimeError("没有挂起，也没有办结，不能恢复计时。")
        self.pauses.append((since, to_ticks(event.at)))
        self.stands_since = self.finished = None

    def finish(self, event: Finished) -> None:
        self._runs("没有在计时，不能办结。", standing=True)
        self.finished = to_ticks(event.at)

    def _runs(self, refusal: str, *, standing: bool = False) -> None:
        if self.start is None or self.finished is not None or (self.stands_since is not None and not standing):
            raise WorktimeError(refusal)

    @property
    def limits(self) -> list[Limit]:
        """The promise and its extensions; what is in the promise's unit is one sum."""
        unit = self.promise.unit
        own = [Fraction(part.amount) for part in [self.promise, *self.extensions] if part.unit == unit]
        return [Limit(sum(own), unit), *(part for part in self.extensions if part.unit != unit)]


STEPS = {
    Started: Round.started,
    Promised: Round.promised,
    Extended: Round.extended,
    Paused: Round.paused,
    Resumed: Round.resumed,
    Finished: Round.finish,
}


def read_log(events: Iterable[Event], calendar: Calendar | None = None) -> "Clock":
    """The clock after these events, oldest first; refuses a log that contradicts itself (WorktimeError)."""
    last, now = None, Round()
    for event in events:
        at = to_ticks(event.at)
        if last is not None and at < last:
            raise WorktimeError("记录的时间先后不对，请按发生的先后排列。")
        STEPS[type(event)](now, event)
        last = at
    if now.promise is None:
        raise WorktimeError("没有写明期限，无法计时。")
    return Clock(now, calendar or portal_calendar())


def due_from_events(events: Iterable[Event], calendar: Calendar | None = None) -> Due | None:
    """When the matter of this log is due; None before it starts and while a pause leaves it unknown."""
    return read_log(events, calendar).due


class Clock:
    """Due, share and remaining time of one log. `now` is always given; nothing here looks at a watch."""

    def __init__(self, now: Round, calendar: Calendar):
        self.round, self.calendar = now, calendar

    @property
    def unit(self) -> Unit:
        """The unit of the promise."""
        return self.round.promise.unit

    @property
    def started(self) -> bool:
        """Whether there is anything to count."""
        return self.round.start is not None

    @property
    def paused(self) -> bool:
        """Whether it stands now, waiting to be resumed."""
        return self.round.stands_since is not None and self.round.finished is None

    @property
    def finished(self) -> bool:
        """Whether it has stopped."""
        return self.round.finished is not None

    @cached_property
    def target(self) -> Due | None:
        """The due, or while the clock stands the due as if it were resumed at once; None before it starts."""
        if not self.started:
            return None
        return self.due or run(
            self.round.start, self.round.limits, self.calendar, self._pauses(self.round.stands_since)
        )

    @cached_property
    def due(self) -> Due | None:
        """When it is due; None before it starts and while a pause leaves it unknown."""
        if not self.started:
            return None
        return run(self.round.start, self.round.limits, self.calendar, self._pauses(self.round.finished))

    def reaches(self, share: Fraction = YELLOW) -> datetime | None:
        """The moment when this share of the time has run; None while it is not known. A whole is the due."""
        if self.due is None:
            return None
        span = -(-self._total * share.numerator // share.denominator)
        at = advance(self.round.start, span, self._scale, self._pauses(self.round.finished))
        return self.due.at if share >= 1 or at is None else from_ticks(at)

    def share(self, now: datetime) -> float:
        """Elapsed time as a share of the limit: 1.0 at the due. It rests during pauses and after the finish.

        Counted in working time for 工作时 and 工作日, on the wall for the others. A limit of nothing jumps from 0 to 1.
        """
        used, total = self._used(self._until(now)), self._total
        return used / total if total else float(self.started and self._until(now) >= self._whole)

    def stage(self, now: datetime) -> Stage:
        """Yellow from 80 %, red from 100 % on."""
        share = self.share(now)
        return Stage.RED if share >= 1 else Stage.YELLOW if share >= YELLOW else Stage.NORMAL

    def late(self, now: datetime) -> bool:
        """Whether more than the limit has run: at the very moment of the due it is still in time."""
        return self.started and self._until(now) > self._whole

    def remaining(self, now: datetime) -> timedelta:
        """What is left of the limit, in working time or on the wall as in share; negative when it is over."""
        return timedelta(microseconds=self._total - self._used(self._until(now)))

    # --- in ticks ---

    @cached_property
    def by_calendar(self) -> bool:
        """Whether all limits count working time; one that does not puts the whole on the wall."""
        return all(part.unit.by_calendar for part in self.round.limits)

    @cached_property
    def _scale(self) -> Scale:
        return Working(self.calendar) if self.by_calendar else Natural()

    def _pauses(self, ends: int | None) -> list[Pause]:
        """All pauses, the one that stands open until `ends`."""
        standing = [] if self.round.stands_since is None else [(self.round.stands_since, ends)]
        return [*self.round.pauses, *standing]

    @cached_property
    def _whole(self) -> int:
        return to_ticks(self.target.at)

    @cached_property
    def _total(self) -> int:
        return self._used(self._whole) if self.started else 0

    def looked_at(self, now: datetime) -> datetime:
        """The moment at which the clock looks: not later than its finish or the pause in which it stands."""
        return from_ticks(self._until(now))

    def _until(self, now: datetime) -> int:
        ends = [at for at in (self.round.finished, self.round.stands_since) if at is not None]
        return min([to_ticks(now), *ends])

    def _used(self, until: int) -> int:
        """What has run from the start until a moment, pauses left out."""
        start = self.round.start
        if start is None or until <= start:
            return 0
        span = self._scale.position(until) - self._scale.position(start)
        return span - sum(self._stood(pause, until) for pause in self.round.pauses)

    def _stood(self, pause: tuple[int, int], until: int) -> int:
        begins, ends = (min(max(at, self.round.start), until) for at in pause)
        return self._scale.position(ends) - self._scale.position(begins)
