"""Questions about an alliance: who is in, whose turn it is, what it was called."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from yiqiao_portal.activities.models import Activity
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import Organisation, Person
from yiqiao_portal.directory.scope import scope_of

from ..choices import AllianceState, Phase
from ..models import Alliance, ChairTurn, Membership, River
from ..rotation import Seat, Span, Turn


@dataclass(frozen=True)
class Found:
    """A line of the search page."""

    title: str
    url: str
    sub: str


# --- which alliances ---


def alliances_for_raising(user):
    """Active alliances where the user's organisation may raise a need: run by it, joined by it or paired with it."""
    return Alliance.objects.taken_part_in(user).filter(state=AllianceState.ACTIVE)


def may_raise_in(alliance: Alliance, user) -> bool:
    """Whether the user may raise a need in an alliance that she sees."""
    return alliance.state == AllianceState.ACTIVE and takes_part(alliance, user)


def takes_part(alliance: Alliance, user) -> bool:
    """Whether the user runs an alliance or takes part in it today; asks nothing for those who run it."""
    runs = scope_of(user).covers(alliance.organisation_id)
    return runs or Alliance.objects.taken_part_in(user).filter(pk=alliance.pk).exists()


def is_unpaired(user, alliance: Alliance) -> bool:
    """Whether the user's own organisation is a village's and takes part in this alliance no more."""
    if takes_part(alliance, user):
        return False
    own = Organisation.objects.alive().filter(pk=scope_of(user).organisation_id, kind=OrganisationKind.VILLAGE_PARTY)
    return own.exists()


def with_chair(alliances, day: date | None = None):
    """Alliances, each with `chair`: the short name of the unit whose turn it is."""
    running = running_turns(day).filter(alliance=OuterRef("pk"))
    return alliances.annotate(chair=Subquery(running.values("organisation__short_name")[:1]))


def with_members(alliances):
    """Alliances, each with `members`: how many units are in today."""
    members = Membership.objects.alive().current().filter(alliance=OuterRef("pk")).order_by().values("alliance")
    return alliances.annotate(members=Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), 0))


def find_alliances(user, words: str):
    """By any name that it has or had."""
    rows = Alliance.objects.visible_to(user).select_related("organisation")
    for row in rows.matching(words)[:5]:
        yield Found(row.name, row.get_absolute_url(), f"{row.founded_on} 成立 · {row.get_state_display()}")


def find_members(user, words: str):
    """Member units by name, with their alliance; those who left too."""
    units = Organisation.objects.alive().matching(words)
    rows = Membership.objects.visible_to(user).filter(organisation__in=units)
    for row in rows.select_related("alliance", "organisation").official()[:5]:
        sub = f"{row.alliance} · {row.get_role_display()}" + (f" · {row.left_on} 退出" if row.left_on else "")
        yield Found(row.organisation.name, row.get_absolute_url(), sub)


# --- names ---


def name_on(alliance: Alliance, day: date) -> str:
    """What it was called on a day; before the first known name, what it is called now."""
    row = alliance.names.alive().filter(since__lte=day).order_by("-since").first()
    return row.name if row else alliance.name


# --- members ---


def members_of(alliance: Alliance, day: date | None = None):
    """The memberships of a day, today unless another is named, in the official order."""
    return _whole(alliance.memberships.alive().current(day))


def members_of_year(alliance: Alliance, year: int):
    """The memberships of a year: whoever was a member at some time of it (acceptance A1)."""
    return _whole(alliance.memberships.alive().of_year(year))


def _whole(rows):
    villages = Prefetch("villages", Organisation.objects.alive().official())
    return rows.select_related("organisation", "contact").prefetch_related(villages).official()


def by_phase(members) -> list[tuple[str, list[Membership]]]:
    """The members under 建设, 治污, 管理, 服务, and those without a phase last."""
    rows = list(members)
    groups = [(phase.label, [row for row in rows if row.phase == phase]) for phase in Phase]
    rest = [row for row in rows if not row.phase]
    return groups + ([("其他", rest)] if rest else [])


def free_units(alliance: Alliance, user):
    """Organisations that may join: no alliance, not a member now; in official order."""
    members = alliance.memberships.alive().filter(left_on=None)
    rows = Organisation.objects.nameable_by(user).exclude(kind__in=NO_MEMBERS)
    return rows.exclude(pk__in=members.values("organisation")).official()


