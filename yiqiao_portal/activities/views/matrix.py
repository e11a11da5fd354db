"""应记录一览: branches by period, in official order, without figures that could be compared."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.export import Exported, excel_answer
from yiqiao_portal.core.views.base import Crumb, PortalPage

from ..choices import FIRST_YEAR
from ..matrix import Matrix
from ..models import ActivityKind
from .records import LIST


def kind_of(code: str) -> ActivityKind:
    """A kind with a rhythm; theme days unless another is asked for."""
    return get_object_or_404(ActivityKind.objects.exclude(period=""), code=code or "theme_day")


def check_year(year: int) -> int:
    """A year that the matrix has; Http404 otherwise."""
    if not FIRST_YEAR <= year <= today().year + 1:
        raise Http404
    return year


class MatrixPage(PortalPage):
    """One row per branch, one cell per period; each cell opens its records."""

    template_name = "activities/matrix.html"
    permission = "activities.view_matrix"
    title = "应记录一览"

    def get(self, request, *args, **kwargs):
        wanted = request.GET.get("year", "")
        year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else today().year
        self.matrix = Matrix(request.user, kind_of(request.GET.get("kind", "")), check_year(year))
        return self.export() if request.GET.get("format") == "xlsx" else super().get(request, *args, **kwargs)

    def get_title(self):
        return f"{self.matrix.year} 年{self.matrix.kind}应记录一览" if hasattr(self, "matrix") else self.title

    def get_lede(self):
        kind = self.matrix.kind
        scope = "" if kind.applies_when == "always" else f"（{kind.get_applies_when_display()}）"
        rule = f"{kind}{kind.get_period_display()}至少 {kind.minimum} 次{scope}"
        return f"{rule}。按镇定顺序排列，不计分、不排名；点格子看记录或去补记。"

    def get_crumbs(self):
        return [Crumb("工作台", "/"), LIST]

    def export(self):
        """The same words in a workbook."""
        title = f"{self.matrix.year}年{self.matrix.kind}应记录一览"
        columns, rows = self.matrix.excel_columns(), self.matrix.excel_rows()
        exported = Exported("activity.export", "activities.matrix", filters=("kind", "year"))
        return excel_answer(title, columns, rows, user=self.request.user, exported=exported)

    def get_context_data(self, **kwargs):
        year, code = self.matrix.year, self.matrix.kind.code
        years = [near for near in (year - 1, year + 1) if FIRST_YEAR <= near <= today().year]
        return super().get_context_data(
            matrix=self.matrix.page(),
            views=[_tab(kind, year, current=kind.code == code) for kind in ActivityKind.objects.exclude(period="")],
            years=[{"title": f"{near} 年", "url": f"?kind={code}&year={near}"} for near in years],
            cells_url=f"{reverse('activities:cells')}?year={year}&kind={code}",
            **kwargs,
        )


def _tab(kind: ActivityKind, year: int, *, current: bool) -> dict:
    title = str(kind) if kind.period == "month" else f"{kind}（{kind.get_period_display()[1:]}）"
    return {"title": title, "url": f"?kind={kind.code}&year={year}", "current": current}
