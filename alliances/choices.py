"""The word lists of alliances."""

from django.db import models

from yiqiao_portal.core.tags import Tag


class AllianceState(models.TextChoices):
    """Whether the alliance works."""

    ACTIVE = "active", "运行中"
    ENDED = "ended", "已结束"


class MemberRole(models.TextChoices):
    """What a unit is in the alliance (issue: 牵头/轮值/成员). Whose turn it is now says the calendar, not this."""

    LEAD = "lead", "牵头单位"
    ROTATING = "rotating", "轮值单位"
    MEMBER = "member", "成员单位"


class Phase(models.TextChoices):
    """Where in the life cycle of water control a unit works (town newspaper page, July 2022)."""

    BUILD = "build", "建设"
    TREAT = "treat", "治污"
    MANAGE = "manage", "管理"
    SERVE = "serve", "服务"


class ChairPeriod(models.TextChoices):
    """How long one turn in the chair lasts (domain-rules 6: 一月一轮 seen; configurable)."""

    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF_YEAR = "half_year", "每半年"


class Unit(models.TextChoices):
    """How much of a resource there is, or is needed."""

    TIMES = "times", "次"
    PEOPLE = "people", "人"
    HOURS = "hours", "小时"
    SETS = "sets", "套"
    YUAN = "yuan", "元"


class ResourceState(models.TextChoices):
    """资源清单."""

    DRAFT = "draft", "待发布"
    OPEN = "open", "可对接"
    CLOSED = "closed", "已停用"


class NeedState(models.TextChoices):
    """需求清单 (domain-rules 6: 提出→审核→发布→认领→实施→验收→评价→归档)."""

    RAISED = "raised", "待审核"
    RETURNED = "returned", "退回补充"
    PUBLISHED = "published", "待认领"
    CLAIMED = "claimed", "已认领"
    DOING = "doing", "实施中"
    INSPECTING = "inspecting", "待验收"
    ACCEPTED = "accepted", "待评价"
    RATED = "rated", "已评价"
    ARCHIVED = "archived", "已归档"
    WITHDRAWN = "withdrawn", "已撤销"


class ClaimState(models.TextChoices):
    """认领."""

    OFFERED = "offered", "待确认"
    ACCEPTED = "accepted", "已确认"
    DECLINED = "declined", "未采纳"
    WITHDRAWN = "withdrawn", "已撤回"


class MatchState(models.TextChoices):
    """A resource asked for a need."""

    ASKED = "asked", "待答复"
    ACCEPTED = "accepted", "已同意"
    DECLINED = "declined", "未同意"
    RELEASED = "released", "已释放"


class ProjectState(models.TextChoices):
    """项目清单."""

    DOING = "doing", "实施中"
    INSPECTING = "inspecting", "待验收"
    DONE = "done", "已完成"
    STOPPED = "stopped", "已中止"


class Satisfaction(models.TextChoices):
    """How the raiser rates what was done."""

    GOOD = "good", "满意"
    FAIR = "fair", "基本满意"
    POOR = "poor", "不满意"


class Target(models.TextChoices):
    """五年目标 (萧山日报 2021-11, 义桥镇第十七次代表大会)."""

    LANDSCAPE = "landscape", "山水新都市"
    INNOVATION = "innovation", "创智新高地"
    YUPU = "yupu", "渔浦新义桥"


class Body(models.TextChoices):
    """What kind of water a section is: GB 3838-2002 has other limits of total phosphorus for lakes."""

    RIVER = "river", "河流"
    LAKE = "lake", "湖库"


class WaterGrade(models.TextChoices):
    """GB 3838-2002 classes."""

    I = "I", "Ⅰ类"  # noqa: E741 - the class is called so
    II = "II", "Ⅱ类"
    III = "III", "Ⅲ类"
    IV = "IV", "Ⅳ类"
    V = "V", "Ⅴ类"
    WORSE = "worse", "劣Ⅴ类"


