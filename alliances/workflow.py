"""The ways of resources, needs, claims, matches and projects: tables for core.workflow.

A need's way is domain-rules 6: 提出→审核→发布→认领→实施→验收(通过/退回)→评价→归档. From 实施 to 验收 the need
follows its project (services.projects), so those steps stand in PROJECT alone.
"""

from django.utils import timezone

from yiqiao_portal.core.workflow import Transition, Workflow

from .choices import ClaimState, MatchState, NeedState, ProjectState, ResourceState


def publish(need, *, by) -> list[str]:
    """From now on the members see it, and the days without a claim count."""
    need.published_at, need.return_reason = timezone.now(), ""
    return ["published_at", "return_reason"]


def send_back(row, *, by, reason: str) -> list[str]:
    """More is asked for, in a sentence."""
    row.return_reason = reason
    return ["return_reason"]


def rate(need, *, by, satisfaction: str, comment: str = "") -> list[str]:
    """How the raiser found it."""
    need.satisfaction, need.comment = satisfaction, comment
    return ["satisfaction", "comment"]


def decide(row, *, by, reason: str = "") -> list[str]:
    """Who answered, when and with which words."""
    row.decided_at, row.decided_by, row.reason = timezone.now(), by, reason
    return ["decided_at", "decided_by", "reason"]


def decide_claim(claim, *, by, lead: bool = False, reason: str = "") -> list[str]:
    """Accepted, as the one that leads or as a helper."""
    claim.lead = lead
    return ["lead", *decide(claim, by=by, reason=reason)]


def hand_in(project, *, by, result: str, beneficiaries: int | None = None) -> list[str]:
    """Done as the lead sees it: result and how many it reached."""
    project.result, project.beneficiaries, project.return_reason = result, beneficiaries, ""
    return ["result", "beneficiaries", "return_reason"]


def accept(project, *, by) -> list[str]:
    """Inspected and found done today."""
    project.accepted_on = timezone.localdate()
    return ["accepted_on"]


def stop(project, *, by, reason: str) -> list[str]:
    """Given up, with the reason."""
    project.stop_reason = reason
    return ["stop_reason"]


