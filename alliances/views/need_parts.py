"""The boxes, steps and buttons of a need's page."""

from functools import cached_property

from django.urls import reverse

from yiqiao_portal.core.views.base import Action
from yiqiao_portal.core.views.detail import Fact, Section, display, fact

from ..choices import PUBLIC_NEEDS, ClaimState, NeedState
from ..models import Need, Project
from ..selectors import lists as selectors
from ..workflow import CLAIM, MATCH
from .project_parts import span

STEPS = ("提出", "审核", "发布", "认领", "实施", "验收", "评价", "归档")
NOW = {  # the step at which a need stands; all before it are done
    NeedState.RAISED: 1,
    NeedState.RETURNED: 0,
    NeedState.PUBLISHED: 3,
    NeedState.CLAIMED: 4,
    NeedState.DOING: 4,
    NeedState.INSPECTING: 5,
    NeedState.ACCEPTED: 6,
    NeedState.RATED: 7,
    NeedState.ARCHIVED: 8,
}


def steps(need: Need) -> list[dict]:
    """The way from 提出 to 归档; a withdrawn need has none."""
    if need.state not in NOW:
        return []
    now, meta = NOW[need.state], _meta(need)
    states = ["done" if number < now else "now" if number == now else "todo" for number in range(len(STEPS))]
    return [{"title": t, "meta": meta.get(t, ""), "state": s} for t, s in zip(STEPS, states, strict=True)]


def _meta(need: Need) -> dict[str, str]:
    """What stands below a step: its day, or what is asked for."""
    return {
        "提出": "请补充" if need.state == NeedState.RETURNED else _day(need.created_at),
        "发布": _day(need.published_at) if need.state in PUBLIC_NEEDS else "",
        "认领": f"{len(need.claimants)} 家" if need.claimants else "",
        "实施": "待立项" if need.state == NeedState.CLAIMED else "",
        "验收": _day(need.accepted_on),
        "评价": need.get_satisfaction_display() if need.satisfaction else "",
    }


def _day(value) -> str:
    return display(value)[:10] if value else ""


class NeedParts:
    """What hangs on a need, as one user sees it; read once for boxes and buttons."""

    def __init__(self, need: Need, user):
        self.need, self.user = need, user

    @cached_property
    def claims(self) -> list:
        return selectors.claims_of(self.need, self.user) if self.user.has_perm("alliances.view_claim") else []

    @cached_property
    def matches(self) -> list:
        return selectors.matches_of(self.user, need=self.need) if self.user.has_perm("alliances.view_match") else []

    @cached_property
    def project(self) -> Project | None:
        if self.need.state in selectors.BEFORE_PROJECT:
            return None
        return Project.objects.visible_to(self.user).filter(need=self.need).select_related("organisation").first()

    @cached_property
    def may_claim(self) -> bool:
        """Whether a unit of this user may still take it on."""
        open_now = self.need.state in selectors.CLAIMABLE and self.user.has_perm("alliances.add_claim")
        return open_now and selectors.claiming_units(self.user, self.need).exists()

    @cached_property
    def may_match(self) -> bool:
        """Whether this user may look for resources."""
        return self.need.state in selectors.MATCHABLE and self.user.has_perm("alliances.add_match", self.need)

    @cached_property
    def runs(self) -> bool:
        """Whether this user answers claims for the alliance."""
        return self.user.has_perm("alliances.publish_need", self.need)

    @cached_property
    def may_start(self) -> bool:
        """Whether this user may open the project: the unit that leads, or the office."""
        lead = next((c for c in self.claims if c.lead and c.state == ClaimState.ACCEPTED), None)
        if self.need.state != NeedState.CLAIMED or lead is None:
            return False
        return self.user.has_perm(
            "alliances.add_project", Project(organisation=lead.organisation, alliance=self.need.alliance)
        )


