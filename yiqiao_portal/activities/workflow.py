"""The states of an activity record and who moves it between them."""

from datetime import date

from django.utils import timezone

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.workflow import Transition, Workflow

from . import rhythm
from .choices import State

NOT_BY_ONESELF = "自己记录的须由另一位确认，请交给另一位有确认职责的同事。"
NOT_BY_OTHERS = "只有记录的党组织自己可以撤回；需要补充或更正的，请用“退回补充”并写明原因。"
NEEDED = (("title", "主题"), ("host", "主持人"), ("venue", "地点"), ("content", "主要内容"))
LATE_DAYS = 31  # for kinds without a rhythm


def submit(activity, *, by) -> list[str]:
    """A record goes to the office when its elements are complete; late entries are marked once, at the first time."""
    for name, label in NEEDED:
        if not getattr(activity, name):
            raise DomainError(f"还没有填写{label}，请补上后再提交。", field=name)
    if activity.kind.is_meeting and (activity.expected is None or activity.present is None):
        raise DomainError("还没有填写应到和实到人数，请补上后再提交。", field="expected")
    if activity.held_on > timezone.localdate():
        raise DomainError("活动还没有举行，请在举行之后提交；现在可以先存草稿。", field="held_on")
    if activity.submitted_at is None:
        activity.late_entry = is_late(activity, timezone.localdate())
    activity.submitted_at, activity.submitted_by = timezone.now(), by
    activity.return_reason, activity.planned = "", False
    return ["submitted_at", "submitted_by", "late_entry", "return_reason", "planned"]


def is_late(activity, day: date) -> bool:
    """补录: first submitted after the period of the activity is over (the portal's decision)."""
    period = activity.kind.period
    if not period:
        return (day - activity.held_on).days > LATE_DAYS
    return day > rhythm.period_of(period, activity.held_on).end


def way_to_change(user, activity) -> str:
    """What makes a record that is handed in editable again: the one remedy that works for this user."""
    if activity.state == State.SUBMITTED and user.has_perm("activities.withdraw_activity", activity):
        return "请先撤回"
    office = user.has_perm("activities.return_activity", activity)
    return "请先退回补充" if office else "请镇党建办退回"


def send_back(activity, *, by, reason: str) -> list[str]:
    """The office asks for more, in a sentence."""
    activity.return_reason = reason
    return ["return_reason"]


ACTIVITY = Workflow(
    (
        Transition(
            name="submit",
            label="提交确认",
            source=(State.DRAFT, State.RETURNED),
            target=State.SUBMITTED,
            permission="activities.submit_activity",
            action="activity.submit",
            effect=submit,
            primary=True,
            consequence="提交后由镇党建办确认；确认之前可以撤回。",
            done="已提交，镇党建办将会确认。",
        ),
        Transition(
            name="withdraw",
            label="撤回",
            source=(State.SUBMITTED,),
            target=State.DRAFT,
            permission="activities.withdraw_activity",
            action="activity.withdraw",
            consequence="撤回后回到草稿，可以修改后再次提交。",
            done="已撤回，可以继续修改。",
        ),
        Transition(
            name="confirm",
            label="确认",
            source=(State.SUBMITTED,),
            target=State.CONFIRMED,
            permission="activities.confirm_activity",
            action="activity.confirm",
            primary=True,
            consequence="确认后记录定稿，计入台账和年度报告。",
            done="已确认。",
        ),
        Transition(
            name="return",
            label="退回补充",
            source=(State.SUBMITTED, State.CONFIRMED),
            target=State.RETURNED,
            permission="activities.return_activity",
            action="activity.return",
            form="yiqiao_portal.activities.forms.ReturnForm",
            effect=send_back,
            done="已退回，记录人会在待办中看到。",
        ),
    )
)
