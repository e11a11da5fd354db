"""Password check; permissions come from the rules backend."""

from django.contrib.auth.backends import ModelBackend


class PortalBackend(ModelBackend):
    """Checks the password (same time for unknown users); grants nothing by itself."""

    def has_perm(self, user_obj, perm, obj=None):
        return False

    def get_all_permissions(self, user_obj, obj=None):
        return set()
