"""What the tests of the demo share."""

from datetime import date

from django.core.management import call_command

MONDAY = date(2026, 11, 23)
MORNING = "2026-11-23 09:00+08:00"
ACCOUNTS = ["town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent", "sysadmin", "auditor"]
PASSWORD = "demo-Bridge-9"


def load(scale: str = "tiny", seed: int = 5, today: date = MONDAY, **options) -> None:
    call_command("load_demo", scale=scale, seed=seed, today=today, verbosity=0, **options)
