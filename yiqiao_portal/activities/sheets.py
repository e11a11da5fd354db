"""Sheets 5 and 6 of the annual workbook: 组织生活达标 and 三会一课明细."""

from collections import Counter
from dataclasses import replace

from django.db.models import F
from django.urls import reverse

from yiqiao_portal.core.portal import Check, Definition, Figure, SheetKind
from yiqiao_portal.core.workbooks import Cell, Column, Sheet

from . import selectors
from .cells import WORDS, cells_url, matrix_url
from .choices import RECORDED
from .matrix import records_url, short_label
from .models import Activity, ActivityCount, ActivityKind, Explanation
from .rhythm import Verdict, verdict_word

LOOKS = {"达标": "ok", "未达标": "late", "有说明": "due"}
COUNTED = tuple((key, WORDS[key]) for key in ("met", "not_met", "explained", "not_applicable"))
LEDGER = (
    Column("serial", "编号", "short", width=17, total="count"),
    Column("organisation", "组织", "short", width=20),
    Column("kind", "类型", "short", width=12),
    Column("held_on", "日期", "date"),
    Column("venue", "地点"),
    Column("host", "主持", "short"),
    Column("recorder", "记录", "short"),
    Column("expected", "应到", "integer", total="sum"),
    Column("voters", "其中有表决权", "integer"),
    Column("present", "实到", "integer", total="sum"),
    Column("share", "到会率", "percent"),
    Column("title", "主题", width=30),
    Column("decisions", "议定事项", width=34),
    Column("votes", "表决（赞成/反对/弃权）", width=26),
    Column("theme_day", "主题党日号", "short", width=17),
)
DEFINITIONS_5 = (
    Definition(
        "达标",
        "当期已有规定次数的记录（待确认、已确认，补录照常有效）",
        "《中国共产党支部工作条例（试行）》第十一至十八条",
    ),
    Definition("未达标", "已过去的一期没有记录，也没有写明原因", "同上"),
    Definition("有说明", "未开展，已写明原因", "党建办工作口径"),
    Definition("不适用", "不设支委会、没有党小组，或当期内成立、撤销", "同上第十二条、第十三条；当期成立为工作口径"),
    Definition("未到期", "当期还没有结束", "党建办工作口径"),
    Definition(
        "组织生活会、民主评议", "一并进行的一次记录同时计入两项", "《中国共产党支部工作条例（试行）》第十七、十八条"
    ),
    Definition("党课", "每季度一次为本地做法，条例没有规定支部次数", "本地做法"),
)
DEFINITIONS_6 = (
    Definition("三会一课明细", "统计年度内待确认、已确认的记录，草稿、退回和回收站里的不计", "党建办工作口径"),
    Definition("到会率", "实到 ÷ 应到；应到为 0 时不计算", "党建办工作口径"),
    Definition(
        "表决",
        "半数以上有表决权党员到会方可表决，赞成超过应到会有表决权党员半数为通过",
        "《中国共产党支部工作条例（试行）》第十一条",
    ),
)


def kinds() -> list[ActivityKind]:
    """The kinds that have a rhythm, in their order."""
    return list(ActivityKind.objects.exclude(period=""))


def build_rhythm(report) -> Sheet:
    """One row per branch, one cell per kind and period; the same cells as the matrix page."""
    chosen = kinds()
    spots = selectors.spots(report.organisations, chosen, report.year)
    columns = _rhythm_columns(report, chosen, spots)
    span = f"{{{columns[1].key}}}:{{{columns[-1 - len(COUNTED) - 1].key}}}" if report.organisations else ""
    return Sheet(
        name="组织生活达标",
        title=f"{report.year}年组织生活达标情况",
        columns=columns,
        rows=(_rhythm_row(report, branch, chosen, spots, span) for branch in report.organisations),
        meta=report.meta,
        source="来源：活动记录、应记录一览；点格子看记录。按镇定顺序排列，不计分、不排名",
        frozen=1,
    )


def _rhythm_columns(report, chosen, spots) -> list[Column]:
    first = next(iter(report.organisations), None)
    cells = [
        Column(f"{kind.code}_{spot.period.number}", _short(kind, spot.period), "short", width=8, band=kind.name)
        for kind in chosen
        for spot in (spots[first.pk, kind.pk] if first else ())
    ]
    counts = [
        Column(
            key, f"{word}项数", "integer", total="sum", total_url=cells_url(key, report.year, within=report.place.pk)
        )
        for key, word in COUNTED
    ]
    return [Column("name", "组织", width=20), *cells, *counts, Column("reasons", "说明", width=34)]


def _count_column(report, key: str, word: str) -> Column:
    url = cells_url(key, report.year, within=report.place.pk)
    return Column(key, f"{word}项数", "integer", total="sum", total_url=url)


def _short(kind: ActivityKind, period) -> str:
    return "全年" if kind.period == "year" else short_label(period)


def _rhythm_row(report, branch, chosen, spots, span: str) -> list:
    of_branch = [(kind, spot) for kind in chosen for spot in spots[branch.pk, kind.pk]]
    words = [verdict_word(spot.verdict) for _, spot in of_branch]
    cells = [
        Cell(word, _url(kind, spot), look=LOOKS.get(word, "muted"))
        for (kind, spot), word in zip(of_branch, words, strict=True)
    ]
    counts = [
        Cell(
            words.count(word),
            cells_url(key, report.year, organisation=branch.pk),
            formula=f'COUNTIF({span},"{word}")',
        )
        for key, word in COUNTED
    ]
    reasons = "；".join(
        f"{spot.period.label}{kind}：{spot.reason}" for kind, spot in of_branch if spot.reason and not spot.moot
    )
    return [branch.short_name, *cells, *counts, reasons]


