"""资源、需求、认领、项目: every state of the way occurs, the newest rows are the youngest states."""

from datetime import date, timedelta
from itertools import cycle, islice
from random import Random

from alliances.choices import (
    MET_NEEDS,
    TAKEN_NEEDS,
    ClaimState,
    MatchState,
    NeedState,
    ProjectState,
    ResourceState,
    Satisfaction,
)
from alliances.models import Alliance, Claim, Match, Membership, Need, Progress, Project, Resource
from yiqiao_portal.core.demo import DemoContext, Scale, insert, moment, reserve_serials, tell_history
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import Organisation, ServiceLine

from .founding import plan

RESOURCES, NEEDS, TINY_NEEDS = 40, 60, 20
# How the needs are spread over the states, oldest first.
SPREAD = (
    [NeedState.ARCHIVED] * 22
    + [NeedState.RATED] * 5
    + [NeedState.ACCEPTED] * 4
    + [NeedState.INSPECTING] * 4
    + [NeedState.DOING] * 8
    + [NeedState.CLAIMED] * 3
    + [NeedState.WITHDRAWN] * 2
    + [NeedState.PUBLISHED] * 7
    + [NeedState.RETURNED] * 2
    + [NeedState.RAISED] * 3
)
PROJECT_STATE = {
    NeedState.DOING: ProjectState.DOING,
    NeedState.INSPECTING: ProjectState.INSPECTING,
    NeedState.ACCEPTED: ProjectState.DONE,
    NeedState.RATED: ProjectState.DONE,
    NeedState.ARCHIVED: ProjectState.DONE,
}
RATED = (NeedState.RATED, NeedState.ARCHIVED)


class Lists:
    """What the rows of the three lists share while they are made up."""

    def __init__(self, context: DemoContext, alliance: Alliance):
        self.context, self.alliance, self.plan = context, alliance, plan()
        self.lines = {line.code: line for line in ServiceLine.objects.all()}
        self.units = [member.organisation for member in Membership.objects.filter(alliance=alliance).official()]
        self.villages = list(
            Organisation.objects.filter(kind=OrganisationKind.VILLAGE_PARTY).select_related("area").official()
        )

    def chance(self, *names) -> Random:
        return self.context.random("alliances", *names)

    def author(self, name: str):
        return self.context.users[name]


def fill(context: DemoContext, alliance: Alliance) -> None:
    """Resources, then needs with all that came of them."""
    lists = Lists(context, alliance)
    resources = _resources(lists)
    needs = _needs(lists)
    _claims(lists, needs)
    _matches(lists, needs, resources)
    _projects(lists, needs)


# --- 资源清单 -----------------------------------------------------------------------------------------------


def _resources(lists: Lists) -> list[Resource]:
    count = RESOURCES if lists.context.scale != Scale.TINY else len(lists.plan["resources"])
    facts = list(islice(cycle(lists.plan["resources"]), count))
    serials = reserve_serials(f"YQ-ZY-{lists.context.today.year}", count)
    rows = [
        _resource(lists, number, serial, fact) for number, (serial, fact) in enumerate(zip(serials, facts, strict=True))
    ]
    return insert(rows)


def _resource(lists: Lists, number: int, serial: str, fact: list) -> Resource:
    title, line, unit, capacity, detail = fact
    day = lists.context.yesterday - timedelta(days=200 - number * 4)
    return Resource(
        serial=serial,
        alliance=lists.alliance,
        organisation=lists.units[number % len(lists.units)],
        title=title,
        detail=detail,
        service_line=lists.lines[line],
        capacity=capacity,
        unit=unit,
        starts_on=date(lists.context.today.year, 1, 1),
        ends_on=date(lists.context.today.year, 12, 31),
        state=ResourceState.DRAFT if number % 13 == 12 else ResourceState.OPEN,
        created_at=moment(day, 9 * 60 + number),
        created_by=lists.author("liaison"),
    )


# --- 需求清单 -----------------------------------------------------------------------------------------------


