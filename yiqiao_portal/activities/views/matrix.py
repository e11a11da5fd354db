"""应记录一览: branches by period, in official order, without figures that could be compared."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.export import excel_answer
from yiqiao_portal.core.views.base import Crumb, ObjectPage, PortalPage
from yiqiao_portal.core.views.edit import FormMixin
from yiqiao_portal.core.workbooks import Column
from yiqiao_portal.directory.models import Organisation

from .. import selectors, services
from ..forms import ExplanationForm
from ..models import ActivityKind, Explanation
from ..rhythm import Cell, Period
from .records import LIST

FIRST_YEAR = 2021
MATRIX = Crumb("应记录一览", "/activities/matrix/")


def kind_of(code: str) -> ActivityKind:
    """A kind with a rhythm; theme days unless another is asked for."""
    return get_object_or_404(ActivityKind.objects.exclude(period=""), code=code or "theme_day")


class MatrixPage(PortalPage):
    """One row per branch, one cell per period; each cell opens its records."""

    template_name = "activities/matrix.html"
    permission = "activities.view_matrix"
    title = "应记录一览"

    def dispatch(self, request, *args, **kwargs):
        if request.user.has_perm(self.permission):
            self.kind, self.year = kind_of(request.GET.get("kind", "")), self._year()
        return super().dispatch(request, *args, **kwargs)

    def _year(self) -> int:
        wanted = self.request.GET.get("year", "")
        year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else today().year
        if not FIRST_YEAR <= year <= today().year + 1:
            raise Http404
        return year

    def get(self, request, *args, **kwargs):
        self.branches = list(selectors.branches_for(request.user, self.year))
        self.spots = selectors.spots(self.branches, [self.kind], self.year)
        if request.GET.get("format") == "xlsx":
            return self.export()
        return super().get(request, *args, **kwargs)

    def get_lede(self):
        rule = f"{self.kind.get_period_display()}至少 {self.kind.minimum} 次"
        scope = "" if self.kind.applies_when == "always" else f"（{self.kind.get_applies_when_display()}）"
        return f"{self.year} 年 · {self.kind}{rule}{scope}。按镇定顺序排列，不计分、不排名；点格子看记录或去补记。"

    def get_crumbs(self):
        return [Crumb("工作台", "/"), LIST]

    def export(self):
        """The same words in a workbook."""
        entry = record("activity.export", by=self.request.user, object_type="activities.matrix")
        title = f"{self.year}年{self.kind}应记录一览"
        first = next(iter(self.spots.values()), [])
        columns = [Column("name", "党组织")] + [
            Column(f"p{s.period.number}", short_label(s.period), "short") for s in first
        ]
        return excel_answer(title, columns, self.rows_in_words(), user=self.request.user, entry=entry)

    def rows_in_words(self):
        for branch in self.branches:
            yield [branch.short_name, *(spot.cell.word for spot in self.spots[branch.pk, self.kind.pk])]

    def matrix(self) -> dict:
        now = today()
        first = next(iter(self.spots.values()), [])
        columns = [{"label": short_label(s.period), "now": s.period.contains(now)} for s in first]
        rows = [self._row(branch) for branch in self.branches]
        caption = f"{self.year} 年各党组织{self.kind}记录情况"
        return {"caption": caption, "what": str(self.kind), "columns": columns, "rows": rows}

    def _row(self, branch) -> dict:
        spots = self.spots[branch.pk, self.kind.pk]
        return {"name": branch.short_name, "url": "", "cells": [self._cell(spot) for spot in spots]}

    def _cell(self, spot: selectors.Spot) -> dict:
        cell = spot.cell
        return {"look": cell.look, "word": cell.word, "icon": cell.icon, "url": self._url(spot), "title": cell.word}

    def _url(self, spot: selectors.Spot) -> str:
        """Where a cell leads: its records, its explanation, or the form that is missing."""
        period, branch = spot.period, spot.organisation
        if spot.records:
            days = f"held_from={period.start}&held_to={period.end}"
            return f"{LIST.url}?organisation={branch.pk}&counts_for={self.kind.code}&state=recorded&{days}"
        if spot.cell in {Cell.WAITING, Cell.EXPLAINED} and self.may_explain:
            return reverse("activities:explain", args=[branch.pk, self.kind.code, period.year, period.number])
        return ""

    @property
    def may_explain(self) -> bool:
        return self.request.user.has_perm("activities.explain")

    def get_context_data(self, **kwargs):
        kinds = [
            {"title": f"{kind}（{kind.get_period_display()[1:]}）" if kind.period != "month" else str(kind),
             "url": f"?kind={kind.code}&year={self.year}", "current": kind == self.kind}
            for kind in ActivityKind.objects.exclude(period="")
        ]  # fmt: skip
        return super().get_context_data(
            matrix=self.matrix(),
            views=kinds,
            years=self._years(),
            export_url=f"?kind={self.kind.code}&year={self.year}&format=xlsx",
            **kwargs,
        )

    def _years(self) -> list[dict]:
        years = [year for year in (self.year - 1, self.year + 1) if FIRST_YEAR <= year <= today().year]
        return [{"title": f"{year} 年", "url": f"?kind={self.kind.code}&year={year}"} for year in years]


def short_label(period: Period) -> str:
    """3月, 二季度 or 2026年, as narrow as a column."""
    return {"month": f"{period.number}月", "quarter": f"{period.number}季度"}.get(period.kind, f"{period.year}年")


class ExplainPage(FormMixin, ObjectPage):
    """A branch that did not hold what was due: record it after all, or say why."""

    model = Organisation
    permission = "activities.explain"
    pk_url_kwarg = "organisation"
    template_name = "activities/explain.html"
    form_class = ExplanationForm
    submits = ({"label": "保存说明", "name": "", "value": "", "primary": True},)

    def dispatch(self, request, *args, **kwargs):
        self.kind = kind_of(kwargs["kind"])
        if not FIRST_YEAR <= kwargs["year"] <= today().year + 1:
            raise Http404
        try:
            self.period = Period(self.kind.period, kwargs["year"], kwargs["number"])
        except ValueError:
            raise Http404 from None
        return super().dispatch(request, *args, **kwargs)

    def get_title(self):
        return f"{self.object} {self.period.label} {self.kind}"

    def get_lede(self):
        return "已经举行的，请去补记；确实没有开展的，写一句原因。"

    def get_crumbs(self):
        return [LIST, Crumb(MATRIX.title, f"{MATRIX.url}?kind={self.kind.code}&year={self.period.year}")]

    def explanation(self) -> Explanation | None:
        place = {"kind": self.kind, "year": self.period.year, "number": self.period.number}
        return Explanation.objects.visible_to(self.request.user).filter(organisation=self.object, **place).first()

    def get_form(self, data=None, files=None):
        existing = self.explanation()
        return ExplanationForm(
            data, files, user=self.request.user, initial={"reason": existing.reason if existing else ""}
        )

    def write(self, form):
        place = {"year": self.period.year, "number": self.period.number}
        return services.explain(self.object, self.kind, by=self.request.user, **place, **form.cleaned_data)

    def done_message(self, row):
        return "说明已保存。"

    def done_url(self, row):
        return self.get_crumbs()[-1].url

    def get_context_data(self, **kwargs):
        day = min(self.period.end, max(self.period.start, today()))
        record_url = (
            f"{reverse('activities:create', args=[self.kind.code])}?organisation={self.object.pk}&held_on={day}"
        )
        may = self.request.user.has_perm("activities.add_activity", self.object)
        return super().get_context_data(record_url=record_url if may else "", **kwargs)
