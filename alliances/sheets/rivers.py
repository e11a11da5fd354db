"""Sheet 17 of the annual workbook: 五水共治."""

from collections import Counter

from django.urls import reverse

from yiqiao_portal.core.portal import Check, Definition, SheetKind
from yiqiao_portal.core.workbooks import Cell, Column, Ratio, Sheet

from .. import water
from ..choices import ProblemState
from ..patrols import Span, year_span
from ..selectors import rivers as selectors
from ..selectors import samples as waters

MEANS = tuple(
    Column(code, water.item(code).name, "decimal", band="水质各项均值（毫克/升，pH 除外）", number_format="0.###")
    for code in water.CODES
)
PATROLS = (
    Column("level", "河长级别", "short"),
    Column("due", "应巡次", "integer", total="sum"),
    Column("kept", "其中按期", "integer", total="sum"),
    Column("done", "实巡次", "integer", total="sum"),
    Column("rate", "巡查率", "percent", total=Ratio("kept", "due")),
    Column("found", "发现问题", "integer", total="sum"),
    Column("solved", "办结", "integer", total="sum"),
)
WATER = (
    Column("samples", "监测次数", "integer", total="sum"),
    *MEANS,
    Column("class", "水质类别", "short"),
    Column("grade", "评价", "short"),
    Column("target", "目标类别", "short"),
    Column("met", "是否达标", "short"),
)
DEFINITIONS = (
    Definition(
        "应巡次",
        "各级河长在任期间已过去的完整周期数乘以每期次数；周期计入其最后一天所在的年份；任职不满的周期不计",
        "《浙江省河长制规定》第九条；频次见平台“巡河频次”，为通行做法",
    ),
    Definition("其中按期", "在应巡的周期内完成的次数，一个周期多巡不抵另一个周期", "党建办工作口径"),
    Definition("巡查率", "按期 ÷ 应巡次；应巡次为 0 时不计算", "党建办工作口径"),
    Definition("实巡次", "统计期内的巡河记录次数，回收站里的不计", "党建办工作口径"),
    Definition("发现问题、办结", "统计期内巡河发现的问题，其中已解决的；已转办而未解决的不算办结", "党建办工作口径"),
    Definition("水质各项均值", "断面各次监测的算术平均值；没有监测的项目不参评", water.METHOD),
    Definition("水质类别", "单因子评价，取最差一项的类别；河流总氮不评，湖库总氮只列不参评", water.SOURCE),
    Definition("评价", "Ⅰ、Ⅱ类优，Ⅲ类良好，Ⅳ类轻度污染，Ⅴ类中度污染，劣Ⅴ类重度污染", water.METHOD),
    Definition("是否达标", "水质类别达到或好于断面目标；没有目标或没有监测的不计", "党建办工作口径"),
)


def _within(report) -> Span:
    return Span(year_span(report.year).start, report.until)


def build(report) -> Sheet:
    """A row per section and level of 河长; the water stands once, in the section's first row."""
    return Sheet(
        name="五水共治",
        title=f"{report.year}年五水共治（河长制）情况",
        columns=(Column("river", "河道", width=14), Column("section", "断面（河段）", width=16), *PATROLS, *WATER),
        rows=_rows(report),
        meta=report.meta,
        source="来源：巡河记录、水质监测；点数字看记录。按镇定顺序排列，不排名",
        frozen=2,
    )


def _rows(report) -> list[list]:
    within = _within(report)
    sections = list(selectors.sections_for_report(report.place))
    patrols = selectors.patrols_for_report(report.place)
    walks = selectors.rhythm(selectors.chiefs_for_report(report.place), patrols, within, today=report.today)
    by_section: dict[int, list] = {}
    for walk in walks:
        by_section.setdefault(walk.section.pk, []).append(walk)
    samples = waters.samples_in(sections, within)
    counts = _problems(report, within)
    rows = []
    for section in sections:
        for number, walk in enumerate(by_section.get(section.pk, [None])):
            blank = [None] * len(WATER)
            tail = blank if number else _water(section, samples[section.pk], within, report)
            rows.append([section.river.name, section.name, *_walk(walk, section, counts, (within, report)), *tail])
    return rows


def _problems(report, within: Span) -> Counter:
    """How many problems in which state, by section and level."""
    rows = selectors.problems_for_report(report.place, within)
    return Counter(rows.order_by().values_list("patrol__section", "patrol__level", "state"))


def _walk(walk, section, counts: Counter, frame: tuple) -> list:
    if walk is None:
        return ["--", 0, 0, 0, None, 0, 0]
    within, report = frame
    query = f"section={section.pk}&level={walk.level}&within={report.place.pk}&{_days(within)}"
    states = {state: counts[section.pk, walk.level, state] for state in ProblemState.values}
    found, solved = sum(states.values()), states[ProblemState.SOLVED]
    problems = f"{reverse('alliances:problems')}?{query}"
    return [
        walk.level_name,
        walk.due,
        walk.kept,
        Cell(walk.done, f"{reverse('alliances:patrols')}?{query}" if walk.done else ""),
        Cell(walk.rate, formula="IF({due}=0,0,{kept}/{due})") if walk.due else None,
        Cell(found, problems if found else ""),
        Cell(solved, f"{problems}&state={ProblemState.SOLVED}" if solved else ""),
    ]


def _water(section, samples: list, within: Span, report) -> list:
    found = waters.section_class(samples, section.river.body)
    url = f"{reverse('alliances:samples')}?section={section.pk}&{_days(within)}" if samples else ""
    met = waters.met_words(found, section)
    return [
        Cell(len(samples), url),
        *(found.readings.get(code) for code in water.CODES),
        found.label,
        found.grade.word if found.judged else "--",
        section.get_target_display() or "--",
        Cell(met, look={"达标": "ok", "未达标": "late"}.get(met, "")),
    ]


def _days(within: Span) -> str:
    return f"day_from={within.start}&day_to={within.end}"


def check(report, written) -> list[Check]:
    """The sums against counts made straight from the records; the classes against the samples."""
    within, totals = _within(report), written.totals
    patrols = selectors.in_days(selectors.patrols_for_report(report.place), within)
    problems = selectors.problems_for_report(report.place, within)
    sampled = waters.count_in(selectors.sections_for_report(report.place), within)
    solved = problems.filter(state=ProblemState.SOLVED).count()
    return [
        Check("五水共治：实巡次等于巡河记录次数", patrols.count(), int(totals["done"]), written.total("done")),
        Check("五水共治：发现问题等于巡河问题个数", problems.count(), int(totals["found"]), written.total("found")),
        Check("五水共治：办结等于已解决的问题个数", solved, int(totals["solved"]), written.total("solved")),
        Check("五水共治：监测次数等于水质监测记录条数", sampled, int(totals["samples"]), written.total("samples")),
        Check("五水共治：按期不多于应巡次", 0, max(0, int(totals["kept"] - totals["due"]))),
    ]


SHEETS = (SheetKind(17, "五水共治", build, check, DEFINITIONS),)
