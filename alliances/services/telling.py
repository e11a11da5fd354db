"""Who is told what when something moves: the one place for it. Services call it inside their transactions.

A unit's people are those whose post is at the unit itself; the office is whoever manages alliances in a post that
reaches the row. Whoever did it is not told. Each function names a stage of its row, so that nobody is told twice of
the same stage, and a stage that comes again (a need published anew) carries what is new about it.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from yiqiao_portal.accounts.models import User
from yiqiao_portal.core.messages import tell
from yiqiao_portal.directory.selectors import users_with

from ..choices import ClaimState, WaterGrade
from ..models import (
    ChairTurn,
    Claim,
    Match,
    Membership,
    Need,
    PatrolProblem,
    Project,
    RiverChief,
    WaterSample,
)
from ..selectors import lists
from ..selectors.rivers import current
from ..selectors.samples import TARGETS, class_of, target_of

LISTS, MATCHES, PROJECTS = "alliances.lists", "alliances.matches", "alliances.projects"
TURNS, RIVERS = "alliances.turns", "alliances.rivers"
CLAIM, OFFER, RAISE, VIEW = "alliances.claim", "alliances.offer", "alliances.raise", "alliances.view"
PATROL, MANAGE = "alliances.patrol", "alliances.manage"


# --- whom ---


def people(grant: str, units: Iterable[int]):
    """Users whose own post is at one of these organisations and has the permission code."""
    return users_with(grant, units).filter(direct=True)


def office(organisation_id: int):
    """The town's office that answers for this organisation."""
    return users_with(MANAGE, [organisation_id])


def raisers(need: Need, *also: int | None):
    """The people of the unit that raised it, and those who did it for the unit and still reach it."""
    done_by = Q(pk__in=[pk for pk in (need.created_by_id, *also) if pk])
    return users_with(RAISE, [need.organisation_id]).filter(Q(direct=True) | done_by)


def but(users: Iterable[User], *others: User) -> list[User]:
    """All of them except these."""
    left_out = {user.pk for user in others if user}
    return [user for user in users if user.pk not in left_out]


def stage_of(row, name: str, *marks) -> str:
    """need:17:published:2026-11-23T… — the row, what happened, and what makes this time a new one."""
    return ":".join(map(str, (row._meta.model_name, row.pk, name, *marks)))


# --- needs ---


def need_raised(need: Need, *, by) -> None:
    """The office reviews it."""
    tell(
        but(office(need.alliance.organisation_id), by),
        kind=LISTS,
        title=f"需求待审核：{need}",
        text=f"{need.organisation}提出，请审核。",
        url=need.get_absolute_url(),
        stage=stage_of(need, "raised", need.version),
    )


def need_moved(need: Need, name: str, *, by) -> None:
    """After a step of its workflow; called before a withdrawn need lets go of its claims."""
    steps = {
        "publish": _published,
        "return": _returned,
        "resubmit": need_raised,
        "withdraw": _withdrawn,
        "rate": _rated,
    }
    if name in steps:
        steps[name](need, by=by)


def _published(need: Need, *, by) -> None:
    _offer_to_members(need, raisers(need), f"需求已发布：{need}", by=by)
    _offer_to_members(need, _members(need), f"有新需求可以认领：{need}", by=by)


def _offer_to_members(need: Need, users: Iterable[User], title: str, *, by) -> None:
    """Each publishing is a stage of its own."""
    tell(
        but(users, by),
        kind=LISTS,
        title=title,
        text=f"{need.alliance}　{need.organisation}提出。",
        url=need.get_absolute_url(),
        stage=stage_of(need, "published", need.published_at.isoformat()),
    )


def _members(need: Need):
    """The contacts of today's member units."""
    members = Membership.objects.alive().current().filter(alliance=need.alliance_id)
    return people(CLAIM, members.values_list("organisation_id", flat=True))


def _returned(need: Need, *, by) -> None:
    tell(
        but(raisers(need), by),
        kind=LISTS,
        title=f"需求已退回，请补充：{need}",
        text="退回原因见需求页面；补充后请重新提交。",
        url=need.get_absolute_url(),
        stage=stage_of(need, "returned", need.version),
    )


def _withdrawn(need: Need, *, by) -> None:
    """Claimants may not open it any more, so their message leads to the list."""
    claims = Claim.objects.alive().filter(need=need, state__in=lists.LIVE_CLAIMS)
    facts = {"kind": LISTS, "title": f"需求已撤销：{need}", "stage": stage_of(need, "withdrawn")}
    tell(but(raisers(need), by), url=need.get_absolute_url(), **facts)
    units = claims.values_list("organisation_id", flat=True)
    tell(but(people(CLAIM, units), by), text="贵单位的认领随之结束。", url=reverse("alliances:needs"), **facts)


def _rated(need: Need, *, by) -> None:
    project = Project.objects.filter(need=need).first()
    leading = people(CLAIM, [project.organisation_id]) if project else ()
    tell(
        but([*leading, *office(need.alliance.organisation_id)], by),
        kind=LISTS,
        title=f"需求已评价：{need}",
        text=f"评价：{need.get_satisfaction_display()}。",
        url=need.get_absolute_url(),
        stage=stage_of(need, "rated"),
    )


