"""The annual workbook: every app's sheets in their official order, closed by the checks."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.conf import settings
from django.urls import reverse

from yiqiao_portal.core import registry
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.portal import Check, Definition
from yiqiao_portal.core.workbooks import Cell, Column, Sheet, Stamp, Workbook
from yiqiao_portal.directory.models import Organisation

FIRST_YEAR = 2021
COVER = (
    Column("sheet", "表", "short", width=18),
    Column("item", "项目", width=26),
    Column("meaning", "口径", width=60),
    Column("source", "来源条款", width=44),
    Column("version", "版本", "short"),
)
CHECKS = (
    Column("number", "序号", "integer", width=6),
    Column("title", "校验项", width=52, total="count"),
    Column("expected", "应为", "integer"),
    Column("got", "表中", "integer"),
    Column("off", "不符（应为 0）", "integer", width=16, total="sum"),
)


@dataclass
class Report:
    """One year of one part of the town. `place` is the organisation at whose top the report stands."""

    year: int
    place: Organisation
    made_by: str = ""
    today: date = field(default_factory=today)

    @property
    def rows(self):
        """The Party organisations at and below the place that existed in the year, in official order; asked anew."""
        below = Organisation.objects.alive().filter(path__startswith=self.place.path)
        return below.party().existing_in(self.year).select_related("area").official()

    @cached_property
    def organisations(self) -> list[Organisation]:
        """The same, read once."""
        return list(self.rows)

    @property
    def until(self) -> date:
        """The day the figures speak of: the year's end, or today while it runs."""
        return min(date(self.year, 12, 31), self.today)

    @property
    def title(self) -> str:
        return f"{self.year}年党建工作年度统计台账（{self.place.short_name}）"

    @property
    def check_url(self) -> str:
        """The page that makes the checks anew and lists them."""
        return f"{reverse('reports:annual')}?year={self.year}&organisation={self.place.pk}&check=1"

    @property
    def meta(self) -> tuple[tuple[str, str], ...]:
        """What stands above every table; the office fills in the names by hand where they are empty."""
        return (
            ("统计期", f"{self.year}-01-01 至 {self.until}"),
            ("填报单位", self.place.name),
            ("填表人", self.made_by),
            ("审核人", ""),
            ("填报日期", str(self.today)),
        )


def workbook(report: Report, target, *, stamp: Stamp) -> Workbook:
    """The workbook to be written to a path or stream."""
    return Workbook(target, title=report.title, unit=report.place.name, stamp=stamp, base_url=settings.PORTAL_URL)


def write(report: Report, target, *, stamp: Stamp) -> list[Check]:
    """Write the workbook to a path or stream; returns the checks, of which none should be off."""
    return fill(workbook(report, target, stamp=stamp), report)


def fill(book: Workbook, report: Report) -> list[Check]:
    """Write every sheet of the report and close the workbook; returns the checks."""
    checks: list[Check] = []
    with book:
        book.add(_cover(report))
        for kind in registry.sheets():
            written = book.add(kind.build(report))
            checks += kind.checks(report, written) if kind.checks else ()
        book.add(_check_sheet(report, checks))
    return checks


def _cover(report: Report) -> Sheet:
    rows = [("全册", d) for d in GENERAL] + [(kind.title, d) for kind in registry.sheets() for d in kind.definitions]
    return Sheet(
        name="封面与口径",
        title=report.title,
        columns=COVER,
        rows=[[sheet, d.item, d.meaning, d.source, settings.PORTAL_VERSION] for sheet, d in rows],
        meta=report.meta,
        source="说明：数字均由平台记录直接统计，点数字可看明细" + ("；本册为演示数据" if settings.PORTAL_DEMO else ""),
    )


GENERAL = (
    Definition("统计范围", "填报单位及其下级党组织，按镇定顺序排列，不排名", "党建办工作口径"),
    Definition("补录", "活动所在周期结束以后才首次提交的记录，照常有效", "党建办工作口径"),
)


def _check_sheet(report: Report, checks: list[Check]) -> Sheet:
    return Sheet(
        name="校验",
        title=f"{report.year}年度台账校验",
        columns=[replace(column, total_url=report.check_url) if column.total else column for column in CHECKS],
        rows=[_check_row(number, check) for number, check in enumerate(checks, start=1)],
        meta=report.meta,
        source="每一行“不符”都应为 0；不为 0 时请先核对再上报",
    )


def _check_row(number: int, check: Check) -> list:
    got = Cell(check.got, formula=check.formula) if check.formula else check.got
    off = Cell(check.off, formula="IF({expected}={got},0,1)", look="late" if check.off else "ok")
    return [number, check.title, check.expected, got, off]
