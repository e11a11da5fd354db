"""The stage is built once per file."""

import pytest
from django.db import transaction

from tests.contracts.stage import Stage
from tests.contracts.walker import Ground


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The cast signed in, with rows in every relation; whatever a test writes is rolled back (mark it django_db)."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ground(stage):
    """The rows of the stage, hashed once per file."""
    return Ground()


@pytest.fixture(autouse=True)
def _from_the_stage(request):
    """A test on the stage hashes only the tables to which it has written (walker.fingerprint)."""
    if "stage" not in request.fixturenames:
        yield
        return
    with request.getfixturevalue("ground").under():
        yield
