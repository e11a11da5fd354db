"""How allauth signs people in here: no sign-up, one Chinese sentence for every failure."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse

from yiqiao_portal.audit.middleware import client_ip
from yiqiao_portal.core.crypto import decrypt, encrypt

from .lockout import pause_minutes, tries_left

WRONG = "账号或密码不正确，请核对后再试。还可尝试 {left} 次，之后将暂停登录 {minutes} 分钟。"
TOO_MANY = "尝试次数过多，请 15 分钟后再试，或请系统管理员重置密码。"
WRONG_CODE = "验证码不正确，请核对手机上的 6 位数字后再试；每个验证码只能用一次。"
EXPIRED = "初始密码已超过 24 小时，不能再用。请联系系统管理员重新生成。"
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - stands for a request through a Unix socket


class PortalAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the system administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": "密码不正确，请重新输入。",
        "enter_current_password": "当前密码不正确，请重新输入。",
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request):
        return False

    def validation_error(self, code, *args):
        """Unknown name, wrong password and disabled account give the same sentence with the same count."""
        if code != "username_password_mismatch":
            return super().validation_error(code, *args)
        sentence = WRONG.format(left=tries_left(self.request), minutes=pause_minutes())
        return ValidationError(sentence, code=code)

    def pre_login(self, request, user, **kwargs):
        """A first password lives for a day (ASVS 5.0, 6.4.1)."""
        if user.first_password_expired:
            messages.error(request, EXPIRED)
            return redirect("account_login")
        return super().pre_login(request, user, **kwargs)

    def set_password(self, user, password):
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_password_change_redirect_url(self, request):
        return reverse("core:workbench")

    def get_client_ip(self, request):
        """The same address that the log writes down."""
        return client_ip(request) or NO_ADDRESS


class PortalMfaAdapter(DefaultMFAAdapter):
    """Two-factor secrets are stored encrypted; the key is outside the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": "两步验证不能停用，请联系系统管理员。",
        "cannot_generate_recovery_codes": "请先启用手机验证器，再生成备用码。",
    }

    def encrypt(self, text):
        return encrypt(text)

    def decrypt(self, encrypted_text):
        return decrypt(encrypted_text)
