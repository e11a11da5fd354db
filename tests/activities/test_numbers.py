"""One truth: matrix, spots, figures, list and Excel say the same, and every number opens the rows that it counts."""

import io
from datetime import date

import openpyxl
import pytest

from tests.factories.activities import ActivityCountFactory, ActivityFactory, DecisionFactory, ExplanationFactory, kind
from yiqiao_portal.activities import selectors, workbench
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import ActivityKind
from yiqiao_portal.core import recycle

MATRIX = "/activities/matrix/"
ROLES = ["town", "leader", "branch", "sub_branch", "other_branch"]


@pytest.fixture
def year(cast):
    """A year in three branches: recorded, late, combined, explained, draft, removed, planned, shared."""
    party, other, sub = cast.party, cast.other_party, cast.sub_party
    party.committee_size, party.groups, sub.founded_on = 5, 2, date(2026, 4, 9)
    party.save()
    sub.save()
    for month in (1, 2, 2, 4, 5):
        ActivityFactory(organisation=party, held_on=date(2026, month, 10), state=State.CONFIRMED)
    ActivityFactory(organisation=party, held_on=date(2026, 3, 31), late_entry=True)
    ActivityFactory(organisation=party, held_on=date(2026, 6, 30), state=State.DRAFT)
    ActivityFactory(organisation=party, held_on=date(2026, 7, 1), state=State.RETURNED)
    removed = ActivityFactory(organisation=party, held_on=date(2026, 8, 1), state=State.DRAFT)
    recycle.remove(removed, by=cast.town, action="activity.remove")
    ActivityFactory(organisation=party, held_on=date(2025, 12, 31))
    ActivityFactory(organisation=other, held_on=date(2026, 9, 1), partners=[party, cast.partner])
    ActivityFactory(organisation=sub, held_on=date(2026, 9, 1))
    ActivityFactory(organisation=party, kind=kind("other"), held_on=date(2026, 9, 1))
    ActivityFactory(organisation=party, kind=kind("committee"), held_on=date(2026, 9, 30))
    life = ActivityFactory(organisation=party, kind=kind("life_meeting"), held_on=date(2026, 10, 8))
    ActivityCountFactory(activity=life, kind=kind("appraisal"))
    ActivityCountFactory(activity=life, kind=kind("congress"))
    ExplanationFactory(organisation=other, number=6)
    DecisionFactory.create_batch(2, activity=life)
    DecisionFactory(activity__organisation=other, activity__held_on=date(2026, 2, 2), done_on=date(2026, 2, 3))


def branches_of(cast) -> dict[str, list[str]]:
    names = {org.pk: org.short_name for org in (cast.party, cast.other_party, cast.sub_party)}
    official = [names[org.pk] for org in (cast.other_party, cast.party, cast.sub_party)]
    below = [names[cast.party.pk], names[cast.sub_party.pk]]
    office = {"town": official, "leader": official}
    return office | {"branch": below, "sub_branch": below[1:], "other_branch": official[:1]}


@pytest.mark.parametrize("role", ROLES)
def test_the_matrix_is_the_spots_and_each_cell_opens_its_records(cast, client_for, year, role):
    user = getattr(cast, role)
    client, kinds = client_for(user), list(ActivityKind.objects.exclude(period=""))
    spots = selectors.spots(selectors.branches_for(user, 2026), kinds, 2026)

    for one in kinds:
        rows = client.get(f"{MATRIX}?kind={one.code}&year=2026").context["matrix"]["rows"]
        assert [row["name"] for row in rows] == branches_of(cast)[role]
        of_kind = [spot for (_, kind_id), row in spots.items() if kind_id == one.pk for spot in row]
        cells = [cell for row in rows for cell in row["cells"]]
        assert [cell["word"] for cell in cells] == [spot.cell.word for spot in of_kind]
        for cell, spot in zip(cells, of_kind, strict=True):
            if spot.records:
                listed = client.get(cell["url"])
                assert listed.context["filter"].form.is_valid()
                assert listed.context["result"]["total"] == len(spot.records), (role, one, spot.period)
                assert {row.record.organisation for row in listed.context["table"].rows} == {spot.organisation}


