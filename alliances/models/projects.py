"""项目清单 with its progress, and the programmes that projects serve."""

import uuid
from datetime import date, timedelta

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from yiqiao_portal.activities.models import Activity
from yiqiao_portal.core.bigrams import Bigrams
from yiqiao_portal.core.models import Record
from yiqiao_portal.core.tags import Tag
from yiqiao_portal.directory.models import NOISE, Organisation, ServiceLine

from ..choices import PROJECT_TAGS, ProjectState, Target
from ..querysets import OfProgressQuerySet, OfProjectQuerySet, ProjectQuerySet, TownQuerySet
from .alliance import Alliance
from .lists import Need

NEAR = timedelta(days=30)


def light(due: date) -> Tag:
    """The traffic light of something that runs: green, yellow within 30 days of its day, red after it."""
    today = timezone.localdate()
    if due < today:
        return Tag(f"超期 {(today - due).days} 天", "late")
    return Tag("临近到期", "due") if due <= today + NEAR else Tag("按期推进", "ok", "dot")


@pghistory.track(exclude=NOISE)
class Programme(Record):
    """A programme of the town: 义心向党·桥见未来, 义心为民, 三大行动. Goals and milestones, without ranking."""

    code = models.SlugField("代码", max_length=20, unique=True, null=True, editable=False)  # of data/programmes.json
    name = models.CharField("名称", max_length=40)
    summary = models.CharField("要点", max_length=300, blank=True)
    goals = models.TextField("目标", max_length=2000, blank=True, help_text="一行写一项")
    targets = ArrayField(
        models.CharField(max_length=12, choices=Target), default=list, blank=True, verbose_name="对应目标"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes", verbose_name="牵头单位")
    order = models.PositiveSmallIntegerField("顺序", default=0)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)

    objects = TownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工程与行动"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(deleted_at=None),
                name="alliances_programme_once",
                violation_error_message="已有同名的工程或行动，请直接使用。",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="alliances_programme_ends_after_start",
                violation_error_message="结束日期不能早于开始日期，请核对。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def light(self) -> Tag:
        """The light of the first of its milestones that is not done: what comes next. Expects them prefetched."""
        milestones = [milestone for milestone in self.milestones.all() if not milestone.deleted_at]
        waiting = [milestone.due_on for milestone in milestones if not milestone.done_on]
        if waiting:
            return light(min(waiting))
        return Tag("节点都已完成", "ok") if milestones else Tag("未列节点", "draft")

    def get_absolute_url(self):
        return reverse("alliances:programme", args=[self.pk])


@pghistory.track(exclude=NOISE)
class Milestone(Record):
    """A step of a programme: who, until when, when it was done. Its light follows from the dates alone."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="milestones", verbose_name="工程与行动")
    title = models.CharField("节点", max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="责任单位")
    due_on = models.DateField("计划完成")
    done_on = models.DateField("实际完成", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = TownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "节点"
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.title

    @property
    def tag(self) -> Tag:
        """已完成, 超期, 30 天内到期 or 进行中."""
        return Tag("已完成", "ok") if self.done_on else light(self.due_on)

    def get_absolute_url(self):
        return f"{self.programme.get_absolute_url()}#milestones"


@pghistory.track(exclude=NOISE)
class Project(Record):
    """What is done for a need, or directly for a programme; activities and progress hang on it.

    A stopped project gives its need back (`former_need`), so that another may answer it.
    """

    serial = models.CharField("编号", max_length=20, unique=True, editable=False)
    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="projects", verbose_name="联盟")
    need = models.OneToOneField(
        Need, models.PROTECT, null=True, blank=True, related_name="project", editable=False, verbose_name="来源需求"
    )
    former_need = models.ForeignKey(
        Need,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stopped_projects",
        editable=False,
        verbose_name="原来源需求",
    )
    title = models.CharField("项目名称", max_length=60)
    detail = models.TextField("实施内容", max_length=1000, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="projects_led", verbose_name="牵头单位")
    helpers = models.ManyToManyField(Organisation, blank=True, related_name="projects_helped", verbose_name="配合单位")
    service_line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="+", verbose_name="九联类别")
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="projects", verbose_name="所属工程"
    )
    activities = models.ManyToManyField(Activity, blank=True, related_name="alliance_projects", verbose_name="相关活动")
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("计划完成")
    state = models.CharField("状态", max_length=10, choices=ProjectState, default=ProjectState.DOING)
    result = models.CharField("成果", max_length=500, blank=True)
    beneficiaries = models.PositiveIntegerField("受益人次", null=True, blank=True)
    accepted_on = models.DateField("验收日期", null=True, blank=True, editable=False)
    return_reason = models.CharField("退回原因", max_length=200, blank=True, editable=False)
    stop_reason = models.CharField("中止原因", max_length=200, blank=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "项目", "项目清单"
        ordering = ["-pk"]
        indexes = [GinIndex(Bigrams("title"), name="project_title_bigrams")]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")),
                name="alliances_project_due_after_start",
                violation_error_message="计划完成日期不能早于开始日期，请核对。",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def tag(self) -> Tag:
        """The state as word + shape + colour."""
        return PROJECT_TAGS[self.state]

    @property
    def light(self) -> Tag:
        """The traffic light: from the dates while it runs, else the state."""
        return light(self.due_on) if self.state == ProjectState.DOING else self.tag

    def get_absolute_url(self):
        return reverse("alliances:project", args=[self.pk])


@pghistory.track(exclude=NOISE)
class Progress(Record):
    """A short note of what was done on a day. Pictures may be added and are never asked for."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="progress", verbose_name="项目")
    day = models.DateField("日期")
    text = models.CharField("进展", max_length=300)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="填报单位")

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目进展"
        ordering = ["-day", "-pk"]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return f"{self.project.get_absolute_url()}#progress"


def photo_path(_row, _name: str) -> str:
    """Where a cleaned picture is kept; the name says nothing."""
    return f"progress/{timezone.localdate():%Y/%m}/{uuid.uuid4()}.jpg"


@pghistory.track(exclude=[*NOISE, "image", "small"])
class ProgressPhoto(Record):
    """A picture of a progress note, always optional; only the cleaned copy is kept (core.images)."""

    progress = models.ForeignKey(Progress, models.CASCADE, related_name="photos", verbose_name="项目进展")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    image = models.FileField("照片", upload_to=photo_path)
    small = models.FileField("小图", upload_to=photo_path)
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)

    objects = OfProgressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展照片"
        ordering = ["pk"]

    def __str__(self):
        return f"进展照片 {self.pk}"

    def get_absolute_url(self):
        return self.progress.get_absolute_url()
