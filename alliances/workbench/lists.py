"""What the portal shows of resources, needs, claims, matches: to-dos, figures, what can be found."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from yiqiao_portal.core.portal import Figure, HandoverTarget, MenuItem, Outcome, Quick, RecycleKind, SearchKind, Todo
from yiqiao_portal.directory.scope import scope_of

from ..choices import NeedState
from ..models import Need
from ..selectors import lists as selectors
from ..sheets import lists as sheets

ACTIONS: dict[str, str] = {
    "resource.create": "新增联盟资源",
    "resource.update": "修改联盟资源",
    "resource.publish": "发布联盟资源",
    "resource.close": "停用联盟资源",
    "resource.remove": "联盟资源移入回收站",
    "resource.export": "导出资源清单",
    "need.create": "提出联盟需求",
    "need.update": "修改联盟需求",
    "need.publish": "发布联盟需求",
    "need.return": "退回联盟需求",
    "need.resubmit": "重新提交联盟需求",
    "need.withdraw": "撤销联盟需求",
    "need.rate": "评价联盟需求",
    "need.archive": "归档联盟需求",
    "need.follow": "联盟需求随认领或项目变化",
    "need.remove": "联盟需求移入回收站",
    "need.export": "导出需求清单",
    "claim.create": "认领联盟需求",
    "claim.accept": "确认认领",
    "claim.decline": "不采纳认领",
    "claim.withdraw": "撤回认领",
    "claim.release": "认领随需求结束",
    "match.create": "申请资源对接",
    "match.accept": "同意资源对接",
    "match.decline": "不同意资源对接",
    "match.release": "释放资源对接",
}


def outcome(need: Need) -> Outcome:
    """How a need stands, for the page of what it was born from."""
    if need.deleted_at:
        return Outcome("已移入回收站", look="draft")
    return Outcome(need.tag.word, need.accepted_on, need.tag.look)


HANDOVERS = (
    HandoverTarget(
        "alliances.need", "转为联盟需求", "alliances:need_new", "alliances.add_need", "alliances.Need", outcome
    ),
)
SEARCH = (
    SearchKind("联盟需求", "alliances.view_need", selectors.find_needs),
    SearchKind("联盟资源", "alliances.view_resource", selectors.find_resources),
)
RECYCLE = (
    RecycleKind("联盟需求", "alliances.Need", "alliances.delete_need"),
    RecycleKind("联盟资源", "alliances.Resource", "alliances.delete_resource"),
)
CHILDREN = (
    MenuItem("需求清单", "alliances:needs", "alliances.view_need"),
    MenuItem("资源清单", "alliances:resources", "alliances.view_resource"),
)
QUICK = (Quick("提出联盟需求", "alliances:need_new", "alliances.add_need", "plus", when=selectors.may_raise_somewhere),)
SHEETS = sheets.SHEETS
WITHIN = timedelta(days=7)  # the portal's decision: whoever is asked answers within a week
MOST = 60


def todos(user) -> list[Todo]:
    """What waits for this user, and what the user has started and another has to answer."""
    if not user.has_perm("alliances.view_need"):
        return []
    return [*_of_needs(user), *_of_claims(user), *_of_matches(user)]


def _of_needs(user) -> list[Todo]:
    return [todo for need in selectors.needs_waiting(user)[:MOST] if (todo := _of_need(need, user))]


def _of_need(need: Need, user) -> Todo | None:
    """One need, from where this user stands."""
    asked = NEED_TODOS[need.state]
    if need.state == NeedState.RAISED and not user.has_perm("alliances.publish_need", need):
        return _todo(need, "已提出", "等镇党建办审核", button="查看", created=need.created_at, mine=True)
    may = user.has_perm(PERMISSIONS[need.state], None if need.state == NeedState.PUBLISHED else need)
    return asked(need) if may else None


def _to_review(need: Need) -> Todo:
    day = timezone.localdate(need.updated_at) + WITHIN
    return _todo(need, "需求待审核", f"{need.organisation} 提出", due=day, button="审核", created=need.updated_at)


def _to_complete(need: Need) -> Todo:
    return _todo(need, "需求退回", f"退回原因：{need.return_reason}", button="补充", created=need.updated_at)


def _to_bring_on(need: Need) -> Todo:
    """Its term was the fourteenth day."""
    days = settings.ALLIANCE_UNCLAIMED_DAYS
    due = timezone.localdate(need.published_at) + timedelta(days=days)
    sub = f"{need.organisation} 提出 · 发布满 {days} 天无人认领，请轮值单位协调"
    return _todo(need, "需求待协调", sub, due=due, button="协调", created=need.published_at)


def _to_rate(need: Need) -> Todo:
    due = need.accepted_on + WITHIN if need.accepted_on else None
    return _todo(need, "需求待评价", "已验收，请写一句评价", due=due, button="评价", created=need.updated_at)


def _to_archive(need: Need) -> Todo:
    return _todo(need, "需求待归档", f"评价：{need.get_satisfaction_display()}", button="归档", created=need.updated_at)


NEED_TODOS = {
    NeedState.RAISED: _to_review,
    NeedState.RETURNED: _to_complete,
    NeedState.PUBLISHED: _to_bring_on,
    NeedState.ACCEPTED: _to_rate,
    NeedState.RATED: _to_archive,
}
PERMISSIONS = {
    NeedState.RAISED: "alliances.publish_need",
    NeedState.RETURNED: "alliances.resubmit_need",
    NeedState.PUBLISHED: "alliances.add_claim",
    NeedState.ACCEPTED: "alliances.rate_need",
    NeedState.RATED: "alliances.archive_need",
}


def _of_claims(user) -> list[Todo]:
    """Offers to be decided by the office, and one's own that wait."""
    if not (user.has_perm("alliances.decide_claim") or user.has_perm("alliances.add_claim")):
        return []
    return [_of_claim(claim, user) for claim in selectors.claims_waiting(user)[:MOST]]


