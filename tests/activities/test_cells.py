"""应记录明细: the cells of the matrix as a list, for each figure exactly its cells."""

import pytest

from tests.factories.activities import ActivityFactory, ExplanationFactory
from tests.reports.conftest import Book
from yiqiao_portal.activities.cells import WORDS, cells_url
from yiqiao_portal.activities.models import ActivityKind

URL = "/activities/matrix/cells/"


def rows(answer) -> list[tuple]:
    """Organisation, cell, verdict and reason of each row of the page."""
    return [
        (row.record.organisation, row.record.title, row.record.tag.word, row.record.reason)
        for row in answer.context["table"].paginated_rows
    ]


@pytest.fixture
def months(cast):
    """Theme days of 2026 at 渔浦社区: January met, February explained, March both; founded on 10 December 2025."""
    cast.party.founded_on = "2025-12-10"
    cast.party.save()
    for month in (1, 3):
        ActivityFactory(organisation=cast.party, held_on=f"2026-0{month}-09")
    for number in (2, 3):
        ExplanationFactory(organisation=cast.party, number=number, reason=f"{number} 月防汛。")


@pytest.mark.parametrize(
    ("verdict", "numbers"),
    [("met", [1, 3]), ("explained", [2]), ("not_met", [4, 5, 6, 7, 8, 9, 10]), ("not_due", [11, 12])],
)
def test_a_verdict_opens_exactly_its_cells(cast, client_for, months, verdict, numbers):
    url = f"{URL}?year=2026&kind=theme_day&organisation={cast.party.pk}&verdict={verdict}"

    answer = client_for(cast.branch).get(url)

    assert [row[:3] for row in rows(answer)] == [
        ("渔浦社区党组织", f"{number}月 主题党日", WORDS[verdict]) for number in numbers
    ]
    assert answer.context["result"]["total"] == len(numbers)


def test_each_cell_leads_to_its_records_or_to_the_page_that_writes_them(cast, client_for, months):
    page = f"{URL}?year=2026&kind=theme_day&organisation={cast.party.pk}"
    table = client_for(cast.branch).get(page).context["table"]

    urls = [row.record.url for row in table.paginated_rows]

    assert "held_from=2026-01-01&held_to=2026-01-31" in urls[0]
    assert urls[1:4] == [
        f"/activities/matrix/explain/{cast.party.pk}/theme_day/2026/2/",
        urls[0].replace("-01-01", "-03-01").replace("-01-31", "-03-31"),
        f"/activities/matrix/explain/{cast.party.pk}/theme_day/2026/4/",
    ]
    assert urls[11] == "/activities/matrix/?kind=theme_day&year=2026"


def test_an_explanation_shows_its_words_and_whether_they_still_count(cast, client_for, months):
    url = f"{URL}?year=2026&kind=theme_day&organisation={cast.party.pk}"

    found = rows(client_for(cast.branch).get(url))

    assert [row[3] for row in found[1:4]] == ["2 月防汛。", "已有记录，原说明不再计入：3 月防汛。", ""]


def test_all_kinds_of_the_running_year_unless_asked_otherwise(cast, client_for):
    assert cast.party
    answer = client_for(cast.branch).get(URL)

    due = {"month": 12, "quarter": 4, "year": 1}
    expected = sum(due[kind.period] for kind in ActivityKind.objects.exclude(period=""))
    assert (answer.context["page"].title, answer.context["result"]["total"]) == ("2026 年应记录明细", expected)
    assert [tab["title"] for tab in answer.context["views"]] == ["全部", *WORDS.values()]
    assert answer.context["views"][0]["count"] == sum(tab["count"] for tab in answer.context["views"][1:])


def test_within_takes_what_lies_below(cast, client_for):
    assert cast.sub_party
    assert cast.other_party
    client = client_for(cast.town)

    below = {row[0] for row in rows(client.get(f"{cells_url('not_met', 2025, within=cast.party.pk)}&per_page=100"))}

    assert below == {cast.party.short_name, cast.sub_party.short_name}


@pytest.mark.parametrize("asked", ["organisation", "within"])
def test_what_is_out_of_reach_is_not_listed(cast, client_for, asked):
    answer = client_for(cast.branch).get(f"{URL}?{asked}={cast.other_party.pk}")

    assert cast.other_party.short_name not in {row[0] for row in rows(answer)}


@pytest.mark.parametrize("bad", ["year=1899", "year=abc", "verdict=x", "kind=no-such", "organisation=abc", "page=99"])
def test_a_bad_address_is_a_page_that_says_so(cast, client_for, bad):
    answer = client_for(cast.branch).get(f"{URL}?{bad}")

    assert (answer.status_code, answer.context["filter"].form.is_valid()) == (200, bad == "page=99")


def test_the_same_cells_go_to_excel(cast, client_for, months):
    url = f"{URL}?year=2026&kind=theme_day&organisation={cast.party.pk}&verdict=explained&format=xlsx"

    book = Book(b"".join(client_for(cast.branch).get(url)))

    [name] = book.values.sheetnames
    assert book.table(name, "应记录") == [
        {"应记录": "2月 主题党日", "党组织": "渔浦社区党组织", "结论": "有说明", "说明": "2 月防汛。"}
    ]


def test_the_matrix_names_year_and_kind_in_its_title_and_every_sign_in_its_legend(cast, client_for):
    assert cast.party
    answer = client_for(cast.branch).get("/activities/matrix/?kind=committee&year=2025")

    page = answer.content.decode()
    assert answer.context["page"].title == "2025 年支委会应记录一览"
    assert "<h1>2025 年支委会应记录一览</h1>" in page
    legend = page[page.index('aria-label="图例"') : page.index('<table class="matrix"')]
    assert [word in legend for word in ("已记", "待记", "补录", "说明", "不适用", "·</span>未到")] == [True] * 6
    assert 'href="/activities/matrix/cells/?year=2025&amp;kind=committee"' in page
