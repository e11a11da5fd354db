"""Columns and the base of all list tables."""

from datetime import datetime

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .models import Message
from .tags import Tag
from .templatetags.portal import moment
from .templatetags.portal import tag as tag_html


class TitleColumn(tables.Column):
    """The first column: the row's name as a link to its page."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("linkify", True)
        kwargs.setdefault("attrs", {"th": {}, "a": {"class": "title"}})
        super().__init__(*args, **kwargs)


class DateColumn(tables.Column):
    """A date as 2026-11-23; of a moment the day in the town."""

    def render(self, value) -> SafeString:
        day = timezone.localdate(value) if isinstance(value, datetime) else value
        return format_html('<time datetime="{0}" class="nowrap">{0}</time>', day.isoformat())


class NumberColumn(tables.Column):
    """A right-aligned number with its label on phones."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault(
            "attrs", {"th": {"class": "num"}, "td": {"class": "num", "data-label": kwargs.get("verbose_name", "")}}
        )
        super().__init__(*args, **kwargs)


class TagColumn(tables.Column):
    """A state; the record's `tag` property gives word, shape and colour."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {"td": {"class": "push"}})
        kwargs.setdefault("accessor", "tag")
        kwargs.setdefault("orderable", False)
        super().__init__(*args, **kwargs)

    def render(self, value: Tag) -> SafeString:
        return tag_html(value)


class ListTable(tables.Table):
    """Base of all list tables: one template, dashes for nothing, no hidden ordering."""

    export_skips: tuple[str, ...] = ()
    export_only: tuple[str, ...] = ()  # hidden columns (visible=False) without which the file could not come back in

    class Meta:
        template_name = "components/table.html"
        default = "--"
        order_by_field = "sort"


# A GET changes nothing, so what is unread is opened by a button of the page's form (templates/core/messages.html).
OPENS = '<button class="title msg-open" form="open-message" formaction="{}">{}</button>'
OPENED = '<a class="title" href="{}">{}</a>'
URGENT = Tag("紧急", "late")


class MessageTable(ListTable):
    """One's own messages."""

    caption = "消息"

    title = tables.Column(verbose_name="标题")
    kind = tables.Column(verbose_name="类型", accessor="kind_label", orderable=False)
    created_at = tables.Column(verbose_name="时间", attrs={"td": {"class": "nowrap"}})
    tag = TagColumn(verbose_name="状态")

    class Meta(ListTable.Meta):
        model = Message
        fields = ("title", "kind", "created_at", "tag")

    def render_title(self, record):
        look, url = (OPENED, record.url) if record.read_at else (OPENS, reverse("core:message_open", args=[record.pk]))
        mark = format_html('<span class="msg">{}</span> ', tag_html(URGENT)) if record.urgent else ""
        words = format_html('<span class="sub">{}</span>', record.text) if record.text else ""
        return format_html("{}{}{}", mark, format_html(look, url, record.title), words)

    def value_title(self, record):
        return record.title

    def render_created_at(self, value):
        return moment(value)

    def value_created_at(self, record):
        return moment(record.created_at)

    def value_tag(self, record):
        return record.tag.word


class MomentColumn(tables.Column):
    """A moment as 2026-11-23 08:00, with its label on phones."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {"td": {"class": "nowrap", "data-label": kwargs.get("verbose_name", "")}})
        super().__init__(*args, **kwargs)

    def render(self, value):
        return moment(value)


class QueuedTable(ListTable):
    """The background jobs that failed (core.background.Standing)."""

    caption = "出错的一次性任务"

    title = tables.Column(verbose_name="任务")
    good_at = MomentColumn(verbose_name="上次成功")
    failed = NumberColumn(verbose_name="此后失败")
    error = tables.Column(verbose_name="最近一次原因", attrs={"td": {"class": "brk"}})

    class Meta(ListTable.Meta):
        pass


class JobTable(QueuedTable):
    """The recurring jobs (core.background.Standing)."""

    caption = "定时任务"

    next_at = MomentColumn(verbose_name="下次再试")
    tag = TagColumn(verbose_name="状态")

    class Meta(ListTable.Meta):
        pass