class ChiefLevel(models.TextChoices):
    """河长 by level (浙江省河长制规定 第四条: 五级; here those that patrol the town's rivers)."""

    DISTRICT = "district", "区级"
    TOWN = "town", "镇级"
    VILLAGE = "village", "村级"


class PatrolPeriod(models.TextChoices):
    """Within which a patrol is due."""

    WEEK = "week", "每周"
    TEN_DAYS = "ten_days", "每旬"
    HALF_MONTH = "half_month", "每半月"
    MONTH = "month", "每月"


class ProblemState(models.TextChoices):
    """What became of a problem found on patrol."""

    OPEN = "open", "待处理"
    HANDED_OVER = "handed_over", "已转办"
    SOLVED = "solved", "已解决"


ALLIANCE_TAGS = {AllianceState.ACTIVE: Tag("运行中", "ok"), AllianceState.ENDED: Tag("已结束", "draft")}
RESOURCE_TAGS = {
    ResourceState.DRAFT: Tag("待发布", "draft"),
    ResourceState.OPEN: Tag("可对接", "ok"),
    ResourceState.CLOSED: Tag("已停用", "draft", "dash"),
}
NEED_TAGS = {
    NeedState.RAISED: Tag("待审核", "due"),
    NeedState.RETURNED: Tag("退回补充", "late", "back"),
    NeedState.PUBLISHED: Tag("待认领", "due"),
    NeedState.CLAIMED: Tag("已认领", "run"),
    NeedState.DOING: Tag("实施中", "run"),
    NeedState.INSPECTING: Tag("待验收", "due"),
    NeedState.ACCEPTED: Tag("待评价", "due"),
    NeedState.RATED: Tag("已评价", "ok"),
    NeedState.ARCHIVED: Tag("已归档", "ok"),
    NeedState.WITHDRAWN: Tag("已撤销", "draft", "dash"),
}
CLAIM_TAGS = {
    ClaimState.OFFERED: Tag("待确认", "due"),
    ClaimState.ACCEPTED: Tag("已确认", "ok"),
    ClaimState.DECLINED: Tag("未采纳", "draft", "dash"),
    ClaimState.WITHDRAWN: Tag("已撤回", "draft", "back"),
}
MATCH_TAGS = {
    MatchState.ASKED: Tag("待答复", "due"),
    MatchState.ACCEPTED: Tag("已同意", "ok"),
    MatchState.DECLINED: Tag("未同意", "draft", "dash"),
    MatchState.RELEASED: Tag("已释放", "draft", "back"),
}
PROJECT_TAGS = {
    ProjectState.DOING: Tag("实施中", "run"),
    ProjectState.INSPECTING: Tag("待验收", "due"),
    ProjectState.DONE: Tag("已完成", "ok"),
    ProjectState.STOPPED: Tag("已中止", "draft", "dash"),
}
PROBLEM_TAGS = {
    ProblemState.OPEN: Tag("待处理", "due"),
    ProblemState.HANDED_OVER: Tag("已转办", "run"),
    ProblemState.SOLVED: Tag("已解决", "ok"),
}
PUBLIC_NEEDS = (  # what the members of the alliance see of others' needs
    NeedState.PUBLISHED,
    NeedState.CLAIMED,
    NeedState.DOING,
    NeedState.INSPECTING,
    NeedState.ACCEPTED,
    NeedState.RATED,
    NeedState.ARCHIVED,
)
TAKEN_NEEDS = tuple(state for state in PUBLIC_NEEDS if state != NeedState.PUBLISHED)
MET_NEEDS = (NeedState.ACCEPTED, NeedState.RATED, NeedState.ARCHIVED)
RUNNING_PROJECTS = (ProjectState.DOING, ProjectState.INSPECTING)
EDITABLE_NEEDS = (NeedState.RAISED, NeedState.RETURNED)
MATCHABLE_NEEDS = (NeedState.PUBLISHED, NeedState.CLAIMED, NeedState.DOING)
