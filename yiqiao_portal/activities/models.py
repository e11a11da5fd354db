"""Records of what was done: meetings and theme days, attendance, decisions, and reasons for what was not held."""

import uuid
from pathlib import Path

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from yiqiao_portal.core.bigrams import Bigrams
from yiqiao_portal.core.models import Record
from yiqiao_portal.directory.models import NOISE, Organisation, Person, ServiceLine
from yiqiao_portal.directory.querysets import OfOrganisationQuerySet
from yiqiao_portal.places.models import Place

from .choices import STATE_TAGS, Absence, AppliesWhen, MeetingForm, PeriodKind, Severity, State, VoteRule
from .querysets import ActivityQuerySet, OfActivityQuerySet


class ActivityKind(models.Model):
    """A kind of activity with its rule of rhythm, as data with a source (data/kinds.json)."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=20)
    order = models.PositiveSmallIntegerField("顺序")
    period = models.CharField("周期", max_length=8, choices=PeriodKind, blank=True)
    minimum = models.PositiveSmallIntegerField("每期至少", default=0)
    applies_when = models.CharField("适用", max_length=16, choices=AppliesWhen, default=AppliesWhen.ALWAYS)
    severity = models.CharField("性质", max_length=8, choices=Severity, default=Severity.NORMAL)
    source = models.CharField("来源条款", max_length=200, blank=True)
    is_meeting = models.BooleanField("属于会议", default=False)
    whole_branch = models.BooleanField("全体党员参加", default=False, help_text="应到按党员名册预先勾好")
    by_unit = models.BooleanField("按单位参加", default=False, help_text="应到是单位，例如联席会议的成员单位")
    needs_tasks = models.BooleanField(
        "议定事项须落实", default=False, help_text="提交前须写明责任和期限，或注明无需办理"
    )
    combines_with = models.ManyToManyField("self", blank=True, verbose_name="可合并召开")

    class Meta:
        ordering = ["order"]
        verbose_name = verbose_name_plural = "活动类型"

    def __str__(self):
        return self.name


@pghistory.track(exclude=[*NOISE, "deleted_at"])
class Activity(Record):
    """One activity of one organisation. The numbers of people are kept even where no roster is."""

    serial = models.CharField("编号", max_length=20, unique=True, editable=False)
    kind = models.ForeignKey(ActivityKind, models.PROTECT, verbose_name="类型")
    also = models.ManyToManyField(
        ActivityKind, blank=True, related_name="+", verbose_name="同时召开", help_text="如民主评议与组织生活会一并进行"
    )
    form = models.CharField("召开形式", max_length=10, choices=MeetingForm, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activities", verbose_name="党组织")
    partners = models.ManyToManyField(
        Organisation, blank=True, related_name="joined_activities", verbose_name="合作单位"
    )
    title = models.CharField("主题", max_length=100)
    held_on = models.DateField("日期", db_index=True)
    starts_at = models.TimeField("开始时间", null=True, blank=True)
    ends_at = models.TimeField("结束时间", null=True, blank=True)
    venue = models.CharField("地点", max_length=80)
    place = models.ForeignKey(Place, models.SET_NULL, null=True, blank=True, verbose_name="阵地")
    host = models.CharField("主持人", max_length=40)
    recorder = models.CharField("记录人", max_length=40, blank=True)
    expected = models.PositiveIntegerField("应到", null=True, blank=True)
    present = models.PositiveIntegerField("实到", null=True, blank=True)
    voters_expected = models.PositiveIntegerField("应到有表决权", null=True, blank=True)
    voters_present = models.PositiveIntegerField("实到有表决权", null=True, blank=True)
    guests = models.CharField("列席", max_length=200, blank=True)
    content = models.TextField("主要内容", max_length=5000, blank=True)
    service_lines = models.ManyToManyField(ServiceLine, blank=True, verbose_name="服务线（九联）")
    theme_day = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="held_together", verbose_name="所属主题党日"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    late_entry = models.BooleanField("补录", default=False, editable=False)
    planned = models.BooleanField("年计划", default=False, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="提交人"
    )
    return_reason = models.CharField("退回原因", max_length=200, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动记录"
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "kind", "held_on"], name="activity_rhythm"),
            GinIndex(Bigrams("title"), name="activity_title_bigrams"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="activities_activity_ends_after_start",
                violation_error_message="结束时间要晚于开始时间，请核对。",
            ),
            models.CheckConstraint(
                condition=Q(present=None) | Q(expected=None) | Q(present__lte=F("expected")),
                name="activities_activity_present_within_expected",
                violation_error_message="实到人数不能多于应到人数，请核对。",
            ),
            models.CheckConstraint(
                condition=Q(voters_present=None)
                | Q(voters_expected=None)
                | Q(voters_present__lte=F("voters_expected")),
                name="activities_activity_voters_within_expected",
                violation_error_message="实到有表决权人数不能多于应到有表决权人数，请核对。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def tag(self):
        """The state as word + shape + colour."""
        return STATE_TAGS[self.state]

    @property
    def missing(self) -> int | None:
        """缺席: expected less present; None where the numbers are not known."""
        return None if self.expected is None or self.present is None else self.expected - self.present

    def get_absolute_url(self):
        return reverse("activities:detail", args=[self.pk])


class ActivityCount(models.Model):
    """For which kind a record counts. Written by the service from rhythm.counted_kinds; pages and workbook read it."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="counts")
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "kind"], name="activities_activitycount_once")]

    def __str__(self):
        return f"{self.activity_id}:{self.kind_id}"