def need_met(need: Need, *, by) -> None:
    """Its project passed: the raiser rates it."""
    tell(
        but(raisers(need), by),
        kind=LISTS,
        title=f"需求已验收，请评价：{need}",
        text="请在需求页面写一句评价。",
        url=need.get_absolute_url(),
        stage=stage_of(need, "accepted"),
    )


def need_back(need: Need, *, by) -> None:
    """Published anew, because its project was stopped; called before its claims end.

    The raiser and those whose claims were accepted hear of it with the project (project_moved).
    """
    accepted = Claim.objects.alive().filter(need=need, state=ClaimState.ACCEPTED)
    informed = [*people(CLAIM, accepted.values_list("organisation_id", flat=True)), *raisers(need)]
    _offer_to_members(need, but(_members(need), *informed), f"需求重新发布，可以认领：{need}", by=by)


def need_lets_go(need: Need, *, by) -> None:
    """The owners of its resources hear that these are free again."""
    matches = Match.objects.alive().filter(need=need, state__in=lists.LIVE_MATCHES)
    for match in matches.select_related("resource"):
        _tell_owner(match, "资源对接已释放", "released", by=by)


# --- claims ---


def claim_offered(claim: Claim, *, by) -> None:
    """The office answers it."""
    _tell_office_of_claim(claim, f"认领待确认：{claim.need}", f"{claim.organisation}认领，请确认。", "offered", by=by)


def _tell_office_of_claim(claim: Claim, title: str, text: str, stage: str, *, by) -> None:
    tell(
        but(office(claim.need.alliance.organisation_id), by),
        kind=LISTS,
        title=title,
        text=text,
        url=claim.get_absolute_url(),
        stage=stage_of(claim, stage),
    )


def claim_moved(claim: Claim, name: str, *, by) -> None:
    """The claiming unit and the raiser hear the answer; of a withdrawal the office does."""
    if name == "withdraw":
        text = f"{claim.organisation}撤回了认领。"
        _tell_office_of_claim(claim, f"认领已撤回：{claim.need}", text, "withdrawn", by=by)
        return
    role = "牵头" if claim.lead else "配合"
    title, text = {
        "accept": ("认领已确认", f"{claim.organisation}{role}办理。"),
        "decline": ("认领未采纳", f"{claim.organisation}的认领未采纳，说明见需求页面。"),
    }[name]
    tell(
        but([*people(CLAIM, [claim.organisation_id]), *raisers(claim.need)], by),
        kind=LISTS,
        title=f"{title}：{claim.need}",
        text=text,
        url=claim.get_absolute_url(),
        stage=stage_of(claim, name),
    )


# --- matches ---


def match_asked(match: Match, *, by) -> None:
    """The resource's owner answers."""
    amount = f"{match.amount} {match.resource.get_unit_display()}"
    text = f"{match.need.organisation}为“{match.need}”申请 {amount}，请答复。"
    _tell_owner(match, "资源对接待答复", "asked", text=text, by=by)


def match_moved(match: Match, name: str, *, by) -> None:
    """The other side hears of it."""
    word = {"accept": "已同意", "decline": "未同意", "release": "已释放"}[name]
    if name == "release":
        _tell_owner(match, "资源对接已释放", "released", by=by)
    tell(
        but(raisers(match.need, match.created_by_id), by),
        kind=MATCHES,
        title=f"资源对接{word}：{match.resource}",
        text=f"需求“{match.need}”申请的资源。",
        url=match.get_absolute_url(),
        stage=stage_of(match, {"release": "released"}.get(name, name)),
    )


def _tell_owner(match: Match, title: str, stage: str, *, by, text: str = "") -> None:
    """With the address of the resource: an owner who has left the alliance may still open that."""
    tell(
        but(people(OFFER, [match.organisation_id]), by),
        kind=MATCHES,
        title=f"{title}：{match.resource}",
        text=text or f"需求“{match.need}”不再使用，这部分数量可以再对接。",
        url=match.resource.get_absolute_url(),
        stage=stage_of(match, stage),
    )


# --- projects ---


def project_started(project: Project, *, by) -> None:
    """All who have a part in it."""
    text = f"{project.organisation}牵头，计划 {project.due_on} 完成。"
    _tell_of_project(project, [*_doing(project), *_asking(project)], f"项目已立项：{project}", "started", text, by=by)


def project_moved(project: Project, name: str, *, by) -> None:
    """After a step; called while the project still names its need. Of a pass the raiser hears by need_met."""
    doing, asking, running = _doing(project), _asking(project), office(project.alliance.organisation_id)
    users, title, text = {
        "hand_in": ([*asking, *running], "项目待验收", f"{project.organisation}申请验收，请查看成果。"),
        "return": (doing, "项目验收退回", "退回原因见项目页面；补充后请再次申请验收。"),
        "pass": (doing, "项目验收通过", "成果计入联盟台账。"),
        "stop": ([*doing, *asking], "项目已中止", "中止原因见项目页面。" + ("来源需求重新发布。" if asking else "")),
    }[name]
    _tell_of_project(project, users, f"{title}：{project}", f"{name}:{project.version}", text, by=by)


