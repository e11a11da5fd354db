"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AlliancesConfig(AppConfig):
    """Party-building alliances: who is in, whose turn it is, what was promised, what came of it."""

    name = "alliances"
    verbose_name = "党建联盟"

    def ready(self):
        from . import reference  # noqa: PLC0415 - models exist only now

        post_migrate.connect(lambda using, **_: reference.sync(using), sender=self, weak=False)
