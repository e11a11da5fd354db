"""How allauth signs people in here: no sign-up, one Chinese sentence for every failure."""

from allauth.account.adapter import DefaultAccountAdapter

WRONG = "账号或密码不正确，请核对后再试。连续输错 5 次将暂停登录 15 分钟。"


class PortalAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the system administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "account_inactive": WRONG,
        "too_many_login_attempts": "尝试次数过多，请 15 分钟后再试，或请系统管理员重置密码。",
        "incorrect_password": "密码不正确，请重新输入。",
        "enter_current_password": "当前密码不正确，请重新输入。",
        "incorrect_code": "验证码不正确，请核对手机上的 6 位数字后再试。",
    }

    def is_open_for_signup(self, request):
        return False
