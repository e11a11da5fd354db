"""What several tests of the accounts need."""

import pytest

ALLAUTH, OURS = (
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "yiqiao_portal.accounts.middleware.SessionActivity",
)


@pytest.fixture
def light(settings):
    """Sessions are noted once a minute instead of on every page."""
    settings.MIDDLEWARE = [OURS if name == ALLAUTH else name for name in settings.MIDDLEWARE]
