"""The page of the annual workbook."""

from tempfile import TemporaryFile

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yiqiao_portal.core import registry
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.portal import Check
from yiqiao_portal.core.views.base import Action, Crumb, PortalPage
from yiqiao_portal.core.workbooks import CONTENT_TYPE, Stamp
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

from . import services
from .annual import FIRST_YEAR, GENERAL, Report, write


class AnnualPage(PortalPage):
    """Choose a year, read what is counted and how, take the workbook."""

    template_name = "reports/annual.html"
    permission = "reports.annual"
    title = "年度报告"
    lede = "从记录直接生成，不用再填；导出的工作簿里，每个数字都能点回明细。"

    def get_crumbs(self):
        return [Crumb("工作台", "/")]

    def place(self) -> Organisation:
        """The organisation asked for within reach, else the post's own."""
        wanted = self.request.GET.get("organisation", "")
        rows = Organisation.objects.visible_to(self.request.user)
        own = scope_of(self.request.user).organisation_id
        return get_object_or_404(rows, pk=wanted if wanted.isdecimal() and len(wanted) < 18 else own)

    def year(self) -> int:
        wanted = self.request.GET.get("year", "")
        return services.read_year(wanted) if wanted else today().year

    def get(self, request, *args, **kwargs):
        self.report = Report(self.year(), self.place(), made_by=request.user.name)
        if request.GET.get("format") != "xlsx":
            return super().get(request, *args, **kwargs)
        file = services.export_annual(self.report.place, self.report.year, by=request.user)
        return FileResponse(file, as_attachment=True, filename=f"{self.report.title}.xlsx", content_type=CONTENT_TYPE)

    def checks(self) -> list[Check] | None:
        """The workbook's checks, made anew when asked for: all sheets are built, nothing leaves the house."""
        if not self.request.GET.get("check"):
            return None
        with TemporaryFile() as file:
            return write(self.report, file, stamp=Stamp(by=self.request.user.name, serial="", purpose="核对"))

    def get_actions(self):
        url = f"?year={self.report.year}&organisation={self.report.place.pk}&format=xlsx"
        return [Action(f"导出 {self.report.year} 年 Excel", url, icon="down", primary=True)]

    def get_context_data(self, **kwargs):
        address = reverse("reports:annual")
        years = [
            {"title": f"{year} 年", "url": f"{address}?year={year}", "current": year == self.report.year}
            for year in range(today().year, FIRST_YEAR - 1, -1)
        ]
        sheets = [
            {"title": kind.title, "number": kind.number, "definitions": kind.definitions} for kind in registry.sheets()
        ]
        checks = self.checks()
        return super().get_context_data(
            figures=[figure for kind in registry.sheets() if kind.figures for figure in kind.figures(self.report)],
            checks=checks,
            off=sum(check.off for check in checks or ()),
            check_url=self.report.check_url,
            views=years,
            sheets=sheets,
            general=GENERAL,
            report=self.report,
            count=len(self.report.organisations),
            **kwargs,
        )
