"""Background jobs: what a worker needs that the queue itself does not give (docs/adr/0010)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

WAITS = (5, 30, 120, 600, 3600)  # seconds before the second, third … try
MOST_STARTS = 3  # of a job during which the worker died each time


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries."""
    return timedelta(seconds=WAITS[min(max(tries, 1), len(WAITS)) - 1])


def try_again(task: Task, *, tries: int, **arguments) -> bool:
    """Enqueue a task once more after its `tries`-th failure; False when it has been tried often enough.

    The task takes `tries` as an argument and calls this from its own `except`.
    """
    if tries > len(WAITS):
        return False
    task.using(run_after=timezone.now() + wait_after(tries)).enqueue(tries=tries, **arguments)
    return True


@transaction.atomic
def take_back() -> int:
    """Give what a killed worker left RUNNING to the next one; call it before the only worker starts.

    A job that took the worker down each time is marked as failed, so that the others get their turn.
    """
    left = list(DBTaskResult.objects.running().select_for_update())
    for job in left:
        hopeless = len(job.worker_ids) >= MOST_STARTS
        job.status = TaskResultStatus.FAILED if hopeless else TaskResultStatus.READY
        job.finished_at = timezone.now() if hopeless else None
        job.started_at = job.started_at if hopeless else None
        job.save(update_fields=["status", "started_at", "finished_at"])
    return len(left)