def _doing(project: Project) -> list[User]:
    """The people of the leading and of the helping units."""
    return list(people(CLAIM, [project.organisation_id, *(unit.pk for unit in project.helpers.all())]))


def _asking(project: Project) -> list[User]:
    return list(raisers(project.need)) if project.need else []


def _tell_of_project(project: Project, users: Iterable[User], title: str, stage: str, text: str, *, by) -> None:
    url = project.get_absolute_url()
    tell(but(users, by), kind=PROJECTS, title=title, text=text, url=url, stage=stage_of(project, stage))


# --- members and turns ---


def member_joined(membership: Membership, *, by) -> None:
    """The unit hears that it is in."""
    text = f"{membership.joined_on} 起为{membership.get_role_display()}。"
    _tell_member(membership, f"贵单位已加入{membership.alliance}", "joined", text, by=by)


def member_left(membership: Membership, *, by) -> None:
    """The unit hears that it is out; it may not open the alliance any more."""
    text = f"{membership.left_on} 起不再是成员。"
    _tell_member(membership, f"贵单位已退出{membership.alliance}", f"left:{membership.left_on}", text, by=by)


def _tell_member(membership: Membership, title: str, stage: str, text: str, *, by) -> None:
    users = but(people(VIEW, [membership.organisation_id]), by)
    url = reverse("alliances:list")  # all may open it, whether in already, in still or not
    tell(users, kind=TURNS, title=title, text=text, url=url, stage=stage_of(membership, stage))


def villages_taken_over(successor: Membership, villages: Iterable, *, by) -> None:
    """The unit and the villages hear who is paired with whom."""
    units = [successor.organisation_id, *(village.pk for village in villages)]
    tell(
        but(people(VIEW, units), by),
        kind=TURNS,
        title=f"结对单位有变动：{successor.alliance}",
        text=f"{successor.organisation}接手结对：{'、'.join(str(village) for village in villages)}。",
        url=reverse("alliances:list"),
        stage=stage_of(successor, "villages", timezone.now().isoformat()),
    )


def turn_swapped(turn: ChairTurn, *, by) -> None:
    """The unit that takes a turn by exchange."""
    tell(
        but(people(VIEW, [turn.organisation_id]), by),
        kind=TURNS,
        title=f"轮值已调换：{turn.alliance}",
        text=f"{turn.starts_on} 至 {turn.ends_on} 由{turn.organisation}轮值。",
        url=turn.get_absolute_url(),
        stage=stage_of(turn, "swapped", turn.version),
    )


def swap_fallen(turn: ChairTurn, units: Iterable[int], *, by) -> None:
    """An exchange that a change of the members has undone: who was to take the turn, and who takes it now.

    Who is no member today hears that it has left, not of the calendar, which it may not open.
    """
    taker = ChairTurn.objects.select_related("organisation").get(pk=turn.pk).organisation
    members = Membership.objects.alive().current().filter(alliance=turn.alliance_id, organisation__in=units)
    tell(
        but(people(VIEW, members.values_list("organisation_id", flat=True)), by),
        kind=TURNS,
        title=f"轮值调换已取消：{turn.alliance}",
        text=f"成员有变动，{turn.starts_on} 至 {turn.ends_on} 由{taker}轮值。",
        url=turn.get_absolute_url(),
        stage=stage_of(turn, "fallen", turn.version),
    )


# --- rivers ---


def problem_found(problem: PatrolProblem, *, by) -> None:
    """The office sees to it."""
    section = problem.patrol.section
    _tell_of_problem(problem, office(problem.patrol.organisation_id), f"巡河发现问题：{section}", "open", by=by)


def problem_solved(problem: PatrolProblem, *, by) -> None:
    """Those who found it hear what became of it."""
    users = people(PATROL, [problem.patrol.organisation_id])
    _tell_of_problem(problem, users, f"巡河问题已解决：{problem.patrol.section}", "solved", by=by)


def _tell_of_problem(problem: PatrolProblem, users: Iterable[User], title: str, stage: str, *, by) -> None:
    url = problem.get_absolute_url()
    stage = stage_of(problem, stage)
    tell(but(users, by), kind=RIVERS, title=title, text=problem.text, url=url, stage=stage)


def sample_recorded(sample: WaterSample, *, by) -> None:
    """When the water misses the section's target or is of the worst class: the office and the 河长 units."""
    found, section = class_of(sample), sample.section
    missed = found.meets(target_of(section)) is False
    if not missed and found.water_class != TARGETS[WaterGrade.WORSE]:
        return
    chiefs = current(RiverChief.objects.alive().filter(section=section).select_related("section"))
    tell(
        but([*office(sample.organisation_id), *people(VIEW, [row.organisation_id for row in chiefs])], by),
        kind=RIVERS,
        title=f"水质{'未达标' if missed else '为劣Ⅴ类'}：{section}",
        text=f"{sample.taken_on} 采样，{found.label}" + (f"，目标 {target_of(section)}类。" if missed else "。"),
        url=section.get_absolute_url(),
        stage=stage_of(sample, "missed"),
    )
