"""A form that arrives twice makes one row (CON-4; in parallel: tests/activities/test_parallel.py)."""

from uuid import UUID, uuid4

import pytest

from tests.factories.activities import ActivityFactory, ExplanationFactory
from yiqiao_portal.activities.models import Activity, Explanation
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.idempotency import create_once, read_key
from yiqiao_portal.core.models import CreateKey

KEY = UUID("5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11")


def once(user, key=KEY, model=Activity, create=ActivityFactory):
    return create_once(by=user, key=key, model=model, create=create)


def never():
    raise AssertionError("made a second time")


@pytest.mark.parametrize("value", [str(KEY), str(KEY).upper(), KEY.hex, f"{{{KEY}}}", KEY])
def test_a_key_in_any_way_of_writing(value):
    assert read_key(value) == KEY


@pytest.mark.parametrize(
    "value", [None, "", " ", "abc", "5f0c7c1e", "x" * 10_000, "\x00", "🌉" * 32, str(KEY) + "0", 7, []]
)
def test_what_is_no_key(value):
    with pytest.raises(DomainError, match="页面已过期") as refusal:
        read_key(value)

    assert refusal.value.status == 400


def test_the_second_time_finds_the_first_row(cast):
    first = once(cast.branch)

    assert once(cast.branch, create=never) == first
    assert (Activity.objects.count(), CreateKey.objects.count()) == (1, 1)


def test_another_key_or_user_makes_another(cast):
    rows = {once(cast.branch).pk, once(cast.branch, key=uuid4()).pk, once(cast.town).pk}

    assert (len(rows), CreateKey.objects.count()) == (3, 3)


def test_a_refused_row_leaves_the_key_free(cast):
    def refuse():
        ActivityFactory()
        raise DomainError("日期不对，请核对。")

    with pytest.raises(DomainError, match="日期不对"):
        once(cast.branch, create=refuse)

    assert (Activity.objects.count(), CreateKey.objects.count()) == (0, 0)
    assert once(cast.branch).pk


def test_a_row_in_the_recycle_bin_is_still_found(cast):
    row = once(cast.branch)
    recycle.remove(row, by=cast.branch, action="activity.remove")

    assert once(cast.branch, create=never) == row


def test_a_row_that_is_gone_for_good_is_not_made_again(cast):
    once(cast.branch).delete()

    with pytest.raises(DomainError, match="已提交过") as refusal:
        once(cast.branch, create=never)

    assert refusal.value.status == 409


def test_a_key_used_for_another_form_is_refused_and_the_first_form_still_finds_its_row(cast):
    row = once(cast.branch)

    with pytest.raises(DomainError, match="页面已过期"):
        once(cast.branch, model=Explanation, create=ExplanationFactory)

    assert (Explanation.objects.count(), once(cast.branch, create=never)) == (0, row)
