"""Pages of people and rosters: masked phones, a reveal for a minute, leaks that would show."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.directory import PersonFactory, RosterMemberFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.directory.models import Person

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
        ({}, "请选择查看用途。"),
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
