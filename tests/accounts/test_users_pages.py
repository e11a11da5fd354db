"""The system administrator's pages: accounts, no business data."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from yiqiao_portal.accounts.models import User
from yiqiao_portal.audit.models import Entry

LIST = "/accounts/users/"
NEW = "/accounts/users/new/"


@pytest.fixture
def admin(cast, client_for):
    return client_for(cast.sysadmin)


def names(answer):
    return [row.record.username for row in answer.context["table"].paginated_rows]


@pytest.fixture
def people(cast):
    """Three accounts beside the administrator's own."""
    return [cast.branch, cast.inactive, cast.stranger, cast.sysadmin]


FOUND = [
    ("", ["branch", "inactive", "stranger", "sysadmin"]),
    ("q=BRANCH", ["branch"]),
    ("q=系统管理员", ["sysadmin"]),
    ("role=branch", ["branch", "inactive"]),
    ("state=normal", ["branch", "stranger", "sysadmin"]),
    ("state=disabled", ["inactive"]),
    ("state=postless", ["stranger"]),
    ("q=nobody", []),
]


@pytest.mark.parametrize(("query", "found"), FOUND)
def test_the_list_is_searched_and_filtered(admin, people, query, found):
    assert names(admin.get(f"{LIST}?{query}")) == found


def test_an_ended_post_is_no_post_of_the_filter(admin, cast):
    assert cast.former

    assert names(admin.get(f"{LIST}?role=branch")) == []


def test_the_tabs_count_what_their_lists_show(admin, people):
    tabs = admin.get(LIST).context["views"]

    assert {tab["title"]: tab["count"] for tab in tabs} == {
        "全部": 4,
        "待首次登录": 0,
        "没有岗位": 1,
        "60 天未使用": 0,
        "已停用": 1,
    }
    assert [admin.get(LIST + tab["url"]).context["result"]["total"] for tab in tabs] == [tab["count"] for tab in tabs]


def test_unused_accounts_are_found(admin, cast, time_machine):
    from datetime import UTC, datetime, timedelta

    old = UserFactory(username="old")
    User.objects.filter(pk=old.pk).update(created_at=datetime.now(UTC) - timedelta(days=61))

    assert names(admin.get(f"{LIST}?state=unused")) == ["old"]


def test_the_list_names_the_posts(admin, cast):
    assert cast.branch

    assert "渔浦社区党组织·村社党组织管理员" in admin.get(LIST).content.decode()


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_takes_the_same_few_queries(light, cast, client_for, size, django_assert_max_num_queries):
    admin = client_for(cast.sysadmin)
    for _ in range(size):
        RoleAssignmentFactory(organisation=cast.party)
    admin.get(LIST)

    with django_assert_max_num_queries(10):
        admin.get(LIST)


def test_the_figures_of_the_workbench_open_their_lists(admin, people):
    figures = [f for f in admin.get("/").context["figures"] if f.url.startswith(LIST)]

    assert [figure.title for figure in figures] == ["账号", "待首次登录", "没有岗位", "60 天未使用"]
    assert [admin.get(f.url).context["result"]["total"] for f in figures] == [f.value for f in figures]


def create(admin, *, key=None, **data):
    return admin.post(NEW, {"idempotency_key": key or uuid4(), "name": "李四", "username": "lisi"} | data)


def test_a_new_account_shows_its_password_once(admin):
    answer = create(admin)

    user = User.objects.get(username="lisi")
    assert answer.status_code == 200
    assert user.check_password(answer.context["password"])
    assert answer.context["password"] in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert f'name="portal-saved" content="{NEW}"' in answer.content.decode()


def test_the_second_copy_of_the_form_makes_no_second_account(admin):
    key = uuid4()
    password = create(admin, key=key).context["password"]

    answer = admin.post(NEW, {"idempotency_key": key, "name": "李四", "username": "lisi"}, follow=True)

    text = answer.content.decode()
    assert User.objects.filter(name="李四").count() == 1
    assert "初始密码只显示一次。如果没有记下，请重置密码。" in text
    assert password not in text


