"""The worker as a process of its own: it delivers, it stops when told, and what a killed one left is done once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from tests.factories.accounts import UserFactory
from tests.fixtures.together import at_once, database_url
from yiqiao_portal.core.messages import tell
from yiqiao_portal.core.models import Message, Outbox

ROOT = Path(__file__).resolve().parents[2]
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def nobody_else() -> bool:
    """The database has noticed that the killed process is gone."""
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        return cursor.fetchone() == (0,)


@pytest.fixture
def work():
    """work(): a worker on the test's database; killed at the end if it still runs."""
    started = []

    def start() -> subprocess.Popen:
        environment = os.environ | {"DATABASE_URL": database_url(), "PORTAL_TESTING": "1"}
        command = [sys.executable, "manage.py", "work", "-v0"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for child in started:
        child.kill()
        child.communicate()
    wait_for(nobody_else)


def told(user, stage: str) -> None:
    tell([user], kind="activities.returned", title="退回", url="/", stage=stage, urgent=True)


def test_it_delivers_and_stops_when_told(work):
    user, worker = UserFactory(), work()
    told(user, "before")
    wait_for(lambda: Message.objects.count() == 1)
    told(user, "while it runs")
    wait_for(lambda: Message.objects.count() == 2)

    worker.send_signal(signal.SIGTERM)

    assert (worker.wait(15), worker.stderr.read()) == (0, b"")


def test_killed_in_the_middle_it_is_done_once_by_the_next(work):
    """kill -9 while the rows are being written: the job stays RUNNING until the next worker takes it back."""
    user, worker = UserFactory(), work()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE core_message IN SHARE MODE")
        at_once(lambda: told(user, "once"))  # in a session of its own: committed although this one is open
        wait_for(lambda: DBTaskResult.objects.running().count() == 1)
        worker.kill()
        worker.wait()
    wait_for(nobody_else)
    left = (DBTaskResult.objects.running().count(), Message.objects.count(), Outbox.objects.waiting().count())

    work()
    wait_for(lambda: DBTaskResult.objects.successful().count() == 1)

    [job] = DBTaskResult.objects.all()
    assert left == (1, 0, 1)
    assert (Message.objects.count(), Outbox.objects.waiting().count(), len(job.worker_ids)) == (1, 0, 2)
