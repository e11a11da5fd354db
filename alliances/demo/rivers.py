"""Two rivers whose names are public; lengths, sections, chiefs, patrols and readings are made up."""

from datetime import date, timedelta
from decimal import Decimal

from alliances.choices import ChiefLevel, ProblemState
from alliances.models import (
    Alliance,
    Membership,
    Patrol,
    PatrolItem,
    PatrolProblem,
    River,
    RiverChief,
    Section,
    WaterSample,
)
from yiqiao_portal.core.demo import DemoContext, Scale, insert, moment
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import Area, Organisation

from .founding import plan

MONTHS, TINY_MONTHS = 14, 3
WEEKS = 30
PROBLEM_EVERY = 6
SAMPLED_ON = 8  # day of the month
MIDDLE = {"do": "6.4", "codmn": "4.6", "cod": "17", "bod5": "3.1", "nh3n": "0.62", "tp": "0.14", "tn": "2.10"}


def fill(context: DemoContext, alliance: Alliance) -> None:
    """Rivers with sections and chiefs, a patrol a week, a sample a month."""
    sections = _rivers(context, alliance)
    chiefs = _chiefs(context, sections)
    _patrols(context, chiefs)
    _samples(context, alliance, sections)


def _rivers(context: DemoContext, alliance: Alliance) -> list[Section]:
    made = {"created_at": context.opened, "created_by": context.users["town"]}
    rivers, sections = [], []
    for order, facts in enumerate(plan()["rivers"], start=1):
        river = River(
            name=facts["name"],
            alliance=alliance,
            length_m=facts["length_m"],
            duty="巡查、保洁、劝阻、报告（浙江省河长制规定第七条）",
            goal="水质稳定达到Ⅲ类，岸线整洁",
            protection="不排污、不倾倒、不侵占河道",
            order=order,
            demo=True,
            **made,
        )
        rivers.append(river)
        area = Area.objects.filter(short_name=facts["area"]).first()
        for place, name in enumerate(facts["sections"], start=1):
            sections.append(Section(river=river, name=name, area=area, target=facts["target"], order=place, **made))
    insert(rivers)
    for section in sections:
        section.river_id = section.river.pk
    return insert(sections)


def _chiefs(context: DemoContext, sections: list[Section]) -> list[RiverChief]:
    """A town's and a village's chief for each section."""
    office = Organisation.objects.get(code="YQ-DJB")
    villages = Organisation.objects.filter(kind=OrganisationKind.VILLAGE_PARTY)
    rows = []
    for section in sections:
        village = villages.filter(area=section.area).first() or villages.official().first()
        for level, unit, duty in (
            (ChiefLevel.TOWN, office, "镇班子成员"),
            (ChiefLevel.VILLAGE, village, "村社党组织书记"),
        ):
            rows.append(
                RiverChief(
                    section=section,
                    level=level,
                    organisation=unit,
                    duty=duty,
                    since=context.begins,
                    created_at=context.opened,
                    created_by=context.users["town"],
                )
            )
    return insert(rows)


def _patrols(context: DemoContext, chiefs: list[RiverChief]) -> None:
    """The village walks each week, the town each ten days; now and then something is found."""
    weeks = TINY_MONTHS * 4 if context.scale == Scale.TINY else WEEKS
    rows = [row for chief in chiefs for row in _walks(context, chief, weeks)]
    insert(rows)
    items = list(PatrolItem.objects.all())
    for row in rows:
        row.items.set(items)
    insert(problem for number, row in enumerate(rows) for problem in _found(context, row, number))


def _walks(context: DemoContext, chief: RiverChief, weeks: int) -> list[Patrol]:
    step = 7 if chief.level == ChiefLevel.VILLAGE else 9
    days = [context.yesterday - timedelta(days=step * back + 1) for back in range(weeks * 7 // step)]
    return [
        Patrol(
            section=chief.section,
            level=chief.level,
            organisation=chief.organisation,
            by_whom="河长" if chief.level == ChiefLevel.TOWN else "村级河长",
            day=day,
            note="沿线已看，情况正常。",
            created_at=moment(day, 16 * 60),
            created_by=context.users["branch" if chief.level == ChiefLevel.VILLAGE else "town"],
        )
        for day in reversed(days)
        if context.random("patrol", chief.pk, day).random() > 0.06
    ]


def _found(context: DemoContext, patrol: Patrol, number: int) -> list[PatrolProblem]:
    if number % PROBLEM_EVERY:
        return []
    found = plan()["problems"]
    code, text = found[number // PROBLEM_EVERY % len(found)]
    solved = patrol.day + timedelta(days=9)
    done = solved < context.yesterday
    return [
        PatrolProblem(
            patrol=patrol,
            item=PatrolItem.objects.filter(code=code).first(),
            text=text,
            state=ProblemState.SOLVED if done else ProblemState.OPEN,
            solved_on=solved if done else None,
            answer="已清理，回头看过。" if done else "",
            created_at=patrol.created_at,
            created_by=patrol.created_by,
        )
    ]


def _samples(context: DemoContext, alliance: Alliance, sections: list[Section]) -> None:
    unit = Membership.objects.filter(alliance=alliance, phase="treat").official().first().organisation
    months = TINY_MONTHS if context.scale == Scale.TINY else MONTHS
    rows = []
    for back in reversed(range(months)):
        year, month = divmod(context.today.year * 12 + context.today.month - 1 - back, 12)
        day = date(year, month + 1, SAMPLED_ON)
        rows += [_sample(context, section, unit, day) for section in sections if day <= context.yesterday]
    insert(rows)


def _sample(context: DemoContext, section: Section, unit: Organisation, day: date) -> WaterSample:
    """Readings around the middle; in summer the oxygen falls and ammonia rises."""
    chance = context.random("sample", section.name, day)
    summer = day.month in {6, 7, 8}
    values = {
        code: Decimal(value) * Decimal(str(round(chance.uniform(0.82, 1.12), 2))) for code, value in MIDDLE.items()
    }
    values["do"] -= Decimal("1.6") if summer else 0
    values["nh3n"] += Decimal("0.35") if summer else 0
    rounded = {code: value.quantize(Decimal("0.01")) for code, value in values.items()}
    return WaterSample(
        section=section,
        organisation=unit,
        taken_on=day,
        ph=Decimal(7) + Decimal(str(round(chance.uniform(0.1, 0.9), 2))),
        source="演示数据",
        created_at=moment(day + timedelta(days=2), 10 * 60),
        created_by=context.users["liaison"],
        **rounded,
    )
