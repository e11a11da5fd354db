"""Every link of the workbook opens a page, and a linked number opens the list that it counts."""

import re

import pytest

from tests.reports.conftest import SHEETS
from yiqiao_portal.activities.models import Activity


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
    assert {name for name, *_ in found} == {"党组织情况", "组织生活达标", "三会一课明细"}


@pytest.mark.parametrize("role", ["town", "branch"])
def test_every_number_that_leads_to_a_list_is_the_number_of_its_rows(opened, role):
    found, answers = opened(role)
    numbers = [(cell, value, path) for _, cell, value, path in found if path.startswith("/activities/?")]

    counted = [(cell, value, answers[path].context["result"]["total"]) for cell, value, path in numbers]

    assert [(cell, value) for cell, value, total in counted if isinstance(value, int) and value != total] == []
    assert any(isinstance(value, int) and value > 0 for _, value, _ in counted)
    assert all(answers[path].context["filter"].form.is_valid() for *_, path in numbers)


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
        [(value, path)] = [(v, p) for name, _, v, p in found if name == "三会一课明细" and isinstance(v, int)]
        serials = {v for name, _, v, p in found if name == "三会一课明细" and isinstance(v, str)}

        listed = {row.record.serial for row in answers[path].context["table"].rows}

        assert (len(listed), listed) == (value, serials)
        assert set(Activity.objects.filter(serial__in=listed).values_list("held_on__year", flat=True)) == {2025}
