"""Reads of activity records: the matrix, what waits, the last of a kind, the outcome of votes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q
from django.utils import timezone

from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import Organisation, Person
from yiqiao_portal.directory.scope import scope_of

from .choices import EDITABLE, State
from .models import Activity, ActivityCount, ActivityKind, AgendaItem, Decision, Explanation
from .rhythm import BranchFacts, Cell, Period, Rule, cell_state, periods_of, verdict
from .votes import RULES, Ballot, VoteResult, decide


@dataclass(frozen=True)
class Spot:
    """One branch in one period: its cell, and the records that it counts."""

    organisation: Organisation
    period: Period
    cell: Cell
    records: tuple[tuple[date, bool], ...]
    reason: str
    today: date

    @property
    def verdict(self):
        """达标, 未达标, 有说明, 不适用, or None while the period runs."""
        return verdict(self.cell, self.period, self.today)

    @property
    def moot(self) -> str:
        """An explanation that no longer counts: what was due is recorded, or was never asked."""
        return "" if self.cell is Cell.EXPLAINED else self.reason


def rule_of(kind: ActivityKind) -> Rule | None:
    """The rhythm rule of a kind; None for a kind without one."""
    if not kind.period:
        return None
    return Rule(kind.code, kind.period, kind.minimum, kind.applies_when, kind.severity, kind.source)


def facts_of(organisation: Organisation) -> BranchFacts:
    """What the rules need to know of a branch."""
    return BranchFacts(
        organisation.founded_on,
        organisation.dissolved_on,
        has_committee=organisation.committee_size > 0,
        has_groups=organisation.groups > 0,
    )


def branches_for(user, year: int):
    """The Party organisations within reach that existed in the year, in official order."""
    return Organisation.objects.visible_to(user).party().existing_in(year).official()


def spots(organisations, kinds, year: int) -> dict[tuple[int, int], list[Spot]]:
    """(organisation id, kind id) → one Spot per period of the year. Two queries whatever the size.

    The matrix page, the to-dos and the annual workbook all read this, so their figures are the same.
    """
    organisations, kinds, today = list(organisations), [kind for kind in kinds if kind.period], timezone.localdate()
    held, reasons = _held(organisations, kinds, year), _reasons(organisations, kinds, year)
    return {
        (organisation.pk, kind.pk): [
            _spot(organisation, kind, period, held[organisation.pk, kind.pk], reasons, today)
            for period in periods_of(kind.period, year)
        ]
        for organisation in organisations
        for kind in kinds
    }


def spot_of(organisation, kind: ActivityKind, period: Period) -> Spot:
    """One cell of the matrix."""
    return spots([organisation], [kind], period.year)[organisation.pk, kind.pk][period.number - 1]


def _spot(organisation, kind, period, held, reasons, today) -> Spot:
    records = tuple(record for record in held if period.contains(record[0]))
    reason = reasons.get((organisation.pk, kind.pk, period.number), "")
    cell = cell_state(rule_of(kind), period, facts_of(organisation), records, bool(reason), today)
    return Spot(organisation, period, cell, records, reason, today)


def _held(organisations, kinds, year: int) -> dict[tuple[int, int], list[tuple[date, bool]]]:
    rows = ActivityCount.objects.filter(
        kind__in=kinds,
        activity__in=Activity.objects.alive().recorded().filter(organisation__in=organisations, held_on__year=year),
    ).values_list("activity__organisation_id", "kind_id", "activity__held_on", "activity__late_entry")
    held = defaultdict(list)
    for organisation, kind, day, late in rows:
        held[organisation, kind].append((day, late))
    return held


def _reasons(organisations, kinds, year: int) -> dict[tuple[int, int, int], str]:
    rows = Explanation.objects.alive().filter(organisation__in=organisations, kind__in=kinds, year=year)
    return {(row.organisation_id, row.kind_id, row.number): row.reason for row in rows}


def explanation_of(user, organisation: Organisation, kind: ActivityKind, period: Period) -> Explanation | None:
    """The explanation written for a period."""
    rows = Explanation.objects.visible_to(user).filter(organisation=organisation, kind=kind)
    return rows.filter(year=period.year, number=period.number).first()


def recorders(user, kind: ActivityKind):
    """The organisations within reach that may hold this kind: alliances their joint meetings, branches all else."""
    rows = Organisation.objects.visible_to(user)
    return (rows.filter(kind=OrganisationKind.ALLIANCE) if kind.by_unit else rows.party()).official()


def last_of(user, organisation: Organisation, kind: ActivityKind) -> Activity | None:
    """The newest record of this kind, from which a new one takes place and host."""
    rows = Activity.objects.visible_to(user).filter(organisation=organisation, kind=kind, planned=False)
    return rows.order_by("-held_on", "-pk").first()


def twin_of(activity: Activity) -> Activity | None:
    """Another record of the same branch, kind and day: perhaps the same meeting twice."""
    same = {"organisation": activity.organisation_id, "kind": activity.kind_id, "held_on": activity.held_on}
    return Activity.objects.alive().filter(**same).exclude(pk=activity.pk).first()


def with_parts(user):
    """Activities with all that their page and their print show."""
    return (
        Activity.objects.visible_to(user)
        .select_related("kind", "organisation", "theme_day", "created_by", "submitted_by")
        .prefetch_related(
            "also",
            "partners",
            "service_lines",
            "photos",
            "attachments",
            Prefetch("agenda", AgendaItem.objects.alive()),
            Prefetch("decisions", Decision.objects.alive()),
            "attendances__person",
            "attendances__organisation",
            "decisions__unit",
        )
    )


def expected_rows(kind: ActivityKind, ids: Iterable[int]):
    """The people, or the units where units are expected, with these ids: who is expected is named to who records."""
    if kind.by_unit:
        return Organisation.objects.filter(pk__in=ids).official()
    return Person.objects.filter(pk__in=ids).order_by("pinyin", "pk")


def outcome_of(item: AgendaItem, activity: Activity) -> VoteResult | None:
    """The vote's result by its rule; None where no vote was taken or the numbers are missing."""
    voters = activity.voters_expected if activity.voters_expected is not None else activity.expected
    present = activity.voters_present if activity.voters_present is not None else activity.present
    if item.votes_for is None or voters is None or present is None:
        return None
    ballot = Ballot(voters, present, item.votes_for, item.votes_against or 0, item.votes_abstain or 0)
    return None if ballot.errors() else decide(ballot, rule=RULES[item.vote_rule or "ordinary"])


def waiting_for_office(user):
    """Records that wait for a confirmation by this user; nobody confirms their own."""
    rows = Activity.objects.visible_to(user).filter(state=State.SUBMITTED)
    return rows.exclude(Q(created_by=user) | Q(submitted_by=user))


def open_with(user):
    """Drafts and returned records of the user's own organisations."""
    return Activity.objects.visible_to(user).filter(state__in=EDITABLE)


def open_decisions(user):
    """What was decided and waits for this user's organisations: as the responsible unit, or where none is named."""
    reach = scope_of(user).organisation_ids
    theirs = Q(unit__in=reach) | Q(unit=None, activity__organisation__in=reach)
    rows = Decision.objects.visible_to(user).filter(theirs, done_on=None, no_action=False)
    return rows.filter(activity__state=State.CONFIRMED).select_related("activity__organisation", "unit")
