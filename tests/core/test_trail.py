"""Where every page stands: 工作台 › its list › the page itself."""

import pytest
from django.urls import reverse

from tests.contracts.page import Page
from tests.factories.activities import ActivityFactory
from tests.factories.directory import PersonFactory
from yiqiao_portal.core.views.base import HOME, Crumb, trail


def test_the_workbench_stands_alone():
    assert trail([], "工作台") == [Crumb("工作台")]


@pytest.mark.parametrize("steps", [[Crumb("名册", "/r/")], [HOME, Crumb("名册", "/r/")]])
def test_the_way_begins_at_the_workbench_once(steps):
    assert trail(steps, "张某") == [HOME, Crumb("名册", "/r/"), Crumb("张某")]


def shown(client, url: str) -> list[tuple[str, str]]:
    return [(crumb.title, crumb.url) for crumb in client.get(url).context["page"].crumbs]


def test_pages_of_every_kind(cast, client_for):
    person = PersonFactory(name="钱某", organisation=cast.party)
    activity = ActivityFactory(organisation=cast.party, title="清洁家园")
    client, people, records = client_for(cast.town), reverse("directory:people"), reverse("activities:list")
    own = person.get_absolute_url()

    assert {
        url: shown(client, url)
        for url in ("/", people, own, f"{own}edit/", f"{records}{activity.pk}/", "/recycle/", "/about/privacy/")
    } == {
        "/": [("工作台", "")],
        people: [("工作台", "/"), ("人员", "")],
        own: [("工作台", "/"), ("人员", people), ("钱某", "")],
        f"{own}edit/": [("工作台", "/"), ("人员", people), ("钱某", own), ("修改：钱某", "")],
        f"{records}{activity.pk}/": [("工作台", "/"), ("活动记录", records), ("清洁家园", "")],
        "/recycle/": [("工作台", "/"), ("回收站", "")],
        "/about/privacy/": [("工作台", "/"), ("关于个人信息", "")],
    }


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/accounts/password/", "修改密码"),
        ("/accounts/2fa/", "两步验证"),
        ("/accounts/sessions/", "登录中的设备"),
        ("/accounts/logout/", "退出登录"),
    ],
)
def test_pages_of_ones_own_account(cast, client_for, path, title):
    answer = client_for(cast.branch).get(path)

    crumbs = [(crumb.title, crumb.url) for crumb in answer.context["page"].crumbs]
    text = answer.content.decode()
    assert crumbs == [("工作台", "/"), ("账号与安全", "/accounts/"), (title, "")]
    assert (text.count('aria-label="当前位置"'), f"<h1>{title}</h1>" in text) == (1, True)
    assert f"<title>{title} – " in text


def test_nothing_parts_an_item_from_the_sign_after_it(cast, client_for):
    text = client_for(cast.town).get("/directory/people/new/").content.decode()

    assert '<li><a href="/">工作台</a></li>' in text
    assert '<li aria-current="page">新增人员</li>' in text


def test_no_two_entries_of_the_menu_look_alike(cast, client_for):
    icons = [item["icon"] for item in client_for(cast.town).get("/").context["frame"]["menu"]]

    assert len(icons) == len(set(icons))
    page = Page.of(client_for(cast.town).get("/"))
    assert any(url.endswith("#i-contacts") for url in page.loaded)
