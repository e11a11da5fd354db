"""Recomputes the whole chain inside the database and names the first thing that does not fit."""

import re
from dataclasses import dataclass

from django.db import connections

from .choices import FaultKind

GENESIS = "00" * 32
PRINTED_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")

# Said a second time here on purpose: whoever can rewrite a row can also rewrite the function that the trigger calls.
DIGEST = """sha256(link.prev_hash || convert_to((jsonb_build_array(
    1, link.sequence, extract(epoch FROM link.linked_at),
    entry.id, extract(epoch FROM entry.at), entry.actor_id, entry.role, entry.organisation_id,
    entry.action, entry.object_type, entry.object_id, entry.fields, entry.result, entry.reason,
    entry.ip, entry.session_hash, entry.request_id
) || CASE WHEN entry.rows IS NULL AND entry.sha256 = '' THEN '[]' ELSE jsonb_build_array(entry.rows, entry.sha256) END
)::text, 'UTF8'))"""

# One statement, hence one snapshot: writers may go on meanwhile, and memory stays flat at any length.
SURVEY = """
WITH genesis AS (SELECT decode(%(genesis)s, 'hex') AS hash
), ordered AS (
    SELECT link.*, lag(sequence, 1, 0::bigint) OVER place AS before, lag(hash) OVER place AS before_hash
    FROM audit_link link WINDOW place AS (ORDER BY sequence)
), checked AS (
    SELECT link.sequence, link.sequence <> before + 1
           OR link.prev_hash IS DISTINCT FROM coalesce(before_hash, genesis.hash)
           OR entry.id IS NULL OR link.hash IS DISTINCT FROM {DIGEST} AS bad
    FROM genesis, ordered link LEFT JOIN audit_entry entry ON entry.id = link.entry_id
), survey AS (
    SELECT count(*) AS links, coalesce(max(sequence), 0) AS last, min(sequence) FILTER (WHERE bad) AS bad FROM checked
)
SELECT links, last, bad, head.sequence, encode(head.hash, 'hex'), head.count,
       coalesce((SELECT min(encode(hash, 'hex')) FROM audit_link WHERE sequence = last), %(genesis)s),
       (SELECT min(id) FROM audit_entry entry WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry_id = entry.id))
FROM survey LEFT JOIN audit_head head ON head.id = 1
""".replace("{DIGEST}", DIGEST)

# Asked about the first bad link only; columns in the order of Bad. `entry` in the last one is any entry at all.
QUESTIONS = """
SELECT link.sequence, link.entry_id, (SELECT count(*) = 0 FROM audit_entry WHERE id = link.entry_id),
       (SELECT count(*) > 1 FROM audit_link WHERE sequence = link.sequence),
       link.sequence - coalesce(one.sequence, 0), one.entry_id,
       link.prev_hash IS NOT DISTINCT FROM coalesce(one.hash, decode(%(genesis)s, 'hex')),
       link.prev_hash IS NOT DISTINCT FROM coalesce(two.hash, decode(%(genesis)s, 'hex')),
       EXISTS (SELECT FROM audit_link other WHERE other.hash = link.prev_hash),
       (SELECT min(entry.id) FROM audit_entry entry WHERE {DIGEST} = link.hash)
FROM audit_link link
LEFT JOIN LATERAL (SELECT * FROM audit_link WHERE sequence < link.sequence ORDER BY sequence DESC LIMIT 1) one ON true
LEFT JOIN LATERAL (SELECT * FROM audit_link WHERE sequence < one.sequence ORDER BY sequence DESC LIMIT 1) two ON true
WHERE link.sequence = %(sequence)s ORDER BY link.entry_id DESC LIMIT 1
""".replace("{DIGEST}", DIGEST)


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong; an unlinked entry has no sequence, a missing one no entry."""

    kind: FaultKind
    sequence: int | None = None
    entry_id: int | None = None
    detail: str = ""

    def __str__(self):
        where = f"第 {self.sequence} 条" if self.sequence is not None else ""
        entry = f"（记录号 {self.entry_id}）" if self.entry_id is not None else ""
        return f"{where}{entry}{self.kind.label}" + (f"：{self.detail}" if self.detail else "")


@dataclass(frozen=True)
class Survey:
    """What one pass over the chain found."""

    links: int
    last: int
    bad: int | None
    head_sequence: int | None
    head_hash: str | None
    head_count: int | None
    last_hash: str
    unlinked: int | None


@dataclass(frozen=True)
class Bad:
    """Facts about the first link that does not fit, and the one or two links before it."""

    sequence: int
    entry_id: int
    entry_gone: bool
    doubled: bool  # another link has the same number
    step: int  # from the number before; 1 is right
    before_entry_id: int | None
    follows: bool  # continues the link before it
    skips_one: bool  # continues the link before that one
    follows_other: bool  # continues some link
    fitting_entry_id: int | None  # the entry that its hash was made for


@dataclass(frozen=True)
class Report:
    """The chain's end as computed, and the first fault if there is one."""

    count: int
    sequence: int
    hash: str
    fault: Fault | None


