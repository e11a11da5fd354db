"""Forms of the account pages."""

import re

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.core.exceptions import ValidationError

from yiqiao_portal.core.forms import CleanCharField, PortalForm

from .names import plain_name

USERNAME = re.compile(r"[\w.-]{2,40}")
USERNAME_HELP = "2 至 40 个字，可用汉字、字母、数字、点、横线；建议用姓名全拼或工号，不要用手机号"
PHONE_LIKE = re.compile(r"1\d{10}")


class BindPhoneForm(ActivateTOTPForm):
    """The first code of a phone; it counts as used, so it cannot also sign in (ASVS 5.0, 6.5.1)."""

    def clean_code(self):
        code = super().clean_code()
        adapter = get_adapter()
        phone = Authenticator(user=self.user, data={"secret": adapter.encrypt(self.secret)})
        if not TOTP(phone).validate_code(code):
            raise adapter.validation_error("incorrect_code")
        return code


class UserForm(PortalForm):
    """A new account."""

    name = CleanCharField(label="姓名", max_length=40)
    username = CleanCharField(label="账号", max_length=40, help_text=USERNAME_HELP)

    def clean_username(self):
        name = plain_name(self.cleaned_data["username"])
        if not USERNAME.fullmatch(name):
            raise ValidationError("账号应为 2 至 40 个字，只用汉字、字母、数字、点和横线，请修改。")
        if PHONE_LIKE.fullmatch(name):
            raise ValidationError("请不要用手机号作账号，可改用姓名全拼。")
        return name


class RenameForm(PortalForm):
    """A person's name."""

    name = CleanCharField(label="姓名", max_length=40)


class VerifyForm(PortalForm):
    """The check of the log, with a head that was printed before."""

    head = forms.CharField(
        label="此前留存的链头",
        required=False,
        max_length=100,
        help_text="可不填；填写后一并核对，能发现整条链被改写",
    )