FORMS = "alliances.forms"
RESOURCE = Workflow(
    (
        Transition(
            name="publish",
            label="发布",
            source=(ResourceState.DRAFT, ResourceState.CLOSED),
            target=ResourceState.OPEN,
            permission="alliances.publish_resource",
            action="resource.publish",
            primary=True,
            consequence="发布后，联盟成员和结对村社能看到并申请对接。",
            done="已发布，联盟成员可以申请对接。",
        ),
        Transition(
            name="close",
            label="停用",
            source=(ResourceState.OPEN,),
            target=ResourceState.CLOSED,
            permission="alliances.close_resource",
            action="resource.close",
            consequence="停用后不再接受新的对接，已同意的照常进行。",
            done="已停用。",
        ),
    )
)
NEED = Workflow(
    (
        Transition(
            name="publish",
            label="审核并发布",
            source=(NeedState.RAISED,),
            target=NeedState.PUBLISHED,
            permission="alliances.publish_need",
            action="need.publish",
            effect=publish,
            primary=True,
            consequence="发布后，联盟成员单位可以认领。",
            done="已发布，成员单位可以认领。",
        ),
        Transition(
            name="return",
            label="退回补充",
            source=(NeedState.RAISED,),
            target=NeedState.RETURNED,
            permission="alliances.return_need",
            action="need.return",
            form=f"{FORMS}.common.ReasonForm",
            effect=send_back,
            done="已退回，提出单位会在待办中看到。",
        ),
        Transition(
            name="resubmit",
            label="重新提交",
            source=(NeedState.RETURNED,),
            target=NeedState.RAISED,
            permission="alliances.resubmit_need",
            action="need.resubmit",
            primary=True,
            consequence="提交后由镇党建办审核。",
            done="已提交，镇党建办将会审核。",
        ),
        Transition(
            name="withdraw",
            label="撤销需求",
            source=(NeedState.RAISED, NeedState.RETURNED, NeedState.PUBLISHED),
            target=NeedState.WITHDRAWN,
            permission="alliances.withdraw_need",
            action="need.withdraw",
            danger=True,
            consequence="撤销后不再接受认领；确需办理时请重新提出。",
            done="已撤销。",
        ),
        Transition(
            name="rate",
            label="评价",
            source=(NeedState.ACCEPTED,),
            target=NeedState.RATED,
            permission="alliances.rate_need",
            action="need.rate",
            form=f"{FORMS}.lists.RateForm",
            effect=rate,
            primary=True,
            done="评价已保存。",
        ),
        Transition(
            name="archive",
            label="归档",
            source=(NeedState.RATED,),
            target=NeedState.ARCHIVED,
            permission="alliances.archive_need",
            action="need.archive",
            primary=True,
            consequence="归档后不再修改，计入年度台账。",
            done="已归档。",
        ),
    )
)
CLAIM = Workflow(
    (
        Transition(
            name="accept",
            label="确认认领",
            source=(ClaimState.OFFERED,),
            target=ClaimState.ACCEPTED,
            permission="alliances.decide_claim",
            action="claim.accept",
            form=f"{FORMS}.lists.AcceptClaimForm",
            effect=decide_claim,
            primary=True,
            done="已确认，认领单位会收到消息。",
        ),
        Transition(
            name="decline",
            label="不采纳",
            source=(ClaimState.OFFERED,),
            target=ClaimState.DECLINED,
            permission="alliances.decide_claim",
            action="claim.decline",
            form=f"{FORMS}.common.ReasonForm",
            effect=decide,
            done="已答复，认领单位会收到消息。",
        ),
        Transition(
            name="withdraw",
            label="撤回认领",
            source=(ClaimState.OFFERED,),
            target=ClaimState.WITHDRAWN,
            permission="alliances.withdraw_claim",
            action="claim.withdraw",
            consequence="撤回后，其他单位可以继续认领。",
            done="已撤回认领。",
        ),
    )
)
MATCH = Workflow(
    (
        Transition(
            name="accept",
            label="同意对接",
            source=(MatchState.ASKED,),
            target=MatchState.ACCEPTED,
            permission="alliances.decide_match",
            action="match.accept",
            effect=decide,
            primary=True,
            consequence="同意后，这部分数量不再提供给别的需求。",
            done="已同意，提出单位会收到消息。",
        ),
        Transition(
            name="decline",
            label="不同意",
            source=(MatchState.ASKED,),
            target=MatchState.DECLINED,
            permission="alliances.decide_match",
            action="match.decline",
            form=f"{FORMS}.common.ReasonForm",
            effect=decide,
            done="已答复，提出单位会收到消息。",
        ),
        Transition(
            name="release",
            label="释放",
            source=(MatchState.ASKED, MatchState.ACCEPTED),
            target=MatchState.RELEASED,
            permission="alliances.release_match",
            action="match.release",
            consequence="释放后，这部分数量可以再对接给别的需求。",
            done="已释放。",
        ),
    )
)
PROJECT = Workflow(
    (
        Transition(
            name="hand_in",
            label="申请验收",
            source=(ProjectState.DOING,),
            target=ProjectState.INSPECTING,
            permission="alliances.hand_in_project",
            action="project.hand_in",
            form=f"{FORMS}.projects.HandInForm",
            effect=hand_in,
            primary=True,
            done="已申请验收，提出单位会在待办中看到。",
        ),
        Transition(
            name="pass",
            label="验收通过",
            source=(ProjectState.INSPECTING,),
            target=ProjectState.DONE,
            permission="alliances.pass_project",
            action="project.pass",
            effect=accept,
            primary=True,
            consequence="验收通过后，成果计入联盟台账和年度报告。",
            done="验收通过。",
        ),
        Transition(
            name="return",
            label="验收退回",
            source=(ProjectState.INSPECTING,),
            target=ProjectState.DOING,
            permission="alliances.return_project",
            action="project.return",
            form=f"{FORMS}.common.ReasonForm",
            effect=send_back,
            done="已退回，牵头单位会在待办中看到。",
        ),
        Transition(
            name="stop",
            label="中止项目",
            source=(ProjectState.DOING, ProjectState.INSPECTING),
            target=ProjectState.STOPPED,
            permission="alliances.stop_project",
            action="project.stop",
            form=f"{FORMS}.common.ReasonForm",
            effect=stop,
            danger=True,
            done="已中止；来源需求回到待认领。",
        ),
    )
)
WORKFLOWS = (RESOURCE, NEED, CLAIM, MATCH, PROJECT)
