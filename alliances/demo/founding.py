"""The alliance itself: names with their sources, nine example units paired with the villages, turns by quarter."""

from datetime import date, timedelta

from alliances.choices import AllianceState, ChairPeriod, MemberRole
from alliances.models import Alliance, AllianceName, ChairTurn, Membership, Milestone, Programme
from yiqiao_portal.core.demo import DemoContext, insert, moment
from yiqiao_portal.core.reference import load_json
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import Organisation, Person, ServiceLine

CODE = "YQ-LM1"
QUARTER = 3  # months


def plan() -> dict:
    """What is invented, and where the rest comes from."""
    return load_json("alliances", "demo")


def found(context: DemoContext) -> Alliance:
    """The alliance with its names, members and turns."""
    facts = plan()["alliance"]
    made = {"created_at": context.opened, "created_by": context.users["town"]}
    founded = date.fromisoformat(facts["founded_on"])
    alliance = Alliance(
        organisation=Organisation.objects.get(code=CODE),
        name=facts["name"],
        theme=facts["theme"],
        founded_on=founded,
        chair_period=ChairPeriod.QUARTER,
        state=AllianceState.ACTIVE,
        public=True,
        slug="wushui",
        note="九家成员单位名称未公开，均为示例单位",
        **made,
    )
    insert([alliance])
    alliance.service_lines.set(ServiceLine.objects.filter(code__in=facts["lines"]))
    insert(
        AllianceName(alliance=alliance, name=name, since=date.fromisoformat(since), source=source, **made)
        for since, name, source in facts["names"]
    )
    _turns(context, alliance, _members(alliance, made), made)
    return alliance


def _members(alliance: Alliance, made: dict) -> list[Membership]:
    """Nine units, each paired with about three villages, in official order."""
    units = {row.code: row for row in Organisation.objects.filter(kind=OrganisationKind.CONTACT_UNIT)}
    villages = list(Organisation.objects.filter(kind=OrganisationKind.VILLAGE_PARTY).official())
    rows = [
        Membership(
            alliance=alliance,
            organisation=units[code],
            role=role,
            phase=phase,
            contact=Person.objects.filter(organisation=units[code]).first(),
            turn_order=0 if role == MemberRole.MEMBER else number,
            joined_on=alliance.founded_on,
            **made,
        )
        for number, (code, role, phase) in enumerate(plan()["members"], start=1)
    ]
    insert(rows)
    for place, row in enumerate(rows):
        row.villages.set(villages[place :: len(rows)])
    return rows


def _turns(context: DemoContext, alliance: Alliance, members: list[Membership], made: dict) -> None:
    """A turn for each quarter from the founding to the end of next year."""
    rotating = [member.organisation for member in members if member.turn_order]
    starts, rows = date(alliance.founded_on.year, 7, 1), []
    while starts.year <= context.today.year + 1:
        following = _later(starts, QUARTER)
        unit = rotating[len(rows) % len(rotating)]
        rows.append(
            ChairTurn(
                alliance=alliance,
                starts_on=starts,
                ends_on=following - timedelta(days=1),
                organisation=unit,
                planned=unit,
                **made,
            )
        )
        starts = following
    insert(rows)


def _later(day: date, months: int) -> date:
    """The first of the month so many months on."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def set_milestones(context: DemoContext) -> None:
    """Five milestones for each programme of the town; the past ones are done."""
    unit = Organisation.objects.get(code="YQ-DJB")
    rows = []
    for programme in Programme.objects.all():
        for title, offset in plan()["programme_milestones"]:
            due = context.today + timedelta(days=offset)
            done = due - timedelta(days=4) if due < context.today - timedelta(days=150) else None
            rows.append(
                Milestone(
                    programme=programme,
                    title=title,
                    organisation=unit,
                    due_on=due,
                    done_on=done,
                    created_at=moment(context.yesterday, 9 * 60),
                    created_by=context.users["town"],
                )
            )
    insert(rows)
