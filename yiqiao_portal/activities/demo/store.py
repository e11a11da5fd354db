"""Writes the made-up records: numbers and ids in the order in which they were written, then all that hangs on them."""

from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.db.models import Model

from yiqiao_portal.core.demo import DemoContext, give_ids, insert, moment, reserve_serials, tell_history

from ..choices import State
from ..models import Activity, ActivityCount, AgendaItem, Attendance, Decision, Explanation
from .branches import Branch
from .calendar import Silence
from .records import Entry, Words

BEFORE_SUBMIT = {
    "state": f"'{State.DRAFT}'",
    "submitted_at": "NULL",
    "submitted_by_id": "NULL",
    "late_entry": "false",
    "return_reason": "''",
}
BEFORE_DECISION = {"state": f"'{State.SUBMITTED}'", "return_reason": "''"}


def save(context: DemoContext, entries: list[Entry]) -> None:
    """Insert the records in the order in which they were written."""
    if not entries:
        return
    entries.sort(key=lambda entry: (entry.activity.created_at, entry.order, entry.activity.kind.order))
    _number(entries)
    activities = [entry.activity for entry in entries]
    give_ids(activities)
    for entry in entries:
        entry.activity.theme_day = entry.theme_day
    insert(activities, tell=False)
    _tell(context, activities)
    _save_parts(entries)
    _save_links(entries)


def _number(entries: list[Entry]) -> None:
    """Serial numbers by the year of the activity, as services.create_activity gives them."""
    by_year: dict[int, list[Activity]] = {}
    for entry in entries:
        by_year.setdefault(entry.activity.held_on.year, []).append(entry.activity)
    for year, activities in sorted(by_year.items()):
        for activity, serial in zip(activities, reserve_serials(f"YQ-HD-{year}", len(activities)), strict=True):
            activity.serial = serial


def _tell(context: DemoContext, activities: list[Activity]) -> None:
    """Written, handed in, decided: one step each. The office's own records are confirmed by the leader."""
    town, leader = context.users["town"].pk, context.users["leader"].pk
    tell_history(activities, **BEFORE_SUBMIT)
    sent = [row for row in activities if row.submitted_at]
    tell_history(sent, label="update", at="row.submitted_at", by="row.submitted_by_id", **BEFORE_DECISION)
    decided = [row for row in sent if row.state != State.SUBMITTED]
    by = f"CASE WHEN row.created_by_id = {town} THEN {leader} ELSE {town} END"
    tell_history(decided, label="update", at="row.updated_at", by=by)


def _save_parts(entries: list[Entry]) -> None:
    """Agenda, decisions and attendance."""
    insert(chain.from_iterable(_rows(AgendaItem, entry, entry.agenda) for entry in entries))
    decisions = list(chain.from_iterable(_rows(Decision, entry, entry.decisions) for entry in entries))
    for decision in decisions:
        if decision.done_on:
            decision.updated_at = moment(decision.done_on, 16 * 60)
    insert(decisions, tell=False)
    if decisions:
        tell_history(decisions, done_on="NULL")
        done = [decision for decision in decisions if decision.done_on]
        tell_history(done, label="update", at="row.updated_at")
    insert(chain.from_iterable(_attendance(entry) for entry in entries))


def _written(entry: Entry) -> dict:
    """Parts are written together with their record."""
    activity = entry.activity
    return {"activity_id": activity.pk, "created_at": activity.created_at, "created_by_id": activity.created_by_id}


def _rows(model: type[Model], entry: Entry, rows: list[dict]) -> list[Model]:
    return [model(order=order, **_written(entry), **values) for order, values in enumerate(rows, start=1)]


def _attendance(entry: Entry) -> list[Attendance]:
    written = _written(entry)
    return [
        Attendance(person_id=member.person_id, votes=member.votes, present=not absence, absence=absence, **written)
        for member, absence in entry.roll
    ]


def _save_links(entries: list[Entry]) -> None:
    """Kinds that a record counts for, kinds held with it, service lines, partners."""
    words = Words.load()
    setting = settings.LIFE_MEETING_COUNTS_AS_CONGRESS
    counts = [
        (entry.activity, sorted(words.kinds[code].pk for code in entry.counted(setting=setting))) for entry in entries
    ]
    insert(ActivityCount(activity_id=activity.pk, kind_id=kind) for activity, kinds in counts for kind in kinds)
    _link(Activity.also.through, [(e.activity, words.kinds[code]) for e in entries for code in e.also])
    _link(Activity.service_lines.through, [(e.activity, words.lines[code]) for e in entries for code in e.lines])
    _link(Activity.partners.through, [(e.activity, partner) for e in entries for partner in e.partners])


def _link(through: type[Model], pairs: list[tuple[Activity, Model]]) -> None:
    own, other = [link for link in through._meta.fields if link.is_relation]
    insert(through(**{own.attname: activity.pk, other.attname: row.pk}) for activity, row in pairs)


def explain(context: DemoContext, words: Words, silences: list[tuple[Branch, Silence]]) -> None:
    """Write down why nothing was held, some days after the end of the period."""
    insert(_explanation(context, words, branch, silence) for branch, silence in silences)


def _explanation(context: DemoContext, words: Words, branch: Branch, silence: Silence) -> Explanation:
    period = silence.period
    reasons = words.texts["explanations"]
    chance = context.random("explanation", branch.code, silence.kind, period.year, period.number)
    return Explanation(
        organisation=branch.organisation,
        kind=words.kinds[silence.kind],
        year=period.year,
        number=period.number,
        reason=chance.choice(reasons if period.year <= 2022 else reasons[:-1]),
        created_at=moment(period.end + timedelta(days=chance.randint(1, 7)), 10 * 60),
        created_by=branch.clerk,
    )
