"""A made-up directory on the town's real villages: Party organisations, partners, people, rosters, posts.

Real are the 26 villages, their order and what a note names with its source. Names of Party organisations are
“××村党组织”; their form, figures and people are invented (design: mission, facts that demo data may use).
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta

from yiqiao_portal.accounts.demo import add_users
from yiqiao_portal.accounts.models import Role
from yiqiao_portal.core.demo import DemoContext, Scale, insert, invented_names
from yiqiao_portal.core.reference import load_json

from .choices import AreaLevel, Field, OrganisationKind, PartyForm
from .models import Area, Organisation, Person, RoleAssignment, RosterMember
from .reference import DATA, ROOT_CODE, TOWN_CODE
from .services.people import new_person, with_derived
from .terms import add_months, term_years

TINY_VILLAGES, TINY_MEMBERS = 3, 12
ELECTED_MONTHS_AGO = (14, 22, 31, 40, 47)
EVERY_NTH_WITHOUT_PHONE = 37
CLERK = "党务工作者"  # keeps the records; elsewhere the one whom others call
LARGE, LARGEST = 50, 100  # 总支 above the first, 党委 above the second (domain-rules 1.1)
OTHER_TOWNS_ORDER = 1000


def fill(context: DemoContext) -> None:
    """Everything in official order, so that ids follow it too."""
    plan = load_json("directory", "demo")
    root = Organisation.objects.get(code=ROOT_CODE)
    organisations = insert(_place(root, _all_organisations(context, plan)))
    if context.scale == Scale.DISTRICT:
        organisations += _other_towns(context)
    _enrol(context, organisations, plan)
    _give_posts(context, plan)


# --- organisations ------------------------------------------------------------------------------------------


def _all_organisations(context: DemoContext, plan: dict) -> list[Organisation]:
    tiny = context.scale == Scale.TINY
    villages = list(Area.objects.filter(level=AreaLevel.VILLAGE).official())[: TINY_VILLAGES if tiny else None]
    branches = [_village_branch(context, area, plan) for area in villages]
    for number, facts in enumerate(plan["new_party"][2 if tiny else 0 :], start=27):
        branches.append(_new_branch(context, number, facts, plan))
    others = [other for other in plan["others"] if not tiny or other["code"] in plan["tiny"]]
    return branches + [_other(context, facts, plan) for facts in others]


def _village_branch(context: DemoContext, area: Area, plan: dict) -> Organisation:
    chance = context.random("directory", area.code)
    facts = {"members": chance.randint(28, 75), "probationary": chance.choice([0, 1, 1, 2])}
    if context.scale == Scale.TINY:
        facts["members"] = TINY_MEMBERS
    facts |= plan["villages"].get(area.short_name, {})
    facts.setdefault("committee", 3 if facts["members"] <= 35 else 5)
    facts.setdefault("groups", 0 if area.order % 7 in {1, 4} else max(2, facts["members"] // 15))
    facts.setdefault("elected_months_ago", ELECTED_MONTHS_AGO[area.order % len(ELECTED_MONTHS_AGO)])
    name = f"{area.short_name}党组织"
    return _party(
        context,
        facts,
        code=f"YQ-{area.order:02d}",
        name=name,
        short_name=name,
        order=area.order,
        area=area,
        kind=OrganisationKind.VILLAGE_PARTY,
        field=Field.COMMUNITY if area.kind == "社区" else Field.RURAL,
        party_form=_form(facts["members"]),
        note=plan["note"],
    )


def _form(members: int) -> PartyForm:
    """Which form so many members usually have (domain-rules 1.1); the real forms are not public."""
    if members > LARGEST:
        return PartyForm.COMMITTEE
    return PartyForm.GENERAL if members > LARGE else PartyForm.BRANCH


def _new_branch(context: DemoContext, number: int, facts: dict, plan: dict) -> Organisation:
    return _party(
        context,
        facts,
        code=facts["code"],
        name=facts["name"],
        short_name=facts["name"],
        order=number,
        kind=OrganisationKind.NEW_PARTY,
        field=Field.NEW,
        party_form=facts["party_form"],
        note=plan["note"],
    )


def _party(context: DemoContext, facts: dict, **values) -> Organisation:
    """A Party organisation with figures and a term that hang on the day."""
    village = values["kind"] == OrganisationKind.VILLAGE_PARTY
    organisation = Organisation(
        formal_members=facts["members"] - facts["probationary"],
        probationary_members=facts["probationary"],
        committee_size=facts["committee"],
        groups=facts["groups"],
        founded_on=_founded(context, facts.get("founded_on")),
        **_origin(context),
        **values,
    )
    if facts.get("elected_months_ago"):
        organisation.elected_on = add_months(context.today, -facts["elected_months_ago"])
        organisation.elected_on -= timedelta(days=organisation.order)
        organisation.term_years = term_years(village_or_community=village)
    if facts.get("extended_months"):
        organisation.extended_until = add_months(context.today, facts["extended_months"])
    return organisation


def _founded(context: DemoContext, day: str | None) -> date | None:
    """A founding day that is not ahead of the day of the demo."""
    return min(date.fromisoformat(day), context.today - timedelta(days=200)) if day else None


def _origin(context: DemoContext) -> dict:
    """Filled in by the office when it began."""
    return {"created_at": context.opened, "created_by": context.users["town"]}


def _other(context: DemoContext, facts: dict, plan: dict) -> Organisation:
    return Organisation(
        code=facts["code"],
        name=facts["name"],
        short_name=facts.get("short_name", facts["name"]),
        kind=facts["kind"],
        order=facts["order"],
        note=facts.get("note", "演示数据"),
        **_origin(context),
    )


def _place(parent: Organisation, children: list[Organisation]) -> list[Organisation]:
    """Hang new organisations under a node; nobody else writes to the tree during the load."""
    for number, child in enumerate(children, start=parent.numchild + 1):
        child.path, child.depth = Organisation._get_path(parent.path, parent.depth + 1, number), parent.depth + 1
    parent.numchild += len(children)
    if parent.pk:
        Organisation.objects.filter(pk=parent.pk).update(numchild=parent.numchild)
    return children


# --- the rest of the district: for measuring only -------------------------------------------------------------


def _other_towns(context: DemoContext) -> list[Organisation]:
    """The district's 26 other towns under the same root, so that one account reaches 585 villages."""
    root, area_root = Organisation.objects.get(code=ROOT_CODE), Area.objects.get(code=TOWN_CODE)
    towns = [row for row in _rows("xiaoshan-towns") if row["统计用区划代码"] != TOWN_CODE]
    areas = [_area(area_root, area_root.numchild + n, row, row["名称"]) for n, row in enumerate(towns, start=1)]
    committees = [_town_committee(context, n, row) for n, row in enumerate(towns, start=1)]
    _place(root, committees)
    pairs = {area.code: (area, committee) for area, committee in zip(areas, committees, strict=True)}
    villages, branches = _villages_of(context, pairs)
    Area.objects.filter(pk=area_root.pk).update(numchild=area_root.numchild + len(areas))
    insert([*areas, *villages])
    return insert([*committees, *branches])


