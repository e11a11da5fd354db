"""Every way to tamper with a log as its owner, triggers off: the first bad place is named, and what was done."""

import pytest

from tests.audit.sql import link_now, rows, run
from yiqiao_portal.audit.choices import FaultKind
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.services import record
from yiqiao_portal.audit.verification import GENESIS, parse_head, verify

pytestmark = pytest.mark.django_db

OPEN = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("audit_entry", "audit_link", "audit_head")]
NO_KEYS = """DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'audit_link'::regclass AND contype IN ('f', 'u', 'p')
    LOOP EXECUTE format('ALTER TABLE audit_link DROP CONSTRAINT %I', name); END LOOP; END $$"""
COLUMNS = "role, action, object_type, object_id, fields, result, reason, session_hash"
FORGED = f"INSERT INTO audit_entry ({COLUMNS}) VALUES ('', 'session.login', '', '', '{{}}', 'ok', 'forged', '')"
DIGEST = """UPDATE audit_link SET hash = audit_digest(prev_hash, sequence, linked_at, entry)
            FROM audit_entry entry WHERE entry.id = entry_id AND sequence = {0}"""
CHANGE_4 = "UPDATE audit_entry SET reason = 'x' WHERE id = (SELECT entry_id FROM audit_link WHERE sequence = 4)"
DELETE_5 = "DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE sequence = 5)"
CUT = [
    "DELETE FROM audit_link WHERE sequence = 8",
    "DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)",
]
COPY = """INSERT INTO audit_link (sequence, prev_hash, hash, linked_at, entry_id)
          SELECT sequence + 1, hash, hash, linked_at, (SELECT max(id) FROM audit_entry)
          FROM audit_link WHERE sequence = {0}"""
SWAP_3_4 = """UPDATE audit_link one SET entry_id = two.entry_id FROM audit_link two
              WHERE (one.sequence, two.sequence) IN ((3, 4), (4, 3))"""
INSERT_BEFORE_5 = [
    "UPDATE audit_link SET sequence = sequence + 1 WHERE sequence >= 5",
    FORGED,
    COPY.format(4),
    DIGEST.format(5),
]


def tamper(*statements):
    """Do it as the owner of the tables, who can switch triggers and keys off."""
    run(*OPEN, NO_KEYS, *statements)


def fault_of(report):
    """Kind, sequence and entry of the fault found."""
    return report.fault.kind, report.fault.sequence, report.fault.entry_id


def test_an_untouched_chain_is_whole(chain):
    report = verify()

    last = rows("SELECT encode(hash, 'hex') FROM audit_link WHERE sequence = 8")[0][0]
    assert (report.count, report.sequence, report.hash, report.fault) == (8, 8, last, None)


def test_an_empty_chain_is_whole():
    report = verify()

    assert (report.count, report.sequence, report.hash, report.fault) == (0, 0, GENESIS, None)


def test_the_check_does_not_depend_on_the_time_zone_of_the_session(chain):
    run("SET LOCAL TIME ZONE 'America/New_York'", "SET LOCAL datestyle TO 'German'")

    assert verify().fault is None


@pytest.mark.parametrize(
    ("statements", "kind", "sequence", "entry"),
    [
        pytest.param([CHANGE_4], FaultKind.CHANGED, 4, 4, id="change"),
        pytest.param([CHANGE_4, DIGEST.format(4)], FaultKind.CHANGED, 4, 4, id="change with new hash"),
        pytest.param([CHANGE_4, DELETE_5], FaultKind.CHANGED, 4, 4, id="first of two"),
        pytest.param([DELETE_5], FaultKind.MISSING, 5, 5, id="entry deleted"),
        pytest.param([DELETE_5, "DELETE FROM audit_link WHERE sequence = 5"], FaultKind.MISSING, 5, None, id="deleted"),
        pytest.param(
            [
                DELETE_5,
                "DELETE FROM audit_link WHERE sequence = 5",
                "UPDATE audit_link SET sequence = sequence - 1 WHERE sequence > 5",
            ],
            FaultKind.MISSING,
            5,
            None,
            id="deleted and renumbered",
        ),
        pytest.param(["DELETE FROM audit_link WHERE sequence = 5"], FaultKind.MISSING, 5, None, id="link deleted"),
        pytest.param(["DELETE FROM audit_link WHERE sequence = 1"], FaultKind.MISSING, 1, None, id="first deleted"),
        pytest.param(
            ["UPDATE audit_link SET sequence = CASE sequence WHEN 3 THEN 6 ELSE 3 END WHERE sequence IN (3, 6)"],
            FaultKind.REORDERED,
            3,
            6,
            id="numbers swapped",
        ),
        pytest.param(
            [SWAP_3_4],
            FaultKind.REORDERED,
            3,
            4,
            id="entries swapped",
        ),
        pytest.param(INSERT_BEFORE_5, FaultKind.SURPLUS, 5, 9, id="inserted"),
        pytest.param([FORGED], FaultKind.UNLINKED, None, 9, id="entry without link"),
        pytest.param([FORGED, COPY.format(8), DIGEST.format(9)], FaultKind.SURPLUS, 9, 9, id="appended"),
        pytest.param(
            ["UPDATE audit_link SET sequence = 0 WHERE sequence = 2"], FaultKind.SURPLUS, 0, 2, id="below one"
        ),
        pytest.param([FORGED, COPY.format(4)], FaultKind.SURPLUS, 5, 9, id="forked"),
        pytest.param([FORGED, COPY.format(7)], FaultKind.SURPLUS, 8, 9, id="forked at the end"),
        pytest.param(CUT, FaultKind.CUT, 8, None, id="tail cut"),
        pytest.param(["DELETE FROM audit_link", "DELETE FROM audit_entry"], FaultKind.CUT, 1, None, id="all cut"),
        pytest.param(
            ["UPDATE audit_head SET hash = decode(repeat('0', 64), 'hex')"], FaultKind.CHANGED, 8, 8, id="head"
        ),
        pytest.param(["UPDATE audit_head SET count = 7"], FaultKind.CHANGED, None, None, id="head count"),
        pytest.param(["DELETE FROM audit_head"], FaultKind.MISSING, None, None, id="head deleted"),
        pytest.param(
            ["ALTER TABLE audit_link ALTER hash DROP NOT NULL", "UPDATE audit_link SET hash = NULL WHERE sequence = 6"],
            FaultKind.CHANGED,
            6,
            6,
            id="hash emptied",
        ),
        pytest.param(
            ["UPDATE audit_entry SET at = 'infinity' WHERE id = (SELECT min(id) FROM audit_entry)"],
            FaultKind.CHANGED,
            1,
            1,
            id="impossible time",
        ),
    ],
)
def test_the_first_bad_place_is_named(chain, statements, kind, sequence, entry):
    tamper(*statements)

    numbers = {n: made.pk for n, made in enumerate(chain, 1)} | {9: chain[-1].pk + 1, None: None}
    assert fault_of(verify()) == (kind, sequence, numbers[entry])


