"""Before any page: which post does the user stand for, and is the account ready to be used?"""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from yiqiao_portal.audit import context

from .scope import scope_of, use_post

SESSION_KEY = "post"
OPEN_PATHS = ("account_logout", "account_change_password", "core:appearance", "core:health", "core:ready")
MFA_PREFIX = "/accounts/2fa/"
REAUTH_PREFIX = "/accounts/reauthenticate/"


class CurrentPost:
    """Sets request.user's post, tells the log about it, and holds back accounts that are not ready."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        use_post(request.user, request.session.get(SESSION_KEY))
        scope = scope_of(request.user)
        context.set_post(role=scope.role, organisation_id=scope.organisation_id)
        return self._not_ready(request) or self.get_response(request)

    def _not_ready(self, request):
        """First a password of one's own, then the second factor for a privileged role."""
        if request.path in {reverse(name) for name in OPEN_PATHS} or request.path.startswith(REAUTH_PREFIX):
            return None
        if request.user.must_change_password:
            _tell_once(request, "首次登录，请先设置自己的密码，然后即可使用。")
            return redirect("account_change_password")
        if needs_second_factor(request.user) and not request.path.startswith(MFA_PREFIX):
            _tell_once(request, "您的岗位须启用两步验证，请按提示绑定手机验证器。")
            return redirect("mfa_activate_totp")
        return None


def _tell_once(request, sentence: str) -> None:
    """Say why the user is led elsewhere, once a session; seven held-back pages need not say it seven times."""
    if request.session.get("told") != sentence:
        request.session["told"] = sentence
        messages.warning(request, sentence)


def needs_second_factor(user) -> bool:
    """Privileged posts need a bound authenticator in production; in demo mode it is offered."""
    if not settings.PORTAL_PRODUCTION or not any(post.role.privileged for post in user.posts):
        return False
    return not user.authenticator_set.exists()
