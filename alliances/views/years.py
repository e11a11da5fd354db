"""Pages of an alliance that speak of one year, and the same as Excel."""

from django.http import Http404

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.export import Exported, excel_answer
from yiqiao_portal.core.views.base import ObjectPage

from ..models import Alliance
from .alliances import crumbs


class YearPage(ObjectPage):
    """`year` from the query string, this year without one; a year before the founding does not exist."""

    model = Alliance
    word = ""
    export_action = ""

    def get(self, request, *args, **kwargs):
        self.year = read_year(request.GET.get("year", ""), self.object)
        return self.export() if request.GET.get("format") == "xlsx" else super().get(request, *args, **kwargs)

    def get_title(self):
        return f"{self.word}：{self.object}"

    def get_crumbs(self):
        return crumbs(self.object)

    def columns(self):
        """Of the workbook."""
        return ()

    def rows(self):
        """Of the workbook."""
        return ()

    def export(self):
        """The same rows as a workbook; logged."""
        title, kind = f"{self.year}年{self.word}", self.object._meta.label_lower
        exported = Exported(self.export_action, kind, filters=("year",))
        return excel_answer(title, self.columns(), self.rows(), user=self.request.user, exported=exported)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            alliance=self.object,
            year=self.year,
            views=[
                {"title": f"{year} 年", "url": f"?year={year}", "current": year == self.year}
                for year in years_of(self.object)
            ],
            **kwargs,
        )


def years_of(alliance: Alliance) -> list[int]:
    """From this year, or that of its end, back to its founding."""
    last = alliance.ended_on.year if alliance.ended_on else today().year
    return list(range(min(last, today().year), alliance.founded_on.year - 1, -1))


def read_year(typed: str, alliance: Alliance) -> int:
    """A year of the alliance; Http404 for any other."""
    years = years_of(alliance)
    if not typed:
        return years[0]
    if not (typed.isdecimal() and len(typed) == 4 and int(typed) in years):
        raise Http404
    return int(typed)
