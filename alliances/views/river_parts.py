"""The boxes of a river's and a section's page: chart of the water, patrols due and done, 河长."""

from urllib.parse import urlencode

from django.urls import reverse

from yiqiao_portal.core.charts import Chart, Levels, Point, Series, line
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.base import Crumb
from yiqiao_portal.core.views.detail import Section as Box

from .. import water
from ..choices import WaterGrade
from ..models import River, Section
from ..patrols import Span, year_span
from ..selectors import rivers as selectors
from ..selectors import samples as waters

MOST_LINES = 6
FIRST_YEAR = 2013


def crumbs(*rows) -> list[Crumb]:
    """The way to a river, a section or what hangs on one."""
    way = [Crumb("工作台", "/"), Crumb("河道与水质", reverse("alliances:rivers"))]
    return [*way, *(Crumb(getattr(row, "name", str(row)), row.get_absolute_url()) for row in rows)]


def year_of(request) -> int:
    """The year asked for, this year for anything else."""
    asked, now = request.GET.get("year", ""), today().year
    return int(asked) if len(asked) == 4 and asked.isdecimal() and FIRST_YEAR <= int(asked) <= now else now


def link(name: str, **query) -> str:
    """A list with its conditions."""
    return f"{reverse(f'alliances:{name}')}?{urlencode({key: value for key, value in query.items() if value})}"


def water_box(title: str, *, user, sections: list[Section], year: int, river: River) -> Box:
    """The chart by month, the year's class, the years to choose from."""
    within = year_span(year)
    samples = waters.samples_in(sections, within)
    opened = waters.may_open(user, sections, within)
    context = {
        "year": year,
        "years": sorted({*waters.years_with_samples(sections), today().year}, reverse=True),
        "chart": water_chart(river, sections, samples, (year, opened)),
        "state": waters.river_state(river, samples),
        "rows": [_section_row(section, samples[section.pk], (year, opened)) for section in sections],
        "sampled": any(samples.values()),
        "source": f"{water.SOURCE}；{water.METHOD}，单因子评价，总氮不参评",
    }
    context["tag"] = waters.tag_of_river(context["state"])
    return Box(title, template="alliances/river_water.html", context=context)


def _section_row(section: Section, samples: list, year_opened: tuple[int, bool]) -> dict:
    """A section's year: class, what decides it, whether its target is met, the samples behind it."""
    year, opened = year_opened
    found = waters.section_class(samples, section.river.body)
    days = year_span(year)
    url = link("samples", section=section.pk, day_from=days.start, day_to=days.end) if opened and samples else ""
    return {
        "section": section,
        "tag": waters.tag_of(found),
        "pollutants": "、".join(map(str, found.pollutants)),
        "used": "、".join(water.item(code).name for code in found.used),
        "target": section.get_target_display(),
        "met": waters.met_words(found, section),
        "tn": found.tn_class,
        "count": len(samples),
        "url": url,
    }


def water_chart(river: River, sections: list[Section], samples, year_opened: tuple[int, bool]) -> Chart:
    """A line per section, or one of the river's means where there are more than six; with the line of the target."""
    year, opened = year_opened
    if len(sections) > MOST_LINES:
        series = [_line(river.name, waters.river_months(river, samples), year, {"river": river.pk} if opened else {})]
    else:
        series = [
            _line(one.name, waters.months_of(samples[one.pk], river.body), year, {"section": one.pk} if opened else {})
            for one in sections
        ]
    targets = {waters.target_of(section) for section in sections}
    goal = targets.pop() if len(targets) == 1 else ""
    levels = Levels(water.CLASSES, water.CLASSES.index(goal) if goal else None, f"目标 {goal}" if goal else "")
    title = f"{year} 年{river.name}各月水质类别"
    return line("water", title, finding=_finding(series, goal), series=series, levels=levels)


def _line(name: str, months: list, year: int, rows: dict) -> Series:
    """Twelve points; each opens the samples of its month where the user may see them all."""
    points = []
    for month in months:
        days = waters.month_span(year, month.number)
        url = link("samples", **rows, day_from=days.start, day_to=days.end) if rows and month.samples else ""
        found = month.found
        place = water.CLASSES.index(found.water_class) if found.judged else None
        points.append(Point(f"{month.number}月", place, found.water_class if found.judged else "", url))
    return Series(name, tuple(points))


def _finding(series: list[Series], goal: str) -> str:
    """What the chart shows, in words."""
    found = []
    for one in series:
        measured = [point for point in one.points if point.value is not None]
        if measured:
            last = measured[-1]
            met = sum(point.value <= water.CLASSES.index(goal) for point in measured) if goal else 0
            share = f"，监测的 {len(measured)} 个月里有 {met} 个月达到{goal}类" if goal else ""
            found.append(f"{one.name} {last.label}为{last.shown}类{share}")
    return "；".join(found) + "。" if found else "还没有监测数据。"


def patrol_box(title: str, *, user, sections: list[Section], year: int) -> Box:
    """Patrols due and made by section and level; each number opens its rows."""
    within = Span(year_span(year).start, min(year_span(year).end, today()))
    days = {"day_from": within.start, "day_to": within.end}
    rows = [
        {"row": row, "url": link("patrols", section=row.section.pk, level=row.level, **days)}
        for row in selectors.rhythm_for(user, sections, within)
    ]
    context = {"rows": rows, "year": year, "single": len(sections) == 1}
    return Box(title, template="alliances/river_patrols.html", context=context)


def chief_box(title: str, *, user, section: Section) -> Box:
    """河长 now and before."""
    chiefs = list(selectors.chiefs_of([section]))
    now = selectors.current(chiefs)
    context = {
        "now": now,
        "before": [chief for chief in chiefs if chief not in now],
        "may_change": user.has_perm("alliances.manage_rivers"),
    }
    return Box(title, template="alliances/section_chiefs.html", context=context)


def target_word(section: Section) -> str:
    """Ⅲ类, or that none is set."""
    return WaterGrade(section.target).label if section.target else "未设目标"


def posts_on_sign(chiefs: list, sections: list[Section]) -> list[dict]:
    """Who stands on the sign: one line for each person or unit and level, with the sections where it is not all."""
    lines: dict[tuple, list[str]] = {}
    for chief in sorted(chiefs, key=lambda chief: selectors.LEVELS.index(chief.level)):
        name = str(chief.person or chief.organisation)
        duty = chief.duty if not chief.person else f"{chief.organisation}　{chief.duty}".strip()
        lines.setdefault((chief.get_level_display(), name, duty or "--"), []).append(chief.section.name)
    return [
        {"level": level, "name": name, "duty": duty, "where": "、".join(where) if len(where) < len(sections) else ""}
        for (level, name, duty), where in lines.items()
    ]
