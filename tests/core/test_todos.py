"""The order of what waits, its four groups, how long is left, and the badge."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tests.factories.activities import ActivityFactory, kind
from yiqiao_portal.activities.choices import State
from yiqiao_portal.core.portal import Todo
from yiqiao_portal.core.todos import due_tag, groups, todo_count, todos_of

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-23 12:00+08:00") as traveller:
        yield traveller


def todo(title, due=None, **more) -> Todo:
    return Todo(kind="待办", title=title, url="/", due=due, **more)


def in_days(number) -> date:
    return TODAY + timedelta(days=number)


def test_the_four_groups():
    todos = [
        todo("late", in_days(-1)),
        todo("today", TODAY),
        todo("third day", in_days(3)),
        todo("fourth day", in_days(4)),
        todo("open end"),
        todo("sent", in_days(-9), mine=True),
    ]

    assert {name: [t.title for t in rows] for name, rows in groups(todos).items()} == {
        "mine": ["late", "today", "third day", "fourth day", "open end"],
        "soon": ["today", "third day"],
        "late": ["late"],
        "sent": ["sent"],
    }


@pytest.mark.parametrize(
    ("due", "word", "look"),
    [
        (None, "不限时", "draft"),
        (in_days(-400), "超期 400 天", "late"),
        (in_days(-1), "超期 1 天", "late"),
        (TODAY, "今天到期", "due"),
        (in_days(1), "剩 1 天", "due"),
        (in_days(3), "剩 3 天", "due"),
        (in_days(4), "剩 4 天", "run"),
    ],
)
def test_how_long_is_left(due, word, look):
    tag = due_tag(due)

    assert (tag.word, tag.look) == (word, look)


def test_a_day_ends_in_the_town_not_elsewhere(clock):
    clock.move_to("2026-11-23 00:30+08:00")

    assert (due_tag(in_days(-1)).word, due_tag(TODAY).word) == ("超期 1 天", "今天到期")


@pytest.fixture
def asked(cast, rf):
    """asked(user): a request of this user, as views see it."""

    def make(user, session=None):
        request = rf.get("/")
        user.has_perm("core.signed_in")
        request.user, request.session = user, {} if session is None else session
        user.post = user.post if hasattr(user, "post") else None
        return request

    return make


def test_overdue_first_then_by_date_then_the_newest(cast, asked):
    moments = [datetime(2026, 11, day, tzinfo=UTC) for day in (2, 12, 7)]
    rows = [ActivityFactory(organisation=cast.party, title=f"{m.day}日交", submitted_at=m) for m in moments]
    drafts = ActivityFactory(organisation=cast.root, state=State.DRAFT, title="草稿", created_by=cast.town)

    titles = [t.title for t in todos_of(asked(cast.town)) if t.title in {row.title for row in [*rows, drafts]}]

    assert titles == ["2日交", "7日交", "12日交", "草稿"]


def test_they_are_worked_out_once_a_request(cast, asked, django_assert_num_queries):
    request = asked(cast.branch)
    first = todos_of(request)

    with django_assert_num_queries(0):
        assert todos_of(request) is first


# --- the badge ---


def test_the_badge_counts_what_the_list_of_mine_counts(cast, client_for):
    ActivityFactory.create_batch(2, organisation=cast.party, state=State.DRAFT)
    ActivityFactory(organisation=cast.party, submitted_by=cast.branch)
    page = client_for(cast.branch).get("/")

    [mine] = [count["value"] for count in page.context["counts"] if count["key"] == "mine"]

    assert page.context["frame"]["todo_count"] == mine > 2


def test_the_badge_is_counted_once_a_minute(cast, asked, clock):
    assert cast.party
    session: dict = {}
    counts = [todo_count(asked(cast.town, session))]
    ActivityFactory(organisation=cast.party)
    counts.append(todo_count(asked(cast.town, session)))
    clock.shift(61)
    counts.append(todo_count(asked(cast.town, session)))

    assert [count - counts[0] for count in counts] == [0, 0, 1]


def test_what_was_sent_makes_it_count_anew(cast, client_for):
    client = client_for(cast.branch)
    facts = {"kind": kind("other"), "content": "清理河道。"}
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT, **facts)
    before = client.get("/activities/").context["frame"]["todo_count"]

    client.post(f"/activities/{row.pk}/do/submit/", {"version": "1"})

    assert client.get("/activities/").context["frame"]["todo_count"] == before - 1


@pytest.mark.parametrize(
    ("path", "answer", "more"), [("do/nonsense/", 404, 0), ("do/confirm/", 403, 0), ("do/withdraw/", 409, 1)]
)
def test_what_was_refused_leaves_the_number_as_it_was(cast, client_for, path, answer, more):
    """Unless somebody else was faster: then there may be other things to do."""
    client = client_for(cast.branch)
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT)
    before = client.get("/activities/").context["frame"]["todo_count"]
    ActivityFactory(organisation=cast.party, state=State.DRAFT)

    refused = client.post(f"/activities/{row.pk}/{path}", {"version": "1"})

    assert refused.status_code == answer
    assert client.get("/activities/").context["frame"]["todo_count"] == before + more
