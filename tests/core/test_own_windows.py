"""The compare page tells another person's save from the user's own in another window."""

import pytest
from django.urls import reverse

from tests.factories.places import PlaceFactory
from yiqiao_portal.audit.services import record
from yiqiao_portal.core.locking import saved_only_by
from yiqiao_portal.places.models import Place
from yiqiao_portal.places.services import update_place

OTHERS = "您打开之后，别人已保存过这条记录。"
OWN = "您打开之后，您在另一个窗口已保存过这条记录。"


@pytest.fixture
def place(cast):
    return PlaceFactory(name="会议室", area=cast.area)


def saved(place, by, name):
    """The place after this user's save."""
    row = Place.objects.get(pk=place.pk)
    return update_place(row, by=by, version=row.version, values={"name": name, "area": row.area})


def stale(client_for, user, place) -> str:
    """What the page says that was opened at version 1."""
    data = {"name": "我改的名", "area": place.area_id, "version": 1}
    answer = client_for(user).post(reverse("places:edit", args=[place.pk]), data)
    assert answer.status_code == 409
    return answer.content.decode()


def test_the_own_other_window(cast, client_for, place):
    saved(place, cast.branch, "一楼会议室")

    page = stale(client_for, cast.branch, place)

    assert OWN in page
    assert all(words in page for words in ("另一个窗口已保存", "保留已保存的", "这个窗口填写的", "用这里填写的"))
    assert "别人" not in page


@pytest.mark.parametrize("order", [("town",), ("town", "branch"), ("branch", "town")])
def test_anybody_else_in_between_is_named(cast, client_for, place, order):
    for number, role in enumerate(order):
        saved(place, getattr(cast, role), f"会议室{number}")

    page = stale(client_for, cast.branch, place)

    assert OTHERS in page
    assert "另一个窗口" not in page


def test_a_save_before_the_page_was_opened_does_not_matter(cast, place):
    saved(place, cast.town, "镇上改的")
    row = saved(place, cast.branch, "自己改的")

    assert [saved_only_by(cast.branch, row, since=version) for version in (2, 1)] == [True, False]


def test_looking_is_no_saving(cast, place):
    row = saved(place, cast.branch, "自己改的")
    record("person.reveal_phone", by=cast.town, obj=row)

    assert saved_only_by(cast.branch, row, since=1)


@pytest.mark.django_db(transaction=True)  # the history knows transactions, not statements
def test_a_change_that_the_log_does_not_name_counts_as_another_persons(cast, place):
    row = saved(place, cast.branch, "自己改的")
    Place.objects.filter(pk=row.pk).update(name="导入的名字")

    assert not saved_only_by(cast.branch, row, since=1)


def test_without_any_trace_it_is_another_person(cast, place):
    assert not saved_only_by(cast.branch, place, since=0)
