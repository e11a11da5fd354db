"""What the portal shows of alliances, members, turns, meetings, contributions: to-dos, figures, what can be found."""

from datetime import timedelta

from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.portal import Event, Figure, MenuItem, RecycleKind, SearchKind, Todo

from ..models import Alliance, ChairTurn
from ..selectors import alliances as selectors
from ..sheets.alliances import SHEET

AHEAD = timedelta(days=14)  # the portal's decision: two weeks before its turn a unit sees it among the to-dos
RUN_OUT = timedelta(days=30)  # and a month before the calendar ends the office is asked to plan on

ACTIONS: dict[str, str] = {
    "alliance.create": "新建联盟",
    "alliance.update": "修改联盟",
    "alliance.rename": "登记联盟名称",
    "alliance.remove": "联盟移入回收站",
    "alliance.export": "导出联盟台账",
    "member.join": "成员单位加入",
    "member.update": "修改成员单位",
    "member.leave": "成员单位退出",
    "member.export": "导出成员单位名单",
    "turns.plan": "排轮值",
    "turns.swap": "调换轮值",
    "contributions.export": "导出贡献台账",
}
SEARCH = (
    SearchKind("联盟", "alliances.view_alliance", selectors.find_alliances),
    SearchKind("联盟成员单位", "alliances.view_alliance", selectors.find_members),
)
RECYCLE = (RecycleKind("联盟", "alliances.Alliance", "alliances.delete_alliance"),)
CHILDREN = (
    MenuItem("联盟概览", "alliances:list", "alliances.view_alliance"),
    MenuItem("贡献台账", "alliances:contributions_home", "alliances.view_contributions"),
)
QUICK = ()
SHEETS = (SHEET,)


def todos(user) -> list[Todo]:
    """My unit's turn in the chair that runs or begins; a calendar that runs out, for the office."""
    if not user.has_perm("alliances.view_alliance"):
        return []
    found = [_turn(turn) for turn in selectors.turns_near(user, today() + AHEAD)]
    if user.has_perm("alliances.change_turns"):
        found += [_run_out(alliance) for alliance in selectors.without_turns(user, today() + RUN_OUT)]
    return found


def _turn(turn: ChairTurn) -> Todo:
    running = turn.starts_on <= today()
    return Todo(
        kind="本期轮值" if running else "即将轮值",
        title=f"{turn.organisation}轮值：{turn.alliance}",
        url=turn.alliance.get_absolute_url(),
        sub=f"{turn.starts_on} 至 {turn.ends_on}",
        due=turn.ends_on if running else turn.starts_on,
        button="查看",
    )


def _run_out(alliance: Alliance) -> Todo:
    return Todo(
        kind="轮值待排",
        title=f"{alliance}的轮值表快到头了",
        url=reverse("alliances:turns_plan", args=[alliance.pk]),
        sub="请接着往下排",
        button="排轮值",
    )


def figures(user) -> list[Figure]:
    """None: the alliances' own page has them all; the workbench keeps to what is open today."""
    return []


def events(user, first, last) -> list[Event]:
    """Turns that begin in these days."""
    if not user.has_perm("alliances.view_alliance"):
        return []
    rows = ChairTurn.objects.visible_to(user).filter(starts_on__range=(first, last)).select_related("organisation")
    return [Event(row.starts_on, f"{row.organisation}开始轮值", row.get_absolute_url()) for row in rows]
