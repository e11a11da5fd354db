"""Activities: what was done, who was there, what was decided, and the rhythm that is due."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ActivitiesConfig(AppConfig):
    name = "yiqiao_portal.activities"
    label = "activities"
    verbose_name = "组织生活"

    def ready(self):
        from . import reference  # noqa: PLC0415 - models exist only now

        post_migrate.connect(lambda using, **_: reference.sync(using), sender=self, weak=False)
