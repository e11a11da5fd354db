"""What the auditor finds."""

from datetime import UTC, date, datetime

import pytest

from tests.audit.sql import link_now, run
from yiqiao_portal.audit.selectors import Search, entries, head
from yiqiao_portal.audit.services import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(clerk):
    """Three different entries."""
    made = [
        record("session.login", by=clerk, obj=clerk),
        record("session.logout", by=clerk, object_type="places.place", object_id="3"),
        record("session.failed", result="failed"),
    ]
    link_now()
    return made


def found(**search):
    """Ids that a search finds, in order."""
    return [entry.pk for entry in entries(Search(**search))]


def test_the_newest_comes_first(log):
    assert [entry.pk for entry in entries()] == [entry.pk for entry in reversed(log)]


def test_each_filter_narrows(log, clerk):
    login, logout, failed = (entry.pk for entry in log)

    assert found(actor_id=clerk.pk) == [logout, login]
    assert found(action="session.login") == [login]
    assert found(object_type="places.place") == [logout]
    assert found(object_type="places.place", object_id="3") == [logout]
    assert found(object_type="places.place", object_id="4") == []
    assert found(result="failed") == [failed]
    assert found(actor_id=clerk.pk, result="failed") == []


def test_days_are_local_and_both_included(log):
    """15:59:59 UTC of the 5th is the last second of that day in Hangzhou."""
    run("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    for entry, at in zip(log, ((4, 16, 0), (5, 15, 59), (5, 16, 0)), strict=True):
        run(f"UPDATE audit_entry SET at = '{datetime(2026, 3, *at, tzinfo=UTC)}' WHERE id = {entry.pk}")
    first, second, third = (entry.pk for entry in log)

    assert found(since=date(2026, 3, 5), until=date(2026, 3, 5)) == [second, first]
    assert found(since=date(2026, 3, 6)) == [third]
    assert found(until=date(2026, 3, 4)) == []


def test_a_page_costs_one_query(log, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = [(entry.actor, entry.link.sequence) for entry in entries()[:20]]
    assert [sequence for _, sequence in page] == [3, 2, 1]


def test_the_head_is_the_end_of_the_chain(log):
    assert (head().sequence, head().count) == (3, 3)
