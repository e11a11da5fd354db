"""How accounts plug in: the system administrator's and the auditor's menus, the words of their actions."""

from django.urls import reverse

from yiqiao_portal.core.background import count_failing
from yiqiao_portal.core.portal import Figure, MenuItem, Portal, Todo

from . import demo, selectors
from .models import User

MANAGE, VIEW, JOBS = "accounts.manage_users", "accounts.view_log", "core.view_jobs"
SHOWN = (("待首次登录", "first"), ("没有岗位", "postless"), (f"{selectors.UNUSED_DAYS} 天未使用", "unused"))


def figures(user) -> list[Figure]:
    """For the system administrator: accounts that want a look, each number with its list."""
    if not user.has_perm(MANAGE):
        return []
    url = reverse("accounts:list")
    return [Figure("账号", User.objects.count(), "个", url)] + [
        Figure(title, User.objects.filter(selectors.STATES[state]).count(), "个", f"{url}?state={state}")
        for title, state in SHOWN
    ]


def todos(user) -> list[Todo]:
    """For the system administrator: one card while jobs fail, whatever their number."""
    count = count_failing() if user.has_perm(JOBS) else 0
    if not count:
        return []
    title, sub = f"后台任务出错：{count} 项", "失败的定时任务会自动再试"
    return [Todo(kind="后台任务", title=title, url=reverse("core:jobs"), sub=sub, button="查看")]


portal = Portal(
    name="账号与审计",
    menu=(
        MenuItem(
            "系统管理",
            "accounts:list",
            MANAGE,
            icon="gear",
            order=90,
            children=(MenuItem("账号", "accounts:list", MANAGE), MenuItem("后台任务", "core:jobs", JOBS)),
        ),
        MenuItem(
            "审计",
            "audit:list",
            VIEW,
            icon="shield",
            order=95,
            children=(MenuItem("操作日志", "audit:list", VIEW), MenuItem("日志校验", "audit:verify", VIEW)),
        ),
    ),
    actions={
        "user.create": "新建账号",
        "user.update": "修改账号姓名",
        "user.reset_password": "重置密码",
        "user.reset_second_factor": "解除两步验证",
        "user.enable": "启用账号",
        "user.disable": "停用账号",
        "user.change_password": "修改自己的密码",
        "user.export": "导出账号清单",
        "post.give": "给予岗位",
        "post.end": "结束岗位",
        "audit.verify": "校验操作日志",
    },
    todos=todos,
    figures=figures,
    demo=demo.fill,
    demo_order=10,
)
