"""Questions about the directory that pages ask."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from yiqiao_portal.accounts.models import User
from yiqiao_portal.core import registry

from .choices import AreaLevel, PartyForm
from .models import Area, Organisation, RoleAssignment, ServiceLine
from .terms import BranchSize, Notice, TermState, size_notices, term_notices

SIZED = (PartyForm.BRANCH, PartyForm.JOINT)


@dataclass
class Node:
    """One row of a tree with what hangs on it."""

    row: Organisation
    children: list["Node"] = field(default_factory=list)


def organisation_tree(user) -> list[Node]:
    """The organisations in the user's reach as trees; siblings in the official order."""
    people = Count("people", filter=Q(people__deleted_at=None))
    rows = Organisation.objects.visible_to(user).select_related("area").annotate(people_count=people).order_by("path")
    tops: list[Node] = []
    by_path: dict[str, Node] = {}
    for row in rows:
        node = by_path[row.path] = Node(row)
        above = by_path.get(row.path[: -Organisation.steplen])
        (above.children if above else tops).append(node)
    for node in by_path.values():
        node.children.sort(key=lambda child: (child.row.order, child.row.code))
    return tops


def size(nodes: list[Node]) -> int:
    """How many rows stand in trees."""
    return sum(1 + size(node.children) for node in nodes)


def villages(user) -> list[Area]:
    """The villages and communities in official order, each with how many organisations the user sees there."""
    seen = Count("organisation", filter=Q(organisation__in=Organisation.objects.visible_to(user)))
    return list(Area.objects.visible_to(user).of_level(AreaLevel.VILLAGE).annotate(organisations=seen))


def town() -> Area:
    """The town itself."""
    return Area.objects.get(depth=1)


def service_lines():
    """The nine lines in the town's own order."""
    return ServiceLine.objects.all()


def notices_of(organisation: Organisation, *, today: date | None = None) -> list[Notice]:
    """What the office should know of an organisation's size and term; none of it forbids anything."""
    if organisation.dissolved or not organisation.party_form:
        return []
    today = today or timezone.localdate()
    term = term_notices(organisation.expires_on, today=today, extended_until=organisation.extended_until)
    return [*_size_notices(organisation), *term]


def _size_notices(organisation: Organisation) -> list[Notice]:
    """Only branches have a size rule; a joint branch exists because each unit alone has too few."""
    if organisation.party_form not in SIZED:
        return []
    size = BranchSize(
        formal=organisation.formal_members,
        probationary=organisation.probationary_members,
        committee_size=organisation.committee_size,
    )
    joint = organisation.party_form == PartyForm.JOINT
    return [notice for notice in size_notices(size) if not (joint and notice.code == "too_few_for_branch")]


def terms_ending(user) -> list[Organisation]:
    """Organisations of the user's reach whose term ends within the warning time or is over, soonest first."""
    rows = Organisation.objects.visible_to(user)
    near = rows.in_term(TermState.ENDING) | rows.in_term(TermState.OVERDUE)
    return list(near.order_by("expires_day", "order"))


def last_day(organisation: Organisation) -> date:
    """By when the organisation has to elect anew: the end of the term, or of a longer approved extension."""
    return max(filter(None, (organisation.expires_on, organisation.extended_until)))


def roster_counts(organisation: Organisation) -> dict[str, int]:
    """How many stand on an organisation's roster: all, formal, probationary, voters."""
    return organisation.roster.alive().aggregate(
        all=Count("pk"),
        formal=Count("pk", filter=Q(probationary=False)),
        probationary=Count("pk", filter=Q(probationary=True)),
        voters=Count("pk", filter=Q(votes=True)),
    )


def users_with(grant: str, organisation_ids: Iterable[int]) -> QuerySet[User]:
    """The enabled users who have the permission code in a post that is valid today and reaches these organisations.

    A post reaches its organisation and all below it (scope._reach). Those whose post is at one of the organisations
    themselves come first, then the nearest above.
    """
    ids = list(organisation_ids)
    posts = RoleAssignment.objects.current().filter(
        role__code__in=registry.roles_with(grant), organisation__path__in=_paths_up(ids)
    )
    own = posts.filter(user=OuterRef("pk"))
    depth = own.order_by().values("user").annotate(nearest=Max("organisation__depth")).values("nearest")
    return (
        User.objects.filter(is_active=True, pk__in=posts.values("user"))
        .annotate(direct=Exists(own.filter(organisation__in=ids)), nearest=Subquery(depth))
        .order_by("-direct", "-nearest", "pk")
    )


def _paths_up(organisation_ids: list[int]) -> set[str]:
    """The tree paths of organisations and of all above them."""
    step = Organisation.steplen
    paths = Organisation.objects.filter(pk__in=organisation_ids).values_list("path", flat=True)
    return {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