def _of_claim(claim, user) -> Todo:
    facts = {"url": claim.get_absolute_url(), "created": claim.created_at}
    if not user.has_perm("alliances.decide_claim", claim):
        return _todo(claim.need, "已认领", "等镇党建办确认", button="查看", mine=True, **facts)
    due = timezone.localdate(claim.created_at) + WITHIN
    return _todo(claim.need, "认领待确认", f"{claim.organisation} 认领", due=due, button="确认", **facts)


def _of_matches(user) -> list[Todo]:
    """One's resources that are asked for, and what one has asked for oneself."""
    if not (user.has_perm("alliances.decide_match") or user.has_perm("alliances.add_match")):
        return []
    return [_of_match(match, user) for match in selectors.matches_waiting(user)[:MOST]]


def _of_match(match, user) -> Todo:
    facts = {"url": match.get_absolute_url(), "created": match.created_at}
    answers = match.created_by_id != user.pk or match.organisation_id == scope_of(user).organisation_id
    if not (answers and user.has_perm("alliances.decide_match", match)):
        return _todo(match.need, "已申请对接", f"等{match.organisation}答复", button="查看", mine=True, **facts)
    due = timezone.localdate(match.created_at) + WITHIN
    amount = f"{match.amount} {match.resource.get_unit_display()}"
    sub = f"{match.need.organisation} 申请 {match.resource} {amount}"
    return _todo(match.need, "对接待答复", sub, due=due, button="答复", **facts)


def _todo(need: Need, kind: str, sub: str, *, url: str = "", **more) -> Todo:
    return Todo(kind=kind, title=need.title, url=url or need.get_absolute_url(), sub=sub, **more)


def figures(user) -> list[Figure]:
    """What waits for a unit; counted by the list that it opens. The rest stands on the alliance's own page."""
    if not user.has_perm("alliances.view_need"):
        return []
    waiting = Need.objects.visible_to(user).filter(state=NeedState.PUBLISHED).count()
    return [Figure("待认领需求", waiting, "条", f"{reverse('alliances:needs')}?state=published", "联盟需求清单")]


def events(user, first, last) -> list:
    """What falls on the days of the week's strip."""
    return []
