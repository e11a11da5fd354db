"""Plugs the action log into Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The chained action log."""

    name = "yiqiao_portal.audit"
    label = "audit"
    verbose_name = "审计日志"

    def ready(self):
        from . import signals  # noqa: PLC0415 - receivers may only connect once the apps are loaded

        signals.connect()
