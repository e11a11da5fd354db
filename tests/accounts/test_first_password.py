"""The first password: changed before anything else, alive for a day, told to nobody else."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from tests.factories.accounts import PASSWORD, UserFactory
from yiqiao_portal.accounts.models import User
from yiqiao_portal.audit.models import Entry

CHANGE = "/accounts/password/"
NEW = "Fuchun-River-77"
OPEN = {CHANGE, "/accounts/logout/", "/accounts/reauthenticate/", "/appearance/", "/healthz", "/readyz"}


def paths(resolver=None, prefix="/") -> list[str]:
    """Every address of the portal, its parameters filled in."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        found += paths(entry, route) if isinstance(entry, URLResolver) else [re.sub(r"<[^>]+>", "1", route)]
    return found


def change(client, *, old=PASSWORD, new=NEW, again=None):
    """The answer to the form that changes the password."""
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": again or new})


@pytest.fixture
def newcomer(db):
    until = timezone.now() + timedelta(hours=1)
    return UserFactory(username="newcomer", must_change_password=True, first_password_until=until)


@pytest.fixture
def client(newcomer):
    client = Client()
    client.post("/accounts/login/", {"login": "newcomer", "password": PASSWORD})
    return client


def test_every_other_address_leads_to_the_change(client):
    closed = [path for path in paths() if path not in OPEN]

    assert len(closed) > 30
    assert {path: client.get(path).headers.get("Location") for path in closed} == dict.fromkeys(closed, CHANGE)


def test_no_other_address_takes_a_post(client):
    closed = [path for path in paths() if path not in OPEN]

    assert {path: client.post(path).headers.get("Location") for path in closed} == dict.fromkeys(closed, CHANGE)


def test_an_unknown_address_leads_to_the_change_too(client):
    assert client.get("/no/such/page/").url == CHANGE


def test_the_change_says_why(client):
    assert "首次登录，请先设置自己的密码" in client.get("/", follow=True).content.decode()


def test_after_the_change_the_workbench_opens(client, newcomer):
    answer = change(client)

    newcomer = User.objects.get(pk=newcomer.pk)
    assert answer.url == "/"
    assert client.get("/").status_code == 200
    assert (newcomer.must_change_password, newcomer.first_password_until) == (False, None)
    assert newcomer.password_changed_at is not None
    assert newcomer.check_password(NEW)


def test_the_change_is_logged_once_without_the_password(client, newcomer):
    change(client)

    entry = Entry.objects.get(action="user.change_password")
    assert (entry.actor, entry.object_id, entry.fields) == (newcomer, str(newcomer.pk), ["password"])
    assert NEW not in str(Entry.objects.values())


REFUSED = [
    ("short1A!", "密码至少 10 位"),
    ("alllowercase", "密码至少 10 位"),
    ("alllower12345", "密码至少 10 位"),
    ("Yiqiao-2026-x", "请换一个"),
    ("Lianxinqiao@2026", "请换一个"),
    ("Xiaoshan-12345", "请换一个"),
    ("义桥镇联心桥平台的密码最好长一点", "请换一个"),
    ("Newcomer-2026", "请换一个"),
    ("a" * 20, "至少 6 种不同的字符"),
]


@pytest.mark.parametrize(("new", "sentence"), REFUSED)
def test_a_weak_password_is_refused(client, newcomer, new, sentence):
    answer = change(client, new=new)

    assert sentence in answer.content.decode()
    assert User.objects.get(pk=newcomer.pk).must_change_password is True


@pytest.mark.parametrize("new", ["四季更替江水东流白云悠悠山色青青", "correct horse battery staple", "aB3xY7" * 30])
def test_a_long_password_of_any_kind_is_taken_whole(client, newcomer, new):
    change(client, new=new)

    newcomer = User.objects.get(pk=newcomer.pk)
    assert newcomer.check_password(new)
    assert not newcomer.check_password(new[:-1])


def test_a_slow_typist_has_thirty_tries_a_minute_and_is_told_the_true_wait(client, time_machine):
    time_machine.move_to("2026-11-23T12:00:00+08:00", tick=False)
    answers = [change(client, new="short") for _ in range(31)]
    time_machine.shift(61)

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    text = answers[-1].content.decode()
    assert ("请等 1 分钟再试" in text, "15 分钟" in text) == (True, False)
    assert change(client).url == "/"


def test_the_old_password_must_be_right(client):
    text = change(client, old="wrong").content.decode()

    assert "当前密码不正确，请重新输入。" in text


def test_both_typings_must_agree(client):
    assert "必须相同" in change(client, again="Another-River-77").content.decode()


def test_other_sessions_end_with_the_change(newcomer, client):
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": "newcomer", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9")

    change(client)

    assert elsewhere.get("/").url == "/accounts/login/?next=/"
    assert client.get("/").status_code == 200
    assert newcomer.usersession_set.count() == 1


def test_after_a_day_the_first_password_is_dead(newcomer):
    newcomer.first_password_until = timezone.now() - timedelta(seconds=1)
    newcomer.save()
    client = Client()

    answer = client.post("/accounts/login/", {"login": "newcomer", "password": PASSWORD}, follow=True)

    assert "初始密码已超过 24 小时，不能再用。请联系系统管理员重新生成。" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_demo_accounts_sign_in_at_once(db):
    UserFactory(username="demo", is_demo=True)
    client = Client()

    client.post("/accounts/login/", {"login": "demo", "password": PASSWORD})

    assert client.get("/").status_code == 200


def test_demo_accounts_have_no_life_in_production(db, settings):
    UserFactory(username="demo", is_demo=True)
    client = Client()
    client.post("/accounts/login/", {"login": "demo", "password": PASSWORD})
    settings.PORTAL_PRODUCTION = True

    assert client.get("/").url == "/accounts/login/?next=/"
    assert Client().post("/accounts/login/", {"login": "demo", "password": PASSWORD}).status_code == 200
