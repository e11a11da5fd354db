"""Filters of the account list and of the log."""

import django_filters
from django.db.models import Q

from yiqiao_portal.audit import actions
from yiqiao_portal.audit.choices import Result
from yiqiao_portal.core.filters import DateFilter, ListFilter

from . import log, selectors
from .models import Role, User

MOST_ACTORS = 200


class UserFilter(ListFilter):
    """By name or user name, role and state."""

    q = django_filters.CharFilter(label="姓名或账号", max_length=40, method="named")
    role = django_filters.ModelChoiceFilter(
        label="岗位", queryset=Role.objects.all(), to_field_name="code", method="of_role", empty_label="全部"
    )
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[
            ("normal", "正常"),
            ("first", "待首次登录"),
            ("disabled", "已停用"),
            ("unused", f"{selectors.UNUSED_DAYS} 天未使用"),
            ("postless", "没有岗位"),
        ],
        method="of_state",
        empty_label="全部",
    )

    class Meta:
        model = User
        fields = ()

    def named(self, rows, _name, value):
        return rows.filter(_named(value))

    def of_role(self, rows, _name, value):
        return rows.filter(pk__in=selectors.posts().current().filter(role=value).values("user"))

    def of_state(self, rows, _name, value):
        return rows.filter(selectors.STATES[value])


class EntryFilter(ListFilter):
    """By person, action, object, days and result; each has an index of its own."""

    extra = ("object_type", "object_id", "result")

    q = django_filters.CharFilter(label="操作人姓名或账号", max_length=40, method="by_person")
    action = django_filters.ChoiceFilter(label="操作", choices=lambda: actions.catalogue().items(), empty_label="全部")
    since = DateFilter(label="开始日期", method="from_day")
    until = DateFilter(label="结束日期", method="to_day")
    object_type = django_filters.ChoiceFilter(label="对象类型", choices=log.object_types, empty_label="全部")
    object_id = django_filters.CharFilter(label="对象编号", max_length=64)
    result = django_filters.ChoiceFilter(label="结果", choices=Result.choices, empty_label="全部")

    class Meta:
        fields = ()

    def by_person(self, rows, _name, value):
        found = User.objects.filter(_named(value)).values_list("pk", flat=True)[:MOST_ACTORS]
        return rows.filter(actor__in=list(found))

    def from_day(self, rows, _name, value):
        return rows.filter(at__gte=log.midnight(value))

    def to_day(self, rows, _name, value):
        return rows.filter(at__lt=log.midnight(value, days=1))


def _named(words: str) -> Q:
    return Q(name__icontains=words) | Q(username__icontains=words)