def _rows(name: str) -> list[dict]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _area(parent: Area, number: int, row: dict, short_name: str) -> Area:
    level = AreaLevel.VILLAGE if parent.depth > 1 else AreaLevel.TOWN
    return Area(
        code=row["统计用区划代码"],
        name=row["名称"],
        short_name=short_name,
        kind=row.get("类型", "镇街"),
        level=level,
        order=OTHER_TOWNS_ORDER + number,
        path=Area._get_path(parent.path, parent.depth + 1, number),
        depth=parent.depth + 1,
    )


def _town_committee(context: DemoContext, number: int, row: dict) -> Organisation:
    return Organisation(
        code=f"XS-{number:02d}",
        name=f"{row['名称']}党委（规模演示）",
        short_name=f"{row['名称']}党委",
        kind=OrganisationKind.TOWN_COMMITTEE,
        order=OTHER_TOWNS_ORDER * number,
        note="演示数据：仅供测速",
        **_origin(context),
    )


def _villages_of(context: DemoContext, towns: dict[str, tuple[Area, Organisation]]) -> tuple[list, list]:
    """Areas and Party organisations of the other towns' villages, in the order of their codes."""
    villages, branches = [], []
    for row in _rows("xiaoshan-villages"):
        if row["上级代码"] in towns:
            area, committee = towns[row["上级代码"]]
            area.numchild += 1
            villages.append(_area(area, area.numchild, row, row["简称"]))
            branches += _place(committee, [_distant_branch(context, villages[-1], committee, row)])
    return villages, branches


def _distant_branch(context: DemoContext, area: Area, town: Organisation, row: dict) -> Organisation:
    chance = context.random("directory", area.code)
    members = chance.randint(28, 75)
    facts = {"members": members, "probationary": 0, "committee": 3, "groups": 0}
    facts["elected_months_ago"] = ELECTED_MONTHS_AGO[chance.randrange(len(ELECTED_MONTHS_AGO))]
    return _party(
        context,
        facts,
        code=f"{town.code}-{area.path[-Area.steplen :]}",
        name=f"{row['上级名称']}{area.short_name}党组织",
        short_name=f"{area.short_name}党组织",
        order=town.order + area.order - OTHER_TOWNS_ORDER,
        area=area,
        kind=OrganisationKind.VILLAGE_PARTY,
        field=Field.COMMUNITY if area.kind == "社区" else Field.RURAL,
        party_form=_form(members),
        note="演示数据：仅供测速",
    )


