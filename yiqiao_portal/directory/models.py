"""Areas, organisations, people, posts and the nine service lines."""

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from treebeard.mp_tree import MP_Node

from yiqiao_portal.accounts.models import Role
from yiqiao_portal.core import registry
from yiqiao_portal.core.bigrams import Bigrams
from yiqiao_portal.core.fields import EncryptedTextField
from yiqiao_portal.core.models import Record
from yiqiao_portal.core.phones import mask_phone
from yiqiao_portal.core.portal import ImportSpec
from yiqiao_portal.core.tags import Tag

from .choices import AreaLevel, Field, OrganisationKind, PartyForm
from .querysets import (
    AreaQuerySet,
    ImportBatchQuerySet,
    OrganisationQuerySet,
    PersonQuerySet,
    RosterQuerySet,
    tree_manager,
)
from .terms import TermState, expiry, term_state

TREE = ["path", "depth", "numchild"]
NOISE = ["created_at", "updated_at", "version", "created_by", "deleted_by"]


class Area(MP_Node):
    """A piece of the town: 镇–村社–网格–微网格. Nodes are made and moved by a service only."""

    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=30)
    code = models.CharField("区划代码", max_length=16, unique=True)
    level = models.CharField("层级", max_length=10, choices=AreaLevel)
    kind = models.CharField("类型", max_length=10, blank=True)
    order = models.PositiveIntegerField("官方顺序", default=0)
    households = models.PositiveIntegerField("户数", null=True, blank=True)
    boundary = models.JSONField("边界", null=True, blank=True)

    objects = tree_manager(AreaQuerySet)

    class Meta:
        verbose_name = verbose_name_plural = "区域"

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return f"{reverse('directory:areas')}#area-{self.pk}"


