"""What every business row has: who, when, which version, and a way back from the recycle bin."""

import uuid

from django.conf import settings
from django.db import models


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
