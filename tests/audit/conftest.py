"""A clerk, a chain of eight entries, and a database that may be committed to."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections

from tests.audit.sql import connect_to, link_now, maintenance
from yiqiao_portal.audit.services import record


@pytest.fixture
def clerk(db):
    return get_user_model()._default_manager.create(username="clerk", name="办事员")


@pytest.fixture
def chain(clerk):
    """Eight linked entries, oldest first."""
    made = [record("session.login", by=clerk, obj=clerk, reason=f"第{n}次") for n in range(8)]
    link_now()
    return made


@pytest.fixture
def scratch(django_db_setup, django_db_blocker):
    """A copy of the empty test database for tests that commit from several threads; dropped afterwards."""
    with django_db_blocker.unblock():
        tests_own = connections["default"]
        template = tests_own.settings_dict["NAME"]
        name = f"{template}_scratch"
        connections.close_all()
        with maintenance() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        connect_to(name)
        yield name
        connection.close()
        connections["default"] = tests_own
        with maintenance() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
