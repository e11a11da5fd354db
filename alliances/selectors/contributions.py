"""贡献台账 (A7): what each unit brought to an alliance in a year, and what it received. Official order, no ranking.

Each measure says once which rows it counts; the table counts them, the page behind a number lists them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Sum

from yiqiao_portal.activities.models import Attendance
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

from ..choices import MET_NEEDS, PUBLIC_NEEDS, ClaimState, MatchState, ProjectState, Unit
from ..models import Alliance, Claim, Match, Need, Progress, Project, Resource
from . import yearly
from .alliances import members_of_year

BROUGHT, RECEIVED = "带来", "得到"


@dataclass(frozen=True)
class Measure:
    """One column. `rows(alliance, year)` are the rows it counts, `unit` the path to the organisation they belong to;

    with `total` the values of that field are summed instead of the rows counted.
    """

    code: str
    title: str
    band: str
    suffix: str
    meaning: str
    rows: Callable[[Alliance, int], QuerySet]
    unit: str = "organisation"
    total: str = ""

    def per_unit(self, alliance: Alliance, year: int) -> dict[int, int]:
        """Organisation id → number; one query."""
        number = Sum(self.total) if self.total else Count("pk", distinct=True)
        found = self.rows(alliance, year).order_by().values(self.unit).annotate(number=number)
        return {row[self.unit]: row["number"] for row in found if row["number"]}

    def of_unit(self, alliance: Alliance, year: int, organisation: Organisation) -> QuerySet:
        """The rows behind one number."""
        return self.rows(alliance, year).filter(**{self.unit: organisation})


def _resources(alliance, year):
    return Resource.objects.alive().filter(alliance=alliance, created_at__year=year)


def _promises(alliance, year):
    rows = Match.objects.alive().filter(need__alliance=alliance, state=MatchState.ACCEPTED, decided_at__year=year)
    return rows.filter(need__deleted_at=None).select_related("need", "resource").order_by("decided_at", "pk")


def _claims(alliance, year):
    rows = Claim.objects.alive().filter(need__alliance=alliance, state=ClaimState.ACCEPTED, decided_at__year=year)
    return rows.filter(need__deleted_at=None).select_related("need").order_by("decided_at", "pk")


def _projects(alliance, year):
    """Without the stopped ones: what is begun anew for the same need would count twice."""
    rows = Project.objects.alive().filter(alliance=alliance, starts_on__year=year)
    return rows.exclude(state=ProjectState.STOPPED)


def _notes(alliance, year):
    rows = Progress.objects.alive().filter(project__alliance=alliance, day__year=year, project__deleted_at=None)
    rows = rows.exclude(project__state=ProjectState.STOPPED)
    return rows.select_related("project").order_by("day", "pk")


def _meetings(alliance, year):
    rows = Attendance.objects.alive().filter(present=True, activity__in=yearly.meetings(alliance, year))
    return rows.exclude(organisation=None).select_related("activity").order_by("activity__held_on", "pk")


def _raised(alliance, year):
    return Need.objects.alive().filter(alliance=alliance, state__in=PUBLIC_NEEDS, created_at__year=year)


def _met(alliance, year):
    return Need.objects.alive().filter(alliance=alliance, state__in=MET_NEEDS, accepted_on__year=year)


def _done_for(alliance, year):
    rows = Project.objects.alive().filter(alliance=alliance, state=ProjectState.DONE, accepted_on__year=year)
    return rows.filter(need__isnull=False, beneficiaries__gt=0)


MEASURES = (
    Measure("resources", "提供资源", BROUGHT, "项", "当年登记到资源清单的资源，回收站里的不计", _resources),
    Measure("promises", "同意对接", BROUGHT, "次", "当年同意对接的次数，已释放的不计；数量见明细", _promises),
    Measure("claims", "认领需求", BROUGHT, "条", "当年确认的认领，牵头和配合都计", _claims),
    Measure("led", "牵头项目", BROUGHT, "个", "当年开始、由本单位牵头的项目，已中止的不计", _projects),
    Measure("helped", "配合项目", BROUGHT, "个", "当年开始、本单位配合的项目，已中止的不计", _projects, unit="helpers"),
    Measure("notes", "项目进展", BROUGHT, "条", "当年填报的项目进展，已中止项目的不计", _notes),
    Measure(
        "meetings", "参加会议", BROUGHT, "次", "当年联盟自己的会议和活动，本单位列为到会单位",
        _meetings,
    ),
    Measure("raised", "提出需求", RECEIVED, "条", "当年提出、审核发布过的需求", _raised),
    Measure("met", "办成需求", RECEIVED, "条", "当年验收通过的需求", _met),
    Measure(
        "beneficiaries", "受益人次", RECEIVED, "人次", "当年验收通过、来源于本单位需求的项目所填受益人次之和",
        _done_for, unit="need__organisation", total="beneficiaries",
    ),
)  # fmt: skip


def measure(code: str) -> Measure:
    """A measure by its code; KeyError for an unknown one."""
    return {row.code: row for row in MEASURES}[code]


@dataclass
class Line:
    """One unit with its numbers by measure code."""

    organisation: Organisation
    member: bool
    numbers: dict[str, int]
    promised: str = ""


@dataclass
class Ledger:
    """A year of an alliance: members first, then others that received something; each group in official order."""

    lines: list[Line]
    totals: dict[str, int]
    whole: bool = True  # whether all units of the year are in sight


def ledger(alliance: Alliance, year: int, user) -> Ledger:
    """The units within the user's reach with their numbers; the town sees all."""
    reach = scope_of(user).organisation_ids
    members = {row.organisation_id: row.organisation for row in members_of_year(alliance, year)}
    counts = {row.code: row.per_unit(alliance, year) for row in MEASURES}
    others = {pk for found in counts.values() for pk in found if pk} - set(members)
    rest = Organisation.objects.filter(pk__in=others & reach).official()
    units = [(row, True) for row in members.values() if row.pk in reach] + [(row, False) for row in rest]
    promised = promised_amounts(_promises(alliance, year))
    lines = [
        Line(unit, member, {code: found.get(unit.pk, 0) for code, found in counts.items()}, promised.get(unit.pk, ""))
        for unit, member in units
    ]
    totals = {code: sum(line.numbers[code] for line in lines) for code in counts}
    return Ledger(lines, totals, whole=reach >= set(members) | others)


def promised_amounts(rows: QuerySet) -> dict[int, str]:
    """Organisation id → how much was promised, per unit of measure: 12次、30人."""
    sums = rows.order_by().values("organisation", kind=F("resource__unit")).annotate(amount=Sum("amount"))
    found: dict[int, list] = {}
    for row in sums:
        found.setdefault(row["organisation"], []).append((Unit.values.index(row["kind"]), row["amount"], row["kind"]))
    return {pk: words((amount, kind) for _, amount, kind in sorted(parts)) for pk, parts in found.items()}


def words(amounts: Iterable[tuple[int, str]]) -> str:
    """Amounts in words."""
    return "、".join(f"{amount}{Unit(kind).label}" for amount, kind in amounts)
