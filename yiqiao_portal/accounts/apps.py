"""Accounts: users, sign-in, two-factor, sessions; the auditor's page of the log."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from yiqiao_portal.core.reference import load_json, upsert


class AccountsConfig(AppConfig):
    name = "yiqiao_portal.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self):
        import_module("yiqiao_portal.accounts.checks")  # registers itself; models exist only now
        post_migrate.connect(self.sync, sender=self)

    def sync(self, using, **_):
        """Bring the roles up to data/roles.json, whose order is the roles' order."""
        rows = [role | {"order": number} for number, role in enumerate(load_json("accounts", "roles"))]
        upsert(self.get_model("Role"), rows, using=using)
