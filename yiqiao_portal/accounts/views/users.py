"""The system administrator's pages: who may sign in. No business row is read here."""

from django.shortcuts import render
from django.urls import reverse

from yiqiao_portal.core.views.base import Action, Crumb, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage, Fact, Section, display, fact
from yiqiao_portal.core.views.edit import ConfirmPage, CreatePage, FormMixin
from yiqiao_portal.core.views.list import ListPage, Preset

from .. import selectors, services
from ..filters import UserFilter
from ..forms import RenameForm, UserForm
from ..models import User
from ..tables import UserTable

MANAGE = "accounts.manage_users"
SECOND_COPY = "这个账号刚才已经建好，初始密码只显示一次。如果没有记下，请重置密码。"


class UserList(ListPage):
    """All accounts."""

    model = User
    table_class = UserTable
    filter_class = UserFilter
    permission = MANAGE
    title = "账号"
    lede = "新建账号、重置密码、停用账号，给岗位或结束岗位。"
    export_action = "user.export"
    presets = (
        Preset("全部", "", selectors.NORMAL | selectors.FIRST | selectors.DISABLED),
        Preset("待首次登录", "state=first", selectors.FIRST),
        Preset("没有岗位", "state=postless", selectors.POSTLESS),
        Preset(f"{selectors.UNUSED_DAYS} 天未使用", "state=unused", selectors.UNUSED),
        Preset("已停用", "state=disabled", selectors.DISABLED),
    )
    empty_title = "还没有账号"

    def get_queryset(self):
        return selectors.users(self.request.user)

    def get_actions(self):
        return [Action("新建账号", reverse("accounts:create"), icon="plus", primary=True)]


class OfUser(ObjectPage):
    """A page about one account."""

    model = User
    permission = MANAGE

    def get_crumbs(self):
        return [Crumb("账号", reverse("accounts:list")), Crumb(self.object.name, self.object.get_absolute_url())]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"cancel_url": self.object.get_absolute_url()} | kwargs)


class UserPage(OfUser, DetailPage):
    """One account: facts, posts, what may be done."""

    def get_crumbs(self):
        return [Crumb("账号", reverse("accounts:list"))]

    def get_lede(self):
        return f"账号 {self.object.username}"

    def get_actions(self):
        user = self.object
        if user == self.request.user:
            return []
        toggle = ("停用账号", "accounts:disable") if user.is_active else ("启用账号", "accounts:enable")
        second = [("解除两步验证", "accounts:reset_second_factor")] if selectors.has_second_factor(user) else []
        names = [("改姓名", "accounts:rename"), ("重置密码", "accounts:reset_password"), *second, toggle]
        actions = [Action(title, reverse(url, args=[user.pk])) for title, url in names]
        actions[-1].danger = user.is_active
        return [Action("给岗位", reverse("posts:choose", args=[user.pk]), icon="plus", primary=True), *actions]

    def sections(self):
        user = self.object
        facts = [
            fact(user, "username"),
            fact(user, "name"),
            Fact("状态", user.tag),
            Fact("两步验证", "已启用" if selectors.has_second_factor(user) else "未启用"),
            Fact("上次登录", display(user.last_login)),
            fact(user, "password_changed_at"),
            fact(user, "created_at"),
            *([Fact("演示账号", "是")] if user.is_demo else []),
        ]
        return [Section("账号", facts), self._posts()]

    def _posts(self) -> Section:
        own = self.object == self.request.user
        return Section(
            "岗位",
            template="accounts/posts.html",
            context={"posts": selectors.posts_of(self.object), "may_end": not own, "account": self.object},
        )


class FirstPassword:
    """Shows a random password once, in the answer to the POST that made it: it is stored nowhere."""

    def show_password(self, user: User, password: str):
        hours = int(services.FIRST_PASSWORD_LIFE.total_seconds() // 3600)
        context = {"page": self.get_page(), "account": user, "password": password, "hours": hours}
        response = render(self.request, "accounts/first_password.html", context)
        response["Cache-Control"] = "no-store"
        return response


class UserCreate(FirstPassword, CreatePage):
    """A new account; its first password is shown once."""

    model = User
    form_class = UserForm
    permission = MANAGE
    title = "新建账号"
    lede = "建好后显示一次初始密码，请交给本人，24 小时内登录并改密。"
    submits = ({"label": "建账号并生成初始密码", "name": "", "value": "", "primary": True},)
    warning = ""
    password = ""

    def get_crumbs(self):
        return [Crumb("账号", reverse("accounts:list"))]

    def create(self, form):
        user, self.password = services.create_user(by=self.request.user, **form.cleaned_data)
        return user

    def done(self, row):
        if not self.password:
            return super().done(row)
        self.request.session["saved"] = self.autosave_key()
        return self.show_password(row, self.password)

    def done_message(self, row):
        return SECOND_COPY


class UserRename(FormMixin, OfUser):
    """Correct a name."""

    form_class = RenameForm
    warning = ""

    def get_title(self):
        return f"改姓名：{self.object}"

    def form_options(self):
        return {"initial": {"name": self.object.name}}

    def write(self, form):
        return services.rename_user(self.object, by=self.request.user, **form.cleaned_data)


class PasswordReset(FirstPassword, OfUser, ConfirmPage):
    """A new first password, shown once."""

    label = "重置密码"

    def consequence(self):
        return "原密码立即失效，所有设备退出登录；生成的初始密码只显示一次，须在 24 小时内登录并改密。"

    def question(self):
        return f"要重置“{self.object}”的密码吗？"

    def post(self, request, *args, **kwargs):
        return self.show_password(self.object, services.reset_password(self.object, by=request.user))


class UserDisable(OfUser, ConfirmPage):
    """Nobody may sign in with it any more."""

    label = "停用"
    danger = True

    def consequence(self):
        return "立即退出登录，不能再登录；记录和操作日志都保留，以后可以再启用。"

    def act(self):
        services.set_active(self.object, by=self.request.user, active=False)


class UserEnable(OfUser, ConfirmPage):
    """May sign in again."""

    label = "启用"

    def consequence(self):
        return "启用后可以用原来的密码登录，岗位照旧。"

    def act(self):
        services.set_active(self.object, by=self.request.user, active=True)


class SecondFactorReset(OfUser, ConfirmPage):
    """For a lost phone."""

    label = "解除两步验证"
    danger = True

    def question(self):
        return f"要解除“{self.object}”的两步验证吗？"

    def consequence(self):
        return "手机丢失时使用，请先当面或电话核实是本人。解除后所有设备退出登录，岗位要求两步验证的须重新绑定。"

    def act(self):
        services.reset_second_factor(self.object, by=self.request.user)

    def done_message(self):
        return f"“{self.object}”的两步验证已解除。"
