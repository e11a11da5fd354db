"""会议纪要 as a PDF: who was there by person or by unit, what was discussed, what was decided for whom until when."""

from datetime import datetime

from django.conf import settings

from yiqiao_portal.core.pdf import Paper

from .models import Activity
from .selectors import outcome_of

NONE = "无"


def minutes(activity: Activity, *, moment: datetime) -> bytes:
    """The paper; the same record at the same moment gives the same bytes (acceptance A3)."""
    paper = Paper(f"{activity.organisation.name}{activity.kind}纪要", unit=settings.PORTAL_OFFICE, moment=moment)
    paper.facts(_facts(activity))
    _attendance(paper, activity)
    _agenda(paper, activity)
    _decisions(paper, activity)
    return paper.bytes()


def _facts(activity: Activity) -> list[tuple[str, str]]:
    times = "–".join(f"{time:%H:%M}" for time in (activity.starts_at, activity.ends_at) if time)
    return [
        ("编号", f"{activity.serial}　{activity.get_state_display()}"),
        ("主题", activity.title),
        ("时间", f"{activity.held_on} {times}".strip()),
        ("地点", activity.venue),
        ("主持人", activity.host),
        ("记录人", activity.recorder or NONE),
        ("列席", activity.guests or NONE),
    ]


def _attendance(paper: Paper, activity: Activity) -> None:
    """By name; the older records keep the numbers alone."""
    paper.heading(f"出席：应到 {_number(activity.expected)}，实到 {_number(activity.present)}")
    rows = list(activity.attendances.all())
    if not rows:
        return
    heads = ("序号", "单位" if activity.kind.by_unit else "姓名", "到会", "缺席原因")
    lines = [(number, row.who, *_presence(row)) for number, row in _counted(rows)]
    paper.grid(heads, lines, widths=(10, 50, 20, 20))


def _presence(row) -> tuple[str, str]:
    return "到会" if row.present else "缺席", row.get_absence_display()


def _agenda(paper: Paper, activity: Activity) -> None:
    if activity.content:
        paper.heading("主要内容")
        paper.paragraph(activity.content)
    items = list(activity.agenda.all())
    if items:
        paper.heading("议题")
    for number, item in _counted(items):
        paper.paragraph(f"{number}. {item.title}{'：' if item.outcome else ''}{item.outcome}{_vote(item, activity)}")


def _vote(item, activity: Activity) -> str:
    if item.votes_for is None:
        return ""
    outcome = outcome_of(item, activity)
    result = "" if outcome is None else f"，{'通过' if outcome.passed else '未通过'}"
    return f"（赞成 {item.votes_for}，反对 {item.votes_against or 0}，弃权 {item.votes_abstain or 0}{result}）"


def _decisions(paper: Paper, activity: Activity) -> None:
    rows = list(activity.decisions.all())
    if not rows:
        return
    paper.heading("议定事项")
    lines = [(number, row.text, *_task(row)) for number, row in _counted(rows)]
    paper.grid(("序号", "事项", "责任单位（人）", "期限"), lines, widths=(10, 50, 24, 16))


def _task(decision) -> tuple[str, str]:
    if decision.no_action:
        return "无需办理", ""
    who = "　".join(str(part) for part in (decision.unit, decision.owner) if part)
    return who or NONE, str(decision.due_on or NONE)


def _number(value: int | None) -> str:
    return "--" if value is None else str(value)


def _counted(rows: list):
    return enumerate(rows, start=1)
