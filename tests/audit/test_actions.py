"""The catalogue of actions."""

import pytest

from yiqiao_portal.audit import actions


@pytest.fixture(autouse=True)
def own_catalogue(monkeypatch):
    monkeypatch.setattr(actions, "_labels", {"session.login": "登录"})


def test_registered_codes_are_known_by_their_label():
    actions.register({"activity.create": "新建活动"})

    assert actions.require("activity.create") == "activity.create"
    assert actions.catalogue() == {"activity.create": "新建活动", "session.login": "登录"}
    assert actions.label("activity.create") == "新建活动"


def test_registering_the_same_again_is_no_error():
    actions.register({"session.login": "登录"})

    assert actions.catalogue() == {"session.login": "登录"}


def test_a_second_meaning_is_an_error():
    with pytest.raises(ValueError, match="already means"):
        actions.register({"session.login": "签到"})


@pytest.mark.parametrize("code", ["", "login", "Session.login", "session.", "a.b.c", "a b.c", "a." + "b" * 60])
def test_a_malformed_code_is_an_error(code):
    with pytest.raises(ValueError, match="not an action code"):
        actions.register({code: "某事"})


def test_a_code_needs_a_label():
    with pytest.raises(ValueError, match="not an action code"):
        actions.register({"activity.create": ""})


def test_an_unknown_code_is_refused_but_readable():
    with pytest.raises(actions.UnknownActionError):
        actions.require("activity.vanish")
    assert actions.label("activity.vanish") == "已停用的操作"
