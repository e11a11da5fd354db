"""The first system administrator comes from the command line, with a password that is printed once."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from yiqiao_portal.accounts.models import User
from yiqiao_portal.audit.models import Entry


def create(*arguments) -> list[str]:
    """The lines that the command prints."""
    out = io.StringIO()
    call_command("create_admin", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_it_prints_what_signs_in(db):
    lines = create("wangwu", "王五")

    client = Client()
    password = lines[1].removeprefix("初始密码：")
    client.post("/accounts/login/", {"login": "wangwu", "password": password})
    assert lines[0] == "账号：wangwu"
    assert client.get("/").url == "/accounts/password/"


def test_the_account_is_a_system_administrators(db):
    create("王五", "王五")

    user = User.objects.get()
    assert [post.role.code for post in user.assignments.all()] == ["sysadmin"]
    assert (user.must_change_password, user.is_demo) == (True, False)
    actions = Entry.objects.order_by("pk").values_list("action", "actor", "object_id")
    assert list(actions) == [("user.create", None, str(user.pk)), ("post.give", None, str(user.pk))]


@pytest.mark.parametrize(
    ("name", "sentence"), [("a b", "只用汉字、字母、数字、点和横线"), ("", "请填写账号"), ("Branch", "已有人使用")]
)
def test_a_bad_name_is_refused_and_nothing_is_written(cast, name, sentence):
    assert cast.branch

    with pytest.raises(CommandError, match=sentence):
        create(name, "王五")

    assert User.objects.count() == 1
