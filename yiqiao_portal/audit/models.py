"""Three tables: what happened, how it hangs together, and where the chain ends.

Triggers of the migration `chain` keep them: the database sets the time, writes the link as the last thing before the
commit, and refuses every change. Nothing here is ever written from Python but a new Entry.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from .choices import Result

REASON_LENGTH = 500


class Entry(models.Model):
    """One thing that somebody did, saw, exported or was refused; ids and field names only, never a value or a name."""

    at = models.DateTimeField("时间", db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="操作人",
        null=True,
        related_name="+",
        db_index=False,
    )
    role = models.CharField("当时的角色", max_length=40, default="")
    # a plain number: the log stands below the directory and outlives its rows
    organisation_id = models.BigIntegerField("当时的组织", null=True)
    action = models.CharField("操作", max_length=60)
    object_type = models.CharField("对象类型", max_length=60, default="")
    object_id = models.CharField("对象编号", max_length=64, default="")
    fields = ArrayField(models.CharField(max_length=64), verbose_name="涉及字段", default=list)
    result = models.CharField("结果", max_length=6, choices=Result, default=Result.OK)
    reason = models.CharField("事由", max_length=REASON_LENGTH, default="")
    ip = models.GenericIPAddressField("来源地址", null=True)
    session_hash = models.CharField("会话标识", max_length=16, default="")
    request_id = models.UUIDField("请求编号", null=True)
    # of a file that left the portal (promise EXP-6); its number is the object's
    rows = models.PositiveIntegerField("导出行数", null=True)
    sha256 = models.CharField("文件摘要", max_length=64, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(result__in=Result.values), name="audit_entry_result")]
        indexes = [
            models.Index(fields=["at", "id"], name="audit_entry_by_time"),
            models.Index(fields=["actor", "at", "id"], name="audit_entry_by_actor"),
            models.Index(fields=["action", "at", "id"], name="audit_entry_by_action"),
            models.Index(fields=["object_type", "object_id", "at", "id"], name="audit_entry_by_object"),
            models.Index(
                fields=["result", "at", "id"], condition=~models.Q(result=Result.OK), name="audit_entry_not_ok"
            ),
        ]

    def __str__(self):
        return f"审计记录 {self.pk}"


class Link(models.Model):
    """The place of one entry in the chain: hash = sha256(prev_hash + canonical form of sequence, time and entry)."""

    sequence = models.BigIntegerField("序号", primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, verbose_name="审计记录", related_name="link")
    prev_hash = models.BinaryField("前一条的链值", max_length=32)
    hash = models.BinaryField("链值", max_length=32)
    linked_at = models.DateTimeField("入链时间")

    class Meta:
        verbose_name = verbose_name_plural = "审计链节"
        default_permissions = ()

    def __str__(self):
        return f"审计链节 {self.sequence}"


class Head(models.Model):
    """The end of the chain, in one row: a log cut off at its end no longer fits it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField("末条序号", default=0)
    hash = models.BinaryField("末条链值", max_length=32)
    count = models.BigIntegerField("条数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "审计链头"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_one_row")]

    def __str__(self):
        return f"审计链头 {self.sequence}"
