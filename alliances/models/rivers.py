"""Rivers, who looks after them, what was seen on patrol, and how clean the water is."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import Truncator

from yiqiao_portal.core.models import Record
from yiqiao_portal.core.tags import Tag
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import NOISE, Area, Organisation, Person

from ..choices import PROBLEM_TAGS, Body, ChiefLevel, PatrolPeriod, ProblemState, WaterGrade
from ..querysets import OfPatrolQuerySet, OfSectionQuerySet, TownQuerySet
from .alliance import Alliance

HANDOVER_TITLE = 60  # as long as a need's title


@pghistory.track(exclude=NOISE)
class River(Record):
    """A river or lake with what its sign must say (浙江省河长制规定 第十二条)."""

    name = models.CharField("河道名称", max_length=40)
    code = models.CharField("河道编号", max_length=20, blank=True)
    body = models.CharField("水体类型", max_length=8, choices=Body, default=Body.RIVER)
    alliance = models.ForeignKey(
        Alliance, models.PROTECT, null=True, blank=True, related_name="rivers", verbose_name="所属联盟"
    )
    length_m = models.PositiveIntegerField("长度（米）", null=True, blank=True)
    surface_m2 = models.PositiveIntegerField("水域面积（平方米）", null=True, blank=True)
    duty = models.CharField("河长职责", max_length=300, blank=True)
    goal = models.CharField("整治目标", max_length=200, blank=True)
    protection = models.CharField("保护要求", max_length=200, blank=True)
    hotline = models.CharField("监督电话", max_length=20, blank=True, help_text="公示牌上的公开电话")
    order = models.PositiveSmallIntegerField("顺序", default=0)
    demo = models.BooleanField("演示数据", default=False, editable=False)

    objects = TownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "河道"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(deleted_at=None),
                name="alliances_river_once",
                violation_error_message="已有同名河道，请直接使用。",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("alliances:river", args=[self.pk])


@pghistory.track(exclude=NOISE)
class Section(Record):
    """A stretch of a river, or a sampling section, with the class it is to reach."""

    river = models.ForeignKey(River, models.PROTECT, related_name="sections", verbose_name="河道")
    name = models.CharField("断面（河段）", max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在村社")
    target = models.CharField("目标类别", max_length=6, choices=WaterGrade, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    objects = TownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "断面（河段）"
        ordering = ["river__order", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["river", "name"],
                condition=Q(deleted_at=None),
                name="alliances_section_once",
                violation_error_message="这条河道已有同名断面，请直接使用。",
            )
        ]

    def __str__(self):
        return f"{self.river}·{self.name}"

    @property
    def party(self) -> Organisation | None:
        """The Party organisation of its village: the topmost one there; None where there is no village or none."""
        if not self.area_id:
            return None
        rows = Organisation.objects.alive().filter(area=self.area_id, kind=OrganisationKind.VILLAGE_PARTY)
        return rows.order_by("depth", "order", "code").first()

    def get_absolute_url(self):
        return reverse("alliances:section", args=[self.pk])


@pghistory.track(exclude=NOISE)
class RiverChief(Record):
    """河长 of a stretch for a time: the post is public (第十二条), the phone is not kept here."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="chiefs", verbose_name="断面（河段）")
    level = models.CharField("河长级别", max_length=10, choices=ChiefLevel)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="河长")
    duty = models.CharField("职务", max_length=40, blank=True, help_text="公示牌上的职务，例如“村党组织书记”")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所在单位")
    since = models.DateField("任职开始")
    until = models.DateField("任职结束", null=True, blank=True)

    objects = TownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "河长"
        ordering = ["section__order", "level", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "level"],
                condition=Q(deleted_at=None, until=None),
                name="alliances_riverchief_one_now",
                violation_error_message="这个河段已有这一级的河长，请先填写前任的任职结束日期。",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="alliances_riverchief_until_after_since",
                violation_error_message="任职结束不能早于任职开始，请核对。",
            ),
        ]

    def __str__(self):
        return f"{self.get_level_display()}河长"

    def get_absolute_url(self):
        return self.section.get_absolute_url()


class PatrolRule(models.Model):
    """How often a level is to patrol: data with a source (data/patrols.json); the regulation names no number."""

    level = models.CharField("河长级别", max_length=10, choices=ChiefLevel, unique=True)
    period = models.CharField("周期", max_length=12, choices=PatrolPeriod)
    minimum = models.PositiveSmallIntegerField("每期至少", default=1)
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "巡河频次"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_level_display()}：{self.get_period_display()} {self.minimum} 次"


