"""A year's theme days in one go."""

from datetime import date

import pytest

from tests.activities.test_services import nothing_is_kept
from tests.factories.activities import ActivityFactory, kind
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.activities.services import plan_year, update_activity
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import DomainError

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11"


def plan(cast, *days, by=None):
    facts = {"title": "主题党日", "venue": "党群服务中心"}
    return plan_year(cast.party, kind("theme_day"), by=by or cast.branch, days=list(days), **facts)


def posted(cast, client, **changes):
    """The answer to the form."""
    facts = {"organisation": cast.party.pk, "year": "2026", "day": "25", "title": "主题党日", "venue": "党群服务中心"}
    return client.post("/activities/plan/", facts | {"idempotency_key": KEY} | changes)


def days() -> list[date]:
    return list(Activity.objects.order_by("held_on").values_list("held_on", flat=True))


def test_each_day_gets_a_draft(cast):
    made = plan(cast, date(2026, 11, 25), date(2026, 12, 25))

    assert [(row.held_on, row.title, row.venue, row.host) for row in made] == [
        (date(2026, 11, 25), "主题党日", "党群服务中心", ""),
        (date(2026, 12, 25), "主题党日", "党群服务中心", ""),
    ]
    assert {(row.state, row.planned, row.created_by) for row in made} == {(State.DRAFT, True, cast.branch)}


def test_a_second_time_adds_only_what_is_missing(cast):
    plan(cast, date(2026, 11, 25))

    again = plan(cast, date(2026, 11, 25), date(2026, 12, 25))

    assert [row.held_on for row in again] == [date(2026, 12, 25)]
    assert days() == [date(2026, 11, 25), date(2026, 12, 25)]


@pytest.mark.parametrize("state", State)
def test_a_day_with_any_record_is_left_alone(cast, state):
    ActivityFactory(organisation=cast.party, held_on=date(2026, 11, 25), state=state)

    assert plan(cast, date(2026, 11, 25)) == []


def test_a_removed_record_another_kind_or_branch_does_not_take_the_day(cast):
    removed = ActivityFactory(organisation=cast.party, held_on=date(2026, 11, 25), state=State.DRAFT)
    recycle.remove(removed, by=cast.branch, action="activity.remove")
    ActivityFactory(organisation=cast.party, held_on=date(2026, 11, 25), kind=kind("lecture"))
    ActivityFactory(organisation=cast.other_party, held_on=date(2026, 11, 25))

    assert len(plan(cast, date(2026, 11, 25))) == 1


def test_nobody_plans_for_others(cast):
    with pytest.raises(DomainError, match="不在您的管辖范围"):
        plan(cast, date(2026, 11, 25), by=cast.other_branch)

    assert nothing_is_kept()


def test_a_planned_draft_is_filled_in_and_is_no_plan_any_more(cast, draft, clock):
    [row] = plan(cast, date(2026, 11, 25))
    clock.move_to("2026-11-25 18:00+08:00")

    row = update_activity(row, draft(held_on=row.held_on), by=cast.branch, version=1, submit=True)

    assert (row.state, row.planned, row.late_entry) == (State.SUBMITTED, False, False)


# --- the page ---


def test_the_page_plans_the_rest_of_the_year(cast, client_for):
    answer = posted(cast, client_for(cast.branch))

    assert (answer.status_code, answer.url) == (302, "/activities/?state=draft")
    assert days() == [date(2026, 11, 25), date(2026, 12, 25)]


def test_today_is_not_past(cast, client_for):
    posted(cast, client_for(cast.branch), day="23")

    assert days() == [date(2026, 11, 23), date(2026, 12, 23)]


def test_the_same_form_twice_plans_once(cast, client_for):
    client = client_for(cast.branch)

    answers = [posted(cast, client).status_code for _ in range(3)]

    assert (answers, len(days())) == ([302, 302, 302], 2)


def test_a_new_form_for_the_same_days_says_so(cast, client_for):
    client = client_for(cast.branch)
    posted(cast, client)

    answer = posted(cast, client, idempotency_key="5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f12")

    assert (answer.status_code, len(days())) == (400, 2)
    assert "这一年剩下的月份都已排好或已过去，请改年份或日期。" in answer.content.decode()


@pytest.mark.parametrize("moment", ["2026-11-23", "2026-12-01", "2026-12-31"])
def test_next_year_can_be_planned_whole(cast, client_for, clock, moment):
    clock.move_to(f"{moment} 12:00+08:00")
    client = client_for(cast.branch)

    answer = posted(cast, client, year="2027", day="28")

    assert answer.status_code == 302
    assert days() == [date(2027, month, 28) for month in range(1, 13)]


def test_a_planned_draft_far_ahead_can_be_changed(cast, client_for, clock, draft):
    clock.move_to("2026-12-01 12:00+08:00")
    [row] = plan(cast, date(2027, 12, 28))

    row = update_activity(row, draft(held_on=row.held_on, title="元旦前走访"), by=cast.branch, version=1)

    assert (row.title, row.planned) == ("元旦前走访", True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"year": "2028"}, "日期在一年以后，请核对年份。"),
        ({"year": "2025"}, "这一年剩下的月份都已排好或已过去，请改年份或日期。"),
        ({"year": "2020"}, "年份"),
        ({"year": "abc"}, "年份"),
        ({"year": "9" * 40}, "年份"),
        ({"day": "29"}, "每月几号"),
        ({"day": "0"}, "每月几号"),
        ({"day": ""}, "请填写每月几号。"),
        ({"title": ""}, "请填写主题。"),
        ({"venue": "地" * 81}, "最多 80 个字"),
        ({"idempotency_key": "x"}, "页面已过期"),
    ],
)
def test_what_cannot_be_planned(cast, client_for, changes, sentence):
    answer = posted(cast, client_for(cast.branch), **changes)

    assert (answer.status_code, days()) == (400, [])
    assert sentence in answer.content.decode()


def test_a_foreign_branch_cannot_be_chosen(cast, client_for):
    answer = posted(cast, client_for(cast.branch), organisation=cast.other_party.pk)

    assert (answer.status_code, days()) == (400, [])
    assert "党组织不在可选范围内，请重新选择。" in answer.content.decode()


@pytest.mark.parametrize("role", ["leader", "grid", "unit", "liaison", "sysadmin", "stranger"])
def test_only_who_records_plans(cast, client_for, role):
    assert posted(cast, client_for(getattr(cast, role))).status_code == 403
    assert days() == []
