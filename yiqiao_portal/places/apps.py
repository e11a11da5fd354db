"""Places: service centres and stations."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "yiqiao_portal.places"
    label = "places"
    verbose_name = "阵地"

    def ready(self):
        from . import permissions  # noqa: F401, PLC0415 - registers its rules