class PatrolItem(models.Model):
    """What is looked at on a patrol (data/patrols.json)."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("巡查内容", max_length=20)
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "巡查内容"
        ordering = ["order"]

    def __str__(self):
        return self.name


@pghistory.track(exclude=NOISE)
class Patrol(Record):
    """One patrol. No track, no position: what was seen is what counts."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="patrols", verbose_name="断面（河段）")
    level = models.CharField("河长级别", max_length=10, choices=ChiefLevel)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="patrols", verbose_name="巡查单位")
    by_whom = models.CharField("巡查人", max_length=40)
    day = models.DateField("巡查日期", db_index=True)
    starts_at = models.TimeField("开始时间", null=True, blank=True)
    ends_at = models.TimeField("结束时间", null=True, blank=True)
    items = models.ManyToManyField(PatrolItem, blank=True, verbose_name="已看内容")
    note = models.CharField("情况", max_length=300, blank=True)

    objects = OfSectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "巡河记录"
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="alliances_patrol_ends_after_start",
                violation_error_message="结束时间要晚于开始时间，请核对。",
            )
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.section}"

    def get_absolute_url(self):
        return reverse("alliances:patrol", args=[self.pk])


@pghistory.track(exclude=NOISE)
class PatrolProblem(Record):
    """Something wrong that was found; kept until it is solved, offered for handover."""

    patrol = models.ForeignKey(Patrol, models.CASCADE, related_name="problems", verbose_name="巡河记录")
    item = models.ForeignKey(PatrolItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="类别")
    text = models.CharField("发现的问题", max_length=200)
    state = models.CharField("状态", max_length=12, choices=ProblemState, default=ProblemState.OPEN)
    solved_on = models.DateField("解决日期", null=True, blank=True)
    answer = models.CharField("处理情况", max_length=200, blank=True)

    objects = OfPatrolQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "巡河问题"
        ordering = ["pk"]

    def __str__(self):
        return self.text

    @property
    def tag(self) -> Tag:
        """The state as word + shape + colour."""
        return PROBLEM_TAGS[self.state]

    def get_absolute_url(self):
        return f"{self.patrol.get_absolute_url()}#problem-{self.pk}"

    def handover_facts(self) -> dict:
        """What a form that takes the problem on starts from (core.handover)."""
        section = self.patrol.section
        party = section.party
        facts = {
            "title": Truncator(self.text.rstrip("。")).chars(HANDOVER_TITLE, truncate="…"),
            "detail": f"{self.patrol.day} 巡查{section}时发现：{self.text}",
            "area": section.area_id or self.patrol.organisation.area_id,
            "alliance": section.river.alliance_id,
            "organisation": party and party.pk,
        }
        return {name: value for name, value in facts.items() if value}


def reading(label: str, *, most: int, places: int) -> models.DecimalField:
    """A measured value; what a laboratory could not report is refused."""
    return models.DecimalField(
        label,
        max_digits=8,
        decimal_places=places,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(most)],
    )


@pghistory.track(exclude=NOISE)
class WaterSample(Record):
    """One sampling: readings in mg/L, pH without unit. An empty reading was not measured and is not judged."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="samples", verbose_name="断面")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="填报单位")
    taken_on = models.DateField("采样日期", db_index=True)
    ph = reading("pH", most=14, places=2)
    do = reading("溶解氧", most=50, places=2)
    codmn = reading("高锰酸盐指数", most=1000, places=2)
    cod = reading("化学需氧量", most=10000, places=2)
    bod5 = reading("五日生化需氧量", most=5000, places=2)
    nh3n = reading("氨氮", most=1000, places=3)
    tp = reading("总磷", most=100, places=3)
    tn = reading("总氮", most=1000, places=3)
    source = models.CharField("数据来源", max_length=60, blank=True, help_text="例如检测报告编号")

    objects = OfSectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "水质监测"
        ordering = ["-taken_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "taken_on"],
                condition=Q(deleted_at=None),
                name="alliances_watersample_once",
                violation_error_message="这个断面当天已有数据，请在原记录上修改。",
            )
        ]

    def __str__(self):
        return f"{self.taken_on:%Y-%m-%d} {self.section}"

    def get_absolute_url(self):
        return reverse("alliances:sample", args=[self.pk])
