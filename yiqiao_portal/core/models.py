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