REFUSED = [
    ({"username": ""}, "请填写账号。"),
    ({"name": ""}, "请填写姓名。"),
    ({"username": "a b"}, "只用汉字、字母、数字、点和横线"),
    ({"username": "x"}, "账号应为 2 至 40 个字"),
    ({"username": "13900000001"}, "请不要用手机号作账号"),
    ({"username": "SYSADMIN"}, "这个账号名已有人使用"),
    ({"name": "李" * 41}, "40"),
]


@pytest.mark.parametrize(("data", "sentence"), REFUSED)
def test_a_bad_form_keeps_what_was_typed_and_says_why(admin, data, sentence):
    answer = create(admin, **data)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert User.objects.count() == 1


def test_reset_shows_the_new_password_once(admin, cast, refetch):
    answer = admin.post(f"{LIST}{cast.branch.pk}/password/")

    assert refetch(cast.branch).check_password(answer.context["password"])
    assert answer["Cache-Control"] == "no-store"
    assert answer.context["password"] not in admin.get(f"{LIST}{cast.branch.pk}/").content.decode()


def test_disable_and_enable(admin, cast, refetch):
    page = f"{LIST}{cast.branch.pk}/"

    off = admin.post(f"{page}disable/")
    disabled = refetch(cast.branch).is_active
    again = admin.post(f"{page}disable/")
    admin.post(f"{page}enable/")

    assert (off.url, disabled, again.status_code, refetch(cast.branch).is_active) == (page, False, 409, True)


def test_rename(admin, cast, refetch):
    admin.post(f"{LIST}{cast.branch.pk}/rename/", {"name": "张建国"})

    assert refetch(cast.branch).name == "张建国"


def test_the_own_account_has_no_buttons(admin, cast):
    assert admin.get(f"{LIST}{cast.sysadmin.pk}/").context["page"].actions == []


def test_the_own_account_is_refused_by_address_too(admin, cast, refetch):
    answers = [admin.post(f"{LIST}{cast.sysadmin.pk}/{path}/") for path in ("disable", "password", "second-factor")]

    assert [answer.status_code for answer in answers] == [400] * 3
    assert "请由另一位系统管理员操作" in answers[0].content.decode()
    assert refetch(cast.sysadmin).is_active is True


def test_the_page_of_an_account_shows_what_may_be_done(admin, cast):
    cast.branch.authenticator_set.create(type="totp", data={})

    actions = admin.get(f"{LIST}{cast.branch.pk}/").context["page"].actions

    assert [action.title for action in actions] == ["给岗位", "改姓名", "重置密码", "解除两步验证", "停用账号"]


def test_the_export_is_logged(admin, people):
    answer = admin.get(f"{LIST}?format=xlsx")

    assert answer.status_code == 200
    assert Entry.objects.filter(action="user.export", object_type="accounts.user").count() == 1


PATHS = ["", "new/", "{pk}/", "{pk}/rename/", "{pk}/password/", "{pk}/disable/", "{pk}/enable/", "{pk}/second-factor/"]
OTHERS = ["town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent", "auditor", "stranger"]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_comes_here(cast, client_for, role):
    """The list is refused; whether an account exists nobody else learns."""
    client, target = client_for(getattr(cast, role)), UserFactory()
    expected = {LIST + path.format(pk=target.pk): 404 if "{pk}" in path else 403 for path in PATHS}

    assert {path: client.get(path).status_code for path in expected} == expected
    assert {path: client.post(path).status_code for path in expected} == expected


def test_the_administrator_sees_no_business_page(admin, cast):
    closed = [
        reverse("directory:organisations"),
        reverse("directory:people"),
        reverse("activities:list"),
        reverse("audit:list"),
    ]

    assert [admin.get(path).status_code for path in closed] == [403] * 4


def test_the_menu_is_the_administrators(admin):
    menu = admin.get(LIST).context["frame"]["menu"]

    assert [(item["title"], [child["title"] for child in item["children"]]) for item in menu] == [
        ("工作台", []),
        ("系统管理", ["账号", "后台任务"]),
    ]
