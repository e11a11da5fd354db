"""The list of activity records."""

import django_tables2 as tables
from django.utils.html import format_html

from yiqiao_portal.core.tables import DateColumn, ListTable, TagColumn, TitleColumn

from .cells import WORDS
from .models import Activity, Explanation


class ActivityTable(ListTable):
    """One row per record; the same columns go to Excel."""

    title = TitleColumn(verbose_name="活动名称")
    kind = tables.Column(verbose_name="类型")
    organisation = tables.Column(
        verbose_name="党组织", order_by=("organisation__order",), attrs={"td": {"class": "brk"}}
    )
    held_on = DateColumn(verbose_name="日期")
    attended = tables.Column(
        verbose_name="实到/应到", accessor="present", orderable=False, empty_values=(),
        attrs={"th": {"class": "num"}, "td": {"class": "num", "data-label": "实到"}},
    )  # fmt: skip
    tag = TagColumn(verbose_name="状态")
    serial = tables.Column(verbose_name="编号", orderable=False, attrs={"td": {"class": "pc-cell"}})

    class Meta(ListTable.Meta):
        model = Activity
        fields = ("title", "kind", "organisation", "held_on", "attended", "tag", "serial")
        order_by = ("-held_on",)
        order_by_field = "sort"

    def render_title(self, record, value):
        return format_html('{}<span class="sub">补录</span>', value) if record.late_entry else value

    def render_attended(self, record):
        return "--" if record.present is None else f"{record.present}/{record.expected}"

    def value_attended(self, record):
        return self.render_attended(record)

    def value_tag(self, record):
        return record.get_state_display()

    def value_title(self, record):
        return record.title


class CellTable(ListTable):
    """One row per branch, kind and period, in the official order alone."""

    title = TitleColumn(verbose_name="应记录", orderable=False, linkify=lambda record: record.url)
    organisation = tables.Column(verbose_name="党组织", orderable=False, attrs={"td": {"class": "brk"}})
    tag = TagColumn(verbose_name="结论")
    reason = tables.Column(verbose_name="说明", orderable=False, attrs={"td": {"class": "brk"}})

    class Meta(ListTable.Meta):
        model = Explanation
        fields = ("title", "organisation", "tag", "reason")

    def value_tag(self, record):
        return WORDS[record.key]
