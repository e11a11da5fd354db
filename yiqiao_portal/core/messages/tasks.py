"""What the worker runs."""

from django_tasks import task

from ..jobs import try_again
from .outbox import deliver_due


@task()
def deliver_outbox(tries: int = 0) -> int:
    """Deliver what is due; when something fails, once more after a while. Returns how many failed.

    After the last try the tick `core.outbox` goes on every minute.
    """
    failed = deliver_due()
    if failed:
        try_again(deliver_outbox, tries=tries + 1)
    return failed
