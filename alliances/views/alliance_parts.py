"""The boxes of an alliance's page."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from yiqiao_portal.activities.choices import RECORDED
from yiqiao_portal.core.views.base import Action
from yiqiao_portal.core.views.detail import Fact, Section, fact

from .. import bridge
from ..choices import NeedState, ProjectState, ResourceState
from ..models import Alliance, ChairTurn, Need, Project, Resource
from ..selectors import alliances as selectors

NUMERALS = "一二三四五六七八九十"
SHOWN_TURNS, SHOWN_MEETINGS = 5, 4
NEED_STATES = (NeedState.PUBLISHED, NeedState.CLAIMED, NeedState.DOING, NeedState.INSPECTING)
PROJECT_STATES = (ProjectState.DOING, ProjectState.INSPECTING, ProjectState.DONE)


@dataclass
class Box(Section):
    """A section with a remark and a link in its head."""

    note: str = ""
    action: Action | None = None
    id: str = ""


@dataclass(frozen=True)
class Number:
    """A number and the list whose rows it counts."""

    title: str
    value: int
    url: str


@dataclass(frozen=True)
class Listing:
    """One of the three lists: all of it, and by state."""

    title: str
    all: Number
    numbers: list[Number]


def numeral(place: int) -> str:
    """1 → 一, 11 → 十一, 21 → 21."""
    if place <= 10:
        return NUMERALS[place - 1]
    return f"十{NUMERALS[place - 11]}" if place < 20 else str(place)


def actions(alliance: Alliance, user) -> list[Action]:
    """What this user may do with the alliance as a whole."""
    found = [Action("贡献台账", reverse("alliances:contributions", args=[alliance.pk]), icon="chart")]
    if user.has_perm("alliances.change_alliance", alliance):
        found.append(Action("修改", reverse("alliances:alliance_edit", args=[alliance.pk]), icon="edit"))
    if user.has_perm("activities.add_activity", alliance):
        url = reverse("activities:create", args=["joint_meeting"])
        found.append(Action("记录联席会议", f"{url}?organisation={alliance.organisation_id}", icon="doc"))
    if user.has_perm("alliances.add_need") and selectors.may_raise_in(alliance, user):
        url = f"{reverse('alliances:need_new')}?alliance={alliance.pk}"
        found.append(Action("提出需求", url, icon="plus", primary=True))
    return found


def overview(alliance: Alliance, user) -> dict:
    """The bridge with its members, the turns, the three lists: the upper half of the page."""
    members = list(selectors.members_of(alliance))
    turn = selectors.turn_on(alliance)
    chair = turn.organisation if turn else None
    return {
        "members": members,
        "spans": spans(members, chair),
        "phases": selectors.by_phase(members),
        "chair": chair,
        "turns": near_turns(alliance),
        "lists": listings(alliance, user),
        "may_members": user.has_perm("alliances.change_members", alliance),
        "may_turns": user.has_perm("alliances.change_turns", alliance),
    }


def spans(members: list, chair) -> list[dict]:
    """One arch for each member; golden is the one whose turn it is."""
    return [
        {
            "arch": arch,
            "text": numeral(place),
            "member": member,
            "chair": chair is not None and member.organisation_id == chair.pk,
        }
        for place, (arch, member) in enumerate(zip(bridge.arches(len(members)), members, strict=True), start=1)
    ]


def near_turns(alliance: Alliance) -> list[dict]:
    """The turn before, the one that runs, those that come."""
    today = timezone.localdate()
    past = list(selectors.turns_of(alliance).filter(ends_on__lt=today).order_by("-starts_on")[:1])
    coming = list(selectors.turns_of(alliance).filter(ends_on__gte=today)[: SHOWN_TURNS - len(past)])
    return [turn_line(turn, next_one=turn == _first(coming, today)) for turn in [*past, *coming]]


def _first(turns: list[ChairTurn], today):
    """The first that has not begun."""
    return next((turn for turn in turns if turn.starts_on > today), None)


def turn_line(turn: ChairTurn, *, next_one: bool = False) -> dict:
    """A turn as the calendar shows it."""
    today = timezone.localdate()
    now = turn.starts_on <= today <= turn.ends_on
    if now:
        word = "本期轮值"
    elif turn.ends_on < today:
        word = "已结束"
    else:
        word = "下一期" if next_one else "未开始"
    return {"turn": turn, "now": now, "over": turn.ends_on < today, "word": word}


def listings(alliance: Alliance, user) -> list[Listing]:
    """Needs, resources, projects: each number is counted as the list that it opens."""
    return [
        _listing("需求清单", Need, "needs", NEED_STATES, alliance, user),
        _listing("资源清单", Resource, "resources", (ResourceState.OPEN, ResourceState.CLOSED), alliance, user),
        _listing("项目清单", Project, "projects", PROJECT_STATES, alliance, user),
    ]


def _listing(title: str, model, name: str, states, alliance: Alliance, user) -> Listing:
    rows = model.objects.visible_to(user).filter(alliance=alliance)
    counts = rows.aggregate(all=Count("pk"), **{state: Count("pk", filter=Q(state=state)) for state in states})
    url = f"{reverse(f'alliances:{name}')}?alliance={alliance.pk}"
    numbers = [Number(state.label, counts[state], f"{url}&state={state}") for state in states]
    return Listing(title, Number("全部", counts["all"], url), numbers)


def sections(alliance: Alliance, user) -> list[Section]:
    """The lower half: meetings and rivers."""
    boxes = []
    if user.has_perm("activities.view_activity"):
        boxes.append(_meetings(alliance, user))
    rivers = list(selectors.rivers_of(alliance, user))
    if rivers:
        boxes.append(Box("江河", template="alliances/alliance_rivers.html", context={"rivers": rivers}))
    return boxes


def _meetings(alliance: Alliance, user) -> Box:
    rows = selectors.meetings_of(alliance, user).filter(state__in=RECORDED)
    url = f"{reverse('activities:list')}?within={alliance.organisation_id}&state=recorded"
    context = {"meetings": list(rows[:SHOWN_MEETINGS])}
    more = Action(f"全部 {rows.count()}", url)
    return Box("会议与活动", template="alliances/alliance_meetings.html", context=context, action=more)


def side(alliance: Alliance, user) -> list[Section]:
    """What it is, and what it was called."""
    lines = "、".join(str(line) for line in alliance.service_lines.all())
    grids = "、".join(str(area) for area in alliance.areas.all())
    facts = [
        fact(alliance, "state"),
        fact(alliance, "founded_on"),
        *([fact(alliance, "ended_on")] if alliance.ended_on else []),
        fact(alliance, "chair_period"),
        Fact("服务线", lines or "--", full=True),
        *([Fact("自有微网格", grids, full=True)] if grids else []),
        Fact("章程", charter_link(alliance), full=True),
        Fact("公开页", public_link(alliance), full=True),
        *([fact(alliance, "note", full=True)] if alliance.note else []),
    ]
    context = {"names": list(alliance.names.alive().order_by("-since", "-pk"))}
    may = user.has_perm("alliances.change_alliance", alliance)
    more = Action("更名", reverse("alliances:alliance_name", args=[alliance.pk])) if may else None
    return [
        Box("基本情况", facts),
        Box("历年名称", template="alliances/alliance_names.html", context=context, action=more),
    ]


def charter_link(alliance: Alliance):
    """The charter's name that downloads it."""
    if not alliance.charter:
        return "还没有上传"
    url = reverse("alliances:charter", args=[alliance.charter_token])
    return format_html('<a href="{}">{}</a>', url, alliance.charter_name)


def public_link(alliance: Alliance):
    """The public page, when the switch is on."""
    if not alliance.public:
        return "未公开"
    return format_html('<a href="{}">已公开，查看</a>', reverse("alliances_public:alliance", args=[alliance.slug]))
