"""The boxes of a record's page."""

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.detail import Fact, Section, fact

from .. import selectors
from ..choices import State
from ..models import Activity


def sections(activity: Activity, user) -> list[Section]:
    """What was done, who was there, agenda, decisions, papers: only boxes that hold something."""
    parts = [
        Section("活动", facts(activity)),
        Section("出席", template="activities/attendance.html", context=roll(activity)),
    ]
    if agenda := agenda_of(activity):
        parts.append(Section("议题", template="activities/agenda.html", context={"agenda": agenda}))
    if activity.decisions.all():
        context = {"decisions": decisions_of(activity, user), "today": today()}
        parts.append(Section("议定事项", template="activities/decisions.html", context=context))
    if activity.photos.all() or activity.attachments.all():
        context = {"may_remove": user.has_perm("activities.change_activity", activity)}
        parts.append(Section("照片与附件", template="activities/files.html", context=context))
    return parts


def facts(activity: Activity) -> list[Fact]:
    """The elements of the record; what is empty and optional is left out."""
    times = " – ".join(f"{time:%H:%M}" for time in (activity.starts_at, activity.ends_at) if time)
    rows = [Fact("时间", f"{activity.held_on} {times}".strip())]
    rows += [fact(activity, name) for name in ("venue", "host", "recorder")]
    optional = [
        Fact("同时召开", _names(activity.also)),
        Fact("召开形式", activity.get_form_display()),
        Fact("列席", activity.guests, full=True),
        Fact("合作单位", _names(activity.partners), full=True),
        Fact("服务线", _names(activity.service_lines), full=True),
        Fact("主要内容", activity.content or "--", full=True),
        Fact("退回原因", activity.return_reason, full=True),
    ]
    return rows + [row for row in optional if row.value]


def roll(activity: Activity) -> dict:
    """Who was there and who was not."""
    rows = list(activity.attendances.all())
    return {"present": [row for row in rows if row.present], "absent": [row for row in rows if not row.present]}


def agenda_of(activity: Activity) -> list[tuple]:
    """Agenda items with the result of their votes."""
    return [(item, selectors.outcome_of(item, activity)) for item in activity.agenda.all()]


def decisions_of(activity: Activity, user) -> list[tuple]:
    """What was decided, each with whether this user may tick it off."""
    open_ones = activity.state == State.CONFIRMED
    return [(row, open_ones and user.has_perm("activities.finish_decision", row)) for row in activity.decisions.all()]


def _names(rows) -> str:
    return "、".join(str(row) for row in rows.all())
