"""Directory: areas, organisations, people, posts and scope, the nine service lines."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    name = "yiqiao_portal.directory"
    label = "directory"
    verbose_name = "通讯录"

    def ready(self):
        from . import permissions, reference  # noqa: F401, PLC0415 - models exist only now; registers its rules

        post_migrate.connect(lambda using, **_: reference.sync(using), sender=self, weak=False)
