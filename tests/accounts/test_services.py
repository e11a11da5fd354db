"""Writes on accounts: each is logged once, none may be done to oneself."""

import pytest
from django.test import Client

from tests.factories.accounts import PASSWORD, UserFactory
from yiqiao_portal.accounts import services
from yiqiao_portal.accounts.models import User
from yiqiao_portal.accounts.passwords import StrengthValidator
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError


def logged(action):
    """Actor and object of the entries with this action."""
    return list(Entry.objects.filter(action=action).values_list("actor", "object_type", "object_id"))


def entry_of(by, user):
    return [(by.pk, "accounts.user", str(user.pk))]


def test_a_random_password_is_strong_and_new_each_time():
    made = {services.random_password() for _ in range(200)}

    assert len(made) == 200
    assert {len(password) for password in made} == {14}
    assert [StrengthValidator().validate(password) for password in made] == [None] * 200


def test_create_gives_a_first_password_that_must_be_changed(cast, refetch):
    user, password = services.create_user(by=cast.sysadmin, username=" 李四 ", name="李四")

    user = refetch(user)
    assert (user.username, user.must_change_password, user.is_active) == ("李四", True, True)
    assert user.check_password(password)
    assert user.first_password_until > user.created_at
    assert logged("user.create") == entry_of(cast.sysadmin, user)


@pytest.mark.parametrize("taken", ["branch", "BRANCH", "ｂｒａｎｃｈ"])
def test_a_taken_name_is_refused_in_any_spelling(cast, taken):
    assert cast.branch

    with pytest.raises(DomainError, match="这个账号名已有人使用") as refusal:
        services.create_user(by=cast.sysadmin, username=taken, name="李四")

    assert refusal.value.field == "username"
    assert logged("user.create") == []


def test_reset_ends_sessions_and_pauses(cast, client_for, refetch):
    client = client_for(cast.branch)
    client.get("/accounts/")
    for _ in range(5):
        Client().post("/accounts/login/", {"login": "branch", "password": "wrong"})

    password = services.reset_password(cast.branch, by=cast.sysadmin)

    user = refetch(cast.branch)
    answer = Client().post("/accounts/login/", {"login": "branch", "password": password})
    assert (user.must_change_password, user.check_password(PASSWORD)) == (True, False)
    assert client.get("/accounts/").status_code == 302
    assert answer.status_code == 302
    assert logged("user.reset_password") == entry_of(cast.sysadmin, user)


def test_disabling_ends_sessions_at_once(cast, client_for):
    client = client_for(cast.branch)
    client.get("/accounts/")

    services.set_active(cast.branch, by=cast.sysadmin, active=False)

    assert client.get("/accounts/").url == "/accounts/login/?next=/accounts/"
    assert cast.branch.usersession_set.count() == 0
    assert logged("user.disable") == entry_of(cast.sysadmin, cast.branch)


def test_enabling_lets_in_again(cast):
    services.set_active(cast.inactive, by=cast.sysadmin, active=True)

    answer = Client().post("/accounts/login/", {"login": "inactive", "password": PASSWORD})
    assert answer.url == "/"
    assert logged("user.enable") == entry_of(cast.sysadmin, cast.inactive)


@pytest.mark.parametrize(("name", "active"), [("branch", True), ("inactive", False)])
def test_what_is_so_already_is_a_conflict(cast, name, active):
    with pytest.raises(Conflict, match="请刷新页面查看"):
        services.set_active(getattr(cast, name), by=cast.sysadmin, active=active)


OWN = [
    lambda user: services.reset_password(user, by=user),
    lambda user: services.set_active(user, by=user, active=False),
    lambda user: services.reset_second_factor(user, by=user),
]


@pytest.mark.parametrize("act", OWN)
def test_nobody_does_it_to_the_own_account(cast, act):
    before = User.objects.filter(pk=cast.sysadmin.pk).values().get()

    with pytest.raises(DomainError, match="请由另一位系统管理员操作"):
        act(cast.sysadmin)

    assert User.objects.filter(pk=cast.sysadmin.pk).values().get() == before


def test_a_lost_phone_is_unbound(cast, client_for):
    cast.town.authenticator_set.create(type="totp", data={})
    client = client_for(cast.town)
    client.get("/accounts/")

    services.reset_second_factor(cast.town, by=cast.sysadmin)

    assert cast.town.authenticator_set.count() == 0
    assert client.get("/accounts/").status_code == 302
    assert logged("user.reset_second_factor") == entry_of(cast.sysadmin, cast.town)


def test_without_a_phone_there_is_nothing_to_unbind(cast):
    with pytest.raises(Conflict, match="没有启用两步验证"):
        services.reset_second_factor(cast.town, by=cast.sysadmin)


def test_a_name_is_corrected(cast, refetch):
    services.rename_user(cast.branch, by=cast.sysadmin, name="张建国")

    assert refetch(cast.branch).name == "张建国"
    assert logged("user.update") == entry_of(cast.sysadmin, cast.branch)


def test_no_entry_holds_a_name_or_password(cast):
    _, password = services.create_user(by=cast.sysadmin, username="wangwu", name="王五五")

    text = str(list(Entry.objects.values()))
    assert [word in text for word in ("wangwu", "王五五", password)] == [False] * 3


def test_two_accounts_of_one_name_may_exist(cast):
    UserFactory(username="a1", name="李四")
    services.create_user(by=cast.sysadmin, username="a2", name="李四")

    assert User.objects.filter(name="李四").count() == 2
