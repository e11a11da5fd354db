"""Brings database and files up to this version: migrations, static files, demo data. Harmless when all is there.

``python -m yiqiao_portal.readiness``; run by the supervisor in a child of its own.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import call_command

from .supervisor import ACCOUNTS, demo_password

DEMO_SEED = 1


def static_fingerprint() -> str:
    """Changes whenever the static files must be collected again."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted(own_static_files()):
        facts = path.stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def own_static_files() -> Iterator[Path]:
    """The files of our own static folders; those of packages change with requirements.txt."""
    for folder in settings.STATICFILES_DIRS:
        yield from (path for path in Path(folder).rglob("*") if path.is_file())


def collect_static() -> None:
    """Collect and compress the static files unless the same ones were collected before."""
    stamp = settings.STATIC_ROOT.with_name("static.collected")
    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def keep_demo_password(password: str) -> None:
    """The ten demo accounts have the password that is printed, also when another one was given this time.

    Other accounts of the demonstration only sign records and have no password.
    """
    accounts = get_user_model().objects.filter(is_demo=True, username__in=ACCOUNTS)
    hashes = set(accounts.values_list("password", flat=True))  # one hash for all: checking ten would take seconds
    if len(hashes) != 1 or not check_password(password, *hashes):
        accounts.update(password=make_password(password))


def main() -> None:
    """All steps, in order; each is repeated safely after a kill."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiqiao_portal.settings")
    django.setup()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    collect_static()
    if settings.PORTAL_DEMO:
        call_command("load_demo", scale="town", seed=DEMO_SEED, once=True, verbosity=0)
        keep_demo_password(demo_password(settings.PORTAL_HOME))


if __name__ == "__main__":
    main()
