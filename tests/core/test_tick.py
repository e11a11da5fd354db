"""Recurring jobs: once a period, whoever schedules; one that fails disturbs no other."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.factories.accounts import UserFactory
from tests.factories.core import OutboxFactory
from tests.fixtures.together import at_once, database_url
from yiqiao_portal.core import registry, ticks
from yiqiao_portal.core.jobs import MOST_STARTS, take_back
from yiqiao_portal.core.models import Message, Outbox, Serial, TickRun
from yiqiao_portal.core.portal import Portal, Tick
from yiqiao_portal.core.serials import next_serial
from yiqiao_portal.directory.models import ImportBatch

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)


@pytest.fixture
def plugged():
    """plugged(*ticks): an app of a test's own with these jobs."""
    added = []

    def plug(*jobs):
        added.append(Portal(name="测试", ticks=jobs))
        registry._portals.append(added[-1])

    yield plug
    for portal in added:
        registry._portals.remove(portal)


def count_up(day: date) -> None:
    """A job that leaves a trace in the database for each time that it is run."""
    next_serial(f"T-{day}")


def job(code="test.count", every=timedelta(hours=1), run=count_up) -> Tick:
    return Tick(code, "数一数", every, run)


def counted() -> dict[str, int]:
    return dict(Serial.objects.filter(series__startswith="T-").values_list("series", "last"))


@pytest.mark.parametrize(
    ("every", "now", "begins"),
    [
        (timedelta(minutes=1), "2026-11-23 12:34:56", "2026-11-23 12:34"),
        (timedelta(hours=1), "2026-11-23 12:00", "2026-11-23 12:00"),
        (timedelta(hours=6), "2026-11-23 23:59", "2026-11-23 18:00"),
        (timedelta(days=1), "2026-11-23 00:00", "2026-11-23 00:00"),
        (timedelta(days=7), "2026-11-29 23:59", "2026-11-23 00:00"),  # a Monday
        (time(8), "2026-11-23 08:00", "2026-11-23 08:00"),
        (time(8), "2026-11-23 07:59:59", "2026-11-22 08:00"),
        (time(8), "2026-11-24 03:00", "2026-11-23 08:00"),
    ],
)
def test_when_a_period_begins(every, now, begins):
    """By the town's clock, whatever the zone of the moment."""
    moment = datetime.fromisoformat(f"{now}+08:00").astimezone(UTC)

    assert ticks.period_of(every, moment) == datetime.fromisoformat(f"{begins}+08:00")


@pytest.mark.django_db
class TestOnce:
    def test_a_job_is_done_once_in_a_period(self, plugged):
        plugged(job())
        with time_machine.travel("2026-11-23 12:00+08:00", tick=False) as clock:
            for minutes in (0, 1, 58, 1):  # the last one lies in the next hour
                clock.shift(timedelta(minutes=minutes))
                ticks.run_due()

        runs = TickRun.objects.filter(code="test.count").order_by("period")
        assert counted() == {"T-2026-11-23": 2}
        assert [f"{timezone.localtime(run.period):%H:%M}" for run in runs] == ["12:00", "13:00"]

    def test_a_daily_job_that_was_missed_is_made_up_once(self, plugged):
        """The portal stood still for three days: the last day's job is run, not three."""
        plugged(job(every=time(8)))
        with time_machine.travel("2026-11-20 09:00+08:00", tick=False) as clock:
            ticks.run_due()
            clock.move_to("2026-11-24 07:00+08:00")
            ticks.run_due()
            ticks.run_due()

        assert counted() == {"T-2026-11-20": 1, "T-2026-11-23": 1}

    def test_old_periods_are_forgotten(self, plugged):
        plugged(job())
        with time_machine.travel("2026-11-23 12:00+08:00", tick=False) as clock:
            for _ in range(ticks.KEPT_RUNS + 5):
                ticks.run_due()
                clock.shift(timedelta(hours=1))

        assert TickRun.objects.filter(code="test.count").count() == ticks.KEPT_RUNS + 1

    def test_codes_are_unique(self):
        codes = [tick.code for tick in ticks.all_ticks()]

        assert sorted(set(codes)) == sorted(codes)


