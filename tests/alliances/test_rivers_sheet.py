"""Sheet 17 of the annual workbook: its sums are the records' own, its links open what they count."""

from datetime import date
from decimal import Decimal

import pytest

from alliances.choices import ChiefLevel, ProblemState
from alliances.sheets.rivers import SHEETS, build, check
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.core.workbooks import Cell, Stamp, Workbook
from yiqiao_portal.reports.annual import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(cast):
    """A section of 2025 with two levels of 河长, four patrols, three problems and two samples."""
    section = make.SectionFactory(river__name="里河", name="入河口", river__order=1)
    make.RiverChiefFactory(section=section, organisation=cast.party, since=date(2024, 1, 1))
    make.RiverChiefFactory(section=section, organisation=cast.office, level=ChiefLevel.TOWN, since=date(2025, 12, 1))
    for day in (3, 10, 11):
        make.PatrolFactory(section=section, organisation=cast.party, day=date(2025, 3, day))
    town = make.PatrolFactory(section=section, organisation=cast.office, level=ChiefLevel.TOWN, day=date(2025, 12, 9))
    for state in ProblemState.values:
        solved = date(2025, 12, 20) if state == "solved" else None
        make.PatrolProblemFactory(patrol=town, state=state, solved_on=solved)
    for month, ammonia in ((3, "0.9"), (9, "1.3")):
        make.WaterSampleFactory(
            section=section, organisation=cast.partner, taken_on=date(2025, month, 8), nh3n=Decimal(ammonia)
        )
    return section


def _plain(rows) -> list[list]:
    return [[cell.value if isinstance(cell, Cell) else cell for cell in row] for row in rows]


def _written(report, path):
    with Workbook(path, title="台账", unit="镇党建办", stamp=Stamp(by="王某", serial="YQ-DC-000001")) as book:
        return book.add(build(report))


def test_a_row_per_level_the_water_once(cast, section):
    sheet = build(Report(2025, cast.root))
    keys = [column.key for column in sheet.columns]
    town, village = [dict(zip(keys, row, strict=True)) for row in _plain(sheet.rows)]

    patrols = ("level", "due", "kept", "done", "rate", "found", "solved")
    assert [town[key] for key in patrols] == ["镇级", 3, 1, 1, pytest.approx(1 / 3), 3, 1]
    assert [village[key] for key in patrols] == ["村级", 52, 2, 3, pytest.approx(2 / 52), 0, 0]
    assert (town["samples"], town["nh3n"], town["class"], town["grade"], town["target"], town["met"]) == (
        2, Decimal("1.1"), "Ⅳ类", "轻度污染", "Ⅲ类", "未达标",
    )  # fmt: skip
    assert (village["samples"], village["nh3n"], village["class"]) == (None, None, None)


def test_the_checks_are_all_right(cast, section, tmp_path):
    for place in (cast.root, cast.party, cast.other_party):
        report = Report(2025, place)
        assert [one.title for one in check(report, _written(report, tmp_path / f"{place.pk}.xlsx")) if one.off] == []


def test_a_village_reports_its_own_patrols(cast, section):
    rows = _plain(build(Report(2025, cast.party)).rows)

    assert [(row[2], row[5]) for row in rows] == [("村级", 3)]
    assert _plain(build(Report(2025, cast.other_party)).rows) == []


def test_a_section_without_anybody_stands_there_too(cast):
    make.SectionFactory()

    (row,) = _plain(build(Report(2025, cast.root)).rows)

    assert row[2:9] == ["--", 0, 0, 0, None, 0, 0]
    assert row[-4:] == ["未评价", "--", "Ⅲ类", "--"]


def test_each_number_opens_what_it_counts(cast, section):
    client = sign_in(cast.town)
    cells = [cell for row in build(Report(2025, cast.root)).rows for cell in row if isinstance(cell, Cell) and cell.url]

    assert len(cells) == 5
    for cell in cells:
        assert client.get(cell.url).context["result"]["total"] == cell.value


def test_it_is_number_seventeen_with_sources():
    (kind,) = SHEETS

    assert (kind.number, kind.title) == (17, "五水共治")
    assert all(definition.source for definition in kind.definitions)
