"""Pages of organisations: who gets in, what a list holds, what a form refuses, two editors."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.factories.directory import OrganisationFactory, PersonFactory, RosterMemberFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.idempotency import CreateKey
from yiqiao_portal.directory.models import Organisation

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f99"


def body(**changes) -> dict:
    """A complete form."""
    return {
        "name": "新坝村党支部",
        "kind": "village_party",
        "party_form": "branch",
        "formal_members": "４６人",
        "elected_on": "2024.3.10",
        "idempotency_key": KEY,
    } | changes


def text_of(response) -> str:
    return response.content.decode()


def names(response) -> list[str]:
    return [row.record.short_name for row in response.context["table"].page.object_list]


@pytest.fixture
def town(cast, client_for):
    return client_for(cast.town)


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


# --- tree, list, page ---


def test_the_tree_stands_in_official_order_and_holds_the_own_part_only(cast, branch):
    below, other = cast.sub_party, cast.other_party

    page = branch.get("/directory/")

    (top,) = page.context["nodes"]
    assert (top.row, [child.row for child in top.children]) == (cast.party, [below])
    assert page.context["total"] == 2
    assert other.name not in text_of(page)


def test_siblings_of_the_tree_follow_the_official_order(cast, town):
    assert [cast.office, cast.party, cast.other_party]

    (top,) = town.get("/directory/").context["nodes"]

    assert [child.row for child in top.children] == [cast.other_party, cast.party, cast.office]


def test_a_post_without_organisations_is_led_to_the_villages(cast, client_for):
    page = client_for(cast.grid).get("/directory/")

    assert (page.status_code, page.context["nodes"]) == (200, [])
    assert "您的岗位没有管辖的组织" in text_of(page)


@pytest.mark.parametrize(("name", "code"), [("sysadmin", 403), ("auditor", 403), ("stranger", 403), ("grid", 403)])
def test_the_list_is_for_posts_with_organisations(cast, client_for, name, code):
    assert client_for(getattr(cast, name)).get(reverse("directory:organisations")).status_code == code


def test_the_list_holds_the_own_part_and_counts_the_same(cast, branch):
    assert [cast.party, cast.sub_party, cast.other_party]

    page = branch.get(reverse("directory:organisations"))

    assert names(page) == ["渔浦社区党组织", "渔浦社区第一支部"]
    assert page.context["views"][0]["count"] == page.context["result"]["total"] == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=第一支部", ["渔浦社区第一支部"]),
        ("q=YQ-03", ["渔浦社区党组织"]),
        ("kind=office", ["党建办公室"]),
        ("party=yes", ["罗峰社区党组织", "渔浦社区党组织", "渔浦社区第一支部"]),
        ("party_form=general", ["渔浦社区党组织"]),
        ("term=ending", ["渔浦社区党组织"]),
        ("term=overdue", ["罗峰社区党组织"]),
    ],
)
def test_filters(cast, town, query, found):
    today = timezone.localdate()
    assert [cast.office, cast.sub_party]
    for row, years, days in ((cast.party, 5, 30), (cast.other_party, 5, -1)):
        elected = date(today.year - years, today.month, 1) + timedelta(days=days)
        Organisation.objects.filter(pk=row.pk).update(elected_on=elected, term_years=years)

    page = town.get(f"{reverse('directory:organisations')}?{query}")

    assert names(page) == found


def test_a_term_outside_the_choices_says_so(town):
    page = town.get(reverse("directory:organisations") + "?term=never")

    assert page.status_code == 200
    assert (
        "任期不在可选范围内" in text_of(page) or "不在可选范围" in text_of(page) or page.context["filter"].form.errors
    )


def test_the_file_holds_exactly_the_list(cast, branch):
    assert [cast.party, cast.sub_party, cast.other_party]

    response = branch.get(reverse("directory:organisations") + "?format=xlsx")

    book = load_workbook(BytesIO(b"".join(response)))
    cells = [str(cell.value) for row in book.active for cell in row if cell.value is not None]
    assert {"渔浦社区党组织", "渔浦社区第一支部"} <= set(cells)
    assert "罗峰社区党组织" not in cells
    assert Entry.objects.get(action="organisation.export").actor_id == cast.branch.pk


@pytest.mark.parametrize("name", ["other_party", "root"])
def test_out_of_reach_is_not_found(cast, branch, name):
    row = getattr(cast, name)

    assert branch.get(row.get_absolute_url()).status_code == 404


def test_the_page_shows_term_size_people_and_roster(cast, branch):
    elected = timezone.localdate() - timedelta(days=5 * 366)
    Organisation.objects.filter(pk=cast.sub_party.pk).update(
        elected_on=elected, term_years=5, formal_members=2, committee_size=3
    )
    person = PersonFactory(organisation=cast.sub_party, phone="13800001234")
    RosterMemberFactory(organisation=cast.sub_party, person=person)

    page = text_of(branch.get(cast.sub_party.get_absolute_url()))

    assert "届满逾期" in page
    assert "正式党员 2 人，不足 3 人，不单独成立党支部" in page
    assert "支部工作条例（试行）》第四条" in page
    assert person.name in page
    assert "138****1234" in page
    assert "13800001234" not in page


def test_only_the_office_gets_buttons(cast, town, branch):
    assert "移入回收站" in text_of(town.get(cast.party.get_absolute_url()))
    assert "移入回收站" not in text_of(branch.get(cast.party.get_absolute_url())).split("<main")[1].split("<footer")[0]


# --- writing ---


def test_a_lenient_form_makes_one(cast, town):
    response = town.post(reverse("directory:organisation_new"), body(parent=cast.root.pk))

    made = Organisation.objects.get(name="新坝村党支部")
    assert response.headers["Location"] == made.get_absolute_url()
    assert (made.formal_members, made.elected_on, made.term_years) == (46, date(2024, 3, 10), 5)


def test_the_same_form_twice_makes_one(cast, town):
    for _ in range(2):
        assert town.post(reverse("directory:organisation_new"), body(parent=cast.root.pk)).status_code == 302

    assert (Organisation.objects.filter(name="新坝村党支部").count(), CreateKey.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "请填写全称。"),
        ({"parent": ""}, "parent", "请选择上级组织。"),
        ({"parent": "987654"}, "parent", "上级组织不在可选范围内，请重新选择。"),
        ({"kind": "party"}, "kind", "类别不在可选范围内，请重新选择。"),
        ({"party_form": ""}, "party_form", "党组织请选择形式：党委、总支、支部、联合支部或临时支部。"),
        ({"formal_members": "许多"}, "formal_members", "看不懂数字“许多”，请写成 12 的样子。"),
        ({"formal_members": "-3"}, "formal_members", "不能小于 0，现在是 “-3”，请核对。"),
        ({"formal_members": "1000000"}, "formal_members", "最多 100,000，现在是 “1000000”，请核对。"),
        ({"elected_on": "2024-02-30"}, "elected_on", "2月30日不存在，请改为 2月1日至29日。"),
        ({"elected_on": "2099-01-01"}, "elected_on", "上次换届日期不能晚于今天，请核对。"),
        (
            {"founded_on": "2020-01-01", "dissolved_on": "2019-01-01"},
            "dissolved_on",
            "撤销日期不能早于成立日期，请核对。",
        ),
        ({"elected_on": "", "extended_until": "2026-01-01"}, "extended_until", "填写延期前，请先填写上次换届日期。"),
        ({"term_years": "50"}, "term_years", "任期应在 1 至 10 年之间：村、社区 5 年，其他一般 3 年。"),
        ({"name": "甲" * 81}, "name", "最多 80 个字，现在是 81 个字，请删减。"),
        ({"name": "坏\ufffd字"}, "name", "第 2 个字是乱码，请从原文件重新复制，粘贴后再提交。"),
        ({"code": "YQ-DW"}, "code", "这个组织编号已被使用，请换一个或留空。"),
    ],
)
def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(cast, town, changes, field, words):
    response = town.post(reverse("directory:organisation_new"), body(parent=cast.root.pk) | changes)

    assert response.status_code == 400
    assert words in response.context["form"].errors[field]
    assert "４６人" in text_of(response) or "formal_members" in changes
    assert not Organisation.objects.filter(name__startswith="新坝").exists()


def test_a_foreign_parent_is_refused_without_a_word_about_it(cast, client_for):
    """A branch may not open the form at all."""
    assert (
        client_for(cast.branch)
        .post(reverse("directory:organisation_new"), body(parent=cast.other_party.pk))
        .status_code
        == 403
    )


def test_the_form_shows_what_is_stored(cast, town):
    Organisation.objects.filter(pk=cast.party.pk).update(formal_members=46, order=3, term_years=5)

    form = town.get(reverse("directory:organisation_edit", args=[cast.party.pk])).context["form"]

    values = {name: form[name].value() for name in ("formal_members", "order", "term_years", "kind")}
    assert values == {"formal_members": 46, "order": 3, "term_years": 5, "kind": "village_party"}
    assert form.fields["parent"].initial == cast.root
    assert cast.party not in form.fields["parent"].queryset


def test_two_editors_compare(cast, town):
    url = reverse("directory:organisation_edit", args=[cast.party.pk])
    mine = body(name="渔浦社区党组织", party_form="general", parent=cast.root.pk, note="我的", version="1")
    Organisation.objects.filter(pk=cast.party.pk).update(note="别人的", version=2)

    response = town.post(url, mine)

    assert response.status_code == 409
    assert {"label": "备注", "field": "note", "theirs": "别人的", "mine": "我的"} in response.context["rows"]
    assert Organisation.objects.get(pk=cast.party.pk).note == "别人的"
    town.post(url, mine | {"version": "2"})
    assert Organisation.objects.get(pk=cast.party.pk).note == "我的"


def test_what_still_carries_others_is_not_removed(cast, town):
    PersonFactory(organisation=cast.party)

    response = town.post(reverse("directory:organisation_remove", args=[cast.party.pk]))

    assert response.status_code == 409
    assert "还有 1 条人员" in text_of(response)


def test_a_removal_can_be_undone_from_its_own_message(cast, town):
    row = OrganisationFactory()

    page = town.post(reverse("directory:organisation_remove", args=[row.pk]), follow=True)

    assert reverse("core:restore", args=["directory.organisation", row.pk]) in text_of(page)
    town.post(reverse("core:restore", args=["directory.organisation", row.pk]))
    assert Organisation.objects.visible_to(cast.town).filter(pk=row.pk).exists()


# --- areas and lines ---


def test_the_villages_stand_in_official_order_with_their_codes(cast, town):
    page = town.get(reverse("directory:areas"))

    assert [area.order for area in page.context["villages"]] == list(range(1, 27))
    assert page.context["villages"][0].code == "330109106005"
    assert "330109106000" in text_of(page)


def test_a_village_counts_the_organisations_that_its_link_lists(cast, client_for):
    assert [cast.party, cast.sub_party, cast.other_party]
    client = client_for(cast.branch)

    counts = {
        area.short_name: area.organisations for area in client.get(reverse("directory:areas")).context["villages"]
    }
    listed = client.get(f"{reverse('directory:organisations')}?area={cast.area.pk}").context["result"]["total"]

    assert (counts["渔浦社区"], counts["罗峰社区"], listed) == (2, 0, 2)


def test_the_nine_lines_in_their_order(town):
    lines = [line.name for line in town.get(reverse("directory:service_lines")).context["lines"]]

    assert (len(lines), lines[0], lines[-1]) == (9, "党建联心", "治安联防")