def _url(kind: ActivityKind, spot) -> str:
    """The list that the cell counts; a cell without records leads to its kind's matrix."""
    return records_url(spot, kind) if spot.records else matrix_url(kind, spot.period.year)


def rhythm_figures(report) -> list[Figure]:
    """The year's verdicts, each with its cells."""
    spots = selectors.spots(report.organisations, kinds(), report.year)
    words = Counter(verdict_word(spot.verdict) for row in spots.values() for spot in row)
    place = report.place.pk
    return [Figure(word, words[word], "项", cells_url(key, report.year, within=place)) for key, word in COUNTED]


def check_rhythm(report, written) -> list[Check]:
    """The sheet's verdicts against a second count made straight from the records and explanations."""
    chosen = kinds()
    spots = selectors.spots(report.organisations, chosen, report.year)
    all_spots = [spot for row in spots.values() for spot in row]
    met = sum(spot.verdict is Verdict.MET for spot in all_spots)
    late = sum(spot.verdict is Verdict.NOT_MET for spot in all_spots)
    found = [
        Check(
            "组织生活达标：行数等于党组织数", report.rows.count(), written.count, f"COUNTA({written.column('name')})"
        ),
        Check(
            "组织生活达标：达标项数等于按记录直接计数",
            _met_directly(report, chosen),
            int(written.totals["met"]),
            written.total("met"),
        ),
        Check(
            "组织生活达标：达标项数等于应记录一览的已记、补录", met, int(written.totals["met"]), written.total("met")
        ),
        Check(
            "组织生活达标：未达标项数等于应记录一览已过期的待记",
            late,
            int(written.totals["not_met"]),
            written.total("not_met"),
        ),
    ]
    explained = Explanation.objects.alive().filter(organisation__in=report.organisations, year=report.year)
    orphan = explained.exclude(kind__in=chosen).count()
    return [*found, Check("组织生活达标：说明都对应有周期的类型", 0, orphan)]


def _met_directly(report, chosen) -> int:
    """Branch, kind and period combinations with enough records, counted without the rhythm's own code."""
    rows = ActivityCount.objects.filter(
        activity__in=_records(report), kind__in=chosen, activity__held_on__lte=report.today
    ).values_list("activity__organisation_id", "kind__code", "kind__period", "kind__minimum", "activity__held_on")
    months = {"month": 1, "quarter": 3, "year": 12}
    held: dict[tuple, int] = {}
    needed: dict[tuple, int] = {}
    for organisation, code, period, minimum, day in rows:
        key = (organisation, code, (day.month - 1) // months[period])
        held[key], needed[key] = held.get(key, 0) + 1, minimum
    return sum(held[key] >= needed[key] for key in held)


def _records(report):
    """The year's records of the report's organisations."""
    rows = Activity.objects.alive().filter(state__in=RECORDED, held_on__year=report.year)
    return rows.filter(organisation__in=report.organisations)


def build_ledger(report) -> Sheet:
    """One row per record that counts for a kind with a rhythm."""
    return Sheet(
        name="三会一课明细",
        title=f"{report.year}年三会一课明细",
        columns=_ledger_columns(report),
        rows=(_ledger_row(row) for row in _ledger(report).iterator(chunk_size=500)),
        meta=report.meta,
        source="来源：活动记录；点编号看原始记录",
        frozen=1,
    )


def _ledger_columns(report) -> list[Column]:
    return [replace(column, total_url=_ledger_url(report)) if column.total else column for column in LEDGER]


def _ledger_url(report) -> str:
    """The list of the ledger's records."""
    days = f"held_from={report.year}-01-01&held_to={report.year}-12-31"
    return f"{reverse('activities:list')}?ledger=1&state=recorded&within={report.place.pk}&{days}"


def ledger_figures(report) -> list[Figure]:
    """How many records the year has."""
    return [Figure("三会一课记录", _ledger(report).count(), "条", _ledger_url(report), "待确认、已确认")]


def _ledger(report):
    rows = _records(report).filter(kind__in=kinds()).select_related("kind", "organisation", "theme_day")
    return rows.prefetch_related("decisions", "agenda").order_by(
        "organisation__order", "organisation__code", "held_on", "pk"
    )


def _ledger_row(row: Activity) -> list:
    share = row.present / row.expected if row.expected and row.present is not None else None
    formula = "IF({expected}=0,0,{present}/{expected})" if share is not None else ""
    return [
        Cell(row.serial, row.get_absolute_url()),
        row.organisation.short_name,
        row.kind.name,
        row.held_on,
        row.venue,
        row.host,
        row.recorder,
        row.expected,
        None if row.kind.by_unit else row.voters_expected,
        row.present,
        Cell(share, formula=formula),
        row.title,
        "；".join(decision.text for decision in row.decisions.all()),
        "；".join(_vote(item) for item in row.agenda.all() if item.votes_for is not None),
        row.theme_day.serial if row.theme_day else "",
    ]


def _vote(item) -> str:
    return f"{item.title} {item.votes_for}/{item.votes_against or 0}/{item.votes_abstain or 0}"


def check_ledger(report, written) -> list[Check]:
    """As many rows as the list counts; nobody more present than expected."""
    rows = _ledger(report)
    more = rows.filter(present__gt=F("expected")).count()
    return [
        Check("三会一课明细：行数等于活动记录条数", rows.count(), written.count, f"COUNTA({written.column('serial')})"),
        Check("三会一课明细：实到不多于应到", 0, more),
    ]


SHEETS = (
    SheetKind(5, "组织生活达标", build_rhythm, check_rhythm, DEFINITIONS_5, rhythm_figures),
    SheetKind(6, "三会一课明细", build_ledger, check_ledger, DEFINITIONS_6, ledger_figures),
)
