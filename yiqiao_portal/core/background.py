"""How the recurring and the background jobs stand, for whoever looks after the machine: no traces, no arguments."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from . import registry
from .models import TickRun
from .tags import Tag
from .ticks import all_ticks

# Class of an error → what a person can make of it. What an error says of itself is never shown: it may hold data.
SENTENCES = {
    "OperationalError": "数据库一时没有回应",
    "InterfaceError": "数据库一时没有回应",
    "IntegrityError": "要写入的数据互相矛盾，没有写入",
    "PermissionError": "服务器上有文件没有读写权限",
    "FileNotFoundError": "服务器上少了需要的文件",
    "OSError": "服务器的磁盘或网络读写出错",
    "MemoryError": "服务器的内存不够",
    "TimeoutError": "等候太久，没有等到结果",
}
OTHER = "程序运行出错，请把时间和任务名称告诉维护人员"
KILLED = "运行中断了几次，已不再试"  # core.jobs.take_back leaves no class of error
OWN = {"yiqiao_portal.core.messages.tasks.deliver_outbox": "发送消息"}
OTHER_JOB = "其他后台任务"


@dataclass(frozen=True)
class Standing:
    """A job: when it last went well, when and why it last failed, when it is tried again."""

    title: str
    good_at: datetime | None = None
    failed: int = 0  # tries in a row, or jobs of this kind, that failed since it last went well
    error: str = ""
    next_at: datetime | None = None

    @property
    def tag(self) -> Tag:
        """出错, 正常 or, before its first run, 还没有运行."""
        if self.failed:
            return Tag("出错", "late")
        return Tag("正常", "ok") if self.good_at else Tag("还没有运行", "draft")


def sentence(error: str) -> str:
    """The plain sentence for the class of an error, by its name or path."""
    return SENTENCES.get(error.rpartition(".")[2], OTHER) if error else KILLED


def recurring() -> list[Standing]:
    """Every recurring job, in the order of its declaration."""
    good = dict(TickRun.objects.values_list("code").annotate(Max("done_at")))
    newest = {run.code: run for run in TickRun.objects.order_by("code", "-period").distinct("code")}
    return [_of_tick(tick.title, good.get(tick.code), newest.get(tick.code)) for tick in all_ticks()]


def _of_tick(title: str, good_at: datetime | None, run: TickRun | None) -> Standing:
    if not run or run.done_at or not run.tries:
        return Standing(title, good_at)
    return Standing(title, good_at, run.tries, sentence(run.error), run.next_try_at)


def queued() -> list[Standing]:
    """The kinds of background jobs that failed and have not gone well since; no row when all is well."""
    same = DBTaskResult.objects.filter(task_path=OuterRef("task_path"), status=TaskResultStatus.SUCCESSFUL)
    good = Subquery(same.order_by("-finished_at").values("finished_at")[:1])
    kinds = (
        DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
        .annotate(good=good)
        .filter(Q(good=None) | Q(finished_at__gt=F("good")))
        .order_by("task_path")
        .values("task_path", "good")
        .annotate(count=Count("pk"), errors=ArrayAgg("exception_class_path", order_by="-finished_at"))
    )
    titles = OWN | registry.jobs()
    return [
        Standing(
            titles.get(kind["task_path"], OTHER_JOB), kind["good"], kind["count"], error=sentence(kind["errors"][0])
        )
        for kind in kinds
    ]


def count_failing() -> int:
    """How many recurring jobs and kinds of background jobs want a look."""
    return sum(bool(standing.failed) for standing in [*recurring(), *queued()])