def sections(parts: NeedParts) -> list[Section]:
    """Facts, claims, resources; the project where there is one."""
    found = [Section("需求", facts(parts.need))]
    if parts.project:
        context = {"project": parts.project}
        found.append(Section("项目", template="alliances/need_project.html", context=context))
    if parts.claims:
        rows = [(claim, step_links(CLAIM, claim, parts.user, "alliances:claim_do")) for claim in parts.claims]
        found.append(Section("认领", template="alliances/need_claims.html", context={"claims": rows}))
    if parts.matches or parts.may_match:
        rows = [(match, step_links(MATCH, match, parts.user, "alliances:match_do")) for match in parts.matches]
        found.append(Section("资源对接", template="alliances/need_matches.html", context={"matches": rows}))
    return found


def facts(need: Need) -> list[Fact]:
    """What is needed, how much, when, where; what is empty and optional is left out."""
    days = span(need.starts_on or "尽快", need.due_on or "不限") if need.starts_on or need.due_on else "不限"
    rows = [
        *(fact(need, name) for name in ("organisation", "alliance", "service_line")),
        Fact("数量", f"{need.amount} {need.get_unit_display()}"),
        Fact("希望时间", days),
        Fact("所在村社", need.area or "不限"),
        fact(need, "detail", full=True),
    ]
    optional = [
        Fact("退回原因", need.return_reason, full=True),
        Fact("认领单位", "、".join(need.claimants), full=True),
        Fact("评价", need.get_satisfaction_display() if need.satisfaction else ""),
        Fact("评价说明", need.comment, full=True),
    ]
    return rows + [row for row in optional if row.value]


def step_links(workflow, row, user, url: str) -> list[dict]:
    """The steps of a claim or match that are open to this user."""
    return [{"label": t.label, "url": reverse(url, args=[row.pk, t.name])} for t in workflow.open_to(user, row)]


def other_steps(buttons: list[dict]) -> list[Action]:
    """The steps that are not primary, what is final first."""
    found = [Action(b["label"], b["url"], danger=b["danger"]) for b in buttons if not b["primary"]]
    return sorted(found, key=lambda action: not action.danger)


def actions(parts: NeedParts, *, taken: bool) -> list[Action]:
    """The page's own buttons. One at most is primary: what this user is waited for first."""
    need, user = parts.need, parts.user
    rest = []
    if user.has_perm("alliances.delete_need", need):
        rest.append(Action("移入回收站", reverse("alliances:need_remove", args=[need.pk])))
    if user.has_perm("alliances.change_need", need):
        rest.append(Action("修改", reverse("alliances:need_edit", args=[need.pk]), icon="edit"))
    work = _work(parts)
    for action in work[:1]:
        action.primary = not taken
    return [*rest, *reversed(work)]


def _work(parts: NeedParts) -> list[Action]:
    """What brings the need on, the most pressing first."""
    pk = parts.need.pk
    offered = next((claim for claim in parts.claims if claim.state == ClaimState.OFFERED), None)
    word = "代为认领" if parts.runs else "加入认领" if parts.need.claimants else "认领"
    claim = Action(word, reverse("alliances:claim_new", args=[pk]))
    match = Action("找资源", reverse("alliances:matching", args=[pk]), icon="search")
    found = []
    if parts.may_start:
        found.append(Action("立项", f"{reverse('alliances:project_new')}?need={pk}"))
    if offered and parts.runs:
        found.append(Action("确认认领", reverse("alliances:claim_do", args=[offered.pk, "accept"])))
    if parts.project:
        found.append(_to_project(parts))
    own = [(parts.may_claim, claim), (parts.may_match, match)]
    return found + [action for open_now, action in (reversed(own) if parts.runs else own) if open_now]


def _to_project(parts: NeedParts) -> Action:
    inspects = parts.need.state == NeedState.INSPECTING and parts.user.has_perm("alliances.pass_project", parts.project)
    return Action("去验收" if inspects else "查看项目", parts.project.get_absolute_url())