NO_MEMBERS = (OrganisationKind.ALLIANCE, OrganisationKind.TOWN_COMMITTEE)


def villages(user):
    """Village Party organisations that a unit can be paired with, in official order."""
    return Organisation.objects.nameable_by(user).filter(kind=OrganisationKind.VILLAGE_PARTY).official()


def contacts(user, organisations):
    """People of these organisations whom the user may see."""
    rows = Person.objects.visible_to(user).filter(organisation__in=organisations)
    return rows.select_related("organisation").order_by("organisation__order", "pinyin", "pk")


def next_order(alliance: Alliance) -> int:
    """The place at the end of the order of turns."""
    return max(alliance.memberships.alive().values_list("turn_order", flat=True), default=0) + 1


# --- turns ---


def running_turns(day: date | None = None):
    """The turns that run on a day."""
    day = day or timezone.localdate()
    return ChairTurn.objects.alive().filter(starts_on__lte=day, ends_on__gte=day)


def turns_of(alliance: Alliance):
    """The calendar of an alliance."""
    return alliance.turns.alive().select_related("organisation", "planned").order_by("starts_on")


def turn_on(alliance: Alliance, day: date | None = None) -> ChairTurn | None:
    """The turn that runs on a day, today unless another is named."""
    return running_turns(day).filter(alliance=alliance).select_related("organisation").first()


def chair_of(alliance: Alliance, day: date | None = None) -> Organisation | None:
    """The unit in the chair on a day; None when no turn is planned."""
    turn = turn_on(alliance, day)
    return turn.organisation if turn else None


def coming_turns(alliance: Alliance):
    """Turns that have not begun."""
    return turns_of(alliance).filter(starts_on__gt=timezone.localdate())


def turns_near(user, until: date):
    """Turns of the user's own unit that run today or begin until a day; of active alliances."""
    rows = ChairTurn.objects.visible_to(user).filter(organisation=scope_of(user).organisation_id)
    rows = rows.filter(ends_on__gte=timezone.localdate(), starts_on__lte=until, alliance__state=AllianceState.ACTIVE)
    return rows.select_related("alliance", "organisation").order_by("starts_on")


def without_turns(user, until: date):
    """Active alliances that the user runs and whose calendar ends before a day although units take turns."""
    rows = Alliance.objects.run_by(user).filter(state=AllianceState.ACTIVE)
    planned = ChairTurn.objects.alive().filter(ends_on__gte=until)
    taking_part = Membership.objects.alive().current().filter(turn_order__gt=0)
    return rows.filter(pk__in=taking_part.values("alliance")).exclude(pk__in=planned.values("alliance"))


def exchangeable(turn: ChairTurn):
    """Other turns that this one can be exchanged with: not over, another unit's."""
    rows = turns_of(turn.alliance).filter(ends_on__gte=timezone.localdate())
    return rows.exclude(organisation=turn.organisation_id)


def seats(alliance: Alliance) -> list[Seat]:
    """The order of turns as rotation.py reads it; a unit that left keeps its place for those behind it."""
    rows = alliance.memberships.alive().filter(turn_order__gt=0).select_related("organisation")
    return [
        Seat(
            row.organisation_id,
            (row.turn_order, row.organisation.order, row.organisation.code),
            row.joined_on,
            row.left_on,
        )
        for row in rows
    ]


def as_turn(row: ChairTurn) -> Turn:
    """A row as rotation.py reads it."""
    return Turn(Span(row.starts_on, row.ends_on), row.planned_id, row.organisation_id)


# --- meetings and rivers ---


def meetings_of(alliance: Alliance, user):
    """What the alliance itself held, newest first."""
    rows = Activity.objects.visible_to(user).filter(organisation=alliance.organisation_id)
    return rows.select_related("kind").order_by("-held_on", "-pk")


def invited(organisation: Organisation, day: date | None) -> list[int]:
    """The units that are expected at a meeting of an alliance: its members on that day, in the official order."""
    alliance = Alliance.objects.alive().filter(organisation=organisation).first()
    return [row.organisation_id for row in members_of(alliance, day)] if alliance else []


def rivers_of(alliance: Alliance, user):
    """The rivers of an alliance with their sections."""
    rows = River.objects.visible_to(user).filter(alliance=alliance)
    return rows.prefetch_related("sections").order_by("order", "pk")
