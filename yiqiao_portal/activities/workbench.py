"""What activities show on the workbench and in the search."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.portal import Event, Figure, Todo
from yiqiao_portal.directory.scope import scope_of

from . import selectors
from .choices import State
from .models import Activity, ActivityKind
from .rhythm import Cell

CONFIRM_WITHIN = timedelta(days=7)  # the portal's decision: the office looks at a record within a week
MOST = 60


@dataclass(frozen=True)
class Found:
    """A row of the search."""

    title: str
    url: str
    sub: str


def todos(user) -> list[Todo]:
    """What waits: confirmations for the office; returned records, drafts and what is due for the branch."""
    found = []
    if user.has_perm("activities.return_activity"):
        found += [_to_confirm(activity) for activity in _some(selectors.waiting_for_office(user))]
    if user.has_perm("activities.add_activity"):
        own = scope_of(user).organisation_id
        mine = selectors.open_with(user).filter(planned=False, organisation=own)
        found += [_to_finish(activity) for activity in _some(mine)]
        found += [
            _decided(decision) for decision in selectors.open_decisions(user).filter(activity__organisation=own)[:MOST]
        ]
        waits = "须由另一位确认" if user.has_perm("activities.return_activity") else "等镇党建办确认"
        found += [_sent(activity, waits) for activity in _some(_handed_in_by(user))]
    if scope_of(user).role == "branch":
        found += due(user)
    return found


def _some(rows):
    return rows.select_related("kind", "organisation")[:MOST]


def _handed_in_by(user):
    return Activity.objects.visible_to(user).filter(state=State.SUBMITTED, submitted_by=user)


def _to_confirm(activity) -> Todo:
    day = timezone.localdate(activity.submitted_at) + CONFIRM_WITHIN
    return _todo(activity, "待确认", due=day, button="确认", created=activity.submitted_at)


def _to_finish(activity) -> Todo:
    if activity.state == State.RETURNED:
        return _todo(
            activity, "退回补充", sub=f"退回原因：{activity.return_reason}", button="补充", created=activity.updated_at
        )
    return _todo(
        activity,
        "我的草稿",
        sub=f"{activity.held_on} · {activity.organisation}",
        button="继续",
        created=activity.updated_at,
    )


def _sent(activity, waits: str) -> Todo:
    return _todo(activity, "已提交", sub=waits, button="查看", created=activity.submitted_at, mine=True)


def _todo(activity, kind: str, **more) -> Todo:
    more.setdefault("sub", f"{activity.organisation} · {activity.kind}")
    return Todo(kind=kind, title=activity.title, url=activity.get_absolute_url(), **more)


def _decided(decision) -> Todo:
    return Todo(
        kind="议定事项",
        title=decision.text,
        url=reverse("activities:finish_decision", args=[decision.pk]),
        sub=f"{decision.activity.organisation} · {decision.unit or decision.owner or '未写负责人'}",
        due=decision.due_on,
        button="办结",
    )


def due(user) -> list[Todo]:
    """What the branch has not recorded yet in the running periods. Quiet: its own only, no counting."""
    day, own = today(), scope_of(user).organisation_id
    branches = list(selectors.branches_for(user, day.year).filter(pk=own))
    kinds = list(ActivityKind.objects.exclude(period=""))
    spots = selectors.spots(branches, kinds, day.year)
    return [
        _due(spot, kind)
        for branch in branches
        for kind in kinds
        if kind.severity != "local"
        for spot in spots[branch.pk, kind.pk]
        if spot.cell is Cell.WAITING and spot.period.contains(day)
    ]


def _due(spot, kind) -> Todo:
    url = f"{reverse('activities:create', args=[kind.code])}?organisation={spot.organisation.pk}"
    return Todo(
        kind="待记录",
        title=f"{spot.period.label} {kind}",
        url=url,
        sub=str(spot.organisation),
        due=spot.period.end,
        button="记录",
    )


def figures(user) -> list[Figure]:
    """Numbers of the year; each is counted by the list that it opens."""
    if not user.has_perm("activities.view_matrix"):
        return []
    year = today().year
    days = f"held_from={year}-01-01&held_to={year}-12-31"
    rows = Activity.objects.visible_to(user).recorded().filter(held_on__year=year)
    address = reverse("activities:list")
    decided = rows.filter(decisions__isnull=False, decisions__deleted_at=None).distinct()
    return [
        Figure("活动记录", rows.count(), "条", f"{address}?state=recorded&{days}", "今年，已提交或已确认"),
        Figure(
            "主题党日",
            rows.filter(kind__code="theme_day").count(),
            "次",
            f"{address}?kind=theme_day&state=recorded&{days}",
            "今年",
        ),
        Figure("有议定事项的记录", decided.count(), "条", f"{address}?has_decisions=1&state=recorded&{days}", "今年"),
    ]


def events(user, first, last) -> list[Event]:
    """What is planned or held in these days."""
    rows = Activity.objects.visible_to(user).filter(held_on__range=(first, last)).order_by("held_on", "starts_at")[:40]
    return [Event(row.held_on, row.title, row.get_absolute_url(), row.starts_at) for row in rows]


def find(user, words: str):
    """Records whose title contains the words, or with this number."""
    rows = Activity.objects.visible_to(user).select_related("organisation")
    return [
        Found(row.title, row.get_absolute_url(), f"{row.organisation} · {row.held_on}")
        for row in rows.matching(words)[:5]
    ]