def fall(day: date) -> None:
    """Writes, then falls over."""
    count_up(day)
    raise LookupError("a number 13912345678 that belongs into no table")


@pytest.mark.django_db
class TestFailing:
    def test_what_fails_leaves_nothing_and_stops_no_other(self, plugged, logged_errors):
        plugged(job("test.fall", run=fall), job("test.count"))

        ran = {tick.code: well for tick, well in ticks.run_due()}

        run = TickRun.objects.get(code="test.fall")
        assert (ran["test.fall"], ran["test.count"], sum(counted().values())) == (False, True, 1)
        assert (run.done_at, run.tries, run.error) == (None, 1, "LookupError")
        assert [record.exc_info[0] for record in logged_errors] == [LookupError]

    def test_it_is_tried_again_after_a_while(self, plugged, logged_errors):
        works = []

        def second_time(day):
            works.append(day)
            if len(works) < 2:
                raise LookupError

        plugged(job("test.fall", run=second_time))
        with time_machine.travel("2026-11-23 12:00+08:00", tick=False) as clock:
            for seconds in (0, 20, 20, 20, 20):
                clock.shift(timedelta(seconds=seconds))
                ticks.run_due()

        run = TickRun.objects.get(code="test.fall")
        assert (works, run.tries, run.next_try_at) == ([DAY, DAY], 1, None)
        assert run.done_at == datetime.fromisoformat("2026-11-23 12:01+08:00")

    @pytest.mark.parametrize("every", [timedelta(minutes=1), timedelta(hours=1), time(8)])
    def test_the_waits_grow_over_the_periods(self, plugged, logged_errors, every):
        """Looked at every minute for three hours; a short period does not begin anew."""
        tried = []

        def never(_day):
            tried.append(f"{timezone.localtime():%H:%M}")
            raise LookupError

        plugged(job("test.fall", every=every, run=never))
        with time_machine.travel("2026-11-23 12:00+08:00", tick=False) as clock:
            for _ in range(180):
                ticks.run_due()
                clock.shift(timedelta(minutes=1))

        newest = TickRun.objects.filter(code="test.fall").latest("period")
        assert tried == ["12:00", "12:01", "12:06", "12:21", "13:21", "14:21"]
        assert (newest.tries, f"{timezone.localtime(newest.next_try_at):%H:%M}") == (6, "15:21")

    def test_what_went_well_begins_anew(self, plugged, logged_errors):
        tried = []

        def odd(_day):
            tried.append(f"{timezone.localtime():%H:%M}")
            if len(tried) != 3:
                raise LookupError

        plugged(job("test.fall", every=timedelta(minutes=10), run=odd))
        with time_machine.travel("2026-11-23 12:00+08:00", tick=False) as clock:
            for _ in range(12):
                ticks.run_due()
                clock.shift(timedelta(minutes=1))

        assert tried == ["12:00", "12:01", "12:06", "12:10", "12:11"]

    def test_a_broken_query_does_not_break_the_rest(self, plugged, logged_errors):
        plugged(job("test.fall", run=lambda day: connection.cursor().execute("SELECT 1/0")), job())

        assert [well for tick, well in ticks.run_due() if tick.code.startswith("test.")] == [False, True]

    def test_the_command_says_so(self, plugged, logged_errors):
        plugged(job("test.fall", run=fall), job())
        out = StringIO()

        with pytest.raises(CommandError, match=r"没有成功：test\.fall"):
            call_command("tick", stdout=out)
        assert "数一数（test.count）：完成" in out.getvalue()

    @pytest.mark.parametrize("seconds", ["0", "-1", "x", "7200", "nan"])
    def test_a_senseless_interval_is_refused(self, seconds):
        with pytest.raises(CommandError, match="间隔请写成"):
            call_command("tick", f"--loop={seconds}")


