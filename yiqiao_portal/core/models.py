"""What every business row has: who, when, which version, and a way back; and the rows of core's own machinery."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from . import registry
from .querysets import MessageQuerySet, OutboxQuerySet
from .tags import Tag

TITLE_LENGTH, TEXT_LENGTH, URL_LENGTH, CODE_LENGTH, STAGE_LENGTH = 120, 500, 300, 40, 120


class Record(models.Model):
    """Base of all business rows. `version` rises with every save by a form: two editors never overwrite silently."""

    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="录入人"
    )
    updated_at = models.DateTimeField("修改时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    deleted_at = models.DateTimeField("移入回收站时间", null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="移入人"
    )

    class Meta:
        abstract = True


class CreateKey(models.Model):
    """One create form that was sent: the second copy of the same form finds the first one's row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)
    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, default="")  # of what was posted; empty: not asked
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_createkey_once")]

    def __str__(self):
        return str(self.key)


class Serial(models.Model):
    """The last number given in a series such as YQ-HD-2026. Gaps are allowed, doubles are not."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.series}: {self.last}"


class Outbox(models.Model):
    """A message as the business transaction wrote it: to whom, about what. The worker makes Message rows of it."""

    recipients = ArrayField(models.BigIntegerField())  # ids of users; whom it concerns is decided when it is written
    kind = models.CharField(max_length=CODE_LENGTH)
    stage = models.CharField(max_length=STAGE_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH, blank=True)
    url = models.CharField(max_length=URL_LENGTH)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)  # moves on after a failed delivery
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], condition=Q(delivered_at=None), name="core_outbox_waiting"),
            models.Index(fields=["stage"], condition=Q(delivered_at=None), name="core_outbox_stage"),
        ]

    def __str__(self):
        return f"{self.kind}: {self.stage}"


class Message(models.Model):
    """One thing that one user is told, once for ever: `stage_key` names the stage of the matter it speaks of."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="收件人")
    kind = models.CharField("类型", max_length=CODE_LENGTH)
    stage_key = models.CharField(max_length=STAGE_LENGTH, editable=False)
    title = models.CharField("标题", max_length=TITLE_LENGTH)
    text = models.CharField("内容", max_length=TEXT_LENGTH, blank=True)
    url = models.CharField(max_length=URL_LENGTH, editable=False)
    urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("阅读时间", null=True, editable=False)  # for the user alone, shown to nobody

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["user", "stage_key"], name="core_message_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="core_message_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="core_message_unread"),
        ]

    def __str__(self):
        return self.title

    @property
    def kind_label(self) -> str:
        """The kind in words; its code when its app is gone."""
        kind = registry.message_kinds().get(self.kind)
        return kind.label if kind else self.kind

    @property
    def tag(self) -> Tag:
        """未读 or 已读, as word and shape."""
        return Tag("已读", "ok") if self.read_at else Tag("未读", "run")


class MessagePreference(models.Model):
    """A kind of message that a user has switched off or on again; without a row it is on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户")
    kind = models.CharField("类型", max_length=CODE_LENGTH)
    wanted = models.BooleanField("提醒", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息提醒设置"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="core_messagepreference_once")]

    def __str__(self):
        return self.kind


class TickRun(models.Model):
    """One period of a recurring job: done when it was, or how often in a row it has failed so far."""

    code = models.CharField(max_length=CODE_LENGTH)
    period = models.DateTimeField()  # its first moment
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True)  # class of the last error; the rest is in the log
    next_try_at = models.DateTimeField(null=True)  # after a failure, not before this

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "period"], name="core_tickrun_once")]

    def __str__(self):
        return f"{self.code} {self.period:%Y-%m-%d %H:%M}"

    def waits(self, now) -> bool:
        """It has failed and its next try is still to come."""
        return bool(not self.done_at and self.next_try_at and self.next_try_at > now)


class Handover(models.Model):
    """A row that was born from another: typed once, both sides show the link.

    Rows are named by label and id, because the giver's app must not know the receiver's.
    """

    origin_type = models.CharField(max_length=80)
    origin_id = models.BigIntegerField()
    target_type = models.CharField(max_length=80)
    target_id = models.BigIntegerField()
    target_code = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_type", "target_id"], name="core_handover_one_origin"),
            models.UniqueConstraint(fields=["origin_type", "origin_id", "target_code"], name="core_handover_once_each"),
        ]

    def __str__(self):
        return f"{self.origin_type}:{self.origin_id} → {self.target_type}:{self.target_id}"
