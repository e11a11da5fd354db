"""The way to the Excel file: what it is for is asked, the conditions go along, their names stay in the log."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory
from yiqiao_portal.accounts.log import field_labels
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.purposes import DAILY_WORK, PURPOSES

pytestmark = pytest.mark.django_db
URL = "/activities/"
NAME = "渔浦护河"


@pytest.fixture
def town(cast, client_for):
    ActivityFactory(organisation=cast.party, title=NAME, held_on=date(2026, 11, 1))
    return client_for(cast.town)


def export_of(client, url: str) -> tuple[str, list[tuple[str, str]], list[str]]:
    """What the page's export form would send, and the purposes that it offers."""
    context = next(context for context in _flat(client.get(url).context) if "purposes" in context and "kept" in context)
    return context["path"], context["kept"], list(context["purposes"])


def _flat(contexts):
    return (layer for context in contexts for layer in context.dicts)


def logged() -> Entry:
    return Entry.objects.latest("pk")


def filters(entry: Entry) -> list[str]:
    return [name for name in entry.fields if name.startswith("filter.")]


def test_the_list_offers_the_purposes(town):
    assert export_of(town, URL) == (URL, [], ["日常工作", "上报上级", "汇报材料", "会议使用", "其他"])
    assert PURPOSES[0] == DAILY_WORK


def test_its_conditions_go_along_but_not_the_page(town):
    _, kept, _ = export_of(town, f"{URL}?q=渔浦&state=recorded&sort=-title&page=1")

    assert kept == [("q", "渔浦"), ("state", "recorded"), ("sort", "-title")]


def test_what_the_form_sends_is_logged(town):
    answer = town.get(URL, {"q": "渔浦", "state": "recorded", "purpose": "汇报材料", "format": "xlsx"})

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (logged().reason, logged().rows) == ("用途：汇报材料", 1)


def test_the_log_names_the_filters_and_none_of_their_values(town, cast):
    town.get(URL, {"q": NAME, "organisation": cast.party.pk, "state": "", "张三": "李四", "format": "xlsx"})

    entry = logged()
    assert filters(entry) == ["filter.organisation", "filter.q"]
    said = f"{entry.fields}{entry.reason}{entry.object_id}{entry.object_type}"
    assert [word for word in (NAME, "张三", "李四") if word in said] == []


def test_an_unfiltered_list_names_none(town):
    town.get(f"{URL}?format=xlsx&sort=title&per_page=50")

    assert filters(logged()) == []


def test_the_auditor_reads_them_in_words(town, cast):
    town.get(URL, {"q": NAME, "organisation": cast.party.pk, "format": "xlsx"})

    labels = field_labels(logged())

    assert ("筛选条件“关键词”" in labels, "筛选条件“党组织”" in labels, "filter" in labels) == (True, True, False)


@pytest.mark.parametrize(
    ("query", "kept"),
    [("", []), ("kind=congress&year=2026", [("kind", "congress"), ("year", "2026")])],
)
def test_the_matrix_asks_too(town, query, kept):
    url = reverse("activities:matrix")

    assert export_of(town, f"{url}?{query}")[:2] == (url, kept)
    town.get(f"{url}?{query}&format=xlsx&purpose=上报上级")
    assert (logged().reason, filters(logged())) == ("用途：上报上级", ["filter.kind", "filter.year"])


def test_the_form_works_as_it_stands_in_the_page(town):
    """A select with its label and a button that says what it does; no script."""
    text = town.get(URL).content.decode()
    [form] = [part.split("</form>")[0] for part in text.split('<form class="export"')[1:]]

    assert ('method="get"' in form, "<span>用途</span>" in form) == (True, True)
    assert 'name="format" value="xlsx"' in form