@pytest.mark.django_db(transaction=True)
class TestSeveralSchedulers:
    def test_three_at_once_run_each_job_once(self, plugged):
        plugged(*[job(f"test.{number}", run=lambda day, n=number: next_serial(f"T-{n}")) for number in range(10)])
        with time_machine.travel("2026-11-23 12:00+08:00", tick=False):
            at_once(*[ticks.run_due] * 3)

        assert counted() == {f"T-{number}": 1 for number in range(10)}

    def test_without_the_lock_and_the_note_they_run_it_three_times(self, plugged):
        """The race is really there."""
        at_once(*[lambda: count_up(DAY)] * 3)

        assert counted() == {"T-2026-11-23": 3}

    def test_one_that_is_at_it_is_not_disturbed(self, plugged):
        """The second scheduler neither waits nor runs it."""
        seen = []
        plugged(job(run=lambda day: seen.append(at_once(ticks.run_due))))
        with time_machine.travel("2026-11-23 12:00+08:00", tick=False):
            ticks.run_due()

        [[others]] = seen
        assert "test.count" not in {tick.code for tick, _well in others}

    def test_two_processes_tell_each_stage_once(self):
        """`manage.py tick` twice at the same moment, over the same waiting messages."""
        users = UserFactory.create_batch(3)
        for number in range(20):
            OutboxFactory.create_batch(2, recipients=[user.pk for user in users], stage=f"s{number}", urgent=True)
        environment = os.environ | {"DATABASE_URL": database_url(), "PORTAL_TESTING": "1"}
        command = [sys.executable, "manage.py", "tick"]

        children = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
        said = [child.communicate(timeout=60)[1].decode() for child in children]

        assert [child.returncode for child in children] == [0, 0], said
        assert (Message.objects.count(), Outbox.objects.waiting().count()) == (60, 0)
        assert TickRun.objects.filter(done_at=None).count() == 0
        assert TickRun.objects.filter(code="core.tidy").count() == 1


@pytest.mark.django_db
class TestOwnJobs:
    def test_what_was_held_back_at_night_arrives_in_the_morning(self, cast):
        with time_machine.travel("2026-11-23 23:00+08:00", tick=False) as clock:
            OutboxFactory(recipients=[cast.branch.pk])
            ticks.run_due()
            night = Message.objects.count()
            clock.move_to("2026-11-24 07:00+08:00")
            ticks.run_due()

        assert (night, Message.objects.count()) == (0, 1)

    def test_what_has_done_its_work_goes(self, cast):
        long_ago = timezone.now() - timedelta(days=31)
        OutboxFactory(delivered_at=long_ago)
        OutboxFactory(delivered_at=timezone.now())
        waiting = OutboxFactory(not_before=timezone.now() + timedelta(days=1), created_at=long_ago)
        done = {"status": "SUCCESSFUL", "run_after": long_ago, "finished_at": long_ago, "args_kwargs": {}}
        DBTaskResult.objects.create(backend_name="default", task_path="x.y", **done)

        ticks.tidy(DAY)

        assert (Outbox.objects.count(), Outbox.objects.waiting().get(), DBTaskResult.objects.count()) == (2, waiting, 0)

    def test_imports_that_nobody_confirmed_go(self, cast):
        now = timezone.now()
        for hours in (-1, 1):
            ImportBatch.objects.create(
                owner=cast.branch, kind="people", source="x", expires_at=now + timedelta(hours=hours)
            )

        ticks.run_due()

        assert ImportBatch.objects.get().expires_at > now


@pytest.mark.django_db
class TestTakingBack:
    def _job(self, **facts) -> DBTaskResult:
        now = timezone.now()
        common = {"backend_name": "default", "task_path": "x.y", "args_kwargs": {}, "run_after": now}
        return DBTaskResult.objects.create(**common | {"status": "RUNNING", "started_at": now} | facts)

    def test_what_a_killed_worker_left_is_run_again(self):
        left, ready = self._job(worker_ids=["a"]), self._job(status="READY")

        assert take_back() == 1
        for row in (left, ready):
            row.refresh_from_db()
        assert (left.status, left.started_at, ready.status) == ("READY", None, "READY")

    def test_a_job_that_takes_the_worker_down_each_time_is_given_up(self):
        left = self._job(worker_ids=["a"] * MOST_STARTS)

        take_back()

        left.refresh_from_db()
        assert (left.status, left.finished_at is not None) == ("FAILED", True)