@pytest.mark.parametrize(
    "change",
    ["at = at + interval '1 microsecond'", "actor_id = NULL", "role = 'x'", "organisation_id = 1", "action = 'x'",
     "object_type = 'x'", "object_id = 'x'", "fields = '{x}'", "result = 'failed'", "reason = 'x'", "ip = '10.0.0.1'",
     "session_hash = 'x'", "request_id = gen_random_uuid()", "rows = 0", "sha256 = 'x'"],
)  # fmt: skip
def test_no_column_can_be_changed_unseen(chain, change):
    tamper(f"UPDATE audit_entry SET {change} WHERE id = (SELECT entry_id FROM audit_link WHERE sequence = 2)")

    assert fault_of(verify()) == (FaultKind.CHANGED, 2, chain[1].pk)


def test_every_column_is_named_above():
    names = {field.attname for field in Entry._meta.concrete_fields}

    assert names == {"id", "at", "actor_id", "role", "organisation_id", "action", "object_type", "object_id", "fields",
                     "result", "reason", "ip", "session_hash", "request_id", "rows", "sha256"}  # fmt: skip


def test_words_cannot_slide_from_one_column_into_the_next(clerk):
    record("session.login", object_type="ab", object_id="c", reason='x","y')
    link_now()
    tamper("UPDATE audit_entry SET object_type = 'a', object_id = 'bc'")

    assert fault_of(verify())[0] == FaultKind.CHANGED


def test_a_doctored_database_function_does_not_deceive_the_check(chain):
    run(
        "CREATE OR REPLACE FUNCTION audit_digest(previous bytea, place bigint, moment timestamptz, entry audit_entry) "
        "RETURNS bytea LANGUAGE sql STABLE AS 'SELECT hash FROM audit_link WHERE sequence = place'"
    )
    tamper(CHANGE_4)

    assert fault_of(verify()) == (FaultKind.CHANGED, 4, chain[3].pk)


def rewrite_from_4():
    """What a patient owner does: change one entry and compute the whole rest again."""
    chained = [
        f"UPDATE audit_link SET prev_hash = (SELECT hash FROM audit_link WHERE sequence = {n - 1}) WHERE sequence = {n}"
        for n in range(4, 9)
    ]
    steps = [part for n, step in enumerate(chained, 4) for part in (step, DIGEST.format(n))]
    tamper(CHANGE_4, *steps, "UPDATE audit_head SET hash = (SELECT hash FROM audit_link WHERE sequence = 8)")


def test_a_chain_rewritten_as_a_whole_shows_against_a_printed_head(chain):
    before = verify()
    rewrite_from_4()

    assert verify().fault is None
    assert fault_of(verify(printed=(8, before.hash))) == (FaultKind.CHANGED, 8, chain[7].pk)


def test_a_printed_head_still_fits_after_more_was_written(chain):
    before = verify()
    record("session.logout")
    link_now()

    assert verify(printed=(before.sequence, before.hash)).fault is None
    assert verify(printed=(0, GENESIS)).fault is None


def test_a_tail_cut_together_with_the_head_shows_against_a_printed_head(chain):
    before = verify()
    tamper(
        *CUT, "UPDATE audit_head SET (sequence, hash, count) = (SELECT 7, hash, 7 FROM audit_link WHERE sequence = 7)"
    )

    assert verify().fault is None
    assert fault_of(verify(printed=(8, before.hash))) == (FaultKind.CUT, 8, None)


def test_a_printed_head_is_read_as_printed():
    assert parse_head(f" 12:{GENESIS.upper()}\n") == (12, GENESIS)


@pytest.mark.parametrize("text", ["", "12", f"x:{GENESIS}", "12:00", f"-1:{GENESIS}", f"{'9' * 19}:{GENESIS}"])
def test_anything_else_is_no_head(text):
    with pytest.raises(ValueError, match="not a printed head"):
        parse_head(text)
