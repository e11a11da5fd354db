"""Pages of a list: cheap counts, and a page out of range is page 1."""

import pytest
from django.db import connection

from tests.factories.directory import ServiceLineFactory
from yiqiao_portal.core import pagination
from yiqiao_portal.core.pagination import ListPaginator
from yiqiao_portal.directory.models import ServiceLine


@pytest.fixture
def rows(db):
    ServiceLineFactory.create_batch(14 - ServiceLine.objects.count())
    return ServiceLine.objects.order_by("pk")


@pytest.mark.parametrize(
    ("asked", "number"),
    [(1, 1), ("2", 2), (3, 3), (4, 1), (0, 1), (-1, 1), ("abc", 1), (None, 1), ("", 1), ("9" * 5000, 1), (10**30, 1),
     ("1.5", 1), (2.0, 2), (float("nan"), 1), (float("inf"), 1), ("２", 2)],
)  # fmt: skip
def test_a_page_out_of_range_is_the_first(rows, asked, number):
    page = ListPaginator(rows, 5).page(asked)

    assert (page.number, page.start_index()) == (number, (number - 1) * 5 + 1)


def test_the_pages_together_are_the_list(rows):
    paginator = ListPaginator(rows, 5)

    assert [row for number in paginator.page_range for row in paginator.page(number)] == list(rows)
    assert (paginator.count, paginator.num_pages, paginator.about) == (14, 3, False)


def test_an_empty_list_has_one_empty_page(db):
    page = ListPaginator(ServiceLine.objects.none(), 5).page(7)

    assert (page.number, list(page), page.paginator.count) == (1, [], 0)


def test_a_plain_list_is_counted(rows):
    assert ListPaginator(list(rows), 5).count == 14


def test_a_filtered_list_is_counted_up_to_the_cap(rows, monkeypatch):
    monkeypatch.setattr(pagination, "CAP", 10)

    capped, whole = ListPaginator(rows.filter(order__gte=0), 5), ListPaginator(rows.filter(pk=rows[0].pk), 5)

    assert (capped.count, capped.about, whole.count, whole.about) == (10, True, 1, False)


def test_exactly_the_cap_is_exact(rows, monkeypatch):
    monkeypatch.setattr(pagination, "CAP", 14)
    paginator = ListPaginator(rows.filter(order__gte=0), 5)

    assert (paginator.count, paginator.about) == (14, False)


def test_a_large_table_is_estimated_and_says_about(rows, monkeypatch):
    monkeypatch.setattr(pagination, "ESTIMATE_FROM", 5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_serviceline")
    paginator = ListPaginator(rows, 5)

    assert (paginator.count, paginator.about) == (14, True)


def test_repeated_rows_are_counted_once(rows, django_assert_num_queries):
    paginator = ListPaginator(rows.filter(order__gte=0).distinct(), 5)

    with django_assert_num_queries(1):
        assert paginator.count == 14
