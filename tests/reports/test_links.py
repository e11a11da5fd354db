"""Every link of the workbook opens a page, and a linked number opens the list that it counts."""

import re

import pytest

from tests.factories.directory import RosterMemberFactory
from tests.reports.conftest import SHEETS
from yiqiao_portal.activities.models import Activity

SUMMED = {
    "党组织情况": ("E", "F", "G", "I"),
    "三会一课明细": ("H", "J"),
}  # columns whose total adds up a fact of the rows


def links(book) -> list[tuple[str, str, object, str]]:
    """Sheet, cell, value and path of every link."""
    return [
        (name, cell.coordinate, book.values[name][cell.coordinate].value, book.link(name, cell.row, cell.column))
        for name in SHEETS
        for row in book.formulas[name].iter_rows()
        for cell in row
        if cell.hyperlink
    ]


def place_of(role, cast):
    return cast.root if role == "town" else cast.party


@pytest.fixture
def opened(workbook, cast, client_for):
    """opened(role): the links of the role's own workbook with the answers that the role gets."""

    def make(role, year=2025):
        book, _ = workbook(year, place_of(role, cast))
        client, answers = client_for(getattr(cast, role)), {}
        found = links(book)
        for *_, path in found:
            answers[path] = answers.get(path) or client.get(path)
        return found, answers

    return make


@pytest.mark.parametrize("role", ["town", "branch"])
def test_every_link_opens(opened, role):
    found, answers = opened(role)

    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    assert {name for name, *_ in found} == {"党组织情况", "组织生活达标", "三会一课明细", "校验"}


@pytest.mark.parametrize("role", ["town", "branch"])
@pytest.mark.parametrize("year", [2025, 2026])
def test_every_number_that_leads_to_a_list_is_the_number_of_its_rows(opened, role, year):
    """Sums of people, groups and committee members open the rows that are added up; all others count rows."""
    found, answers = opened(role, year)
    listed = [link for link in found if isinstance(link[2], int) and "result" in (answers[link[3]].context or {})]

    counted = {
        (name, cell): (value, answers[path].context["result"]["total"])
        for name, cell, value, path in listed
        if cell.rstrip("0123456789") not in SUMMED.get(name, ()) or path.startswith("/directory/roster/")
    }

    assert {cell: numbers for cell, numbers in counted.items() if numbers[0] != numbers[1]} == {}
    assert {name for name, _ in counted} == {"党组织情况", "组织生活达标", "三会一课明细"}
    assert any(value > 0 for value, _ in counted.values())
    assert all(answers[path].context["filter"].form.is_valid() for *_, path in listed)


def test_a_cell_that_is_met_opens_the_records_that_meet_it(opened):
    found, answers = opened("town")
    met = [(cell, path) for name, cell, value, path in found if name == "组织生活达标" and value == "达标"]

    assert len(met) == 14
    for cell, path in met:
        assert answers[path].context["result"]["total"] >= 1, cell
        [organisation] = {row.record.organisation_id for row in answers[path].context["table"].rows}
        assert f"organisation={organisation}&" in path


def test_other_cells_lead_to_the_matrix_of_their_kind_and_year(opened):
    found, answers = opened("town")
    other = {
        path for name, _, value, path in found if name == "组织生活达标" and value in {"未达标", "有说明", "不适用"}
    }

    assert {re.sub(r"kind=\w+", "kind=*", path) for path in other} == {"/activities/matrix/?kind=*&year=2025"}
    assert {answers[path].context["matrix"]["what"] for path in other} >= {"主题党日", "支委会", "党员大会"}


def test_a_serial_opens_its_record(opened):
    found, answers = opened("town")
    serials = {value: path for name, _, value, path in found if name == "三会一课明细" and isinstance(value, str)}

    assert {serial: answers[path].context["object"].serial for serial, path in serials.items()} == {
        s: s for s in serials
    }
    assert len(serials) == 13


def test_the_total_of_the_ledger_opens_exactly_its_rows(opened):
    for role in ("town", "branch"):
        found, answers = opened(role)
        totals = [(v, p) for name, _, v, p in found if name == "三会一课明细" and isinstance(v, int)]
        (value, path), *sums = totals
        assert {p for _, p in sums} == {path}
        serials = {v for name, _, v, p in found if name == "三会一课明细" and isinstance(v, str)}

        listed = {row.record.serial for row in answers[path].context["table"].rows}

        assert (len(listed), listed) == (value, serials)
        assert set(Activity.objects.filter(serial__in=listed).values_list("held_on__year", flat=True)) == {2025}


def test_every_total_and_every_count_of_a_branch_is_a_link(workbook):
    book, _ = workbook()
    linked = {(name, cell) for name, cell, *_ in links(book)}

    for name in ("党组织情况", "组织生活达标", "三会一课明细", "校验"):
        rows = list(book.values[name].iter_rows())
        [total] = [row for row in rows if "合计" in [cell.value for cell in row]]
        assert {c.coordinate for c in total if isinstance(c.value, int) and (name, c.coordinate) not in linked} == set()
    counts = [cell for row in rows_of(book, "组织生活达标") for cell in row[-5:-1]]
    assert len(counts) >= 16
    assert {c.coordinate for c in counts if ("组织生活达标", c.coordinate) not in linked} == set()


def rows_of(book, name: str) -> list:
    """The rows of a sheet that carry numbers."""
    return [row for row in book.values[name].iter_rows() if isinstance(row[-2].value, int)]


def test_members_open_the_roster_that_they_count(workbook, cast, client_for):
    cast.sub_party.probationary_members = 0
    cast.sub_party.formal_members = 3
    cast.sub_party.save()
    RosterMemberFactory.create_batch(3, organisation=cast.sub_party)

    book, _ = workbook(2026, cast.sub_party)

    found = {value: path for name, cell, value, path in links(book) if name == "党组织情况" and cell[0] == "E"}
    assert found[3] == f"/directory/roster/?standing=formal&within={cast.sub_party.pk}"
    answer = client_for(cast.town).get(found[3])
    assert (answer.context["result"]["total"], answer.context["filter"].form.is_valid()) == (3, True)
