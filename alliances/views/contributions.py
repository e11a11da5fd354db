"""贡献台账: units by measures for a year, the same as Excel, and the rows behind each number."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from yiqiao_portal.activities.models import Attendance
from yiqiao_portal.core.views.base import Action, Crumb, PortalPage
from yiqiao_portal.core.workbooks import Cell, Column
from yiqiao_portal.directory.models import Organisation

from ..models import Alliance, Claim, Match, Progress, Project
from ..selectors import contributions as selectors
from .years import YearPage

LEDE = "{} 年，{}带来了什么、得到了什么。按镇定顺序排列，不计分、不排名；点数字看明细。"

SEEN = "您能看到的单位"


def link(alliance: Alliance, year: int, line: selectors.Line, measure: selectors.Measure) -> str:
    """The page of the rows behind a number."""
    place = [alliance.pk, line.organisation.pk, measure.code]
    return f"{reverse('alliances:contribution_rows', args=place)}?year={year}"


def excel_columns() -> list[Column]:
    """A column per measure; what was promised has its amounts in words beside it."""
    found = [Column("unit", "单位", width=24), Column("member", "身份", "short")]
    for measure in selectors.MEASURES:
        found.append(Column(measure.code, measure.title, "integer", total="sum", band=measure.band))
        if measure.code == "promises":
            found.append(Column("promised", "对接数量", "short", width=18, band=measure.band))
    return found


def excel_row(line: selectors.Line, alliance: Alliance, year: int) -> list:
    """The same numbers as on the page, each with its way."""
    cells = []
    for measure in selectors.MEASURES:
        number = line.numbers[measure.code]
        cells.append(Cell(number, link(alliance, year, line, measure)) if number else 0)
        if measure.code == "promises":
            cells.append(line.promised)
    return [line.organisation.name, "成员" if line.member else "受益村社", *cells]


def page_line(line: selectors.Line, alliance: Alliance, year: int) -> dict:
    """A unit with each measure, its number and the way to its rows."""
    cells = [(row, line.numbers[row.code], link(alliance, year, line, row)) for row in selectors.MEASURES]
    return {"line": line, "cells": cells}


class ContributionsHome(PortalPage):
    """The menu's way to a ledger: that of the first alliance within reach."""

    permission = "alliances.view_contributions"
    title = "贡献台账"

    def get(self, request, *args, **kwargs):
        first = Alliance.objects.visible_to(request.user).order_by("state", "founded_on", "pk").first()
        return redirect("alliances:contributions", first.pk) if first else redirect("alliances:list")


class ContributionsPage(YearPage):
    """One row per unit, one column per measure; each number opens its rows."""

    template_name = "alliances/contributions.html"
    permission = "alliances.view_contributions"
    word = "贡献台账"
    export_action = "contributions.export"

    def get_lede(self):
        return LEDE.format(self.year, "各单位" if self.ledger.whole else SEEN)

    def get_actions(self):
        return [Action("导出 Excel", "", primary=True, method="export")]

    @cached_property
    def ledger(self) -> selectors.Ledger:
        """The year's ledger as this user sees it."""
        return selectors.ledger(self.object, self.year, self.request.user)

    def columns(self):
        return excel_columns()

    def rows(self):
        return [excel_row(line, self.object, self.year) for line in self.ledger.lines]

    def get_context_data(self, **kwargs):
        ledger = self.ledger
        return super().get_context_data(
            measures=selectors.MEASURES,
            lines=[page_line(line, self.object, self.year) for line in ledger.lines],
            totals=[ledger.totals[measure.code] for measure in selectors.MEASURES],
            total_of="合计" if ledger.whole else f"{SEEN}合计",
            empty={"title": "这一年没有您能查看的单位", "text": "换一个年份看看。", "action": None},
            **kwargs,
        )


class ContributionRows(YearPage):
    """The rows that one number of the ledger counts."""

    template_name = "alliances/contribution_rows.html"
    permission = "alliances.view_contributions"

    def dispatch(self, request, *args, **kwargs):
        try:
            self.measure = selectors.measure(kwargs["what"])
        except KeyError:
            raise Http404 from None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        units = Organisation.objects.visible_to(request.user)
        self.unit = get_object_or_404(units, pk=kwargs["organisation"])
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return f"{self.unit}：{self.measure.title}" if hasattr(self, "unit") else self.measure.title

    def get_lede(self):
        return f"{self.year} 年 · {self.measure.meaning}。"

    def get_crumbs(self):
        url = f"{reverse('alliances:contributions', args=[self.object.pk])}?year={self.year}"
        return [*super().get_crumbs(), Crumb(f"{self.year} 年贡献台账", url)]

    def get_context_data(self, **kwargs):
        rows = [row_line(row) for row in self.measure.of_unit(self.object, self.year, self.unit)]
        number = sum(row["amount"] for row in rows) if self.measure.total else len(rows)
        return super().get_context_data(
            rows=rows,
            number=number,
            measure=self.measure,
            linked=self.request.user.has_perm("activities.view_activity") or self.measure.code != "meetings",
            **kwargs,
        )


def row_line(row) -> dict:
    """A row of any kind as a line: what, more about it, when, how many."""
    if isinstance(row, Match):
        return _line(row, row.need, f"{row.resource} {row.amount}{row.resource.get_unit_display()}", row.decided_at)
    if isinstance(row, Claim):
        return _line(row, row.need, "牵头" if row.lead else "配合", row.decided_at)
    if isinstance(row, Progress):
        return _line(row, row.project, row.text, row.day)
    if isinstance(row, Attendance):
        return _line(row.activity, row.activity, row.activity.venue, row.activity.held_on)
    if isinstance(row, Project):
        amount = row.beneficiaries or 0
        return _line(row, row, row.get_state_display(), row.accepted_on or row.starts_on) | {"amount": amount}
    return _line(row, row, f"{row.get_state_display()} · {row.serial}", row.created_at)


def _line(row, named, sub: str, day) -> dict:
    return {"title": str(named), "url": row.get_absolute_url(), "sub": sub, "day": day, "amount": 1}
