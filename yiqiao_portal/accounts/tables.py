"""Lists of accounts and of the log."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yiqiao_portal.audit import actions
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.tables import ListTable, TagColumn, TitleColumn
from yiqiao_portal.core.templatetags.portal import moment, tag

from . import log
from .models import Role, User

TITLE = {"a": {"class": "title"}}
PC_ONLY = {"td": {"class": "pc-cell"}}


class UserTable(ListTable):
    """Who may sign in, and as what."""

    name = TitleColumn(verbose_name="姓名")
    username = tables.Column(verbose_name="账号")
    posts = tables.Column(
        verbose_name="现任岗位", accessor="current_posts", orderable=False, attrs={"td": {"class": "brk"}}
    )
    last_login = tables.Column(verbose_name="上次登录", attrs={"td": {"data-label": "上次登录"}})
    tag = TagColumn(verbose_name="状态")

    class Meta(ListTable.Meta):
        model = User
        fields = ("name", "username", "posts", "last_login", "tag")
        order_by = ("username",)

    def render_posts(self, value):
        return "、".join(post.label for post in value) or "--"

    def value_posts(self, record):
        return "、".join(post.label for post in record.current_posts)

    def render_last_login(self, value):
        return moment(value)

    def value_last_login(self, record):
        return moment(record.last_login)

    def value_tag(self, record):
        return record.tag.word


class EntryTable(ListTable):
    """The log: ids and field names. Its order is the order of the chain and cannot be changed."""

    caption = "操作日志"

    at = tables.Column(verbose_name="时间", linkify=("audit:entry", {"pk": tables.A("pk")}), attrs=TITLE)
    actor = tables.Column(verbose_name="操作人", empty_values=())
    role = tables.Column(verbose_name="当时岗位")
    action = tables.Column(verbose_name="操作", attrs={"td": {"class": "brk"}})
    target = tables.Column(verbose_name="对象", accessor="object_type", empty_values=())
    names = tables.Column(verbose_name="涉及字段", accessor="fields", empty_values=(), attrs=PC_ONLY)
    ip = tables.Column(verbose_name="来源地址", attrs=PC_ONLY)
    result = TagColumn(verbose_name="结果", accessor="result")

    class Meta(ListTable.Meta):
        model = Entry
        fields = ("at", "actor", "role", "action", "target", "names", "ip", "result")
        orderable = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.role_names = dict(Role.objects.values_list("code", "name"))

    def render_at(self, value):
        return one_line(moment(value))

    def value_at(self, record):
        return moment(record.at)

    def render_actor(self, record):
        return self.value_actor(record)

    def value_actor(self, record):
        return actor_label(record)

    def render_ip(self, value):
        return one_line(value)

    def render_role(self, value):
        return self.role_names.get(value, value)

    def value_role(self, record):
        return self.role_names.get(record.role, record.role)

    def render_action(self, value):
        return actions.label(value)

    def value_action(self, record):
        return actions.label(record.action)

    def render_target(self, record):
        return log.object_label(record) or "--"

    def value_target(self, record):
        return log.object_label(record)

    def render_names(self, record):
        return log.field_labels(record) or "--"

    def value_names(self, record):
        return log.field_labels(record)

    def render_result(self, record):
        return tag(log.result_tag(record))

    def value_result(self, record):
        return record.get_result_display()


def one_line(text: str) -> SafeString:
    """A time or an address, which is never broken in two."""
    return format_html('<span class="nowrap">{}</span>', text)


def actor_label(entry: Entry) -> str:
    """Name and account of who did it; the portal's own doings and strangers have none."""
    return f"{entry.actor.name}（{entry.actor.username}）" if entry.actor else "--"
