"""Core: machinery without a business word."""

from django.apps import AppConfig

from . import registry


class CoreConfig(AppConfig):
    name = "yiqiao_portal.core"
    label = "core"
    verbose_name = "基础"

    def ready(self):
        registry.discover()
