"""Who is in an alliance, and whose turn it is in the chair."""

import uuid

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from yiqiao_portal.core.bigrams import Bigrams
from yiqiao_portal.core.models import Record
from yiqiao_portal.core.tags import Tag
from yiqiao_portal.directory.models import NOISE, Area, Organisation, Person, ServiceLine

from ..choices import ALLIANCE_TAGS, AllianceState, ChairPeriod, MemberRole, Phase
from ..querysets import AllianceQuerySet, MembershipQuerySet, OfAllianceQuerySet


@pghistory.track(exclude=NOISE)
class Alliance(Record):
    """An alliance of units; it owns one organisation, so that meetings and activities can be its own."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="alliance", editable=False, verbose_name="联盟组织"
    )
    name = models.CharField("名称", max_length=60)
    theme = models.CharField("主题", max_length=100, blank=True)
    founded_on = models.DateField("成立日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    service_lines = models.ManyToManyField(ServiceLine, blank=True, verbose_name="服务线（九联）")
    areas = models.ManyToManyField(Area, blank=True, verbose_name="自有微网格")
    charter = models.FileField("章程", upload_to="charters/%Y", blank=True)
    charter_name = models.CharField("章程文件名", max_length=120, blank=True, editable=False)
    charter_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    chair_period = models.CharField("轮值周期", max_length=10, choices=ChairPeriod, default=ChairPeriod.QUARTER)
    state = models.CharField("状态", max_length=8, choices=AllianceState, default=AllianceState.ACTIVE)
    public = models.BooleanField("在公开页展示", default=False)
    slug = models.SlugField("公开网址", max_length=40, unique=True, editable=False, default=uuid.uuid4)
    note = models.CharField("备注", max_length=300, blank=True)

    objects = AllianceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联盟"
        ordering = ["founded_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("founded_on")),
                name="alliances_alliance_ended_after_founded",
                violation_error_message="结束日期不能早于成立日期，请核对。",
            )
        ]
        indexes = [GinIndex(Bigrams("name"), name="alliance_name_bigrams")]

    def __str__(self):
        return self.name

    @property
    def tag(self) -> Tag:
        """The state as word + shape + colour."""
        return ALLIANCE_TAGS[self.state]

    @property
    def organisation_order(self) -> int:
        """Its place in the official order."""
        return self.organisation.order

    def get_absolute_url(self):
        return reverse("alliances:alliance", args=[self.pk])


@pghistory.track(exclude=NOISE)
class AllianceName(Record):
    """What the alliance was called from a day on, in which document; reports of the time keep its words."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="names", verbose_name="联盟")
    name = models.CharField("名称", max_length=60)
    since = models.DateField("启用日期")
    source = models.CharField("出处", max_length=200, blank=True)

    objects = OfAllianceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联盟名称"
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "since"],
                condition=Q(deleted_at=None),
                name="alliances_alliancename_once",
                violation_error_message="这一天已登记过名称，请修改原来的那一条。",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.alliance.get_absolute_url()


@pghistory.track(exclude=NOISE)
class Membership(Record):
    """A unit in an alliance for a time. Leaving sets a date; the row stays for the years before."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="memberships", verbose_name="联盟")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="alliance_memberships", verbose_name="成员单位"
    )
    role = models.CharField("角色", max_length=10, choices=MemberRole, default=MemberRole.ROTATING)
    phase = models.CharField("治水环节", max_length=8, choices=Phase, blank=True)
    contact = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="联络员")
    villages = models.ManyToManyField(
        Organisation, blank=True, related_name="paired_memberships", verbose_name="结对村社党组织"
    )
    turn_order = models.PositiveSmallIntegerField("轮值顺序", default=0, help_text="0 表示不参加轮值")
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("退出日期", null=True, blank=True, help_text="退出当天起不再是成员")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成员单位"
        ordering = ["organisation__order", "organisation__code", "joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "organisation"],
                condition=Q(deleted_at=None, left_on=None),
                name="alliances_membership_once",
                violation_error_message="这家单位已是成员，请在成员名单中修改。",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("joined_on")),
                name="alliances_membership_left_after_joined",
                violation_error_message="退出日期要晚于加入日期，请核对。",
            ),
        ]

    def __str__(self):
        return str(self.organisation)

    @property
    def tag(self) -> Tag | None:
        """已退出 for those who left; the current ones need no word."""
        return Tag("已退出", "draft") if self.left_on else None

    def get_absolute_url(self):
        return f"{self.alliance.get_absolute_url()}#member-{self.pk}"


@pghistory.track(exclude=NOISE)
class ChairTurn(Record):
    """One turn in the chair. `planned` is whose turn the order gave; after a swap `organisation` differs from it."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="turns", verbose_name="联盟")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="chair_turns", verbose_name="轮值单位")
    planned = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="原定单位")
    note = models.CharField("说明", max_length=100, blank=True)

    objects = OfAllianceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "轮值"
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "starts_on"],
                condition=Q(deleted_at=None),
                name="alliances_chairturn_once",
                violation_error_message="这一期已排过轮值，请刷新页面查看。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="alliances_chairturn_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.starts_on:%Y-%m-%d}—{self.ends_on:%Y-%m-%d} {self.organisation}"

    @property
    def swapped(self) -> bool:
        """Whether somebody else takes this turn than the order gave."""
        return self.organisation_id != self.planned_id

    def get_absolute_url(self):
        return f"{self.alliance.get_absolute_url()}#turns"
