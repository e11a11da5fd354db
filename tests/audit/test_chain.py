"""What the triggers do inside one transaction, and what they refuse to everybody."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from tests.audit.sql import link_now, rows, run
from yiqiao_portal.audit.models import Entry, Head, Link
from yiqiao_portal.audit.services import record

pytestmark = pytest.mark.django_db
GENESIS = bytes(32)
TRUNCATE_GUARDS = [
    f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate" for table in ("audit_entry", "audit_link", "audit_head")
]


def test_an_empty_log_has_a_head_at_zero():
    head = Head.objects.get()

    assert (head.sequence, bytes(head.hash), head.count) == (0, GENESIS, 0)


def test_entries_are_linked_at_commit_and_not_before(clerk):
    record("session.login", by=clerk)

    assert Link.objects.count() == 0
    link_now()
    assert Link.objects.count() == 1


def test_links_follow_the_order_of_entries(chain):
    links = list(Link.objects.order_by("sequence"))

    assert [link.sequence for link in links] == list(range(1, 9))
    assert [link.entry_id for link in links] == [entry.pk for entry in chain] == sorted(entry.pk for entry in chain)


def test_each_link_continues_the_one_before_and_the_head_is_the_last(chain):
    links = list(Link.objects.order_by("sequence"))
    head = Head.objects.get()

    assert [bytes(link.prev_hash) for link in links] == [GENESIS, *(bytes(link.hash) for link in links[:-1])]
    assert len({bytes(link.hash) for link in links}) == 8
    assert (head.sequence, bytes(head.hash), head.count) == (8, bytes(links[-1].hash), 8)


def test_times_rise_along_the_chain(chain):
    moments = list(Link.objects.order_by("sequence").values_list("linked_at", flat=True))

    assert moments == sorted(moments)
    assert all(link.linked_at >= link.entry.at for link in Link.objects.select_related("entry"))


def test_nothing_waits_for_its_turn_afterwards(chain):
    assert rows("SELECT count(*) FROM audit_turn") == [(0,)]


def test_a_savepoint_rolled_back_leaves_neither_entry_nor_gap(clerk):
    record("session.login", by=clerk)
    with transaction.atomic():
        record("session.failed", by=clerk)
        transaction.set_rollback(True)
    record("session.logout", by=clerk)
    link_now()

    found = Link.objects.order_by("sequence").values_list("sequence", "entry__action")
    assert list(found) == [(1, "session.login"), (2, "session.logout")]


def test_the_database_sets_the_time_whatever_it_is_told(clerk):
    run(
        "INSERT INTO audit_entry (at, role, action, object_type, object_id, fields, result, reason, session_hash) "
        "VALUES ('2001-01-01', '', 'session.login', '', '', '{}', 'ok', '', '')"
    )

    assert rows("SELECT now() - at < interval '1 minute' FROM audit_entry") == [(True,)]


def test_nobody_chooses_an_entrys_number(clerk):
    with pytest.raises(Exception, match="GENERATED ALWAYS"), transaction.atomic():
        Entry.objects.create(pk=99, action="session.login")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_link SET linked_at = now()",
        "DELETE FROM audit_link",
        "DELETE FROM audit_head",
        "TRUNCATE audit_entry, audit_link, audit_head",
        "TRUNCATE audit_link",
        "TRUNCATE audit_head",
    ],
)
def test_even_the_owner_is_refused(chain, statement):
    run(*TRUNCATE_GUARDS)  # off in test databases, which are emptied that way

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(statement)

    assert (Entry.objects.count(), Link.objects.count(), Head.objects.get().count) == (8, 8, 8)


def test_a_user_with_entries_cannot_be_deleted(chain, clerk):
    with pytest.raises(ProtectedError):
        clerk.delete()
    with pytest.raises(IntegrityError, match="audit_entry"), transaction.atomic():
        run(f"DELETE FROM {clerk._meta.db_table} WHERE id = {clerk.pk}; SET CONSTRAINTS ALL IMMEDIATE")


def test_after_a_flush_the_chain_begins_anew(chain):
    for table in ("audit_entry", "audit_link", "audit_head"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    run("TRUNCATE audit_entry, audit_link, audit_head")
    record("session.login")
    link_now()

    head = Head.objects.get()
    assert (head.sequence, head.count, list(Link.objects.values_list("sequence", flat=True))) == (1, 1, [1])
