"""Pages of people and rosters: masked phones, a reveal for a minute, leaks that would show."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.directory import PersonFactory, RosterMemberFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.directory.models import Person, RosterMember

PHONE = "13812345678"
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f98"
FULL_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def person(cast):
    return PersonFactory(organisation=cast.party, name="单建国", phone=PHONE)


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


@pytest.fixture
def people(branch):
    return lambda query="": branch.get(f"{reverse('directory:people')}?{query}")


def found(response) -> list[str]:
    return [row.record.name for row in response.context["table"].page.object_list]


# --- no full number anywhere without a reveal ---


@pytest.mark.parametrize(
    "url",
    [
        "/directory/people/",
        "/directory/people/?print=1",
        "/directory/people/?q=5678",
        "/directory/people/{pk}/",
        "/directory/people/{pk}/edit/",
        "/directory/people/{pk}/remove/",
        "/directory/people/{pk}/phone/",
        "/directory/organisations/{organisation}/",
        "/search/?q=5678",
        "/search/?q=单建",
    ],
)
def test_no_page_shows_the_whole_number(cast, client_for, person, url):
    page = client_for(cast.town).get(url.format(pk=person.pk, organisation=cast.party.pk))

    assert page.status_code == 200
    assert "单建国" in text_of(page)
    assert FULL_PHONE.findall(text_of(page)) == []


def test_nor_does_the_file(cast, branch, person):
    response = branch.get(reverse("directory:people") + "?format=xlsx")

    cells = [str(cell.value) for row in load_workbook(BytesIO(b"".join(response))).active for cell in row]
    assert "138****5678" in cells
    assert [cell for cell in cells if FULL_PHONE.search(cell)] == []


def test_the_list_is_never_sorted_by_phone(people, person):
    page = people("sort=phone")

    assert page.status_code == 200
    assert not page.context["table"].order_by


def test_the_reveal_asks_why_and_shows_it_for_a_minute(branch, person):
    page = branch.post(reverse("directory:person_phone", args=[person.pk]), {"purpose": "工作联系", "note": "走访前"})

    assert f'data-reveal="60" data-masked="138****5678">{PHONE}<' in text_of(page)
    assert page.headers["Refresh"] == f"60; url={person.get_absolute_url()}"
    assert page.headers["Cache-Control"] == "no-store"
    assert Entry.objects.get(action="person.reveal_phone").reason == "工作联系：走访前"


def test_the_number_is_in_no_session(branch, person):
    branch.post(reverse("directory:person_phone", args=[person.pk]), {"purpose": "工作联系"})

    assert PHONE not in str(dict(branch.session))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "请填写查看用途。"),
        ({"purpose": "其他"}, "请写明用途，例如"),
        ({"purpose": "好奇"}, "查看用途不在可选范围内"),
    ],
)
def test_no_reason_no_number(branch, person, data, words):
    page = branch.post(reverse("directory:person_phone", args=[person.pk]), data)

    assert page.status_code == 400
    assert words in text_of(page)
    assert FULL_PHONE.findall(text_of(page)) == []
    assert not Entry.objects.filter(action="person.reveal_phone").exists()


def test_opening_the_page_reveals_nothing(branch, person):
    branch.get(reverse("directory:person_phone", args=[person.pk]))

    assert not Entry.objects.filter(action="person.reveal_phone").exists()


@pytest.mark.parametrize(
    ("name", "code"), [("other_branch", 404), ("sysadmin", 404), ("unit", 404), ("leader", 200), ("town", 200)]
)
def test_who_may_reveal(cast, client_for, person, name, code):
    url = reverse("directory:person_phone", args=[person.pk])

    assert client_for(getattr(cast, name)).post(url, {"purpose": "工作联系"}).status_code == code


def test_who_sees_the_person_may_still_not_see_the_number(cast, client_for):
    own = PersonFactory(organisation=cast.unit_org, phone=PHONE)
    client = client_for(cast.unit)

    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.post(reverse("directory:person_phone", args=[own.pk]), {"purpose": "工作联系"}).status_code == 403


# --- list and leaks ---


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["单建国"]),
        ("q=sjg", ["单建国"]),
        ("q=5678", ["单建国"]),
        (f"q={PHONE}", ["单建国"]),
        ("q=1381234", []),
        ("incomplete=yes", []),
        ("q=旁人", []),
        ("q=9999", []),
    ],
)
def test_the_list_finds_the_own_and_no_others(cast, people, person, query, names):
    PersonFactory(organisation=cast.other_party, name="旁人", phone="13800009999")

    assert found(people(query)) == names


def test_the_filter_offers_no_foreign_organisation_and_takes_none(cast, people, person):
    PersonFactory(organisation=cast.other_party, name="旁人")

    page = people(f"organisation={cast.other_party.pk}")

    assert cast.other_party.name not in text_of(page)
    assert "旁人" not in text_of(page)


def test_search_finds_the_own_and_no_others(cast, branch, person):
    PersonFactory(organisation=cast.other_party, name="单建国", phone=PHONE)

    groups = branch.get(f"/search/?q={PHONE}").context["groups"]

    assert [(group["title"], [row.url for row in group["rows"]]) for group in groups] == [
        ("人员", [person.get_absolute_url()])
    ]


def test_the_removed_are_gone_from_list_and_page(cast, people, person, branch):
    recycle.remove(person, by=cast.branch, action="person.remove")

    assert found(people()) == []
    assert branch.get(person.get_absolute_url()).status_code == 404


# --- writing ---


def new(organisation, **changes) -> dict:
    return {"name": "钱明", "organisation": organisation.pk, "phone": "", "idempotency_key": KEY} | changes


def test_a_branch_adds_its_own(cast, branch):
    response = branch.post(reverse("directory:person_new"), new(cast.party, phone="１３８ １２３４－５６７８"))

    made = Person.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    assert (made.phone, made.created_by) == (PHONE, cast.branch)


def test_the_same_form_twice_makes_one(cast, branch):
    for _ in range(2):
        branch.post(reverse("directory:person_new"), new(cast.party))

    assert Person.objects.count() == 1


def test_a_foreign_organisation_is_refused(cast, branch):
    response = branch.post(reverse("directory:person_new"), new(cast.other_party))

    assert response.status_code == 400
    assert response.context["form"].errors["organisation"] == ["所在组织不在可选范围内，请重新选择。"]
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("138123456", "手机号应为 11 位数字，现在是 9 位，请核对。"),
        ("12812345678", "手机号应以 13 至 19 开头，请核对前三位。"),
        ("1.38E+10", "号码被表格改成了“1.38E+10”，请把这一列设为文本后重新录入。"),
        ("电话", "手机号只能写数字，请删去其他文字和符号。"),
    ],
)
def test_a_bad_phone_is_said_in_words(cast, branch, phone, words):
    response = branch.post(reverse("directory:person_new"), new(cast.party, phone=phone))

    assert (response.status_code, response.context["form"].errors["phone"]) == (400, [words])


def test_a_namesake_is_asked_about(cast, branch, person):
    again = new(cast.party, name="单建国")

    asked = branch.post(reverse("directory:person_new"), again)

    assert asked.status_code == 400
    assert "已有“单建国”（手机尾号 5678）" in text_of(asked)
    assert branch.post(reverse("directory:person_new"), again | {"another": "on"}).status_code == 302
    assert Person.objects.filter(name="单建国").count() == 2


def test_a_namesake_elsewhere_is_not_betrayed(cast, branch):
    PersonFactory(organisation=cast.other_party, name="钱明")

    assert branch.post(reverse("directory:person_new"), new(cast.party)).status_code == 302


def change(person, **changes) -> dict:
    return {"name": person.name, "organisation": person.organisation_id, "version": person.version} | changes


def test_a_blank_phone_keeps_the_stored_one(branch, person, refetch):
    branch.post(reverse("directory:person_edit", args=[person.pk]), change(person, duty="委员", phone=""))

    assert (refetch(person).phone, refetch(person).duty) == (PHONE, "委员")


def test_a_phone_is_forgotten_on_request(branch, person, refetch):
    branch.post(reverse("directory:person_edit", args=[person.pk]), change(person, forget_phone="on"))

    now = refetch(person)
    assert (now.phone, now.phone_index, now.phone_tail, now.incomplete) == ("", "", "", True)


def test_the_second_editor_compares_and_loses_nothing(branch, person, refetch):
    Person.objects.filter(pk=person.pk).update(duty="书记", version=2)

    response = branch.post(reverse("directory:person_edit", args=[person.pk]), change(person, duty="委员"))

    assert response.status_code == 409
    assert [(row["label"], row["theirs"], row["mine"]) for row in response.context["rows"]] == [
        ("职务", "书记", "委员")
    ]
    assert refetch(person).duty == "书记"


def test_who_is_on_a_roster_is_not_removed(cast, branch, person):
    RosterMemberFactory(organisation=cast.party, person=person)

    response = branch.post(reverse("directory:person_remove", args=[person.pk]))

    assert response.status_code == 409
    assert "请先移出名册" in text_of(response)


# --- rosters ---


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


# --- posts ---


def test_a_switch_of_post_changes_what_is_seen(cast, client_for):
    mine, theirs = PersonFactory(organisation=cast.party), PersonFactory(organisation=cast.other_party)
    client = client_for(cast.several)
    second = cast.several.assignments.get(organisation=cast.other_party)
    assert found(client.get(reverse("directory:people"))) == [mine.name]

    response = client.post(reverse("directory:switch_post"), {"post": second.pk}, follow=True)

    assert f"已切换到：{second.label}。" in text_of(response)
    assert found(client.get(reverse("directory:people"))) == [theirs.name]


@pytest.mark.parametrize("post", ["", "0", "x", "987654"])
def test_nobody_takes_a_post_of_another(cast, client_for, post):
    assert cast.town
    client = client_for(cast.branch)

    assert client.post(reverse("directory:switch_post"), {"post": post}).status_code == 404
    assert client.get(reverse("directory:switch_post")).status_code == 405
