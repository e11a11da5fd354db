"""The head of the library's pages about one's own account: they have no view of ours that could give one."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from yiqiao_portal.core.views.base import Crumb, Page, trail

# Address → title and what stands below it.
PAGES = {
    "account_change_password": ("修改密码", "修改后，其他设备上的登录会全部退出。"),
    "account_logout": ("退出登录", "退出后，本机上未提交的草稿会清除。"),
    "mfa_index": ("两步验证", "登录时除密码外，再输入一次手机验证器上的数字。"),
    "mfa_activate_totp": ("启用两步验证", "用手机验证器扫码，再填入它显示的 6 位数字。"),
    "mfa_deactivate_totp": ("停用两步验证", "停用后，登录只需要密码。"),
    "mfa_view_recovery_codes": ("备用码", "备用码在手机不在身边时代替验证码。"),
    "mfa_generate_recovery_codes": ("生成备用码", "备用码在手机不在身边时代替验证码。"),
    "usersessions_list": ("登录中的设备", "看到不认识的设备，请退出其他设备，并修改密码。"),
}


def own_page(request) -> dict:
    """The context variable `page` where the view gives none."""
    match = request.resolver_match
    if match is None or match.view_name not in PAGES:
        return {}
    title, lede = PAGES[match.view_name]
    return {"page": SimpleLazyObject(lambda: Page(title, lede, crumbs=_trail(title)))}


def _trail(title: str) -> list[Crumb]:
    return trail([Crumb("账号与安全", reverse("accounts:own"))], title)
