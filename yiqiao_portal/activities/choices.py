"""The word lists of activities."""

from django.db import models

from yiqiao_portal.core.tags import Tag


class PeriodKind(models.TextChoices):
    """How often a kind is due; empty means it has no rhythm."""

    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    YEAR = "year", "每年"


class AppliesWhen(models.TextChoices):
    """For which branches a kind is due."""

    ALWAYS = "always", "所有党组织"
    HAS_COMMITTEE = "has_committee", "设支委会的"
    HAS_GROUPS = "has_groups", "设党小组的"
    NEVER = "never", "不作要求"


class Severity(models.TextChoices):
    """How binding the source is (domain-rules, reading rule)."""

    MUST = "must", "应当"
    NORMAL = "normal", "一般"
    LOCAL = "local", "本地做法"


class State(models.TextChoices):
    """Where a record stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待确认"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "退回补充"


STATE_TAGS = {
    State.DRAFT: Tag("草稿", "draft"),
    State.SUBMITTED: Tag("待确认", "due"),
    State.CONFIRMED: Tag("已确认", "ok"),
    State.RETURNED: Tag("退回补充", "late"),
}
FIRST_YEAR = 2021  # of the records
EDITABLE = (State.DRAFT, State.RETURNED)
RECORDED = (State.SUBMITTED, State.CONFIRMED)  # what the rhythm counts


class Absence(models.TextChoices):
    """Why somebody expected was not there. No free text: health is nobody's business here."""

    LEAVE = "leave", "请假"
    DUTY = "duty", "公出"
    OTHER = "other", "其他"


class MeetingForm(models.TextChoices):
    """The form in which a 组织生活会 is held (支部工作条例 第十七条)."""

    CONGRESS = "congress", "党员大会"
    COMMITTEE = "committee", "支委会"
    GROUP = "group", "党小组会"


class VoteRule(models.TextChoices):
    """Which rule decides a vote (votes.py)."""

    ORDINARY = "ordinary", "一般表决"
    ADMISSION = "admission", "接收预备党员"
    ELECTION = "election", "选举"


# Units admit nobody to the Party and elect nobody: those two rules count 有表决权的正式党员
# (《中国共产党发展党员工作细则》、《中国共产党基层组织选举工作条例》).
UNIT_VOTES = (VoteRule.ORDINARY,)
