"""Fixed words of the action log."""

from django.db import models


class Result(models.TextChoices):
    """How an action ended (GB/T 22239-2019, 7.1.4.3 b: 事件是否成功)."""

    OK = "ok", "成功"
    FAILED = "failed", "失败"
    DENIED = "denied", "拒绝"


class FaultKind(models.TextChoices):
    """What can be wrong with a chained log."""

    CHANGED = "changed", "内容被改"
    MISSING = "missing", "记录缺失"
    REORDERED = "reordered", "次序被改"
    CUT = "cut", "末尾缺失"
    UNLINKED = "unlinked", "未入链"
    SURPLUS = "surplus", "多出"
