"""Optimistic locking: only who saw the newest version saves."""

import pytest

from tests.factories.activities import ActivityFactory
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, StaleVersion
from yiqiao_portal.core.locking import lock_version, save_version


def test_the_newest_version_is_given_fresh_from_the_database(db):
    row = ActivityFactory(title="旧的")
    Activity.objects.filter(pk=row.pk).update(title="新的")

    assert lock_version(row, 1).title == "新的"


@pytest.mark.parametrize("version", [0, 2, -1, 10**12])
def test_any_other_version_is_refused(db, version):
    with pytest.raises(
        StaleVersion, match="别人已保存过这条记录。请对照两边内容后再保存，您填写的内容没有丢。"
    ) as refusal:
        lock_version(ActivityFactory(), version)

    assert (refusal.value.status, isinstance(refusal.value, Conflict)) == (409, True)


def test_a_save_raises_the_version_and_writes_only_the_named_fields(db):
    row = ActivityFactory(title="题目", venue="甲处")
    locked = lock_version(row, 1)
    locked.title, locked.venue = "新题目", "乙处"

    save_version(locked, ["title"])

    row.refresh_from_db()
    assert (row.title, row.venue, row.version) == ("新题目", "甲处", 2)
    assert row.updated_at > row.created_at


def test_the_second_of_two_is_refused(db):
    row = ActivityFactory()
    save_version(lock_version(row, 1), ["title"])

    with pytest.raises(StaleVersion):
        lock_version(row, 1)


def test_removal_is_a_version_too(cast):
    row = ActivityFactory(organisation=cast.party)
    recycle.remove(row, by=cast.town, action="activity.remove")

    with pytest.raises(StaleVersion):
        lock_version(row, 1)
