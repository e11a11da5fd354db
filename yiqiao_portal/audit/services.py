"""The one way into the log."""

import re
import unicodedata
from collections.abc import Iterable

from django.db import models

from . import actions, context
from .choices import Result
from .models import REASON_LENGTH, Entry

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)
FILTER = "filter."  # before the name of a filter that an exported list had, among the fields of the entry
OBJECT_TYPE = re.compile(r"([a-z][a-z0-9_]*(\.[a-z0-9_]+)*)?", re.ASCII)
OBJECT_ID = re.compile(r"[A-Za-z0-9_:-]{0,64}", re.ASCII)
SHA256 = re.compile(r"([0-9a-f]{64})?", re.ASCII)
# phones (also grouped), identity numbers and other long numbers have no place in a reason
LONG_NUMBER = re.compile(r"1[3-9]\d(?:[ -]?\d{4}){2}|\d{7,}[Xx]?")
CONTROL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def record(  # noqa: PLR0913 - one flat call is what every service of the portal writes
    action: str,
    *,
    by: models.Model | None = None,
    obj: models.Model | None = None,
    object_type: str = "",
    object_id: str = "",
    fields: Iterable[str] = (),
    result: str = Result.OK,
    reason: str = "",
    rows: int | None = None,  # of an exported file, with its digest
    sha256: str = "",
) -> Entry:
    """Write one entry in the running transaction; it is chained as the last thing before the commit.

    `fields` are names, never values; `obj` gives type and id; without `by` the signed-in user is the actor.
    UnknownActionError for a code outside the catalogue, ValueError for anything that looks like a value.
    """
    facts = context.facts()
    actor_id = getattr(by, "pk", None) or facts.user_id
    if obj is not None:
        object_type, object_id = obj._meta.label_lower, str(obj.pk)
    entry = Entry(
        action=actions.require(action),
        actor_id=actor_id,
        object_type=_matching(OBJECT_TYPE, object_type, "object type"),
        object_id=_matching(OBJECT_ID, object_id, "object id"),
        fields=sorted({_matching(FIELD_NAME, name, "field name") for name in fields}),
        result=Result(result),
        reason=tidy_reason(reason),
        ip=facts.ip,
        session_hash=facts.session_hash,
        request_id=facts.request_id,
        rows=rows,
        sha256=_matching(SHA256, sha256, "digest"),
    )
    if facts.user_id in {None, actor_id}:  # the post is the request's user's, nobody else's
        entry.role, entry.organisation_id = facts.role, facts.organisation_id
    entry.save(force_insert=True)
    return entry


def tidy_reason(text: str) -> str:
    """One line of at most 500 characters; control signs become spaces, long numbers are masked."""
    plain = "".join(" " if unicodedata.category(sign) in CONTROL else sign for sign in text)
    short = LONG_NUMBER.sub("＊＊＊", " ".join(plain.split()))
    return short if len(short) <= REASON_LENGTH else short[: REASON_LENGTH - 1] + "…"


def _matching(pattern: re.Pattern, text: str, what: str) -> str:
    """The text itself, or ValueError: a value has strayed into the log (which is not repeated in the error)."""
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError(f"not a {what} for the audit log")
    return text
