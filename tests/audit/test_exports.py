"""What the log keeps of an exported file: its number, rows and digest, in the chain."""

import pytest
from django.db import IntegrityError, transaction

from tests.audit.sql import link_now, rows, run
from yiqiao_portal.audit.choices import FaultKind
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.services import record
from yiqiao_portal.audit.verification import verify

pytestmark = pytest.mark.django_db
DIGEST = "0123456789abcdef" * 4


def export(**changes):
    """One exported file."""
    facts = {"object_id": "YQ-DC-20261124-ABC234", "reason": "用途：日常工作", "rows": 3, "sha256": DIGEST}
    return record("audit.export", object_type="audit.entry", **(facts | changes))


def test_rows_and_digest_are_kept(db):
    entry = Entry.objects.get(pk=export().pk)

    assert (entry.object_id, entry.reason, entry.rows, entry.sha256) == (
        "YQ-DC-20261124-ABC234",
        "用途：日常工作",
        3,
        DIGEST,
    )


@pytest.mark.parametrize("wrong", ["张三", "abc", DIGEST.upper(), f"{DIGEST}0", f"{DIGEST}\n", None])
def test_what_is_no_digest_is_refused(wrong):
    with pytest.raises(ValueError, match="audit log"):
        export(sha256=wrong)


def test_a_count_below_nothing_is_refused(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        export(rows=-1)


@pytest.mark.parametrize(
    "change",
    ["rows = 4", "rows = NULL", "rows = NULL, sha256 = ''", f"sha256 = '{DIGEST[::-1]}'", "sha256 = ''"],
)
def test_a_change_of_either_shows(chain, change):
    entry = export()
    link_now()
    run("ALTER TABLE audit_entry DISABLE TRIGGER USER", f"UPDATE audit_entry SET {change} WHERE id = {entry.pk}")

    fault = verify().fault

    assert (fault.kind, fault.entry_id) == (FaultKind.CHANGED, entry.pk)


def test_giving_an_entry_what_it_never_had_shows(chain):
    run("ALTER TABLE audit_entry DISABLE TRIGGER USER", f"UPDATE audit_entry SET rows = 0 WHERE id = {chain[3].pk}")

    assert verify().fault.entry_id == chain[3].pk


def test_an_entry_without_a_file_has_the_canonical_form_of_before(chain):
    """Entries that were chained before exports had a digest keep their hash."""
    [(same,)] = rows(
        """SELECT bool_and(link.hash = sha256(link.prev_hash || convert_to(jsonb_build_array(
            1, link.sequence, extract(epoch FROM link.linked_at), entry.id, extract(epoch FROM entry.at),
            entry.actor_id, entry.role, entry.organisation_id, entry.action, entry.object_type, entry.object_id,
            entry.fields, entry.result, entry.reason, entry.ip, entry.session_hash, entry.request_id)::text, 'UTF8')))
        FROM audit_link link JOIN audit_entry entry ON entry.id = link.entry_id"""
    )
    assert same is True
