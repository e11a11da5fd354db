"""Recurring jobs: whoever schedules, and however many at once, each job is done once in each of its periods."""

import logging
from datetime import date, datetime, time, timedelta

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from . import registry
from .messages.outbox import deliver_due
from .models import Outbox, TickRun
from .portal import Tick

logger = logging.getLogger(__name__)
ANCHOR = datetime(2001, 1, 1)  # noqa: DTZ001 - a Monday, midnight by the town's clock, whose zone is added below
BACK_OFF = (1, 5, 15, 60)  # minutes before the second, third … try; the last one for all further tries
KEPT_RUNS = 100  # periods of each job that stay on record
KEPT_DAYS = 30  # delivered rows of the outbox, finished jobs of the worker
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


def deliver_what_was_held_back(_day: date) -> None:
    """After the quiet hours, after a failed delivery, or when the worker stood still."""
    deliver_due()


def tidy(_day: date) -> None:
    """Throw away what has done its work: delivered outbox rows, finished jobs, sessions that have ended."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    Outbox.objects.filter(delivered_at__lt=before).delete()
    call_command("prune_db_task_results", queue_name="*", min_age_days=KEPT_DAYS, verbosity=0)
    call_command("clearsessions", verbosity=0)


OWN = (
    Tick("core.outbox", "发送等待中的消息", timedelta(minutes=1), deliver_what_was_held_back),
    Tick("core.tidy", "清理过期的临时数据", time(3, 30), tidy),
)


def all_ticks() -> tuple[Tick, ...]:
    """Core's own jobs and those of the apps."""
    return OWN + registry.ticks()


def period_of(every: timedelta | time, now: datetime) -> datetime:
    """The first moment of the period in which `now` lies; for a time of day, the last day on which it has struck."""
    zone = timezone.get_default_timezone()
    if isinstance(every, time):
        struck = timezone.make_aware(datetime.combine(timezone.localtime(now, zone), every), zone)
        return struck if struck <= now else struck - timedelta(days=1)
    anchor = timezone.make_aware(ANCHOR, zone)
    return anchor + (now - anchor) // every * every


def run_due() -> list[tuple[Tick, bool]]:
    """Run what has not been done in its present period; the jobs that ran, each with whether it went well."""
    now = timezone.now()
    ran = ((tick, _run_once(tick, period_of(tick.every, now))) for tick in all_ticks())
    return [(tick, well) for tick, well in ran if well is not None]


def _run_once(tick: Tick, period: datetime) -> bool | None:
    """Whether it went well; None when there was nothing to do or another scheduler is at it."""
    try:
        with transaction.atomic():
            run = _claim(tick, period)
            if run is None:
                return None
            tick.run(timezone.localdate(period))
            _done(tick, run)
    except Exception as error:
        logger.exception("Tick %s of %s failed", tick.code, period)
        _failed(tick, period, error)
        return False
    return True


def _claim(tick: Tick, period: datetime) -> TickRun | None:
    """The open run of this period, held by a lock until the transaction ends; None while it has to wait."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"tick:{tick.code}"])
        (mine,) = cursor.fetchone()
    last = _last(tick)
    if not mine or (last and last.waits(timezone.now())):
        return None
    run, _ = TickRun.objects.get_or_create(code=tick.code, period=period)
    return None if run.done_at else run


def _last(tick: Tick) -> TickRun | None:
    """The newest run of a job: what failed in one period makes the next wait, or short periods would never wait."""
    return TickRun.objects.filter(code=tick.code).order_by("-period").first()


def _done(tick: Tick, run: TickRun) -> None:
    """Note it in the job's own transaction: its effects and the note stand or fall together."""
    run.done_at, run.next_try_at = timezone.now(), None
    run.save(update_fields=["done_at", "next_try_at"])
    length = tick.every if isinstance(tick.every, timedelta) else timedelta(days=1)
    TickRun.objects.filter(code=tick.code, period__lt=run.period - KEPT_RUNS * length).delete()


@transaction.atomic
def _failed(tick: Tick, period: datetime, error: Exception) -> None:
    """What the job did is rolled back; that it failed is kept, and when it is tried again."""
    last = _last(tick)
    tries = last.tries + 1 if last and not last.done_at else 1
    run, _ = TickRun.objects.get_or_create(code=tick.code, period=period)
    run.tries, run.error, run.next_try_at = tries, type(error).__name__, timezone.now() + back_off(tries)
    run.save(update_fields=["tries", "error", "next_try_at"])


def back_off(tries: int) -> timedelta:
    """How long to wait after so many failed tries in a row."""
    return timedelta(minutes=BACK_OFF[min(tries, len(BACK_OFF)) - 1])
