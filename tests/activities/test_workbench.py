"""What waits for whom, and what the search finds."""

from datetime import date

import pytest

from tests.factories.activities import ActivityFactory, DecisionFactory
from yiqiao_portal.activities import workbench
from yiqiao_portal.activities.choices import State
from yiqiao_portal.core import recycle

ROLES = ["town", "leader", "branch", "sub_branch", "other_branch", "grid", "unit", "liaison", "sysadmin", "stranger"]


def waiting(user, *kinds) -> list[tuple[str, str]]:
    """Kind and title of what waits, without what is due by the calendar unless asked for."""
    found = [(todo.kind, todo.title) for todo in workbench.todos(user)]
    return sorted(item for item in found if item[0] != "待记录" or "待记录" in kinds)


def every(cast) -> dict[str, list]:
    return {role: waiting(getattr(cast, role)) for role in ROLES}


def expected(**given) -> dict[str, list]:
    return {role: [] for role in ROLES} | given


def test_a_draft_waits_for_its_branch_alone(cast):
    ActivityFactory(organisation=cast.party, state=State.DRAFT, title="甲", partners=[cast.partner, cast.other_party])

    assert every(cast) == expected(branch=[("我的草稿", "甲")])


def test_a_returned_record_waits_for_its_branch_with_the_reason(cast):
    ActivityFactory(organisation=cast.party, state=State.RETURNED, title="甲", return_reason="缺记录人")

    assert every(cast) == expected(branch=[("退回补充", "甲")])
    assert next(todo.sub for todo in workbench.todos(cast.branch) if todo.title == "甲") == "退回原因：缺记录人"


def test_a_submitted_record_waits_for_the_office_but_not_for_its_author(cast):
    ActivityFactory(organisation=cast.party, title="甲", created_by=cast.branch, submitted_by=cast.branch)
    ActivityFactory(organisation=cast.party, title="乙", created_by=cast.town, submitted_by=cast.branch)

    assert every(cast) == expected(
        town=[("待确认", "甲")],
        leader=[("待确认", "乙"), ("待确认", "甲")],
        branch=[("已提交", "乙"), ("已提交", "甲")],
    )
    assert {todo.mine for todo in workbench.todos(cast.branch) if todo.kind == "已提交"} == {True}


def test_a_confirmed_record_leaves_its_open_decisions_to_the_branch(cast):
    record = ActivityFactory(organisation=cast.party, state=State.CONFIRMED, partners=[cast.other_party, cast.partner])
    DecisionFactory(activity=record, text="清理垃圾点", due_on=date(2026, 11, 20))
    DecisionFactory(activity=record, text="办完的", done_on=date(2026, 11, 21))

    assert every(cast) == expected(branch=[("议定事项", "清理垃圾点")])
    [todo] = [todo for todo in workbench.todos(cast.branch) if todo.kind == "议定事项"]
    assert (todo.due, todo.sub) == (date(2026, 11, 20), "渔浦社区党组织 · 王丙")


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED])
def test_decisions_wait_only_when_the_record_is_confirmed(cast, state):
    DecisionFactory(activity__organisation=cast.party, activity__state=state, text="清理")

    assert ("议定事项", "清理") not in waiting(cast.branch)


def test_what_is_removed_waits_for_nobody(cast):
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT)
    recycle.remove(row, by=cast.branch, action="activity.remove")

    assert every(cast) == expected()


def test_a_plan_is_no_todo_until_its_day(cast):
    ActivityFactory(organisation=cast.party, state=State.DRAFT, planned=True, held_on=date(2026, 12, 20))

    assert every(cast) == expected()


def test_the_office_has_a_week_from_the_local_day(cast, clock):
    clock.move_to("2026-11-24 07:00+08:00")  # still the 23rd elsewhere
    ActivityFactory(organisation=cast.party)

    [todo] = workbench.todos(cast.town)

    assert todo.due == date(2026, 12, 1)


def test_what_is_due_is_told_to_the_branch_for_itself_alone(cast):
    cast.party.committee_size = 3
    cast.party.save()
    ActivityFactory(organisation=cast.party, held_on=date(2026, 11, 20), state=State.CONFIRMED)
    assert cast.sub_party

    due = {role: [t.title for t in workbench.todos(getattr(cast, role)) if t.kind == "待记录"] for role in ROLES}

    yearly = ["2026年 组织生活会", "2026年 民主评议党员", "2026年 谈心谈话"]
    assert due == expected(
        branch=["第四季度 党员大会", "11月 支委会", *yearly],
        sub_branch=["第四季度 党员大会", "11月 主题党日", *yearly],
        other_branch=["第四季度 党员大会", "11月 主题党日", *yearly],
    )


