"""The key figures of the report's page: the workbook's numbers, each with the rows that it counts."""

import pytest

from yiqiao_portal.audit.models import Entry

URL = "/reports/"


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("role", ["town", "branch"])
def test_each_figure_opens_as_many_rows_as_it_says(cast, client_for, town_year, role, year):
    client = client_for(getattr(cast, role))

    figures = client.get(f"{URL}?year={year}").context["figures"]

    assert [f.title for f in figures] == ["党组织", "达标", "未达标", "有说明", "不适用", "三会一课记录"]
    lists = {f.title: client.get(f.url).context for f in figures}
    assert {f.title: f.value for f in figures} == {title: page["result"]["total"] for title, page in lists.items()}
    assert all(page["filter"].form.is_valid() for page in lists.values())


def test_they_are_the_numbers_of_the_workbook(cast, client_for, workbook):
    book, _ = workbook(2025)
    [total] = [row for row in book.values["组织生活达标"].iter_rows(values_only=True) if "合计" in row]

    figures = client_for(cast.town).get(f"{URL}?year=2025").context["figures"]

    assert [f.value for f in figures[1:5]] == list(total[-5:-1])
    assert sum(f.value for f in figures[1:5]) > 0


def test_the_checks_are_made_when_asked_for_and_nothing_is_logged_as_taken(cast, client_for, town_year):
    client = client_for(cast.town)

    before, after = (client.get(f"{URL}?year=2025{asked}") for asked in ("", "&check=1"))

    assert before.context["checks"] is None
    assert "现在核对" in before.content.decode()
    assert (len(after.context["checks"]) >= 8, after.context["off"]) == (True, 0)
    assert f"共核对 {len(after.context['checks'])} 项，全部相符。" in after.content.decode().replace("\n", "")
    assert not Entry.objects.filter(action="report.annual").exists()
