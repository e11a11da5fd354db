"""Rows of the stage, and who has them in reach."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A row of the stage: who has it in reach through the tree, and who only because they take part."""

    row: object
    owners: frozenset[str]
    participants: frozenset[str] = frozenset()

    @property
    def seen_by(self) -> frozenset[str]:
        return self.owners | self.participants


def who(names: str) -> frozenset[str]:
    """Actors by name."""
    return frozenset(names.split())


OWN, BELOW, OTHER = who("town leader branch"), who("town leader branch sub_branch"), who("town leader other_branch")
OFFICE, ABOVE, NOBODY = who("town leader talent"), who("town leader"), who("")
TOOK_PART = who("branch liaison unit")

# The alliance of the stage: `partner` is a member, paired with `party`; `unit_org` has left.
MEMBERS = who("liaison branch")
ASKERS = who("other_branch")  # no part in the alliance, but a need of its own in it
