"""账号与安全: one page with the state of password, two-factor and sessions; other sessions can be ended."""

import pytest
from django.test import Client

from tests.factories.accounts import PASSWORD

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
PC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120"


def signed_in(user, agent=PC):
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


@pytest.fixture
def two(cast):
    """The branch's keeper at the PC and on the phone."""
    return signed_in(cast.branch), signed_in(cast.branch, PHONE)


def test_the_page_says_how_each_thing_stands(cast, two):
    doors = two[0].get("/accounts/").context["doors"]

    assert [(door["title"], door["state"], door["url"]) for door in doors] == [
        ("登录密码", "未修改过", "/accounts/password/"),
        ("两步验证", "未启用", "/accounts/2fa/"),
        ("登录中的设备", "2 台", "/accounts/sessions/"),
    ]


def test_the_page_names_the_own_posts(cast, client_for):
    page = client_for(cast.several).get("/accounts/").content.decode()

    assert [post.label in page for post in cast.several.assignments.all()] == [True, True]


def test_the_sessions_page_names_device_and_browser(two):
    page = two[0].get("/accounts/sessions/").content.decode()

    assert ("Windows 电脑，Edge 浏览器" in page, "安卓手机，谷歌内核浏览器" in page) == (True, True)
    assert page.count("本机</span>") == 1


def test_other_sessions_are_ended_for_real(cast, two):
    here, there = two

    answer = here.post("/accounts/sessions/", follow=True)

    assert "其他设备已全部退出" in answer.content.decode()
    assert there.get("/accounts/").url == "/accounts/login/?next=/accounts/"
    assert here.get("/accounts/").status_code == 200
    assert cast.branch.usersession_set.count() == 1


def test_nobody_sees_or_ends_the_sessions_of_another(cast, two):
    stranger = signed_in(cast.other_branch)

    page = stranger.get("/accounts/sessions/")
    stranger.post("/accounts/sessions/")

    assert page.context["session_count"] == 1
    assert [client.get("/accounts/").status_code for client in two] == [200, 200]