@pytest.mark.parametrize("role", ROLES)
def test_cells_without_records_lead_where_the_role_may_go(cast, client_for, year, role):
    client = client_for(getattr(cast, role))

    rows = client.get(f"{MATRIX}?kind=theme_day&year=2026").context["matrix"]["rows"]

    may_explain = role != "leader"
    for cell in [cell for row in rows for cell in row["cells"]]:
        if cell["word"] in {"待记", "说明"}:
            assert bool(cell["url"]) is may_explain
            assert not may_explain or client.get(cell["url"]).status_code == 200
        elif cell["word"] in {"未到", "不适用"}:
            assert cell["url"] == ""


def test_the_words_of_a_known_year(cast, client_for, year):
    rows = client_for(cast.town).get(f"{MATRIX}?kind=theme_day&year=2026").context["matrix"]["rows"]

    assert {row["name"]: "".join(cell["word"][0] for cell in row["cells"]) for row in rows} == {
        "罗峰社区党组织": "待已待待待说待待已待待未",
        "渔浦社区党组织": "已已补已已待待待待待待未",
        "渔浦社区第一支部": "不不不不待待待待已待待未",
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_figure_opens_what_it_counts(cast, client_for, year, role):
    user = getattr(cast, role)
    client, figures = client_for(user), workbench.figures(user)

    opened = {figure.title: client.get(figure.url).context["result"]["total"] for figure in figures}

    assert {figure.title: figure.value for figure in figures} == opened
    assert set(opened) == {"活动记录", "主题党日", "有议定事项的记录"}


def test_the_figures_of_a_known_year(cast, year):
    def values(role):
        return [figure.value for figure in workbench.figures(getattr(cast, role))]

    assert {role: values(role) for role in ROLES} == {
        "town": [12, 9, 2],
        "leader": [12, 9, 2],
        "branch": [11, 8, 1],
        "sub_branch": [1, 1, 0],
        "other_branch": [2, 2, 1],
    }


@pytest.mark.parametrize("role", ["grid", "unit", "liaison", "talent", "sysadmin", "stranger"])
def test_others_have_no_figures_and_no_matrix(cast, client_for, year, role):
    user = getattr(cast, role)

    assert (workbench.figures(user), client_for(user).get(MATRIX).status_code) == ([], 403)


@pytest.mark.parametrize("role", ["town", "branch"])
def test_the_exported_matrix_has_the_words_of_the_page(cast, client_for, year, role):
    client = client_for(getattr(cast, role))
    page = client.get(f"{MATRIX}?kind=congress&year=2026").context["matrix"]["rows"]

    file = b"".join(client.get(f"{MATRIX}?kind=congress&year=2026&format=xlsx"))

    table = list(openpyxl.load_workbook(io.BytesIO(file)).worksheets[0].iter_rows(values_only=True))
    start = next(number for number, row in enumerate(table) if row[0] == "党组织")
    assert [list(row) for row in table[start + 1 : start + 1 + len(page)]] == [
        [row["name"], *(cell["word"] for cell in row["cells"])] for row in page
    ]
    assert table[start] == ("党组织", "1季度", "2季度", "3季度", "4季度")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200), ("kind=congress", 200), ("year=2021", 200), ("year=2027", 200), ("year=2020", 404),
        ("year=2028", 404), ("year=abc", 200), ("year=20261", 200), ("year=0000", 404),
        ("year=" + "9" * 5000, 200), ("kind=other", 404),
        ("kind=__class__", 404), ("kind=" + "x" * 3000, 404), ("kind=%00", 400), ("format=pdf", 200),
    ],
)  # fmt: skip
def test_odd_addresses_of_the_matrix(cast, client_for, query, status):
    assert cast.party
    assert client_for(cast.town).get(f"{MATRIX}?{query}").status_code == status


def test_a_branch_that_did_not_exist_in_the_year_is_not_there(cast, client_for, year):
    rows = client_for(cast.town).get(f"{MATRIX}?year=2025").context["matrix"]["rows"]

    assert [row["name"] for row in rows] == ["罗峰社区党组织", "渔浦社区党组织"]
