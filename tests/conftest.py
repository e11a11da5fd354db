"""What every test stands on: a database that can be emptied, a cast, and nothing that passes in silence."""

import inspect
import logging

import pytest
from django.db import connection
from django.test import Client, override_settings

from tests.cast import Cast
from tests.measured import pytest_runtest_protocol  # noqa: F401 - hook
from tests.noskip import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401 - hooks
from tests.undefined import UndefinedVariable

BACKEND = "yiqiao_portal.accounts.backends.PortalBackend"
FAST_HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TRUNCATE_GUARDS = ("audit_entry", "audit_link", "audit_head")
OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"""


# --- the run as a whole -----------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _test_settings(tmp_path_factory):
    """Cheap password hashes, and files that go when the run ends."""
    media, static = tmp_path_factory.mktemp("media"), tmp_path_factory.mktemp("static")
    with override_settings(PASSWORD_HASHERS=FAST_HASHER, MEDIA_ROOT=media, STATIC_ROOT=static):
        yield


@pytest.fixture(scope="session", autouse=True)
def _undefined_variables_fail():
    """A template of ours that names what the view did not give fails the test (tests/undefined.py)."""
    from django.conf import settings

    options = settings.TEMPLATES[0]["OPTIONS"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(options, "string_if_invalid", UndefinedVariable())
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The audit log refuses TRUNCATE; Django empties tables that way after a transactional test."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in TRUNCATE_GUARDS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(OTHERS)  # a browser's last request may still be open; the database could not be dropped


# --- each test --------------------------------------------------------------------------------------------


class _Records(logging.Handler):
    """Keeps what is logged at ERROR and above."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture
def logged_errors() -> list[logging.LogRecord]:
    """What was logged at ERROR; a test that asks for it says itself what it expects."""
    handler = _Records()
    logging.getLogger().addHandler(handler)
    yield handler.records
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def _logged_errors_fail(request, logged_errors):
    """An error in the log fails the test unless the test itself asks for `logged_errors`."""
    yield
    test = getattr(request, "function", None)
    if logged_errors and "logged_errors" not in inspect.signature(test).parameters:
        pytest.fail("logged: " + "; ".join(sorted({_in_words(record) for record in logged_errors})[:3]))


def _in_words(record: logging.LogRecord) -> str:
    """The message and the exception behind it."""
    return f"{record.getMessage()} {record.exc_info[1]!r}" if record.exc_info else record.getMessage()


@pytest.fixture
def cast(db) -> Cast:
    """A small town with its people; each is made when first named (tests/cast.py)."""
    return Cast()


@pytest.fixture
def client_for(db):
    """client_for(user, post=None, **options): a client signed in as the user, acting in the given post."""
    return sign_in


def sign_in(user, *, post=None, **options) -> Client:
    """A client with a session of this user; `options` are those of django.test.Client."""
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    if post is not None:
        session = client.session
        session["post"] = post.pk
        session.save()
    return client


@pytest.fixture
def refetch():
    """refetch(row): the row as the database has it now, a user without the remembered scope."""
    return lambda row: type(row)._base_manager.get(pk=row.pk)
