"""How clean the water is: classes of samples, of sections by month, of rivers by year.

The class of a river is a public matter like the river itself, so it is reckoned from all samples; whose rows somebody
may open is asked apart (`may_open`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yiqiao_portal.core.tags import Tag

from .. import water
from ..choices import WaterGrade
from ..models import River, Section, WaterSample
from ..patrols import Span

TARGETS = dict(zip(WaterGrade.values, water.CLASSES, strict=True))


@dataclass(frozen=True)
class Month:
    """A month of a section or a river: its class, None before anything was sampled."""

    number: int
    found: water.WaterClass
    samples: int


def readings_of(sample: WaterSample) -> dict[str, Decimal | None]:
    """What was read, by the codes of the standard."""
    return {code: getattr(sample, code) for code in water.CODES}


def class_of(sample: WaterSample) -> water.WaterClass:
    """The class of one sample; `section__river` should have been fetched."""
    return water.classify(readings_of(sample), sample.section.river.body)


def tag_of(found: water.WaterClass) -> Tag:
    """Ⅲ类 良好 as word, shape and colour."""
    return tag_of_grade(found.grade, found.label)


def tag_of_grade(grade: water.Grade, label: str = "") -> Tag:
    """A grade as word, shape and colour; the class before it where there is one."""
    word = grade.word if label in {"", grade.word} else f"{label} {grade.word}"
    return Tag(word, grade.look, grade.icon)


def tag_of_river(state: water.RiverState) -> Tag:
    """A river's grade; with few sections the class of the means before it."""
    return tag_of_grade(state.grade, "" if state.by_share else state.whole.label)


def target_of(section: Section) -> str:
    """The class that a section is to reach, as Ⅲ; empty when none is set."""
    return TARGETS.get(section.target, "")


def met_words(found: water.WaterClass, section: Section) -> str:
    """达标, 未达标, or -- where there is no target or no class."""
    met = found.meets(target_of(section))
    return {True: "达标", False: "未达标", None: "--"}[met]


def samples_in(sections: Iterable[Section], within: Span) -> Mapping[int, list[WaterSample]]:
    """The samples of these sections in these days, by section."""
    rows = WaterSample.objects.alive().filter(section__in=list(sections), taken_on__range=(within.start, within.end))
    found = defaultdict(list)
    for row in rows.order_by("taken_on", "pk"):
        found[row.section_id].append(row)
    return found


def section_class(samples: Iterable[WaterSample], body: str) -> water.WaterClass:
    """A section over a period."""
    return water.evaluate_section(map(readings_of, samples), body)


def river_state(river: River, samples: Mapping[int, list[WaterSample]]) -> water.RiverState:
    """A river over a period; `samples` by section, of this river alone."""
    return water.evaluate_river([map(readings_of, rows) for rows in samples.values()], river.body)


def months_of(samples: Iterable[WaterSample], body: str) -> list[Month]:
    """The twelve months of a section's year."""
    by_month = defaultdict(list)
    for sample in samples:
        by_month[sample.taken_on.month].append(sample)
    return [Month(number, section_class(by_month[number], body), len(by_month[number])) for number in range(1, 13)]


def river_months(river: River, samples: Mapping[int, list[WaterSample]]) -> list[Month]:
    """The twelve months of a river's year: the class of the means over its sections."""
    found = []
    for number in range(1, 13):
        rows = {key: [row for row in one if row.taken_on.month == number] for key, one in samples.items()}
        count = sum(map(len, rows.values()))
        found.append(Month(number, river_state(river, rows).whole, count))
    return found


def states_of(rivers: Iterable[River], within: Span) -> dict[int, water.RiverState]:
    """The state of many rivers in these days, with one query for their sections' samples."""
    rivers = {river.pk: river for river in rivers}
    rows = WaterSample.objects.alive().filter(
        section__river__in=rivers, section__deleted_at=None, taken_on__range=(within.start, within.end)
    )
    by_river: dict[int, dict[int, list]] = {pk: defaultdict(list) for pk in rivers}
    for row in rows.select_related("section"):
        by_river[row.section.river_id][row.section_id].append(row)
    return {pk: river_state(river, by_river[pk]) for pk, river in rivers.items()}


def years_with_samples(sections: Iterable[Section]) -> list[int]:
    """The years in which any of these was sampled, the newest first."""
    days = WaterSample.objects.alive().filter(section__in=list(sections)).dates("taken_on", "year", order="DESC")
    return [day.year for day in days]


def may_open(user, sections: Iterable[Section], within: Span) -> bool:
    """Whether the user may open every sample that the class of these days is reckoned from."""
    sections = list(sections)
    days = {"section__in": sections, "taken_on__range": (within.start, within.end)}
    everything = WaterSample.objects.alive().filter(**days)
    return not everything.exclude(pk__in=WaterSample.objects.visible_to(user).filter(**days)).exists()


def month_span(year: int, number: int) -> Span:
    """A month's days."""
    after = date(year + number // 12, number % 12 + 1, 1)
    return Span(date(year, number, 1), date.fromordinal(after.toordinal() - 1))


def count_in(sections, within: Span) -> int:
    """How many samples were taken of these sections in these days."""
    rows = WaterSample.objects.alive().filter(section__in=sections.order_by().values("pk"))
    return rows.filter(taken_on__range=(within.start, within.end)).count()
