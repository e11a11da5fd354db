"""Messages."""

import factory
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.factories.accounts import UserFactory
from yiqiao_portal.core.models import Message, Outbox


class MessageFactory(factory.django.DjangoModelFactory):
    """An unread message."""

    class Meta:
        model = Message

    user = factory.SubFactory(UserFactory)
    kind = "activities.returned"
    stage_key = factory.Sequence(lambda number: f"activity:{number}:returned")
    title = factory.Sequence(lambda number: f"“河道清理{number}”已退回，请补充")
    url = "/activities/"


class OutboxFactory(factory.django.DjangoModelFactory):
    """A message on its way to `recipients` (ids of users)."""

    class Meta:
        model = Outbox

    recipients: list[int] = []
    kind = "activities.returned"
    stage = factory.Sequence(lambda number: f"activity:{number}:returned")
    title = "“河道清理”已退回，请补充"
    url = "/activities/"


def failed_job(path: str, error: str = "builtins.LookupError", **facts) -> DBTaskResult:
    """A background job that failed now; `facts` win."""
    now = timezone.now()
    common = {"backend_name": "default", "args_kwargs": {}, "run_after": now, "finished_at": now, "status": "FAILED"}
    return DBTaskResult.objects.create(task_path=path, exception_class_path=error, **common | facts)
