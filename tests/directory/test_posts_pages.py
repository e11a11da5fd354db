"""The pages that give and end posts."""

import pytest

from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.dates import today
from yiqiao_portal.directory.models import Organisation


@pytest.fixture
def admin(cast, client_for):
    return client_for(cast.sysadmin)


@pytest.fixture
def posts(cast):
    """Where the stranger's posts are given."""
    return f"/accounts/users/{cast.stranger.pk}/posts/"


def test_first_the_role_is_chosen(admin, posts):
    roles = admin.get(f"{posts}new/").context["roles"]

    assert [item["role"].code for item in roles] == [
        "town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent", "sysadmin", "auditor",
    ]  # fmt: skip
    assert {item["against"] for item in roles} == {""}


def test_a_role_that_does_not_go_with_a_present_one_says_why(admin, cast):
    answer = admin.get(f"/accounts/users/{cast.branch.pk}/posts/new/")

    against = {item["role"].code: item["against"] for item in answer.context["roles"]}
    assert "三员分立" in against["auditor"]
    assert (against["leader"], against["sysadmin"] == against["auditor"]) == ("", True)
    assert f'/accounts/users/{cast.branch.pk}/posts/new/auditor/"' not in answer.content.decode()


FIELDS = [
    ("town", ["place", "since", "until"]),
    ("grid", ["place", "since", "until"]),
    ("auditor", ["since", "until"]),
]


@pytest.mark.parametrize(("code", "fields"), FIELDS)
def test_then_the_place_that_the_role_needs(admin, posts, code, fields):
    assert list(admin.get(f"{posts}new/{code}/").context["form"].fields) == fields


def test_a_branch_is_chosen_among_party_organisations(admin, posts, cast):
    names = [str(cast.party), str(cast.office)]

    field = admin.get(f"{posts}new/branch/").context["form"].fields["place"]

    assert [name in map(str, field.queryset) for name in names] == [True, False]


def test_names_are_indented_as_in_the_tree(admin, posts, cast):
    assert cast.sub_party

    page = admin.get(f"{posts}new/branch/").content.decode()

    assert ("　渔浦社区党组织" in page, "　　渔浦社区第一支部" in page) == (True, True)


def test_the_choice_shows_names_and_no_figures(admin, posts, cast):
    Organisation.objects.filter(pk=cast.party.pk).update(formal_members=4711, note="内部备注")

    page = admin.get(f"{posts}new/branch/").content.decode()

    assert ("4711" in page, "内部备注" in page) == (False, False)


def test_a_post_is_given_and_shown(admin, posts, cast, refetch):
    answer = admin.post(
        f"{posts}new/branch/", {"place": cast.party.pk, "since": "", "until": "2099年1月1日"}, follow=True
    )

    post = cast.stranger.assignments.get()
    assert (post.organisation, str(post.since), str(post.until)) == (cast.party, str(today()), "2099-01-01")
    assert "渔浦社区党组织·村社党组织管理员" in answer.content.decode()
    assert Entry.objects.filter(action="post.give").count() == 1


REFUSED = [
    ("branch", {}, "请选择组织。"),
    ("branch", {"place": "999999"}, "组织不在可选范围内，请重新选择。"),
    ("branch", {"place": "office"}, "组织不在可选范围内，请重新选择。"),
    ("grid", {"place": "x"}, "区域不在可选范围内，请重新选择。"),
    ("auditor", {"until": "2020-01-01"}, "结束日期已经过去"),
    ("auditor", {"since": "2099-02-01", "until": "2099-01-01"}, "结束日期不能早于开始日期"),
    ("auditor", {"since": "昨天"}, "日期"),
]


@pytest.mark.parametrize(("code", "data", "sentence"), REFUSED)
def test_a_bad_form_is_refused_in_words(admin, posts, cast, code, data, sentence):
    if data.get("place") == "office":
        data = {"place": cast.office.pk}

    answer = admin.post(f"{posts}new/{code}/", data)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert cast.stranger.assignments.count() == 0


def test_an_unknown_role_does_not_exist(admin, posts):
    assert admin.get(f"{posts}new/king/").status_code == 404


def test_a_post_is_ended(admin, cast):
    post = cast.branch.assignments.get()
    url = f"/accounts/users/{cast.branch.pk}/posts/{post.pk}/end/"

    asked = admin.get(url)
    answer = admin.post(url, follow=True)

    assert "要结束“张村社党组织管理员”的岗位“渔浦社区党组织·村社党组织管理员”吗？" in asked.content.decode()
    assert "已结束" in answer.content.decode()
    assert cast.branch.assignments.current().count() == 0
    assert admin.post(url).status_code == 409


def test_the_post_of_another_account_is_not_found(admin, cast, posts):
    assert admin.post(f"{posts}{cast.branch.assignments.get().pk}/end/").status_code == 404


def test_the_own_posts_are_refused(admin, cast):
    own = f"/accounts/users/{cast.sysadmin.pk}/posts/"

    given = admin.post(f"{own}new/auditor/", {})
    ended = admin.post(f"{own}{cast.sysadmin.assignments.get().pk}/end/")

    assert (given.status_code, ended.status_code) == (403, 403)
    assert "请由另一位系统管理员操作" in given.content.decode()


OTHERS = ["town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent", "auditor", "stranger"]


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_gives_or_ends_posts(cast, client_for, name):
    target = UserFactory()
    post = RoleAssignmentFactory(user=target, organisation=cast.party)
    posts, client = f"/accounts/users/{target.pk}/posts/", client_for(getattr(cast, name))
    paths = [f"{posts}new/", f"{posts}new/auditor/", f"{posts}{post.pk}/end/"]

    assert [client.post(path).status_code for path in paths] == [404] * 3
    assert [client.get(path).status_code for path in paths] == [404] * 3
    assert target.assignments.current().count() == 1