# --- people, rosters, posts -----------------------------------------------------------------------------------


@dataclass
class Enrolment:
    """People of one organisation, in the order of their duties; the first `members` are on its roster."""

    organisation: Organisation
    people: list[Person]
    members: int = 0


def _enrol(context: DemoContext, organisations: list[Organisation], plan: dict) -> None:
    """People of every organisation; the town's Party organisations have rosters and somebody who keeps the records."""
    groups = [_people_of(context, organisation, plan) for organisation in organisations]
    for post in plan["posts"]:
        group = next((group for group in groups if group.organisation.code == post.get("person_of")), None)
        if group:
            _become(_clerk(group), context.users[post["user"]])
    own = [group for group in groups if group.members]
    clerks = {_username(group.organisation): _clerk(group) for group in own if not _clerk(group).user}
    add_users(context, {username: clerk.name for username, clerk in clerks.items()})
    for username, clerk in clerks.items():
        clerk.user = context.users[username]
    insert(person for group in groups for person in group.people)
    insert(member for group in own for member in _roster(context, group))
    role = Role.objects.get(code="branch")
    posts = [RoleAssignment(user=clerk.user, role=role, organisation=clerk.organisation) for clerk in clerks.values()]
    insert(posts, at=context.opened)


def _username(organisation: Organisation) -> str:
    """branch01 for 罗峰社区党组织, branchlx1 for the first of the other branches."""
    return "branch" + organisation.code.split("-")[1].lower()


def _people_of(context: DemoContext, organisation: Organisation, plan: dict) -> Enrolment:
    distant = organisation.order >= OTHER_TOWNS_ORDER
    if not organisation.party_form or distant:
        count = {other["code"]: other["people"] for other in plan["others"]}.get(organisation.code, 3)
        return Enrolment(organisation, _named(context, organisation, count, ["书记", "副书记"] if distant else [CLERK]))
    duties = [*plan["duties"][: organisation.committee_size or 1], CLERK]
    people = _named(context, organisation, organisation.members, duties)
    return Enrolment(organisation, people, members=len(people))


def _named(context: DemoContext, organisation: Organisation, count: int, duties: list[str]) -> list[Person]:
    """Invented people; the first ones have the duties."""
    names = invented_names(context.random("people", organisation.code), count)
    people = [_person(context, organisation, name) for name in names]
    for person, duty in zip(people, duties, strict=False):
        person.duty = duty
    return people


def _person(context: DemoContext, organisation: Organisation, name: str) -> Person:
    """Nearly everybody has a phone; the others are 待完善."""
    phone = context.next_phone()
    if context.phones % EVERY_NTH_WITHOUT_PHONE == 0:
        phone = ""
    person = new_person(by=context.users["town"], organisation=organisation, name=name, phone=phone)
    person.created_at = context.opened
    return person


def _become(person: Person, user) -> None:
    """The person is the one who signs in with this account."""
    for name, value in with_derived({"name": user.name}).items():
        setattr(person, name, value)
    person.user = user


def _clerk(group: Enrolment) -> Person:
    return next(person for person in group.people if person.duty == CLERK)


def _roster(context: DemoContext, group: Enrolment) -> list[RosterMember]:
    """The last people on it are 预备党员, without a vote."""
    formal = group.organisation.formal_members
    return [
        RosterMember(
            organisation=group.organisation,
            person=person,
            probationary=number >= formal,
            votes=number < formal,
            **_origin(context),
        )
        for number, person in enumerate(group.people)
    ]


def _give_posts(context: DemoContext, plan: dict) -> None:
    """The ten accounts get their posts; the first post of somebody with two is the one that opens."""
    roles = Role.objects.in_bulk(field_name="code")
    organisations = Organisation.objects.in_bulk(field_name="code")
    areas = {area.short_name: area for area in Area.objects.of_level(AreaLevel.VILLAGE)}
    posts = [
        RoleAssignment(
            user=context.users[post["user"]],
            role=roles[post["role"]],
            organisation=organisations.get(post.get("organisation")),
            area=areas.get(post.get("area")),
        )
        for post in plan["posts"]
    ]
    insert(posts, at=context.opened)