def parse_head(text: str) -> tuple[int, str]:
    """A head printed earlier, `sequence:hash`; ValueError when it is something else."""
    match = PRINTED_HEAD.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError("not a printed head")
    return int(match[1]), match[2]


def verify(*, printed: tuple[int, str] | None = None, using: str = "default") -> Report:
    """Check every link, the head, unlinked entries and, if given, a head printed earlier. Changes nothing."""
    with connections[using].cursor() as cursor:
        cursor.execute(SURVEY, {"genesis": GENESIS})
        survey = Survey(*cursor.fetchone())
        fault = (
            (survey.bad is not None and _link_fault(cursor, survey.bad))
            or _head_fault(cursor, survey)
            or _unlinked_fault(survey)
            or (printed and _printed_fault(cursor, survey, *printed))
            or None
        )
    return Report(survey.links, survey.last, survey.last_hash, fault)


def _link_fault(cursor, sequence: int) -> Fault:
    """Tell what was done to the first link that does not fit."""
    cursor.execute(QUESTIONS, {"genesis": GENESIS, "sequence": sequence})
    bad = Bad(*cursor.fetchone())
    if bad.step > 1:
        return Fault(FaultKind.MISSING, sequence - bad.step + 1)
    if bad.step < 1 or bad.doubled:
        return Fault(FaultKind.SURPLUS, sequence, bad.entry_id, "序号重复" if bad.doubled else "序号小于 1")
    if bad.entry_gone:
        return Fault(FaultKind.MISSING, sequence, bad.entry_id, "链节还在，记录本身已被删除")
    if not bad.follows:
        return _torn_fault(bad)
    return Fault(FaultKind.REORDERED if bad.fitting_entry_id else FaultKind.CHANGED, sequence, bad.entry_id)


def _torn_fault(bad: Bad) -> Fault:
    """The link continues another one than the one before it: the fault may lie in either of them."""
    before = bad.sequence - 1
    if before and bad.skips_one:
        return Fault(FaultKind.SURPLUS, before, bad.before_entry_id, "前后两条原本相连")
    if bad.follows_other:
        return Fault(FaultKind.REORDERED, bad.sequence, bad.entry_id)
    if before and bad.fitting_entry_id == bad.entry_id:
        return Fault(FaultKind.CHANGED, before, bad.before_entry_id, "该条连同链值一起被改写")
    return Fault(FaultKind.MISSING, bad.sequence, detail="此处少了记录，其后的序号被改过")


def _head_fault(cursor, survey: Survey) -> Fault | None:
    """The head must name the last link, its hash and how many there are."""
    if survey.head_sequence is None:
        return Fault(FaultKind.MISSING, detail="链头")
    if survey.head_sequence > survey.last:
        return Fault(FaultKind.CUT, survey.last + 1, detail=f"应到第 {survey.head_sequence} 条")
    if survey.head_sequence < survey.last:
        surplus = survey.head_sequence + 1
        return Fault(FaultKind.SURPLUS, surplus, _entry_at(cursor, surplus), "链头之后又接了记录")
    if survey.head_hash != survey.last_hash:
        return Fault(FaultKind.CHANGED, survey.last, _entry_at(cursor, survey.last), "与链头不符")
    if survey.head_count != survey.links:
        return Fault(FaultKind.CHANGED, detail="链头所记条数与实有条数不同")
    return None


def _unlinked_fault(survey: Survey) -> Fault | None:
    """An entry that never went through the trigger."""
    return None if survey.unlinked is None else Fault(FaultKind.UNLINKED, entry_id=survey.unlinked)


def _printed_fault(cursor, survey: Survey, sequence: int, digest: str) -> Fault | None:
    """A chain that was rewritten as a whole fits itself, but not what was printed before."""
    if sequence > survey.last:
        return Fault(FaultKind.CUT, survey.last + 1, detail=f"此前留存的链头为第 {sequence} 条")
    cursor.execute("SELECT encode(hash, 'hex') FROM audit_link WHERE sequence = %s", [sequence])
    found = cursor.fetchone()
    if (found[0] if found else GENESIS) == digest:
        return None
    detail = "与此前留存的链头不符，该条或更早的记录被整体改写"
    return Fault(FaultKind.CHANGED, sequence, _entry_at(cursor, sequence), detail)


def _entry_at(cursor, sequence: int) -> int | None:
    cursor.execute("SELECT entry_id FROM audit_link WHERE sequence = %s", [sequence])
    row = cursor.fetchone()
    return row and row[0]
