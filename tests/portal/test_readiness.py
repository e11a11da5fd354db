"""What is done before the portal serves, and left alone when it is done already."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from yiqiao_portal.readiness import collect_static, keep_demo_password, static_fingerprint


@pytest.fixture
def own_static(settings, tmp_path):
    """One static file of our own and an empty place to collect into."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mark.css").write_text("a{}")
    settings.STATICFILES_DIRS = [tmp_path / "own"]
    settings.STATIC_ROOT = tmp_path / "home" / "static"
    settings.STATIC_ROOT.mkdir(parents=True)
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return tmp_path / "own"


def test_static_files_are_collected_once(own_static, settings):
    collect_static()
    collected = settings.STATIC_ROOT / "mark.css"
    assert collected.read_text() == "a{}"
    collected.unlink()
    collect_static()
    assert not collected.exists()  # nothing changed, so nothing was done


def test_changed_static_files_are_collected_again_and_old_ones_go(own_static, settings):
    collect_static()
    before = static_fingerprint()
    (own_static / "mark.css").unlink()
    (own_static / "other.css").write_text("b{}")
    assert static_fingerprint() != before
    collect_static()
    assert sorted(path.name for path in settings.STATIC_ROOT.iterdir()) == ["other.css"]


@pytest.fixture
def accounts(db):
    """Two demo accounts, one that only signs records of the demonstration, and one real one."""
    old = make_password("old")
    users = [("town", True), ("branch", True), ("clerk-1", True), ("somebody", False)]
    return [get_user_model().objects.create(username=name, is_demo=demo, password=old) for name, demo in users]


def test_demo_accounts_get_the_printed_password_and_others_keep_theirs(accounts, refetch):
    keep_demo_password("new")
    assert [refetch(user).check_password("new") for user in accounts] == [True, True, False, False]


def test_a_password_that_is_right_is_not_written_again(accounts, refetch):
    keep_demo_password("old")
    assert [refetch(user).password for user in accounts] == [user.password for user in accounts]


def test_a_password_that_one_visitor_has_changed_is_the_printed_one_again(accounts, refetch):
    accounts[1].set_password("own")
    accounts[1].save(update_fields=["password"])
    keep_demo_password("old")
    assert [refetch(user).check_password("old") for user in accounts[:2]] == [True, True]


def test_without_demo_accounts_nothing_happens(db):
    keep_demo_password("new")
    assert not get_user_model().objects.exists()
