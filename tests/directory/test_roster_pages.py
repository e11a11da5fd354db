"""Pages of rosters: a branch keeps its own, in a few taps."""

import re

import pytest
from django.urls import reverse

from tests.factories.directory import PersonFactory, RosterMemberFactory
from yiqiao_portal.directory.models import RosterMember

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f98"


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def person(cast):
    return PersonFactory(organisation=cast.party, name="单建国")


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


def test_the_roster_shows_name_standing_and_vote_and_nothing_else(cast, branch, person):
    RosterMemberFactory(organisation=cast.party, person=person, probationary=True)

    page = text_of(branch.get(reverse("directory:roster", args=[cast.party.pk])))

    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)[1:]
    assert [re.sub(r"<[^>]+>|\s", "", row) for row in rows] == ["单建国预备党员无修改：单建国移出：单建国"]


def test_people_and_names_are_added_at_once(cast, branch, person):
    url = reverse("directory:roster_add", args=[cast.party.pk])
    data = {
        "people": [person.pk],
        "names": "钱明\n\n 孙丽华 ",
        "standing": "formal",
        "votes": "on",
        "idempotency_key": KEY,
    }

    page = branch.post(url, data, follow=True)

    assert {str(member): member.votes for member in RosterMember.objects.all()} == {
        "单建国": True,
        "钱明": True,
        "孙丽华": True,
    }
    assert "已加入名册，共 3 位" in text_of(page)


def test_a_probationary_member_gets_no_vote_even_with_the_box_ticked(cast, branch):
    url = reverse("directory:roster_add", args=[cast.party.pk])

    branch.post(url, {"names": "钱明", "standing": "probationary", "votes": "on", "idempotency_key": KEY})

    assert [(member.probationary, member.votes) for member in RosterMember.objects.all()] == [(True, False)]


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"names": ""}, "names", "请写上姓名，一行一位。"),
        ({"names": "甲" * 41}, "names", "有一行太长，请一行只写一位的姓名。最多 40 个字，现在是 41 个字，请删减。"),
        ({"names": "\n".join(f"张{n}" for n in range(101))}, "names", "一次最多写 100 位，现在是 101 位，请分几次。"),
        ({"names": "钱明", "standing": "x"}, "standing", "类别不在可选范围内，请重新选择。"),
    ],
)
def test_a_roster_form_says_what_is_missing(cast, branch, data, field, words):
    url = reverse("directory:roster_add", args=[cast.party.pk])

    response = branch.post(url, {"standing": "formal", "idempotency_key": KEY} | data)

    assert (response.status_code, response.context["form"].errors[field]) == (400, [words])
    assert RosterMember.objects.count() == 0


def test_a_foreign_person_is_refused(cast, branch, person):
    foreign = PersonFactory(organisation=cast.other_party)
    url = reverse("directory:roster_add", args=[cast.party.pk])

    response = branch.post(url, {"people": [foreign.pk], "standing": "formal", "idempotency_key": KEY})

    assert response.status_code == 400
    assert RosterMember.objects.count() == 0


@pytest.mark.parametrize("name", ["roster", "roster_add"])
def test_only_party_organisations_have_a_roster(cast, client_for, name):
    assert client_for(cast.town).get(reverse(f"directory:{name}", args=[cast.partner.pk])).status_code == 404


def test_a_leader_reads_and_does_not_write(cast, client_for, person):
    member = RosterMemberFactory(organisation=cast.party, person=person)
    client = client_for(cast.leader)

    assert client.get(reverse("directory:roster", args=[cast.party.pk])).status_code == 200
    assert client.get(reverse("directory:roster_edit", args=[member.pk])).status_code == 403
    assert client.post(reverse("directory:roster_remove", args=[member.pk])).status_code == 403
    assert RosterMember.objects.alive().count() == 1


def test_taking_off_can_be_undone(cast, branch, person):
    member = RosterMemberFactory(organisation=cast.party, person=person)

    page = branch.post(reverse("directory:roster_remove", args=[member.pk]), follow=True)

    undo = reverse("core:restore", args=["directory.rostermember", member.pk])
    assert undo in text_of(page)
    assert branch.post(undo).headers["Location"] == member.get_absolute_url()
    assert RosterMember.objects.alive().count() == 1
