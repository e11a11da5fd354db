"""The application's database role: it may add to the log and read it, nothing else."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.test import override_settings

from tests.audit.sql import as_application, link_now, rows, run
from yiqiao_portal.audit import grants
from yiqiao_portal.audit.models import Entry, Link
from yiqiao_portal.audit.services import record
from yiqiao_portal.audit.verification import verify

pytestmark = pytest.mark.django_db

LINK = "INSERT INTO audit_link (sequence, entry_id, prev_hash, hash, linked_at) VALUES (9, 1, '', '', now())"
FORGERY = """
CREATE TEMPORARY TABLE forged (LIKE audit_turn);
CREATE TRIGGER forged AFTER INSERT ON forged FOR EACH ROW EXECUTE FUNCTION audit_turn_link();
"""


def test_the_application_adds_entries_that_are_linked(clerk):
    with as_application():
        record("session.login", by=clerk)
        link_now()
        report = verify()

    assert (report.count, report.fault, Link.objects.count()) == (1, None, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
        "UPDATE audit_link SET linked_at = now()",
        "DELETE FROM audit_link",
        "TRUNCATE audit_link",
        LINK,
        "UPDATE audit_head SET count = 0",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "INSERT INTO audit_head (id, sequence, hash, count) VALUES (1, 0, '', 0)",
        "INSERT INTO audit_turn (entry_id) VALUES (1)",
        "SELECT * FROM audit_turn",
        "SELECT setval('audit_entry_id_seq', 1)",
        FORGERY.replace("LIKE audit_turn", "entry_id bigint"),
        FORGERY.replace("LIKE audit_turn", "id bigint").replace("audit_turn_link", "audit_entry_queue"),
    ],
)
def test_the_application_may_do_nothing_else(chain, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), as_application():
        run(statement)

    assert (Entry.objects.count(), Link.objects.count(), verify().fault) == (8, 8, None)


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE audit_entry DISABLE TRIGGER USER", "DROP TABLE audit_link", "DROP FUNCTION audit_refuse() CASCADE"],
)
def test_the_application_owns_nothing_of_the_log(chain, statement):
    with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic(), as_application():
        run(statement)


def test_a_table_of_ones_own_does_not_get_between(chain):
    """The functions that write run with a fixed search path: a temporary audit_head is not the audit_head."""
    with as_application():
        run("CREATE TEMPORARY TABLE audit_head (id int, sequence bigint, hash bytea, count bigint)")
        record("session.login")
        link_now()
        run("DROP TABLE pg_temp.audit_head")

    assert (verify().count, verify().fault) == (9, None)


def test_rights_can_be_set_again_after_a_restore(db):
    run(f"GRANT ALL ON audit_entry, audit_link, audit_head TO {settings.DATABASE_APP_ROLE}")

    assert grants.restrict(connection) is True
    with as_application():
        assert grants.may_change_log(connection) is False


def test_without_that_role_or_with_one_role_for_all_nothing_is_taken_away(db):
    (owner,) = rows("SELECT current_user")[0]
    for role in ("no_such_role", owner):
        with override_settings(DATABASE_APP_ROLE=role):
            assert grants.restrict(connection) is False
    assert grants.may_change_log(connection) is True
