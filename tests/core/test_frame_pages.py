"""Small truths of the frame: what an error asks for, what a card leaves out, how figures stand."""

from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from tests.factories.directory import PersonFactory
from yiqiao_portal.core.tables import DateColumn
from yiqiao_portal.core.views import errors
from yiqiao_portal.core.views.workbench import per_row
from yiqiao_portal.directory.models import Person

AGAIN = "刚才填写的内容会保留"


@pytest.mark.parametrize("address", ["/?q=%00", "/directory/people/?q=%00"])
def test_a_wrong_address_asks_for_nothing_to_be_sent_again(client, address):
    answer = client.get(address)

    assert (answer.status_code, AGAIN in answer.content.decode()) == (400, False)


@pytest.mark.parametrize(("method", "said"), [("get", False), ("head", False), ("post", True)])
def test_only_what_was_sent_is_kept(method, said):
    answer = errors.bad_request(getattr(RequestFactory(), method)("/x/"))

    assert (answer.status_code, AGAIN in answer.content.decode()) == (400, said)
    assert (errors.WRONG_ADDRESS in answer.content.decode()) is not said


def test_a_card_leaves_out_what_is_empty_and_names_the_rest(cast, client_for):
    Person.objects.all().delete()
    PersonFactory(organisation=cast.party, name="钱某", duty="", phone="13812345678")
    page = client_for(cast.town).get("/directory/people/").content.decode()

    assert '<td role="cell" data-label="职务" class="none">--</td>' in page
    assert '<td role="cell" data-label="手机号" class="nowrap">138****5678</td>' in page
    assert page.count(">--<") == page.count('none">--<')


@pytest.mark.parametrize(("moment", "day"), [(datetime(2026, 11, 23, 15, 59, tzinfo=UTC), "2026-11-23"),
                                             (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "2026-11-24")])  # fmt: skip
def test_a_moment_in_a_date_column_is_the_day_in_the_town(moment, day):
    assert f">{day}<" in DateColumn().render(moment)


def test_figures_fill_their_rows():
    assert {count: per_row(count) for count in range(12)} == {
        0: 1, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 3, 7: 4, 8: 4, 9: 5, 10: 5, 11: 4,
    }  # fmt: skip


def test_the_badge_says_what_the_list_holds(cast, client_for):
    for role in ("town", "branch", "leader"):
        page = client_for(getattr(cast, role)).get("/?all=1")
        mine = next(count["value"] for count in page.context["counts"] if count["key"] == "mine")

        assert (page.context["frame"]["todo_count"], len(page.context["queue"])) == (mine, mine)
        assert page.context["queue_total"] == mine
