"""App configuration."""

from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Party-building alliances: who is in, whose turn it is, what was promised, what came of it."""

    name = "alliances"
    verbose_name = "党建联盟"
