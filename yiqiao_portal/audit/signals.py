"""Signing in and out, as Django tells it."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from .choices import Result
from .names import name_hash
from .services import record

TYPED_NAME = "accounts.typed_name"  # object type of a failed sign-in; the id is the name's keyed hash


def connect() -> None:
    """Connect the receivers, once."""
    user_logged_in.connect(on_login, dispatch_uid="audit.login")
    user_logged_out.connect(on_logout, dispatch_uid="audit.logout")
    user_login_failed.connect(on_failure, dispatch_uid="audit.failure")


def on_login(*, user, **_):
    """Somebody signed in."""
    record("session.login", by=user, obj=user)


def on_logout(*, user, **_):
    """Somebody signed out; a stranger's call of the page is no event."""
    if user is not None:
        record("session.logout", by=user, obj=user)


def on_failure(*, credentials, **_):
    """A sign-in failed; whatever was typed as a name may be a password, so only its keyed hash is kept."""
    typed = credentials.get("username") or credentials.get("login") or ""
    record(
        "session.failed",
        object_type=TYPED_NAME,
        object_id=name_hash(str(typed)) if typed else "",
        result=Result.FAILED,
    )