def _needs(lists: Lists) -> list[Need]:
    tiny = lists.context.scale == Scale.TINY
    states = SPREAD[:: NEEDS // TINY_NEEDS] if tiny else SPREAD
    days = [lists.context.yesterday - timedelta(days=(len(states) - place) * 6) for place in range(len(states))]
    rows = [_need(lists, number, state, day) for number, (state, day) in enumerate(zip(states, days, strict=True))]
    for year in sorted({row.created_at.year for row in rows}):
        own = [row for row in rows if row.created_at.year == year]
        for row, serial in zip(own, reserve_serials(f"YQ-XQ-{year}", len(own)), strict=True):
            row.serial = serial
    insert(rows, tell=False)
    tell_history(rows, state=f"'{NeedState.RAISED}'", published_at="NULL", satisfaction="''", accepted_on="NULL")
    _tell_ways(rows)
    return rows


def _need(lists: Lists, number: int, state: str, day: date) -> Need:
    chance = lists.chance("need", number)
    title, line, unit, amount, detail = lists.plan["needs"][number % len(lists.plan["needs"])]
    village = lists.villages[(number * 5) % len(lists.villages)]
    met = state in MET_NEEDS
    return Need(
        alliance=lists.alliance,
        organisation=village,
        title=f"{village.area.short_name}{title}" if village.area else title,
        detail=detail,
        service_line=lists.lines[line],
        amount=amount,
        unit=unit,
        area=village.area,
        starts_on=day + timedelta(days=5),
        due_on=day + timedelta(days=45),
        state=state,
        published_at=moment(day + timedelta(days=1), 10 * 60) if state in (NeedState.PUBLISHED, *TAKEN_NEEDS) else None,
        return_reason="请补充地点和大致数量。" if state == NeedState.RETURNED else "",
        accepted_on=min(day + timedelta(days=40), lists.context.yesterday) if met else None,
        satisfaction=chance.choice([Satisfaction.GOOD, Satisfaction.GOOD, Satisfaction.FAIR]) if state in RATED else "",
        comment=chance.choice(lists.plan["comments"]) if state in RATED else "",
        created_at=moment(day, 9 * 60 + number),
        created_by=lists.author("branch"),
    )


def _tell_ways(rows: list[Need]) -> None:
    """Publishing and, for those further on, the state that the row has now."""
    published = [row for row in rows if row.published_at]
    later = [row for row in published if row.state != NeedState.PUBLISHED]
    others = [row for row in rows if not row.published_at and row.state != NeedState.RAISED]
    before = {"satisfaction": "''", "accepted_on": "NULL"}
    tell_history(published, label="update", at="row.published_at", state=f"'{NeedState.PUBLISHED}'", **before)
    tell_history(later, label="update", at="row.published_at + interval '2 days'")
    tell_history(others, label="update", at="row.created_at + interval '1 day'")


# --- 认领与对接 ---------------------------------------------------------------------------------------------


def _claims(lists: Lists, needs: list[Need]) -> None:
    """A leading unit for each need that was taken, a helper for each third; offers on half of the published ones."""
    rows = []
    for number, need in enumerate(needs):
        if need.state in TAKEN_NEEDS:
            rows.append(_claim(lists, need, number, ClaimState.ACCEPTED, lead=True))
            if number % 3 == 0:
                rows.append(_claim(lists, need, number + 4, ClaimState.ACCEPTED, lead=False))
        elif need.state == NeedState.PUBLISHED and number % 2:
            rows.append(_claim(lists, need, number, ClaimState.OFFERED, lead=False))
    insert(rows, tell=False)
    tell_history(rows, state=f"'{ClaimState.OFFERED}'", lead="false", decided_at="NULL")
    decided = [row for row in rows if row.decided_at]
    tell_history(decided, label="update", at="row.decided_at")


def _claim(lists: Lists, need: Need, number: int, state: str, *, lead: bool) -> Claim:
    decided = state == ClaimState.ACCEPTED
    at = need.published_at + timedelta(days=1)
    return Claim(
        need=need,
        organisation=lists.units[number % len(lists.units)],
        plan="先到现场看一看，再和村里商定时间。",
        lead=lead,
        state=state,
        decided_at=at + timedelta(hours=5) if decided else None,
        decided_by=lists.author("town") if decided else None,
        created_at=at,
        created_by=lists.author("liaison"),
    )


def _matches(lists: Lists, needs: list[Need], resources: list[Resource]) -> None:
    """Resources of the same line and unit are bound to what was taken; a few requests wait."""
    left = {row.pk: row.capacity for row in resources}
    rows = []
    for need in needs:
        found = next((r for r in resources if _fits(r, need) and left[r.pk] >= need.amount), None)
        if found is None or need.state not in (*TAKEN_NEEDS, NeedState.PUBLISHED):
            continue
        accepted = need.state in TAKEN_NEEDS
        left[found.pk] -= need.amount if accepted else 0
        rows.append(_match(lists, need, found, MatchState.ACCEPTED if accepted else MatchState.ASKED))
    insert(rows)
    for row in resources:
        row.promised = row.capacity - left[row.pk]
    Resource.objects.bulk_update([row for row in resources if row.promised], ["promised"])


def _fits(resource: Resource, need: Need) -> bool:
    same = (resource.service_line_id, resource.unit) == (need.service_line_id, need.unit)
    return same and resource.state == ResourceState.OPEN


def _match(lists: Lists, need: Need, resource: Resource, state: str) -> Match:
    at = need.published_at + timedelta(days=2)
    decided = state == MatchState.ACCEPTED
    return Match(
        need=need,
        resource=resource,
        organisation=resource.organisation,
        amount=need.amount,
        state=state,
        decided_at=at + timedelta(hours=3) if decided else None,
        decided_by=lists.author("liaison") if decided else None,
        created_at=at,
        created_by=lists.author("branch"),
    )


# --- 项目清单 -----------------------------------------------------------------------------------------------


def _projects(lists: Lists, needs: list[Need]) -> None:
    """One project for each need under way or done, with two to four notes of progress."""
    going = [need for need in needs if need.state in PROJECT_STATE]
    leads = dict(Claim.objects.filter(need__in=going, lead=True).values_list("need_id", "organisation_id"))
    rows = [_project(lists, need, leads[need.pk]) for need in going]
    for year in sorted({row.starts_on.year for row in rows}):
        own = [row for row in rows if row.starts_on.year == year]
        for row, serial in zip(own, reserve_serials(f"YQ-XM-{year}", len(own)), strict=True):
            row.serial = serial
    insert(rows)
    for row in rows:
        row.helpers.set(Claim.objects.filter(need=row.need, lead=False).values_list("organisation", flat=True))
    insert(note for row in rows for note in _notes(lists, row))


def _project(lists: Lists, need: Need, lead: int) -> Project:
    chance = lists.chance("project", need.pk)
    started = need.created_at.date() + timedelta(days=6)
    handed_in = need.state != NeedState.DOING
    return Project(
        alliance=lists.alliance,
        need=need,
        title=need.title,
        detail=need.detail,
        organisation_id=lead,
        service_line=need.service_line,
        starts_on=started,
        due_on=max(need.due_on, started),
        state=PROJECT_STATE[need.state],
        result=chance.choice(lists.plan["results"]) if handed_in else "",
        beneficiaries=chance.randint(2, 30) * 10 if handed_in else None,
        accepted_on=need.accepted_on,
        created_at=moment(started, 10 * 60),
        created_by=lists.author("liaison"),
    )


def _notes(lists: Lists, project: Project) -> list[Progress]:
    days = [project.starts_on + timedelta(days=step * 7) for step in range(len(lists.plan["projects"]))]
    done = project.state != ProjectState.DOING
    return [
        Progress(
            project=project,
            day=day,
            text=text,
            organisation_id=project.organisation_id,
            created_at=moment(day, 17 * 60),
            created_by=lists.author("liaison"),
        )
        for day, text in zip(days, lists.plan["projects"], strict=True)
        if day <= lists.context.yesterday and (done or text != lists.plan["projects"][-1])
    ]
