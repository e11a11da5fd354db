"""The stage is built once per file."""

import pytest
from django.db import transaction

from tests.contracts.stage import Stage


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The cast signed in, with rows in every relation; whatever a test writes is rolled back (mark it django_db)."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)
