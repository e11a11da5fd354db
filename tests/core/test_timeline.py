"""How a row went: newest first, with names, in words, also when there is much of it."""

from datetime import date

import pghistory
import pytest

from tests.factories.activities import ActivityFactory, AgendaItemFactory, AttendanceFactory
from tests.factories.places import PlaceFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity, AgendaItem, Attendance
from yiqiao_portal.activities.workflow import ACTIVITY
from yiqiao_portal.core.timeline import MOST, timeline


@pytest.fixture
def row(db):
    return ActivityFactory(title="原题", state=State.DRAFT)


def change(row, **values):
    """A change that the database sees, by whatever way."""
    Activity.objects.filter(pk=row.pk).update(**values)


def told(row, *related, **options) -> list[tuple[str, list[str]]]:
    return [(step.what, step.changes) for step in timeline(row, *related, **options)]


def test_a_new_row(row):
    [step] = timeline(row)

    assert (step.what, step.who, step.changes, step.hot) == ("新增活动记录", "系统", [], True)


def test_changes_are_told_field_by_field_newest_first(row):
    change(row, title="新题", held_on=date(2026, 3, 1))
    change(row, venue="")

    assert told(row) == [
        ("修改活动记录", ["地点：党群服务中心 → --"]),
        ("修改活动记录", ["主题：原题 → 新题", f"日期：{row.held_on} → 2026-03-01"]),
        ("新增活动记录", []),
    ]


def test_words_choices_and_names_instead_of_codes(cast, row):
    place = PlaceFactory(name="文化礼堂")
    change(row, state=State.SUBMITTED, late_entry=True, organisation=cast.party, place=place)

    [(_, changes), _] = told(row)

    assert set(changes) == {
        "状态：草稿 → 待确认",
        "补录：否 → 是",
        f"党组织：{row.organisation} → 渔浦社区党组织",
        "阵地：-- → 文化礼堂",
    }


def test_a_change_of_state_is_named_by_its_step(row):
    change(row, state=State.SUBMITTED)
    change(row, state=State.RETURNED, return_reason="缺人数")
    change(row, state=State.CONFIRMED)

    steps = [what for what, _ in told(row, workflow=ACTIVITY)]

    assert steps == ["修改活动记录", "退回补充", "提交确认", "新增活动记录"]


def test_who_did_it_comes_from_the_context(cast, row):
    with pghistory.context(user=cast.branch.pk):
        change(row, title="新题")
    with pghistory.context(user=999_999):
        change(row, title="又一题")

    assert [step.who for step in timeline(row)] == ["系统", cast.branch.name, "系统"]


def test_saving_without_a_change_is_no_step(row):
    row.save()
    change(row, version=7)

    assert len(timeline(row)) == 1


def test_rows_added_together_are_one_line(row):
    AttendanceFactory.create_batch(3, activity=row)
    AgendaItemFactory(activity=row)

    steps = [what for what, _ in told(row, Attendance, AgendaItem)]

    assert steps == ["新增议题", "新增出席 3 条", "新增活动记录"]


def test_changes_and_removals_of_what_hangs_on_it(row):
    item = AgendaItemFactory(activity=row, title="甲")
    AgendaItem.objects.filter(pk=item.pk).update(title="乙")
    item.delete()

    assert told(row, AgendaItem) == [
        ("删除议题", []),
        ("修改议题", ["议题：甲 → 乙"]),
        ("新增议题", []),
        ("新增活动记录", []),
    ]


def test_a_long_way_shows_its_end(row):
    for number in range(MOST + 10):
        change(row, title=f"第{number}题")

    steps = told(row)

    assert len(steps) == MOST
    assert steps[0] == ("修改活动记录", [f"主题：第{MOST + 8}题 → 第{MOST + 9}题"])
    assert {what for what, _ in steps} == {"修改活动记录"}


def test_only_the_own_way_is_told(row):
    change(ActivityFactory(), title="别的")

    assert len(timeline(row)) == 1


def test_a_model_without_history_has_no_way(cast):
    assert timeline(cast.party.area) == []


def test_the_number_of_queries_does_not_grow(row, django_assert_num_queries):
    for number in range(20):
        change(row, title=f"第{number}题")
    AttendanceFactory.create_batch(5, activity=row)

    with django_assert_num_queries(2):
        timeline(row, Attendance)
