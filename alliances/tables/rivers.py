"""The lists of rivers, patrols, problems and samples; the same columns go to Excel."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join

from yiqiao_portal.core import handover
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.tables import DateColumn, ListTable, NumberColumn, TagColumn, TitleColumn
from yiqiao_portal.core.templatetags.portal import tag as tag_html

from ..choices import ProblemState
from ..models import Patrol, PatrolProblem, River, WaterSample
from ..patrols import year_span
from ..selectors import samples as selectors
from ..selectors.rivers import current

BREAK = {"td": {"class": "brk"}}


def own_page(record) -> str:
    """The row's own page, where the column shows another row's name."""
    return record.get_absolute_url()


ALWAYS = {"orderable": False, "empty_values": ()}


class RiverTable(ListTable):
    """Rivers in the town's order, never by their class."""

    name = TitleColumn(orderable=False)
    body = tables.Column(orderable=False)
    sections = NumberColumn(verbose_name="断面（河段）", accessor="section_count", orderable=False)
    chiefs = tables.Column(verbose_name="现任河长", attrs=BREAK, **ALWAYS)
    alliance = tables.Column(orderable=False, attrs=BREAK)
    water = TagColumn(verbose_name="今年水质", accessor="pk", empty_values=())

    class Meta(ListTable.Meta):
        model = River
        fields = ("name", "body", "sections", "chiefs", "alliance", "water")

    def _state(self, record) -> "selectors.water.RiverState":
        """All rivers of the list are reckoned at once, when the first one is drawn."""
        if not hasattr(self, "_states"):
            rows = [row.record for row in self.page.object_list] if hasattr(self, "page") else self.data.data
            self._states = selectors.states_of(rows, year_span(today().year))
        return self._states[record.pk]

    def render_water(self, record):
        return tag_html(selectors.tag_of_river(self._state(record)))

    def value_water(self, record):
        return selectors.tag_of_river(self._state(record)).word

    def render_chiefs(self, record):
        return self.value_chiefs(record)

    def value_chiefs(self, record):
        now = current(chief for section in record.open_sections for chief in section.all_chiefs)
        names = [f"{chief.get_level_display()} {chief.person or chief.organisation}" for chief in now]
        return "、".join(dict.fromkeys(names)) or "--"

    def value_body(self, record):
        return record.get_body_display()


class PatrolTable(ListTable):
    """One row per patrol."""

    section = TitleColumn(verbose_name="河段", linkify=own_page, order_by=("section__river__order", "section__order"))
    day = DateColumn()
    level = tables.Column()
    by_whom = tables.Column(orderable=False)
    organisation = tables.Column(order_by=("organisation__order",), attrs=BREAK)
    found = NumberColumn(verbose_name="发现问题", accessor="problem_count", orderable=False)
    waiting = NumberColumn(verbose_name="待处理", accessor="open_count", orderable=False)

    class Meta(ListTable.Meta):
        model = Patrol
        fields = ("section", "day", "level", "by_whom", "organisation", "found", "waiting")
        order_by = ("-day",)

    def value_level(self, record):
        return record.get_level_display()


class ProblemTable(ListTable):
    """One row per problem; the row leads to its patrol."""

    text = TitleColumn(orderable=False)
    item = tables.Column(orderable=False)
    section = tables.Column(verbose_name="河段", accessor="patrol__section", orderable=False, attrs=BREAK)
    day = DateColumn(verbose_name="巡查日期", accessor="patrol__day")
    organisation = tables.Column(
        verbose_name="巡查单位", accessor="patrol__organisation", order_by=("patrol__organisation__order",), attrs=BREAK
    )
    tag = TagColumn(verbose_name="状态")

    class Meta(ListTable.Meta):
        model = PatrolProblem
        fields = ("text", "item", "section", "day", "organisation", "tag")

    def render_tag(self, record, value):
        """The state; below it where an open one may be handed over to, which its state says without a query."""
        if record.state != ProblemState.OPEN:
            return tag_html(value)
        ways = [(url, way.title, record) for way, url in handover.ways_from(record, self.request.user)]
        link = '<a href="{}">{}<span class="visually-hidden">：{}</span></a>'
        return format_html("{} {}", tag_html(value), format_html_join(" ", link, ways))

    def value_tag(self, record):
        return record.get_state_display()


class SampleTable(ListTable):
    """One row per sample with its class, reckoned now."""

    section = TitleColumn(verbose_name="断面", linkify=own_page, order_by=("section__river__order", "section__order"))
    taken_on = DateColumn()
    target = tables.Column(verbose_name="目标", attrs={"td": {"data-label": "目标"}}, **ALWAYS)
    met = tables.Column(verbose_name="是否达标", **ALWAYS)
    pollutants = tables.Column(verbose_name="主要污染指标", attrs=BREAK, **ALWAYS)
    organisation = tables.Column(order_by=("organisation__order",), attrs=BREAK)
    water = TagColumn(verbose_name="水质类别", accessor="pk", empty_values=())

    class Meta(ListTable.Meta):
        model = WaterSample
        fields = ("section", "taken_on", "target", "met", "pollutants", "organisation", "water")
        order_by = ("-taken_on",)

    def render_target(self, record):
        return self.value_target(record)

    def value_target(self, record):
        return record.section.get_target_display() or "--"

    def render_met(self, record):
        return self.value_met(record)

    def value_met(self, record):
        return selectors.met_words(selectors.class_of(record), record.section)

    def render_pollutants(self, record):
        return self.value_pollutants(record)

    def value_pollutants(self, record):
        return "、".join(map(str, selectors.class_of(record).pollutants)) or "--"

    def render_water(self, record):
        return tag_html(selectors.tag_of(selectors.class_of(record)))

    def value_water(self, record):
        return selectors.tag_of(selectors.class_of(record)).word
