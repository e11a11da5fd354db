"""Somebody with several posts: what is reached follows the post that is chosen."""

import pytest
from django.test import Client

from tests.factories.accounts import PASSWORD
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.directory.models import Organisation


@pytest.fixture
def several(cast):
    """Signed in by password, with the posts at both parties, and a roster row in each."""
    client = Client()
    client.post("/accounts/login/", {"login": cast.several.username, "password": PASSWORD})
    return client


def reach(client) -> tuple[str, bool, bool]:
    """The current post, and whether the pages of both parties open."""
    page = client.get("/")
    pages = [client.get(f"/directory/organisations/{pk}/").status_code for pk in parties()]
    return page.context["frame"]["post"], *(status == 200 for status in pages)


def parties():
    codes = ["YQ-03", "YQ-01"]
    return [Organisation.objects.get(code=code).pk for code in codes]


def test_the_first_post_is_current(several):
    assert reach(several) == ("渔浦社区党组织·村社党组织管理员", True, False)


def test_changing_the_post_changes_the_reach(several, cast):
    post = cast.several.assignments.get(organisation=cast.other_party)

    answer = several.post("/directory/post/", {"post": post.pk})

    assert answer.url == "/"
    assert reach(several) == ("罗峰社区党组织·村社党组织管理员", False, True)


def test_the_log_knows_in_which_post_something_was_done(several, cast):
    post = cast.several.assignments.get(organisation=cast.other_party)
    several.post("/directory/post/", {"post": post.pk})

    several.post(
        "/accounts/password/", {"oldpassword": PASSWORD, "password1": "Fuchun-River-77", "password2": "Fuchun-River-77"}
    )

    entry = Entry.objects.get(action="user.change_password")
    assert (entry.role, entry.organisation_id) == ("branch", cast.other_party.pk)


def test_the_post_of_another_is_not_taken(several, cast):
    foreign = cast.town.assignments.get()

    assert several.post("/directory/post/", {"post": foreign.pk}).status_code == 404
    assert reach(several) == ("渔浦社区党组织·村社党组织管理员", True, False)


def test_when_the_chosen_post_ends_the_other_one_is_current(several, cast, client_for):
    post = cast.several.assignments.get(organisation=cast.other_party)
    several.post("/directory/post/", {"post": post.pk})

    client_for(cast.sysadmin).post(f"/accounts/users/{cast.several.pk}/posts/{post.pk}/end/")

    assert reach(several) == ("渔浦社区党组织·村社党组织管理员", True, False)
