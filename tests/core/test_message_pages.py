"""The list of messages, opening one, the bell, and what can be switched off."""

import re

import pytest
from django.utils import timezone

from tests.factories.core import MessageFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.messages import tell
from yiqiao_portal.core.messages.outbox import deliver_due
from yiqiao_portal.core.models import Message, MessagePreference

pytestmark = pytest.mark.django_db
KIND = "activities.returned"


@pytest.fixture
def client(cast, client_for):
    return client_for(cast.branch)


def bell(page) -> int:
    """The number in the top bar, as a browser without scripts shows it."""
    found = re.search(r'消息 <span class="count">(\d+)</span>', page.content.decode())
    return int(found[1])


def titles(page) -> list[str]:
    return [row.record.title for row in page.context["table"].paginated_rows]


def test_the_newest_comes_first_with_kind_and_state(cast, client):
    MessageFactory(user=cast.branch, title="旧的", read_at=timezone.now(), created_at="2026-01-02T03:04+08:00")
    MessageFactory(user=cast.branch, title="新的", text="请补上人数。")

    page = client.get("/messages/")

    rows = [[str(row.get_cell_value(name)) for name in ("title", "kind")] for row in page.context["table"].rows]
    assert rows == [["新的", "活动记录退回"], ["旧的", "活动记录退回"]]
    assert [row.record.tag.word for row in page.context["table"].rows] == ["未读", "已读"]
    for word in ("请补上人数。", "2026-01-02 03:04", "未读", "已读"):
        assert word in page.content.decode()


def test_only_ones_own_are_seen(cast, client, client_for):
    """Data in plenty, of the office above, of the branch beside, of the system administrator: none of it leaks."""
    for user in (cast.town, cast.other_branch, cast.sysadmin):
        MessageFactory.create_batch(3, user=user, title=f"只给{user.username}")
    MessageFactory(user=cast.branch, title="给自己")

    seen = {
        user.username: sorted(set(titles(client_for(user).get("/messages/"))))
        for user in (cast.branch, cast.town, cast.other_branch, cast.sysadmin, cast.auditor, cast.leader)
    }

    assert seen == {
        "branch": ["给自己"],
        "town": ["只给town"],
        "other_branch": ["只给other_branch"],
        "sysadmin": ["只给sysadmin"],
        "auditor": [],
        "leader": [],
    }


def test_the_export_holds_ones_own_alone(cast, client):
    MessageFactory(user=cast.town, title="只给镇里")
    MessageFactory(user=cast.branch, title="给自己")

    answer = client.get("/messages/?format=xlsx")

    assert (answer.status_code, Entry.objects.filter(action="message.export").count()) == (200, 1)
    assert len(b"".join(answer)) > 1000


def test_opening_marks_as_read_and_leads_on(cast, client):
    row = MessageFactory(user=cast.branch, url="/activities/?state=returned")

    answer = client.post(f"/messages/{row.pk}/open/")

    row.refresh_from_db()
    assert (answer.status_code, answer.url, row.read_at is not None) == (302, "/activities/?state=returned", True)


def test_opening_again_keeps_the_first_moment(cast, client):
    row = MessageFactory(user=cast.branch, read_at="2026-01-02T03:04+08:00")

    client.post(f"/messages/{row.pk}/open/")

    assert Message.objects.get().read_at == timezone.datetime.fromisoformat("2026-01-02T03:04+08:00")


def test_looking_at_the_list_reads_nothing(cast, client):
    MessageFactory(user=cast.branch)

    client.get("/messages/")

    assert Message.objects.get().read_at is None


@pytest.mark.parametrize("name", ["town", "other_branch", "sysadmin"])
def test_another_ones_message_is_not_there(cast, client_for, name):
    row = MessageFactory(user=cast.branch)

    answer = client_for(getattr(cast, name)).post(f"/messages/{row.pk}/open/")

    assert (answer.status_code, Message.objects.get().read_at) == (404, None)


def test_all_are_marked_as_read_but_nobody_elses(cast, client):
    MessageFactory.create_batch(3, user=cast.branch)
    theirs = MessageFactory(user=cast.town)

    answer = client.post("/messages/read/", follow=True)

    assert list(Message.objects.unread()) == [theirs]
    assert "3 条消息已标为已读。" in answer.content.decode()
    assert "全部标为已读" not in answer.content.decode()


