"""Password check; permissions come from the rules backend."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class PortalBackend(ModelBackend):
    """Checks the password (same time for unknown users); grants nothing by itself."""

    def user_can_authenticate(self, user):
        """Enabled accounts; demo accounts have no life in production."""
        return user.is_active and not (user.is_demo and settings.PORTAL_PRODUCTION)

    def has_perm(self, user_obj, perm, obj=None):
        return False

    def get_all_permissions(self, user_obj, obj=None):
        return set()
