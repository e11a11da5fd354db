"""Signing in: Chinese names, one sentence for every failure, a pause by user and address."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import PASSWORD, UserFactory
from yiqiao_portal.audit.models import Entry

LOGIN = "/accounts/login/"
SENTENCE = "账号或密码不正确，请核对后再试。还可尝试 {} 次，之后将暂停登录 15 分钟。"


def sign_in(name, password=PASSWORD, *, address="10.0.0.1", client=None):
    """The answer to one try at the login form."""
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address)


def sentences(response):
    return [str(text) for text in response.context["form"].non_field_errors()]


@pytest.fixture
def clerk(db):
    return UserFactory(username="张小明", name="张小明")


@pytest.mark.parametrize("typed", ["张小明", " 张小明 "])
def test_a_chinese_user_name_signs_in(clerk, typed):
    response = sign_in(typed)

    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize("typed", ["Branch", "branch", "BRANCH", "ｂｒａｎｃｈ"])
def test_case_and_width_of_a_user_name_do_not_matter(cast, typed):
    assert cast.branch

    assert sign_in(typed).url == "/"


def test_after_signing_in_the_wanted_page_opens(clerk):
    response = Client().post(f"{LOGIN}?next=/search/", {"login": "张小明", "password": PASSWORD, "next": "/search/"})

    assert response.url == "/search/"


def test_a_foreign_address_is_not_followed(clerk):
    foreign = "https://example.org/"

    response = Client().post(f"{LOGIN}?next={foreign}", {"login": "张小明", "password": PASSWORD, "next": foreign})

    assert response.url == "/"


def test_wrong_password_and_unknown_name_get_the_same_answer(clerk):
    known = [sign_in("张小明", "wrong") for _ in range(4)]
    unknown = [sign_in("没有这个人", "wrong") for _ in range(4)]

    assert [sentences(answer) for answer in known] == [[SENTENCE.format(left)] for left in (4, 3, 2, 1)]
    assert [sentences(answer) for answer in unknown] == [sentences(answer) for answer in known]
    assert {answer.status_code for answer in known + unknown} == {200}


def test_a_disabled_account_gets_the_same_answer(cast):
    assert sentences(sign_in(cast.inactive.username)) == [SENTENCE.format(4)]


def test_the_typed_name_stays_and_the_password_does_not(clerk):
    page = sign_in("张小明", "not-this-one").content.decode()

    assert ('value="张小明"' in page, "not-this-one" in page) == (True, False)


# --- the pause ---


@pytest.fixture
def paused(clerk):
    """The clerk has failed five times from 10.0.0.1; gives the last answer."""
    return [sign_in("张小明", "wrong") for _ in range(5)][-1]


def test_the_fifth_failure_pauses(paused):
    text = paused.content.decode()

    assert paused.status_code == 429
    assert "暂停登录" in text
    assert "请 15 分钟后再试，或请系统管理员重置密码。" in text


def test_the_pause_of_an_unknown_name_looks_the_same(paused):
    answers = [sign_in("没有这个人", "wrong") for _ in range(5)]

    assert answers[-1].status_code == 429
    assert "请 15 分钟后再试，或请系统管理员重置密码。" in answers[-1].content.decode()


def test_during_the_pause_the_right_password_is_refused_from_the_same_address(paused):
    client = Client()

    assert sign_in("张小明", client=client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_spelling_variants_share_the_pause(cast):
    names = ["Branch", "branch", " BRANCH", "ｂｒａｎｃｈ", "branch "]
    assert cast.branch

    assert [sign_in(name, "wrong").status_code for name in names] == [200, 200, 200, 200, 429]


def test_another_user_at_the_same_address_gets_in(paused, cast):
    assert sign_in(cast.branch.username).url == "/"


def test_the_same_user_at_another_address_gets_in(paused):
    assert sign_in("张小明", address="10.0.0.2").url == "/"


def test_success_wipes_the_failures(clerk):
    for _ in range(4):
        sign_in("张小明", "wrong")
    sign_in("张小明")

    assert sentences(sign_in("张小明", "wrong")) == [SENTENCE.format(4)]


def test_after_fifteen_minutes_the_pause_is_over(paused, time_machine):
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=15, seconds=1))

    assert sign_in("张小明").url == "/"


def test_one_clumsy_user_locks_out_none_of_his_office(paused, db):
    colleagues = UserFactory.create_batch(15)

    assert [sign_in(user.username).url for user in colleagues] == ["/"] * 15


# --- what is written down, what is closed ---


def test_signing_in_and_failing_are_logged_without_the_typed_name(clerk):
    sign_in("张小明", "wrong")
    sign_in("张小明")

    entries = list(Entry.objects.order_by("pk").values_list("action", "actor", "result", "ip"))
    assert entries == [
        ("session.failed", None, "failed", "10.0.0.1"),
        ("session.login", clerk.pk, "ok", "10.0.0.1"),
    ]
    assert "张小明" not in str(Entry.objects.values_list("object_id", "reason"))


def test_the_address_behind_a_proxy_is_the_one_in_the_log(clerk, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    client = Client(headers={"X-Forwarded-For": "6.6.6.6, 10.9.9.9"})

    client.post(LOGIN, {"login": "张小明", "password": PASSWORD})

    assert clerk.usersession_set.get().ip == Entry.objects.get(action="session.login").ip == "10.9.9.9"


def test_signing_out_takes_a_post_and_clears_the_browser(clerk):
    client = Client()
    sign_in("张小明", client=client)

    asked = client.get("/accounts/logout/")
    left = client.post("/accounts/logout/")

    assert (asked.status_code, left.status_code, left.url) == (200, 302, LOGIN)
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/").url == f"{LOGIN}?next=/"


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/set/",
        "confirm-email/",
        "3rdparty/",
        "login/code/",
        "2fa/webauthn/",
    ],
)
def test_pages_that_the_portal_does_not_want_do_not_exist(cast, client_for, path):
    assert client_for(cast.sysadmin).get(f"/accounts/{path}").status_code == 404


OPEN_PAGES = ["account_login", "account_inactive"]
OWN_PAGES = [
    "accounts:own",
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "usersessions_list",
]


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_these_pages_open_without_signing_in(db, name):
    assert Client().get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_of_the_own_account_open_for_everybody_signed_in(cast, client_for, name):
    assert client_for(cast.stranger).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["accounts:own", "account_change_password", "mfa_index", "usersessions_list"])
def test_pages_of_the_own_account_ask_strangers_to_sign_in(db, name):
    assert Client().get(reverse(name)).url == f"{LOGIN}?next={reverse(name)}"


def test_a_signed_in_user_is_sent_on_from_the_login_page(cast, client_for):
    assert client_for(cast.branch).get(LOGIN).url == "/"
