"""What a unit that leaves an alliance still has in it: turns, lists, projects, paired villages."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from .. import rotation
from ..models import ChairTurn, Membership
from .alliances import as_turn, seats, turns_of


@dataclass(frozen=True)
class Leaving:
    """The open affairs of a membership, for the one who enters that it ends."""

    membership: Membership

    @cached_property
    def turns(self) -> list[ChairTurn]:
        """The unit's turns that run or come and are nobody's by exchange: the next unit takes them."""
        unit = self.membership.organisation_id
        return [row for row in self._coming if row.organisation_id == unit and not row.swapped]

    @cached_property
    def exchanged(self) -> list[ChairTurn]:
        """The exchanged turns that fall with the leave, the other units' halves too."""
        rows = list(turns_of(self.membership.alliance))
        kept = rotation.unaffected(
            list(map(as_turn, rows)), seats(self.membership.alliance), self.membership.organisation_id
        )
        return [row for row in self._coming if row.swapped and as_turn(row) not in kept]

    @cached_property
    def _coming(self) -> list[ChairTurn]:
        return list(turns_of(self.membership.alliance).filter(ends_on__gte=timezone.localdate()))
