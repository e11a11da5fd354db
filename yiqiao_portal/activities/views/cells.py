"""应记录明细: the cells that the year's figures count, as a list."""

from collections import Counter

from yiqiao_portal.core.views.base import Crumb
from yiqiao_portal.core.views.list import ListPage
from yiqiao_portal.directory.models import Organisation

from ..cells import WORDS
from ..filters import CellFilter
from ..tables import CellTable
from .records import LIST


class CellList(ListPage):
    """One row per branch, kind and period; official order, no figures that could be compared."""

    model = Organisation
    table_class = CellTable
    filter_class = CellFilter
    permission = "activities.view_matrix"
    lede = "每一行是应记录一览的一格；点开看记录、说明，或去补记。按镇定顺序排列，不排名。"
    export_action = "activity.export"
    empty_title = "没有应记录的项目"
    empty_text = "这一年管辖范围内没有需要记录的党组织。"

    def get_queryset(self):
        return super().get_queryset().party().official()

    def get_title(self):
        return f"{self.filter.asked_year} 年应记录明细" if hasattr(self, "filter") else "应记录明细"

    def get_crumbs(self):
        return [Crumb("工作台", "/"), LIST, Crumb("应记录一览", "/activities/matrix/")]

    def sort(self):
        """Only one order is offered."""

    def tabs(self):
        """The verdicts with their counts under the other conditions."""
        counts = Counter(row.key for row in self.filter.found)
        chosen = self.filter.asked_verdict
        tabs = [
            {"title": word, "url": self.link(verdict=key), "count": counts[key], "current": key == chosen}
            for key, word in WORDS.items()
        ]
        every = {"title": "全部", "url": self.link(verdict=""), "count": counts.total(), "current": not chosen}
        return [every, *tabs]
