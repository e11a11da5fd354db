"""Several writers at once, committed for real: one chain, in the order of commits (CON-10, AUD-5)."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from tests.audit.sql import connect_to, rows, run
from yiqiao_portal.audit.choices import FaultKind
from yiqiao_portal.audit.models import Entry, Link
from yiqiao_portal.audit.services import record
from yiqiao_portal.audit.verification import verify

# `scratch` copies the test database; only this mark makes one where this file is run alone.
pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, ROUNDS = 8, 30
LOCK = "PERFORM pg_advisory_xact_lock(34183135577270644);"
FORKS = "SELECT count(*) FROM (SELECT FROM audit_link GROUP BY prev_hash HAVING count(*) > 1) AS fork"


def write(name, barrier, writer):
    """One writer: many small transactions of two entries each."""
    connect_to(name)
    barrier.wait()
    for number in range(ROUNDS):
        with transaction.atomic():
            record("session.login", object_type="round", object_id=f"{writer}-{number}")
            record("session.logout", object_type="round", object_id=f"{writer}-{number}")
    connection.close()


def write_all(name):
    """All writers at once; an error of any of them is raised here."""
    barrier = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda writer: write(name, barrier, writer), range(WRITERS)))


def redefine(name, *changes):
    """The database's own function with words replaced."""
    [(text,)] = rows("SELECT pg_get_functiondef(%s::regproc)", name)
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    run(text)


def wait_until(query):
    """Until the query answers true; ten seconds at most."""
    deadline = time.monotonic() + 10
    while not rows(query)[0][0]:
        assert time.monotonic() < deadline, query
        time.sleep(0.01)


def test_eight_writers_never_fork_the_chain(scratch):
    write_all(scratch)

    report = verify()
    assert (report.count, report.sequence, report.fault) == (480, 480, None)
    assert rows(FORKS) == [(0,)]
    assert rows("SELECT count(*) FROM audit_turn") == [(0,)]


def test_entries_of_one_transaction_stand_side_by_side(scratch):
    write_all(scratch)

    order = list(Link.objects.order_by("sequence").values_list("entry__object_id", "entry__action", "entry_id"))
    assert all(
        first[0] == second[0] and first[2] < second[2] for first, second in zip(order[::2], order[1::2], strict=True)
    )
    assert {action for _, action, _ in order[::2]} == {"session.login"}


def test_without_the_lock_they_do_fork_it(scratch):
    """The control: the same function without its lock, and without the key that would stop the second link."""
    redefine(
        "audit_turn_link",
        (LOCK, ""),
        ("moment := clock_timestamp();", "moment := clock_timestamp(); PERFORM pg_sleep(0.002);"),
    )
    run("ALTER TABLE audit_link DROP CONSTRAINT audit_link_pkey")
    write_all(scratch)

    assert rows(FORKS)[0][0] > 0
    fault = verify().fault
    assert (fault.kind, fault.detail) == (FaultKind.SURPLUS, "序号重复")


def test_places_follow_commits_not_beginnings(scratch):
    def late():
        connect_to(scratch)
        with transaction.atomic():
            record("session.login")
            started.wait()
            committed.wait()
        connection.close()

    started, committed = Barrier(2), Barrier(2)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(late)
        started.wait()
        record("session.logout")
        committed.wait()
        waiting.result()

    links = list(Link.objects.order_by("sequence").values_list("entry_id", "entry__action", "linked_at"))
    assert [action for _, action, _ in links] == ["session.logout", "session.login"]
    assert links[0][0] > links[1][0]
    assert all(first[2] < second[2] for first, second in pairwise(links))


def test_a_transaction_rolled_back_leaves_nothing(scratch):
    record("session.login")
    with transaction.atomic():
        record("session.failed")
        transaction.set_rollback(True)
    record("session.logout")

    assert list(Entry.objects.order_by("id").values_list("action", "link__sequence")) == [
        ("session.login", 1),
        ("session.logout", 2),
    ]
    assert verify().fault is None


def cross(name):
    """A: entry, then a row whose deferred key check waits for B's row lock. B: that lock, an entry, commit."""

    def first():
        connect_to(name)
        try:
            with transaction.atomic():
                record("session.login")
                run("INSERT INTO child VALUES (1)")
        finally:
            connection.close()

    run(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "INSERT INTO parent VALUES (1)",
        "CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
    )
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            run("SELECT * FROM parent FOR UPDATE")
            other = pool.submit(first)
            wait_until("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted")
            record("session.logout")
        other.result()


def test_the_lock_is_taken_after_all_deferred_checks_so_nobody_deadlocks(scratch):
    cross(scratch)

    assert list(Link.objects.order_by("sequence").values_list("entry__action", flat=True)) == [
        "session.logout",
        "session.login",
    ]


def test_taken_in_the_first_deferred_trigger_it_would_deadlock(scratch):
    """The control: the link written straight from the entry's own trigger."""
    redefine("audit_turn_link", ("WHERE id = NEW.entry_id", "WHERE id = NEW.id"))
    run(
        "DROP TRIGGER audit_entry_queue ON audit_entry",
        "CREATE CONSTRAINT TRIGGER audit_entry_queue AFTER INSERT ON audit_entry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_turn_link()",
    )

    with pytest.raises(DatabaseError, match="deadlock"):
        cross(scratch)


def test_a_frozen_snapshot_fails_rather_than_forks(scratch):
    """Under REPEATABLE READ the head read may be old: then the commit is refused, and nothing stays."""

    def other():
        connect_to(scratch)
        record("session.logout")
        connection.close()

    def frozen():
        with transaction.atomic():
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            record("session.login")
            with ThreadPoolExecutor(1) as pool:
                pool.submit(other).result()

    with pytest.raises(DatabaseError):
        frozen()
    assert list(Entry.objects.values_list("action", flat=True)) == ["session.logout"]
    assert verify().fault is None
