"""Sheet 2 of the annual workbook: 党组织情况."""

from collections import Counter
from dataclasses import replace
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse

from yiqiao_portal.core.portal import Check, Definition, Figure, SheetKind
from yiqiao_portal.core.workbooks import Cell, Column, Sheet

from .models import RosterMember
from .terms import term_state

COLUMNS = (
    Column("number", "序号", "integer", width=6),
    Column("name", "组织名称", width=26, total="count"),
    Column("form", "类别", "short"),
    Column("place", "所属村社/领域", "short", width=16),
    Column("formal", "正式党员数", "integer", total="sum"),
    Column("probationary", "预备党员数", "integer", total="sum"),
    Column("groups", "党小组数", "integer", total="sum"),
    Column("has_committee", "是否设支委会", "short"),
    Column("committee", "委员数", "integer", total="sum"),
    Column("elected", "上次换届日期", "date"),
    Column("term", "任期（年）", "integer"),
    Column("expires", "届满日期", "date"),
    Column("state", "状态", "short", width=14),
    Column("note", "备注"),
)
STANDINGS = {"formal": ("formal_members", False), "probationary": ("probationary_members", True)}
DEFINITIONS = (
    Definition("党组织数", "统计年度内存在过的党组织，按镇定顺序排列", "党建办工作口径"),
    Definition("正式党员数、预备党员数", "党组织填报或导入的总数，以最近一次填报为准", "党建办工作口径"),
    Definition(
        "届满日期", "上次换届日期加任期：村、社区 5 年，其他一般 3 年", "《中国共产党支部工作条例（试行）》第二十一条"
    ),
    Definition("状态", "统计截止日的任期状态；获批延期一般不超过 1 年", "《中国共产党基层组织选举工作条例》第三条"),
)


def build(report) -> Sheet:
    """One row per Party organisation that existed in the year."""
    rosters = _rosters(report)
    return Sheet(
        name="党组织情况",
        title=f"{report.year}年党组织情况",
        columns=_columns(report, rosters),
        rows=(_row(number, row, report, rosters) for number, row in enumerate(report.organisations, start=1)),
        meta=report.meta,
        source="来源：通讯录·组织；点组织名称和人数可看原始记录",
        frozen=2,
    )


def _rosters(report) -> Counter:
    """(organisation id, 预备) → how many stand on its roster."""
    rows = RosterMember.objects.alive().filter(organisation__in=report.organisations, person__deleted_at=None)
    return Counter(rows.values_list("organisation_id", "probationary"))


def _columns(report, rosters: Counter) -> list[Column]:
    """With the lists that the totals count: the rosters where each number is its roster's, else the organisations."""
    urls = {
        key: _roster_url(probationary, within=report.place.pk)
        for key, (_, probationary) in STANDINGS.items()
        if _all_listed(report, key, rosters)
    }
    return [replace(column, total_url=urls.get(column.key, _organisations_url(report))) for column in COLUMNS]


def _organisations_url(report) -> str:
    """The list of the report's organisations."""
    query = urlencode({"party": "yes", "existed_in": report.year, "within": report.place.pk})
    return f"{reverse('directory:organisations')}?{query}"


def figures(report) -> list[Figure]:
    """How many organisations the report speaks of."""
    return [Figure("党组织", len(report.organisations), "个", _organisations_url(report))]


def _all_listed(report, key: str, rosters: Counter) -> bool:
    """Each number is what its roster counts, and there are no other rosters below the place."""
    field, probationary = STANDINGS[key]
    below = RosterMember.objects.alive().filter(person__deleted_at=None, probationary=probationary)
    below = below.filter(organisation__path__startswith=report.place.path).count()
    numbers = [(getattr(row, field), rosters[row.pk, probationary]) for row in report.organisations]
    return all(typed == listed for typed, listed in numbers) and below == sum(listed for _, listed in numbers)


def _roster_url(probationary: bool, **place) -> str:
    standing = "probationary" if probationary else "formal"
    return f"{reverse('directory:rosters')}?{urlencode({'standing': standing, **place})}"


def _members(organisation, key: str, rosters: Counter) -> Cell:
    """A number of members with its roster; one that is typed leads to the page where it stands."""
    field, probationary = STANDINGS[key]
    number = getattr(organisation, field)
    listed = number == rosters[organisation.pk, probationary]
    url = _roster_url(probationary, organisation=organisation.pk) if listed else organisation.get_absolute_url()
    return Cell(number, url)


def _row(number: int, organisation, report, rosters: Counter) -> list:
    url = organisation.get_absolute_url()
    state = term_state(organisation.expires_on, today=report.until, extended_until=organisation.extended_until)
    return [
        number,
        Cell(organisation.name, url),
        organisation.get_party_form_display(),
        f"{organisation.area or '--'}/{organisation.get_field_display() or '--'}",
        _members(organisation, "formal", rosters),
        _members(organisation, "probationary", rosters),
        organisation.groups,
        "是" if organisation.committee_size else "否",
        organisation.committee_size,
        organisation.elected_on,
        organisation.term_years,
        organisation.expires_on,
        Cell(
            state.word if state else "未填换届日期",
            look={"late": "late", "due": "due"}.get(state.look, "") if state else "muted",
        ),
        organisation.note,
    ]


def checks(report, written) -> list[Check]:
    """The sheet holds every organisation of the database, and its sums are the database's."""
    rows = report.rows
    sums = rows.aggregate(formal=Sum("formal_members"), probationary=Sum("probationary_members"))
    names = {"formal": "正式党员数", "probationary": "预备党员数"}
    found = [
        Check("党组织情况：行数等于数据库党组织数", rows.count(), written.count, f"COUNTA({written.column('name')})")
    ]
    return found + [
        Check(f"党组织情况：{label}合计等于数据库合计", sums[key] or 0, int(written.totals[key]), written.total(key))
        for key, label in names.items()
    ]


SHEET = SheetKind(2, "党组织情况", build, checks, DEFINITIONS, figures)
