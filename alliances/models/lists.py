"""资源清单, 需求清单 and what joins them: 认领 and 对接."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from yiqiao_portal.core.bigrams import Bigrams
from yiqiao_portal.core.models import Record
from yiqiao_portal.core.tags import Tag
from yiqiao_portal.directory.models import NOISE, Area, Organisation, ServiceLine

from ..choices import (
    CLAIM_TAGS,
    MATCH_TAGS,
    NEED_TAGS,
    RESOURCE_TAGS,
    ClaimState,
    MatchState,
    NeedState,
    ResourceState,
    Satisfaction,
    Unit,
)
from ..querysets import NeedQuerySet, OfNeedQuerySet, ResourceQuerySet
from .alliance import Alliance

# Whatever writes a match, the resource's sum follows in the same transaction; the check constraint then refuses
# the one that would promise more than there is, whoever forgot to lock.
PROMISED = """
IF TG_OP <> 'INSERT' AND OLD.state = 'accepted' THEN
    UPDATE alliances_resource SET promised = promised - OLD.amount WHERE id = OLD.resource_id;
END IF;
IF TG_OP <> 'DELETE' AND NEW.state = 'accepted' THEN
    UPDATE alliances_resource SET promised = promised + NEW.amount WHERE id = NEW.resource_id;
END IF;
RETURN NULL;
"""


@pghistory.track(exclude=[*NOISE, "promised"])
class Resource(Record):
    """What a unit offers to the alliance: how much of it, from when until when."""

    serial = models.CharField("编号", max_length=20, unique=True, editable=False)
    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="resources", verbose_name="联盟")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="resources_offered", verbose_name="提供单位"
    )
    title = models.CharField("资源名称", max_length=60)
    detail = models.TextField("内容说明", max_length=1000, blank=True)
    service_line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="+", verbose_name="九联类别")
    capacity = models.PositiveIntegerField("数量", validators=[MinValueValidator(1)])
    unit = models.CharField("单位", max_length=8, choices=Unit, default=Unit.TIMES)
    promised = models.PositiveIntegerField("已对接", default=0, editable=False)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所在村社",
        help_text="不填表示全镇可用",
    )
    starts_on = models.DateField("可用开始", null=True, blank=True)
    ends_on = models.DateField("可用结束", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=ResourceState, default=ResourceState.DRAFT)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "资源"
        ordering = ["-pk"]
        indexes = [GinIndex(Bigrams("title"), name="resource_title_bigrams")]
        constraints = [
            models.CheckConstraint(
                condition=Q(promised__lte=F("capacity")),
                name="alliances_resource_never_over_promised",
                violation_error_message="已对接的数量不能多于总数量，请核对。",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="alliances_resource_ends_after_start",
                violation_error_message="可用结束日期不能早于开始日期，请核对。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def tag(self) -> Tag:
        """The state; 已约满 when nothing is left."""
        full = self.state == ResourceState.OPEN and not self.left
        return Tag("已约满", "run", "check") if full else RESOURCE_TAGS[self.state]

    @property
    def left(self) -> int:
        """How much may still be promised."""
        return self.capacity - self.promised

    def get_absolute_url(self):
        return reverse("alliances:resource", args=[self.pk])


@pghistory.track(exclude=[*NOISE, "deleted_at"])
class Need(Record):
    """What somebody needs of the alliance, from its raising to the archive."""

    serial = models.CharField("编号", max_length=20, unique=True, editable=False)
    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="needs", verbose_name="联盟")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="needs_raised", verbose_name="提出单位")
    title = models.CharField("需求名称", max_length=60)
    detail = models.TextField("具体内容", max_length=1000, blank=True)
    service_line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="+", verbose_name="九联类别")
    amount = models.PositiveIntegerField("数量", default=1, validators=[MinValueValidator(1)])
    unit = models.CharField("单位", max_length=8, choices=Unit, default=Unit.TIMES)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在村社")
    starts_on = models.DateField("希望开始", null=True, blank=True)
    due_on = models.DateField("希望完成", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=NeedState, default=NeedState.RAISED)
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    return_reason = models.CharField("退回原因", max_length=200, blank=True, editable=False)
    accepted_on = models.DateField("验收日期", null=True, editable=False)
    satisfaction = models.CharField("评价", max_length=6, choices=Satisfaction, blank=True, editable=False)
    comment = models.CharField("评价说明", max_length=200, blank=True, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "需求"
        ordering = ["-pk"]
        indexes = [
            GinIndex(Bigrams("title"), name="need_title_bigrams"),
            models.Index(fields=["alliance", "state"], name="need_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")),
                name="alliances_need_due_after_start",
                violation_error_message="希望完成日期不能早于希望开始日期，请核对。",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def tag(self) -> Tag:
        """The state as word + shape + colour."""
        return NEED_TAGS[self.state]

    def get_absolute_url(self):
        return reverse("alliances:need", args=[self.pk])


@pghistory.track(exclude=NOISE)
class Claim(Record):
    """A unit takes on a need, alone or with others; one of the accepted ones leads."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="claims", verbose_name="需求")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="claims", verbose_name="认领单位")
    plan = models.CharField("怎么做", max_length=300, blank=True)
    lead = models.BooleanField("牵头", default=False)
    state = models.CharField("状态", max_length=10, choices=ClaimState, default=ClaimState.OFFERED)
    decided_at = models.DateTimeField("答复时间", null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="答复人"
    )
    reason = models.CharField("答复说明", max_length=200, blank=True, editable=False)

    objects = OfNeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认领"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "organisation"],
                condition=Q(deleted_at=None, state__in=[ClaimState.OFFERED, ClaimState.ACCEPTED]),
                name="alliances_claim_once",
                violation_error_message="这家单位已认领过这条需求，请刷新页面查看。",
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(deleted_at=None, lead=True, state=ClaimState.ACCEPTED),
                name="alliances_claim_one_lead",
                violation_error_message="这条需求已有牵头单位，请刷新页面查看。",
            ),
        ]

    def __str__(self):
        return f"{self.organisation}认领“{self.need}”"

    @property
    def tag(self) -> Tag:
        """The state as word + shape + colour."""
        return CLAIM_TAGS[self.state]

    def get_absolute_url(self):
        return f"{self.need.get_absolute_url()}#claims"


@pghistory.track(exclude=NOISE)
class Match(Record):
    """A resource asked for a need: so much of it. Accepting binds that much of the resource's capacity."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="matches", verbose_name="需求")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="matches", verbose_name="资源")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", editable=False, verbose_name="提供单位"
    )
    amount = models.PositiveIntegerField("数量", validators=[MinValueValidator(1)])
    state = models.CharField("状态", max_length=10, choices=MatchState, default=MatchState.ASKED)
    decided_at = models.DateTimeField("答复时间", null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="答复人"
    )
    reason = models.CharField("答复说明", max_length=200, blank=True, editable=False)

    objects = OfNeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对接"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "resource"],
                condition=Q(deleted_at=None, state__in=[MatchState.ASKED, MatchState.ACCEPTED]),
                name="alliances_match_once",
                violation_error_message="这项资源已申请过，请等待对方答复。",
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="alliances_match_amount_positive"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="match_promised",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=PROMISED,
            )
        ]

    def __str__(self):
        return f"{self.resource}：{self.amount}{self.resource.get_unit_display()}"

    @property
    def tag(self) -> Tag:
        """The state as word + shape + colour."""
        return MATCH_TAGS[self.state]

    def get_absolute_url(self):
        return f"{self.need.get_absolute_url()}#matches"
