"""What the matrix shows: rows in official order, each cell with the address of what it counts."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.workbooks import Column

from . import selectors
from .models import ActivityKind
from .rhythm import Cell, Period


def short_label(period: Period) -> str:
    """3月, 2季度 or 2026年, as narrow as a column."""
    return {"month": f"{period.number}月", "quarter": f"{period.number}季度"}.get(period.kind, f"{period.year}年")


@dataclass
class Matrix:
    """One kind in one year, for what this user may see."""

    user: object
    kind: ActivityKind
    year: int

    @cached_property
    def branches(self) -> list:
        return list(selectors.branches_for(self.user, self.year))

    @cached_property
    def spots(self) -> dict:
        return selectors.spots(self.branches, [self.kind], self.year)

    @cached_property
    def may_explain(self) -> bool:
        return self.user.has_perm("activities.explain")

    @property
    def periods(self) -> list[Period]:
        return [spot.period for spot in next(iter(self.spots.values()), [])]

    def page(self) -> dict:
        """As components/matrix.html takes it."""
        now = today()
        return {
            "caption": f"{self.year} 年各党组织{self.kind}记录情况",
            "what": str(self.kind),
            "columns": [{"label": short_label(period), "now": period.contains(now)} for period in self.periods],
            "rows": [{"name": branch.short_name, "url": "", "cells": self._cells(branch)} for branch in self.branches],
        }

    def _cells(self, branch) -> list[dict]:
        return [self._cell(spot) for spot in self.spots[branch.pk, self.kind.pk]]

    def _cell(self, spot: selectors.Spot) -> dict:
        cell = spot.cell
        note = "原说明不再计入：" if spot.moot else ""
        title = f"{cell.word}，{note}{spot.reason}" if spot.reason else cell.word
        return {"look": cell.look, "word": cell.word, "icon": cell.icon, "url": self._url(spot), "title": title}

    def _url(self, spot: selectors.Spot) -> str:
        return cell_url(spot, self.kind, may_explain=self.may_explain)

    def excel_columns(self) -> list[Column]:
        """The same table for Excel."""
        periods = [Column(f"p{period.number}", short_label(period), "short") for period in self.periods]
        return [Column("name", "党组织"), *periods]

    def excel_rows(self):
        """Words only."""
        for branch in self.branches:
            yield [branch.short_name, *(spot.cell.word for spot in self.spots[branch.pk, self.kind.pk])]


def cell_url(spot: selectors.Spot, kind: ActivityKind, *, may_explain: bool) -> str:
    """Where a cell leads: its records, its explanation, or the page to write either; empty for no place."""
    period = spot.period
    if spot.records:
        return records_url(spot, kind)
    if spot.cell in {Cell.WAITING, Cell.EXPLAINED} and may_explain:
        return reverse("activities:explain", args=[spot.organisation.pk, kind.code, period.year, period.number])
    return ""


def records_url(spot: selectors.Spot, kind: ActivityKind) -> str:
    """The list that a cell counts."""
    days = f"held_from={spot.period.start}&held_to={spot.period.end}"
    address = reverse("activities:list")
    return f"{address}?organisation={spot.organisation.pk}&counts_for={kind.code}&state=recorded&{days}"
