"""What the made-up records need to know of a branch."""

from dataclasses import dataclass, field

from yiqiao_portal.accounts.models import User
from yiqiao_portal.core.demo import DemoContext
from yiqiao_portal.directory.models import Organisation, Person, RoleAssignment, RosterMember
from yiqiao_portal.places.models import Place

from ..rhythm import BranchFacts
from ..selectors import facts_of


@dataclass
class Branch:
    """A Party organisation with its people: `committee` begins with the 书记."""

    organisation: Organisation
    clerk: User | None = None
    known: bool = False  # the branch of the demo account `branch`, which keeps something to do
    members: list[RosterMember] = field(default_factory=list)
    committee: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    @property
    def facts(self) -> BranchFacts:
        """For the rules of rhythm."""
        return facts_of(self.organisation)

    @property
    def code(self) -> str:
        """Names the branch's sources of chance."""
        return self.organisation.code

    @property
    def recorder(self) -> str:
        """Who keeps the minutes."""
        return self.clerk.name if self.clerk else self.committee[-1]


def branches(context: DemoContext) -> list[Branch]:
    """All Party organisations in official order, with five queries in all."""
    rows = Organisation.objects.party().official().select_related("area")
    found = {row.pk: Branch(row) for row in rows}
    for person in Person.objects.exclude(duty="").order_by("pk"):
        if person.organisation_id in found and person.duty.endswith(("书记", "委员")):
            found[person.organisation_id].committee.append(person.name)
    for member in RosterMember.objects.select_related("person").order_by("pk"):
        found[member.organisation_id].members.append(member)
    for post in RoleAssignment.objects.filter(role__code="branch").select_related("user").order_by("-pk"):
        found[post.organisation_id].clerk = post.user
    _house(found)
    own = context.users["branch"].assignments.order_by("pk").first()
    found[own.organisation_id].known = True
    return list(found.values())


def _house(found: dict[int, Branch]) -> None:
    """The places of the branch's village, the usual one first."""
    by_area: dict[int, list[Place]] = {}
    for place in Place.objects.order_by("pk"):
        by_area.setdefault(place.area_id, []).append(place)
    for branch in found.values():
        branch.places = by_area.get(branch.organisation.area_id, [])