def test_unread_and_all(cast, client):
    MessageFactory(user=cast.branch, title="旧", read_at=timezone.now())
    MessageFactory(user=cast.branch, title="新")

    page = client.get("/messages/?state=unread")

    assert titles(page) == ["新"]
    assert [(tab["title"], tab["count"], tab["current"]) for tab in page.context["views"]] == [
        ("全部", 2, False),
        ("未读", 1, True),
    ]


def test_an_unread_title_is_a_button_and_a_read_one_a_link(cast, client):
    new, old = MessageFactory(user=cast.branch), MessageFactory(user=cast.branch, read_at=timezone.now())

    html = client.get("/messages/").content.decode()

    assert html.count(f'form="open-message" formaction="/messages/{new.pk}/open/"') == 1
    assert f"/messages/{old.pk}/open/" not in html
    assert f'<a class="title" href="{old.url}">' in html


def test_words_are_escaped(cast, client):
    MessageFactory(user=cast.branch, title="<b>粗</b>", text="<i>斜</i>", urgent=True)

    html = client.get("/messages/").content.decode()

    assert ("<b>粗" in html, "<i>斜" in html, "&lt;b&gt;粗" in html) == (False, False, True)


# --- the bell ---


def test_the_bell_counts_what_is_unread(cast, client):
    MessageFactory.create_batch(2, user=cast.branch)
    MessageFactory(user=cast.branch, read_at=timezone.now())
    MessageFactory(user=cast.town)

    assert bell(client.get("/activities/")) == 2


def test_the_bell_is_counted_once_a_minute(cast, client, clock):
    seen = [bell(client.get("/messages/"))]
    MessageFactory(user=cast.branch)
    seen.append(bell(client.get("/messages/")))
    clock.shift(61)
    seen.append(bell(client.get("/messages/")))

    assert seen == [0, 0, 1]


def test_after_opening_it_counts_anew(cast, client):
    first, _ = MessageFactory.create_batch(2, user=cast.branch)
    before = bell(client.get("/messages/"))

    client.post(f"/messages/{first.pk}/open/")

    assert (before, bell(client.get("/messages/"))) == (2, 1)


def test_on_a_phone_it_stands_under_mine(cast, client):
    MessageFactory(user=cast.branch)

    mine = client.get("/").content.decode().split('class="mine"')[1]

    assert '<a href="/messages/">消息（1 条未读）</a>' in mine


@pytest.fixture
def clock():
    import time_machine

    with time_machine.travel("2026-11-23 12:00+08:00") as traveller:
        yield traveller


# --- what is wanted ---


def test_a_kind_is_switched_off_and_on(cast, client):
    first = client.get("/messages/settings/").context["form"]["kinds"].value()
    client.post("/messages/settings/", {"kinds": []})
    off = client.get("/messages/settings/").context["form"]["kinds"].value()
    client.post("/messages/settings/", {"kinds": [KIND]})
    on = client.get("/messages/settings/").context["form"]["kinds"].value()

    assert (first[:1], off, on) == ([KIND], [], [KIND])
    assert Entry.objects.filter(action="message.settings", object_id=cast.branch.pk).count() == 2


def test_what_is_switched_off_does_not_arrive(cast, client, clock):
    client.post("/messages/settings/", {"kinds": []})
    tell([cast.branch], kind=KIND, title="退回", url="/", stage="a")
    deliver_due()

    assert Message.objects.count() == 0


def test_an_unknown_kind_is_refused(cast, client):
    answer = client.post("/messages/settings/", {"kinds": ["no.such"]})

    assert (answer.status_code, MessagePreference.objects.count()) == (400, 0)


def test_the_page_says_when_it_is_quiet(client):
    assert "每天 21:00 至次日 07:00 不打扰" in client.get("/messages/settings/").content.decode()


def test_nobody_but_the_reader_learns_what_was_read(cast, client, client_for):
    """No receipt for the sender, no count for the office, no line in the auditor's log (mission: Never built)."""
    row = MessageFactory(user=cast.branch)
    before = Entry.objects.count()

    client.post(f"/messages/{row.pk}/open/")
    client.post("/messages/read/")

    assert Entry.objects.count() == before