@pghistory.track(exclude=[*TREE, *NOISE])
class Organisation(MP_Node, Record):
    """An organisation of the town, from 镇党委 down; member counts are typed or imported totals, not people."""

    name = models.CharField("全称", max_length=80)
    short_name = models.CharField("简称", max_length=30)
    code = models.CharField("组织编号", max_length=20, unique=True)
    kind = models.CharField("类别", max_length=20, choices=OrganisationKind)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="所属村社")
    order = models.PositiveIntegerField("官方顺序", default=0)
    party_form = models.CharField("党组织形式", max_length=10, choices=PartyForm, blank=True)
    field = models.CharField("领域", max_length=10, choices=Field, blank=True)
    formal_members = models.PositiveIntegerField("正式党员数", default=0)
    probationary_members = models.PositiveIntegerField("预备党员数", default=0)
    groups = models.PositiveSmallIntegerField("党小组数", default=0)
    committee_size = models.PositiveSmallIntegerField("支委会委员数", default=0, help_text="不设支委会的填 0")
    founded_on = models.DateField("成立日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    elected_on = models.DateField("上次换届日期", null=True, blank=True)
    term_years = models.PositiveSmallIntegerField("任期（年）", null=True, blank=True)
    extended_until = models.DateField("获批延期至", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = tree_manager(OrganisationQuerySet)

    class Meta:
        verbose_name = verbose_name_plural = "组织"
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(founded_on=None) | Q(dissolved_on__gte=models.F("founded_on")),
                name="directory_organisation_dissolved_after_founded",
                violation_error_message="撤销日期不能早于成立日期，请核对。",
            )
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("directory:organisation", args=[self.pk])

    @property
    def expires_on(self):
        """届满日期: elected_on plus the term (支部工作条例 第二十一条); None when either is not known."""
        return expiry(self.elected_on, self.term_years) if self.elected_on and self.term_years else None

    @property
    def members(self) -> int:
        """All members, 正式 and 预备, as typed or imported."""
        return self.formal_members + self.probationary_members

    @property
    def dissolved(self) -> bool:
        """Whether it has ceased to exist; it stays in the ledger for its years."""
        return bool(self.dissolved_on and self.dissolved_on <= timezone.localdate())

    @property
    def term(self) -> TermState | None:
        """State of the committee's term today."""
        if self.dissolved:
            return None
        months = settings.TERM_WARNING_MONTHS
        return term_state(
            self.expires_on, today=timezone.localdate(), extended_until=self.extended_until, months_ahead=months
        )

    @property
    def tag(self) -> Tag | None:
        """What a list and the page's head say of it: dissolved, or how its term stands."""
        if self.dissolved:
            return Tag("已撤销", "draft")
        if self.term is None:
            return None
        word = {TermState.NORMAL: "任期内", TermState.OVERDUE: "届满逾期"}.get(self.term)
        return Tag(word or self.term.label(settings.TERM_WARNING_MONTHS), self.term.look, self.term.icon)


@pghistory.track(exclude=[*NOISE, "name", "pinyin", "initials", "phone", "phone_index", "phone_tail"])
class Person(Record):
    """Somebody who does something for the town: name, unit, phone. No papers, no birth date, no address."""

    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=120, blank=True, editable=False, db_index=True)
    initials = models.CharField("拼音首字母", max_length=40, blank=True, editable=False, db_index=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="people", verbose_name="所在组织")
    duty = models.CharField("职务", max_length=40, blank=True)
    phone = EncryptedTextField("手机号", blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    phone_tail = models.CharField("手机尾号", max_length=4, blank=True, editable=False, db_index=True)
    incomplete = models.BooleanField("待完善", default=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person", verbose_name="账号"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["organisation__order", "pinyin", "pk"]
        indexes = [GinIndex(Bigrams("name"), name="person_name_bigrams")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("directory:person", args=[self.pk])

    @property
    def masked_phone(self) -> str:
        """138****5678: what every page, list and file shows."""
        return mask_phone(self.phone) if self.phone else ""

    @property
    def tag(self) -> Tag | None:
        """待完善 until there is a phone."""
        return Tag("待完善", "due") if self.incomplete else None


@pghistory.track(exclude=NOISE)
class RosterMember(Record):
    """A person on a Party branch's roster: 正式 or 预备, and whether they vote. Nothing else is kept."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="roster", verbose_name="党组织")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name="姓名")
    probationary = models.BooleanField("预备党员", default=False)
    votes = models.BooleanField("有表决权", default=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员名册"
        ordering = ["person__pinyin", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(deleted_at=None),
                name="directory_rostermember_once",
                violation_error_message="这位同志已在名册中。",
            ),
            models.CheckConstraint(
                condition=Q(probationary=False) | Q(votes=False),
                name="directory_rostermember_probationary_no_vote",
                violation_error_message="预备党员没有表决权（选举工作条例第五条），请去掉“有表决权”。",
            ),
        ]

    def __str__(self):
        return str(self.person)

    def get_absolute_url(self):
        return reverse("directory:roster", args=[self.organisation_id])

    @property
    def standing(self) -> str:
        """正式党员 or 预备党员."""
        return "预备党员" if self.probationary else "正式党员"


class ServiceLine(models.Model):
    """One of the nine lines of 联心桥 (九联)."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=20)
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        ordering = ["order"]
        verbose_name = verbose_name_plural = "服务线（九联）"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('directory:service_lines')}#{self.code}"


class RoleAssignmentQuerySet(models.QuerySet):
    """Posts."""

    def current(self):
        """Valid today."""
        today = timezone.localdate()
        return self.filter(Q(since=None) | Q(since__lte=today), Q(until=None) | Q(until__gte=today))

    def with_place(self):
        """Valid posts with all that a scope needs."""
        return self.current().select_related("role", "organisation__area", "area").order_by("role__order", "pk")


@pghistory.track()
class RoleAssignment(models.Model):
    """A post: a user has a role at an organisation or area for a time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name="账号")
    role = models.ForeignKey(Role, models.PROTECT, verbose_name="角色")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="组织")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="区域")
    since = models.DateField("自", null=True, blank=True)
    until = models.DateField("至", null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "area"], nulls_distinct=False, name="directory_post_once"
            ),
            models.CheckConstraint(condition=Q(organisation=None) | Q(area=None), name="directory_post_one_place"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """How the top bar names the post."""
        place = self.organisation or self.area
        return f"{place}·{self.role}" if place else str(self.role)


class ImportBatch(models.Model):
    """Rows that somebody has brought and not yet confirmed. They hold phones, so they are encrypted and short-lived."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="导入人")
    kind = models.CharField("类型", max_length=20)  # code of an ImportSpec (core.portal)
    source = models.CharField("来源", max_length=120)
    content = EncryptedTextField("内容", blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间", db_index=True)
    done_at = models.DateTimeField("写入时间", null=True)
    added = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("更新", default=0)
    skipped = models.PositiveIntegerField("跳过", default=0)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待确认的导入"

    def __str__(self):
        return f"导入{self.spec.title}（{self.source}）"

    def get_absolute_url(self):
        return reverse("directory:import_preview", args=[self.pk])

    @property
    def spec(self) -> ImportSpec:
        """The declaration of its kind."""
        return registry.imports()[self.kind]
