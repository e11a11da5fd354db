"""Small SQL helpers of the audit tests."""

from contextlib import contextmanager

import psycopg2
from django.conf import settings
from django.db import connection, connections


def run(*statements):
    """Run SQL on the current connection."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows(query, *params):
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def link_now():
    """Fire the deferred triggers as a commit would."""
    run("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def as_application():
    """Speak as the application's role, until the end of the block."""
    run(f"SET LOCAL ROLE {settings.DATABASE_APP_ROLE}")
    yield
    run("RESET ROLE")


def connect_to(name):
    """Make this thread's default connection one to another database."""
    other = connections.create_connection("default")
    other.settings_dict = other.settings_dict | {"NAME": name}
    connections["default"] = other


@contextmanager
def maintenance():
    """A cursor outside every transaction, on a database that nobody copies."""
    params = connection.get_connection_params() | {"dbname": "postgres"}
    link = psycopg2.connect(**params)
    link.autocommit = True
    with link.cursor() as cursor:
        yield cursor
    link.close()
