"""Sheet 11 of the annual workbook: 党建联盟."""

from django.urls import reverse

from yiqiao_portal.core.portal import Check, Definition, SheetKind
from yiqiao_portal.core.workbooks import Cell, Column, Ratio, Sheet

from ..choices import MET_NEEDS, TAKEN_NEEDS
from ..models import Alliance
from ..selectors import alliances as selectors
from ..selectors import yearly

COLUMNS = (
    Column("name", "联盟", width=30, total="count"),
    Column("members", "成员单位数", "integer", total="sum"),
    Column("turns", "轮值表", width=40),
    Column("meetings", "联席会议次数", "integer", total="sum"),
    Column("decisions", "议定事项数", "integer", total="sum"),
    Column("decided", "其中完成数", "integer", total="sum"),
    Column("resources", "资源条数", "integer", total="sum"),
    Column("needs", "需求条数", "integer", total="sum"),
    Column("taken", "认领数", "integer", total="sum"),
    Column("taken_share", "认领率", "percent", total=Ratio("taken", "needs")),
    Column("met", "完成数", "integer", total="sum"),
    Column("met_share", "完成率", "percent", total=Ratio("met", "needs")),
)
DEFINITIONS = (
    Definition("成员单位数", "年内任一时间是成员的单位；年中退出的仍计入当年", "党建办工作口径"),
    Definition("轮值表", "年内各期的轮值单位；调换过的写实际轮值单位", "党建办工作口径"),
    Definition("联席会议次数", "联盟自己的会议和活动，待确认和已确认的都计", "党建办工作口径"),
    Definition("资源条数", "当年登记到资源清单的条数", "党建办工作口径"),
    Definition("需求条数", "当年提出、审核发布过的需求", "党建办工作口径"),
    Definition("认领数、认领率", "需求条数中已有单位认领的；认领率 = 认领数 ÷ 需求条数", "党建办工作口径"),
    Definition("完成数、完成率", "需求条数中验收通过的；完成率 = 完成数 ÷ 需求条数", "党建办工作口径"),
)


def build(report) -> Sheet:
    """One row per alliance, in the official order."""
    return Sheet(
        name="党建联盟",
        title=f"{report.year}年党建联盟情况",
        columns=COLUMNS,
        rows=[_row(row, report) for row in yearly.alliances_of(report)],
        meta=report.meta,
        source="来源：党建联盟；点数字看明细。按镇定顺序排列，不排名",
        frozen=1,
    )


def _row(alliance: Alliance, report) -> list:
    year, page = report.year, alliance.get_absolute_url()
    meetings = yearly.meetings(alliance, year)
    decisions = yearly.decisions(meetings)
    needs = yearly.needs([alliance], year)
    held, members = _meetings_url(alliance, year), f"{reverse('alliances:members', args=[alliance.pk])}?year={year}"
    of_year = f"alliance={alliance.pk}&year={year}"
    wanted = f"{reverse('alliances:needs')}?{of_year}&state="
    return [
        Cell(selectors.name_on(alliance, report.until), page),
        Cell(selectors.members_of_year(alliance, year).count(), members),
        Cell(_turns(alliance, year), reverse("alliances:turns", args=[alliance.pk])),
        Cell(meetings.count(), held),
        Cell(decisions.count(), f"{held}&has_decisions=1"),
        Cell(decisions.exclude(done_on=None).count(), f"{held}&has_decisions=1"),
        Cell(yearly.resources([alliance], year).count(), f"{reverse('alliances:resources')}?{of_year}"),
        Cell(needs.count(), f"{wanted}listed"),
        Cell(needs.filter(state__in=TAKEN_NEEDS).count(), f"{wanted}taken"),
        _share(needs.filter(state__in=TAKEN_NEEDS).count(), needs.count(), "taken"),
        Cell(needs.filter(state__in=MET_NEEDS).count(), f"{wanted}met"),
        _share(needs.filter(state__in=MET_NEEDS).count(), needs.count(), "met"),
    ]


def _share(part: int, whole: int, key: str) -> Cell:
    """A live share; nothing when there is nothing to share."""
    value = part / whole if whole else None
    return Cell(value, formula=f'IF({{needs}}=0,"",{{{key}}}/{{needs}})')


def _meetings_url(alliance: Alliance, year: int) -> str:
    days = f"held_from={year}-01-01&held_to={year}-12-31"
    return f"{reverse('activities:list')}?within={alliance.organisation_id}&state=recorded&{days}"


def _turns(alliance: Alliance, year: int) -> str:
    """08-01 示例单位一；… of the turns that fall into the year."""
    rows = selectors.turns_of(alliance).filter(starts_on__year__lte=year, ends_on__year__gte=year)
    return "；".join(f"{row.starts_on:%Y-%m-%d} {row.organisation}" for row in rows)


def checks(report, written) -> list[Check]:
    """All alliances are there; never more taken or met than asked for; sums are the database's."""
    rows = yearly.alliances_of(report)
    raised, offered = yearly.needs(rows, report.year), yearly.resources(rows, report.year)
    totals = {key: int(written.totals[key]) for key in ("needs", "taken", "met", "resources")}
    return [
        Check("党建联盟：行数等于联盟数", rows.count(), written.count, f"COUNTA({written.column('name')})"),
        Check("党建联盟：需求条数合计等于需求清单", raised.count(), totals["needs"], written.total("needs")),
        Check("党建联盟：资源条数合计等于资源清单", offered.count(), totals["resources"], written.total("resources")),
        Check("党建联盟：认领数不多于需求条数", 0, max(totals["taken"] - totals["needs"], 0)),
        Check("党建联盟：完成数不多于认领数", 0, max(totals["met"] - totals["taken"], 0)),
    ]


SHEET = SheetKind(11, "党建联盟", build, checks, DEFINITIONS)
