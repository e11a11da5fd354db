"""The search page: a few of each kind, how many there are in all, and the list that shows them."""

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory
from tests.factories.alliances import MembershipFactory
from tests.factories.directory import PersonFactory
from yiqiao_portal.core import pagination


@pytest.fixture
def groups(cast, client_for):
    """The groups that a role finds, by title."""

    def find(words, role="town"):
        answer = client_for(getattr(cast, role)).get("/search/", {"q": words})
        return {group["title"]: group for group in answer.context["groups"]}

    return find


def test_more_than_are_shown_are_counted_and_listed(cast, client_for, groups):
    for number in range(7):
        ActivityFactory(organisation=cast.party, title=f"河岸清洁第{number}次")
        PersonFactory(organisation=cast.party, name=f"清洁{number}")

    found = groups("清洁")

    for title, records, kind in (("活动记录", 7, "activities:list"), ("人员", 7, "directory:people")):
        group = found[title]
        assert (len(group["rows"]), group["all"].total, group["more"]) == (5, records, True)
        assert group["all"].url == f"{reverse(kind)}?q=%E6%B8%85%E6%B4%81"
        assert client_for(cast.town).get(group["all"].url).context["result"]["total"] == records
    page = client_for(cast.town).get("/search/", {"q": "清洁"}).content.decode()
    assert page.count("查看全部 7 条") == 2


def test_what_is_shown_whole_has_no_link(cast, client_for, groups):
    PersonFactory(organisation=cast.party, name="清洁一")

    assert (groups("清洁")["人员"]["all"].total, groups("清洁")["人员"]["more"]) == (1, False)
    page = client_for(cast.town).get("/search/", {"q": "清洁"}).content.decode()
    assert ("共 1 条" in page, "查看全部" in page) == (True, False)


def test_what_the_list_cannot_find_counts_only_what_is_shown(cast, groups):
    """Member units stand on the pages of their alliances; they have no list of their own."""
    unit = MembershipFactory().organisation

    group = groups(unit.name)["联盟成员单位"]

    assert (group["all"].total, group["all"].url, group["more"]) == (1, "", False)


def test_only_what_the_user_may_see_is_counted(cast, groups):
    for number in range(7):
        PersonFactory(organisation=cast.party if number < 6 else cast.other_party, name=f"清洁{number}")

    assert (groups("清洁")["人员"]["all"].total, groups("清洁", "branch")["人员"]["all"].total) == (7, 6)


def test_very_many_are_said_roughly(cast, client_for, monkeypatch):
    monkeypatch.setattr(pagination, "CAP", 6)
    for number in range(8):
        PersonFactory(organisation=cast.party, name=f"清洁{number}")

    page = client_for(cast.town).get("/search/", {"q": "清洁"}).content.decode()

    assert "查看全部约 6 条" in page


@pytest.mark.parametrize(("words", "said"), [("党", True), ("清洁 家", True), ("清洁", False), ("", False)])
def test_a_single_character_is_explained(cast, client_for, words, said):
    page = client_for(cast.town).get("/search/", {"q": words}).content.decode()

    assert ("只写一个字时，只找以这个字开头的" in page) is said
