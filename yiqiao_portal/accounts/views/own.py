"""Pages about one's own account: password, two-factor, sessions, posts."""

from allauth.account.views import LogoutView, PasswordChangeView
from django.db import transaction
from django.urls import reverse

from yiqiao_portal.core.views.base import PortalPage
from yiqiao_portal.core.views.detail import display

from .. import selectors, services

CLEAR = '"cache", "storage"'  # ASVS 5.0, 14.3.1


class ChangePassword(PasswordChangeView):
    """A password of one's own; every other session of the user ends."""

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        services.password_changed(form.user, session_key=self.request.session.session_key)
        return response


class Logout(LogoutView):
    """Leaving: the browser forgets pages and drafts."""

    def post(self, *args, **kwargs):
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = CLEAR
        return response


class OwnAccount(PortalPage):
    """账号与安全: what is set, and where to change it."""

    template_name = "accounts/own.html"
    permission = "core.signed_in"
    title = "账号与安全"
    lede = "修改密码、启用两步验证、查看登录中的设备。"

    def doors(self) -> list[dict]:
        """The pages of the account with how each stands."""
        user = self.request.user
        changed = display(user.password_changed_at) if user.password_changed_at else "未修改过"
        second = selectors.has_second_factor(user)
        sessions = user.usersession_set.count()
        return [
            _door("登录密码", "account_change_password", "lock", "修改密码", changed),
            _door("两步验证", "mfa_index", "shield", "设置", "已启用" if second else "未启用"),
            _door("登录中的设备", "usersessions_list", "phone", "查看", f"{sessions} 台"),
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(doors=self.doors(), posts=selectors.posts_of(self.request.user), **kwargs)


def _door(title: str, url: str, icon: str, button: str, state: str) -> dict:
    return {"title": title, "url": reverse(url), "icon": icon, "button": button, "state": state}
