"""What a line of the matrix can say (matrix.py holds the lines)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse

from tests.contracts.stage import NOT_SIGNED_IN, SIGNED_IN, Row, Stage

MISSING = 987_654_321  # no row has this key


def key(stage: Stage, row) -> dict:
    """URL arguments of most object pages."""
    return {"pk": row.pk}


def nothing(stage: Stage, row) -> dict:
    """URL arguments of a page without a row, the body of a form without fields."""
    return {}


@dataclass(frozen=True, repr=False)
class Send:
    """A valid body, who may send it, and what the answer is: so that a refusal is not owed to a mistake in the body.

    `logged`: the action log has an entry of it. `foreign` make further bodies that name a row out of the sender's
    reach, and that row, which stays as it is.
    """

    by: str
    body: Callable[[Stage, object], dict] = nothing
    on: str = "own"
    answer: int = 302
    changes: bool = True
    logged: bool = True
    foreign: tuple[Callable[[Stage, object], tuple], ...] = ()


@dataclass(frozen=True, repr=False)
class Rule:
    """Who gets what from one address.

    `may` lists the signed-in actors who have the function; `rows` names a group of the stage: who has the row out of
    reach gets 404, who has it in reach without the function 403. `participants`: it is enough to have taken part.
    `ok` is the answer for whom it is open; `queries` are further query strings under the same rights; an address that
    does not `read` takes a POST alone; `refused` is 404 where even the kind of row is nobody else's business;
    `instead` names actors who get another answer; `lapsed` is the answer to a form of somebody who is not signed in.
    """

    may: frozenset[str]
    rows: str = ""
    arguments: Callable[[Stage, object], dict] = nothing
    participants: bool = False
    ok: int = 200
    queries: tuple[str, ...] = ("",)
    send: Send | None = None
    public: bool = False
    refused: int = 403
    reads: bool = True
    lapsed: int = 403
    instead: Mapping[str, int] = field(default_factory=dict)

    def code(self, row: Row | None, actor: str, *, method: str = "get") -> int:
        """The answer to this actor."""
        if actor in self.instead:
            return self.instead[actor]
        if self.public:
            return self.ok
        if not self.reads and method == "get" and actor in SIGNED_IN:
            return 405
        if actor in NOT_SIGNED_IN:
            return 302
        if row and actor not in row.seen_by:
            return 404
        shut_out = row and actor not in row.owners and not self.participants
        return self.refused if actor not in self.may or shut_out else self.ok

    def cases(self, stage: Stage) -> list[tuple[str, Row | None]]:
        """The rows for which this rule is tried; one case without a row for a plain page."""
        return list(stage.rows[self.rows].items()) if self.rows else [("", None)]

    def url(self, name: str, stage: Stage, row: Row | None) -> str:
        """The address for one row."""
        return reverse(name, kwargs=self.arguments(stage, row and row.row))


EVERYBODY = frozenset(SIGNED_IN)


def these(names: str) -> frozenset[str]:
    """Actors by name."""
    return frozenset(names.split())


BUSINESS = EVERYBODY - these("sysadmin auditor stranger former")
RECORDERS = these("town branch sub_branch other_branch")
READERS = RECORDERS | these("leader")
OFFICE = these("town leader")