@pghistory.track(exclude=NOISE)
class Attendance(Record):
    """A person or, at a meeting of units, an organisation that was expected, and whether they were there."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="attendances", verbose_name="活动")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name="姓名"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name="单位"
    )
    votes = models.BooleanField("有表决权", default=True)
    present = models.BooleanField("到会", default=True)
    absence = models.CharField("缺席原因", max_length=8, choices=Absence, blank=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "出席"
        ordering = ["organisation__order", "person__pinyin", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "person"], name="activities_attendance_once"),
            models.UniqueConstraint(fields=["activity", "organisation"], name="activities_attendance_unit_once"),
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(organisation=None), name="activities_attendance_one_of_both"
            ),
            models.CheckConstraint(
                condition=(Q(present=True) & Q(absence="")) | (Q(present=False) & ~Q(absence="")),
                name="activities_attendance_absence_has_reason",
                violation_error_message="缺席的同志请选择原因：请假、公出或其他。",
            ),
        ]

    def __str__(self):
        return str(self.who)

    @property
    def who(self) -> Person | Organisation:
        """Whom the row speaks of."""
        return self.organisation or self.person


@pghistory.track(exclude=NOISE)
class AgendaItem(Record):
    """One point of the agenda; with a vote where one was taken."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="agenda", verbose_name="活动")
    order = models.PositiveSmallIntegerField("顺序", default=0)
    title = models.CharField("议题", max_length=100)
    outcome = models.CharField("讨论情况", max_length=500, blank=True)
    of_congress = models.BooleanField("属于党员大会议题", default=False)
    major = models.BooleanField("村社重要事项", default=False, help_text="须经党员大会讨论（支部工作条例第十一条）")
    vote_rule = models.CharField("表决方式", max_length=10, choices=VoteRule, blank=True)
    votes_for = models.PositiveIntegerField("赞成", null=True, blank=True)
    votes_against = models.PositiveIntegerField("反对", null=True, blank=True)
    votes_abstain = models.PositiveIntegerField("弃权", null=True, blank=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title


@pghistory.track(exclude=NOISE)
class Decision(Record):
    """What was decided: who does it until when, and when it was done."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="decisions", verbose_name="活动")
    order = models.PositiveSmallIntegerField("顺序", default=0)
    text = models.CharField("议定事项", max_length=200)
    owner = models.CharField("负责人", max_length=40, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="责任单位"
    )
    no_action = models.BooleanField("无需办理", default=False)
    due_on = models.DateField("完成期限", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "议定事项"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


def photo_path(photo, name: str) -> str:
    """A server-made name; the second file of a photo is its small picture."""
    return f"photos/{photo.token.hex[:2]}/{photo.token.hex}{'-small' if 'small' in name else ''}.jpg"


def attachment_path(attachment, name: str) -> str:
    """A server-made name that keeps only the ending."""
    return f"attachments/{attachment.token.hex[:2]}/{attachment.token.hex}{Path(name).suffix.lower()}"


@pghistory.track(exclude=[*NOISE, "image", "small"])
class Photo(Record):
    """A picture of an activity, always optional; only the cleaned copy is kept (core.images)."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="photos", verbose_name="活动")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    image = models.FileField("照片", upload_to=photo_path)
    small = models.FileField("小图", upload_to=photo_path)
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "照片"
        ordering = ["pk"]

    def __str__(self):
        return f"照片 {self.pk}"


@pghistory.track(exclude=[*NOISE, "file"])
class Attachment(Record):
    """A paper that belongs to an activity: a sign-in sheet, slides, a scanned page."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="attachments", verbose_name="活动")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField("附件", upload_to=attachment_path)
    name = models.CharField("文件名", max_length=120)
    size = models.PositiveIntegerField("大小（字节）", default=0)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["pk"]

    def __str__(self):
        return self.name


@pghistory.track(exclude=NOISE)
class Explanation(Record):
    """Why a branch did not hold what was due in a period: the cell shows 说明."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="党组织")
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+", verbose_name="类型")
    year = models.PositiveSmallIntegerField("年份")
    number = models.PositiveSmallIntegerField("期次", help_text="月份、季度；年度为 1")
    reason = models.CharField("原因", max_length=200)

    objects = OfOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未开展说明"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "year", "number"],
                condition=Q(deleted_at=None),
                name="activities_explanation_once",
                violation_error_message="这一期已写过说明，可直接修改原说明。",
            )
        ]

    def __str__(self):
        return self.reason