def test_what_is_due_opens_the_form_of_its_kind(cast, client_for):
    [todo] = [todo for todo in workbench.todos(cast.branch) if todo.title == "11月 主题党日"]

    page = client_for(cast.branch).get(todo.url)

    assert (todo.due, page.status_code, page.context["form"].initial["organisation"]) == (
        date(2026, 11, 30),
        200,
        cast.party,
    )


@pytest.mark.parametrize("role", ["town", "leader", "branch"])
def test_every_todo_opens_a_page(cast, client_for, role):
    DecisionFactory(activity__organisation=cast.party, activity__state=State.CONFIRMED)
    for state in (State.DRAFT, State.SUBMITTED, State.RETURNED):
        ActivityFactory(organisation=cast.party, state=state)
    user = getattr(cast, role)
    client, found = client_for(user), workbench.todos(user)

    assert found
    assert {client.get(todo.url).status_code for todo in found} == {200}


def test_the_page_shows_the_same_numbers(cast, client_for):
    ActivityFactory.create_batch(3, organisation=cast.party)
    ActivityFactory(organisation=cast.party, state=State.DRAFT)

    page = client_for(cast.town).get("/")

    assert {count["key"]: count["value"] for count in page.context["counts"]} == {
        "mine": 3, "soon": 0, "late": 0, "sent": 0,
    }  # fmt: skip
    assert [item["kind"] for item in page.context["queue"]] == ["待确认"] * 3


# --- the search ---


def found(client, words: str) -> list[str]:
    """Titles that the search page shows under 活动记录."""
    groups = client.get("/search/", {"q": words}).context["groups"]
    return sorted(row.title for group in groups if group["title"] == "活动记录" for row in group["rows"])


@pytest.fixture
def records(cast):
    return {
        "own": ActivityFactory(organisation=cast.party, title="清洁家园行动", serial="YQ-HD-2026-0007"),
        "draft": ActivityFactory(organisation=cast.party, title="清洁家园草稿", state=State.DRAFT),
        "other": ActivityFactory(organisation=cast.other_party, title="清洁家园别村"),
        "shared": ActivityFactory(organisation=cast.other_party, title="清洁家园共办", partners=[cast.partner]),
    }


def test_everybody_finds_what_they_may_see(cast, client_for, records):
    seen = {role: found(client_for(getattr(cast, role)), "清洁家园") for role in ROLES}

    town = ["清洁家园共办", "清洁家园别村", "清洁家园草稿", "清洁家园行动"]
    assert seen == expected(
        town=town,
        leader=town,
        branch=["清洁家园草稿", "清洁家园行动"],
        other_branch=["清洁家园共办", "清洁家园别村"],
        liaison=["清洁家园共办"],
    )


def test_a_record_is_found_by_its_number(cast, client_for, records):
    client = client_for(cast.branch)

    assert [found(client, words) for words in ("YQ-HD-2026-0007", "yq-hd-2026-0007", " YQ-HD-2026-0007 ")] == [
        ["清洁家园行动"]
    ] * 3
    assert found(client_for(cast.other_branch), "YQ-HD-2026-0007") == []


SIGNS = ["", " ", "%", "_", "%_", "\\", "'", '"', "{{7*7}}"]
ODD = [*SIGNS, "清", "清洁\x00", "x" * 500, "清洁 家园 行动 a b c d", "\u202e清洁"]


def test_odd_words_hurt_nobody(cast, client_for, records):
    client = client_for(cast.branch, raise_request_exception=False)

    answers = [client.get("/search/", {"q": words}).status_code for words in ODD]

    assert answers == [400 if "\x00" in words else 200 for words in ODD]
    assert found(client, "%洁") == found(client, "清_") == []


def test_five_of_a_kind_at_most(cast, client_for):
    ActivityFactory.create_batch(7, organisation=cast.party, title="清洁家园")

    assert len(found(client_for(cast.branch), "清洁")) == 5
