"""Joint meetings of the last year: one a quarter, units by name, decisions with a unit and a day."""

from datetime import date, time, timedelta

from alliances.models import Alliance, Membership
from yiqiao_portal.activities.choices import Absence, State
from yiqiao_portal.activities.models import Activity, ActivityCount, ActivityKind, Attendance, Decision
from yiqiao_portal.core.demo import DemoContext, Scale, insert, moment, reserve_serials

from .founding import plan

MEETINGS, TINY_MEETINGS = 5, 1
QUARTER_DAYS = 91


def fill(context: DemoContext, alliance: Alliance) -> None:
    """The newest meeting was three weeks ago; the one before it a quarter earlier."""
    count = TINY_MEETINGS if context.scale == Scale.TINY else MEETINGS
    days = [context.yesterday - timedelta(days=20 + QUARTER_DAYS * back) for back in reversed(range(count))]
    units = [member.organisation for member in Membership.objects.filter(alliance=alliance).official()]
    serials = _serials(days)
    rows = [_meeting(context, alliance, units, number, day) for number, day in enumerate(days)]
    for row, serial in zip(rows, serials, strict=True):
        row.serial = serial
    insert(rows)
    ActivityCount.objects.bulk_create(ActivityCount(activity=row, kind=row.kind) for row in rows)
    insert(line for number, row in enumerate(rows) for line in _roll(row, units, number))
    insert(line for number, row in enumerate(rows) for line in _decisions(context, row, units, number))


def _serials(days: list[date]) -> list[str]:
    """Numbers of each year, in the order of the days."""
    years = sorted({day.year for day in days})
    return [n for year in years for n in reserve_serials(f"YQ-HD-{year}", sum(day.year == year for day in days))]


def _meeting(context: DemoContext, alliance: Alliance, units: list, number: int, day: date) -> Activity:
    written = moment(day, 17 * 60)
    return Activity(
        kind=ActivityKind.objects.get(code="joint_meeting"),
        organisation=alliance.organisation,
        title=f"{day.year}年联席会议（{day.month}月）",
        held_on=day,
        starts_at=time(14),
        ends_at=time(15, 30),
        venue="镇党群服务中心二楼会议室",
        host="王某",
        recorder="王某",
        expected=len(units),
        present=len(units) - _absent(number, units),
        content="通报上季度治水项目进度，审议新增需求，商定下季度轮值单位的安排。",
        state=State.CONFIRMED,
        submitted_at=written + timedelta(minutes=30),
        updated_at=written + timedelta(hours=16),
        submitted_by=context.users["town"],
        created_at=written,
        created_by=context.users["town"],
    )


def _absent(number: int, units: list) -> int:
    """One unit in every second meeting."""
    return number % 2 if len(units) > 2 else 0


def _roll(meeting: Activity, units: list, number: int) -> list[Attendance]:
    missing = {units[-1 - number].pk} if _absent(number, units) else set()
    return [
        Attendance(
            activity=meeting,
            organisation=unit,
            present=unit.pk not in missing,
            absence=Absence.DUTY if unit.pk in missing else "",
            created_at=meeting.created_at,
            created_by=meeting.created_by,
        )
        for unit in units
    ]


def _decisions(context: DemoContext, meeting: Activity, units: list, number: int) -> list[Decision]:
    """Two tasks and one remark that asks for nothing; the older ones are done."""
    tasks = plan()["tasks"]
    due = meeting.held_on + timedelta(days=45)
    done = due - timedelta(days=5)
    rows = [
        Decision(
            activity=meeting,
            order=place,
            text=tasks[(number * 2 + place) % len(tasks)],
            unit=units[(number + place) % len(units)],
            due_on=due,
            done_on=done if done < context.yesterday else None,
            created_at=meeting.created_at,
            created_by=meeting.created_by,
        )
        for place in (1, 2)
    ]
    note = Decision(
        activity=meeting,
        order=3,
        text="同意下季度轮值安排。",
        no_action=True,
        created_at=meeting.created_at,
        created_by=meeting.created_by,
    )
    return [*rows, note]
