"""What is known about the request at hand; a context variable, so services need not pass it on."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.http import HttpRequest


@dataclass(frozen=True)
class Facts:
    """Request facts. User and session are read when asked: signing in changes both in mid-request."""

    request_id: UUID | None = None
    ip: str | None = None
    role: str = ""
    organisation_id: int | None = None
    request: HttpRequest | None = field(default=None, repr=False)

    @property
    def user_id(self) -> int | None:
        """The signed-in user's id."""
        return getattr(getattr(self.request, "user", None), "pk", None)

    @property
    def session_hash(self) -> str:
        """First 16 hex digits of the session key's SHA-256: joins entries of one session, opens none."""
        key = getattr(getattr(self.request, "session", None), "session_key", None)
        return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


_facts: ContextVar[Facts] = ContextVar("audit_facts")
NOTHING = Facts()


def facts() -> Facts:
    """Facts of the running request; empty ones in commands and jobs."""
    return _facts.get(NOTHING)


def set_post(*, role: str, organisation_id: int | None) -> None:
    """Name the post that the user acts in, until the end of the scope."""
    _facts.set(replace(facts(), role=role, organisation_id=organisation_id))


@contextmanager
def scope(known: Facts) -> Iterator[Facts]:
    """Use these facts inside the block, whatever is set meanwhile, and the former ones after it."""
    token = _facts.set(known)
    try:
        yield known
    finally:
        _facts.reset(token)
