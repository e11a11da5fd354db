"""The pages of an alliance as people use them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alliances.models import Alliance, AllianceName, ChairTurn, Membership
from alliances.sheets.alliances import SHEET, build, checks
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory, DecisionFactory
from tests.factories.directory import PersonFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.reports.annual import Report

pytestmark = pytest.mark.django_db
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f71"
TODAY = timezone.localdate()
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def town(cast, client_for):
    return client_for(cast.town)


def post(client, url: str, **body):
    return client.post(url, body)


def new(client, **more):
    body = {"name": "新联盟", "founded_on": "2024-01-01", "chair_period": "month", "idempotency_key": KEY} | more
    return post(client, "/alliances/new/", **body)


def text(response) -> str:
    return response.content.decode()


def test_a_clerk_makes_an_alliance_and_sees_what_comes_next(town):
    response = new(town, charter_file=SimpleUploadedFile("章程.pdf", PDF))

    alliance = Alliance.objects.get()
    assert response.headers["Location"] == f"/alliances/{alliance.pk}/"
    page = text(town.get(response.headers["Location"]))
    assert f'href="/alliances/{alliance.pk}/members/new/"' in page
    charter = town.get(f"/alliances/charter/{alliance.charter_token}/")
    assert (b"".join(charter.streaming_content), charter.headers["Cache-Control"]) == (PDF, "private, no-store")


def test_the_form_sent_twice_makes_one(town):
    assert {new(town).headers["Location"] for _ in range(2)} == {f"/alliances/{Alliance.objects.get().pk}/"}


def test_what_was_typed_stays_when_something_is_wrong(town):
    response = new(town, name="", theme="浦阳江流域治水")

    assert (response.status_code, Alliance.objects.count()) == (400, 0)
    assert "请填写名称。" in text(response)
    assert "浦阳江流域治水" in text(response)


def test_a_refusal_of_the_service_stands_at_its_field(town, cast):
    response = new(town, name=cast.partner.name)

    assert response.status_code == 400
    assert "已有组织叫“示例单位一”" in text(response)


def test_renaming_keeps_the_history(town):
    alliance = make.AllianceFactory(founded_on=date(2022, 7, 6))
    make.AllianceNameFactory(alliance=alliance, name=alliance.name)

    body = {"name": "五水共治党建联建", "since": "2023-06-05", "source": "萧山网"}
    post(town, f"/alliances/{alliance.pk}/name/", **body)

    page = text(town.get(f"/alliances/{alliance.pk}/"))
    assert AllianceName.objects.count() == 2
    assert "2023-06-05 起 · 萧山网" in page
    assert "2022-07-06 起" in page


def test_a_unit_joins_and_leaves_through_the_pages(town, cast):
    alliance = make.AllianceFactory(founded_on=date(2022, 7, 6))
    body = {"organisation": cast.partner.pk, "role": "rotating", "turn_order": 1, "joined_on": "2022-07-06"}
    post(town, f"/alliances/{alliance.pk}/members/new/", idempotency_key=KEY, villages=[cast.party.pk], **body)
    member = Membership.objects.get()

    post(town, f"/alliances/members/{member.pk}/leave/", on="2024-03-01", version=member.version)

    pages = {year: text(town.get(f"/alliances/{alliance.pk}/members/?year={year}")) for year in (2024, 2025)}
    assert ("示例单位一" in pages[2024], "2024-03-01" in pages[2024]) == (True, True)
    assert "这一年没有成员单位" in pages[2025]
    assert town.get(f"/alliances/members/{member.pk}/leave/").status_code == 409


def test_a_contact_of_another_unit_is_refused_and_nothing_typed_is_lost(town, cast):
    member = make.MembershipFactory(organisation=cast.partner)
    stranger = PersonFactory(organisation=cast.office)

    body = {"role": "lead", "turn_order": 7, "joined_on": member.joined_on, "contact": stranger.pk, "version": 1}
    response = post(town, f"/alliances/members/{member.pk}/edit/", **body)

    assert response.status_code == 400
    assert 'value="7"' in text(response)
    assert "联络员不在可选范围内，请重新选择。" in text(response)


def test_planning_and_swapping_through_the_pages(town):
    alliance = make.AllianceFactory(founded_on=date(TODAY.year - 1, 1, 1))
    for number in (1, 2):
        make.MembershipFactory(alliance=alliance, turn_order=number)
    plan = {"start": f"{TODAY.year + 1}-01-01", "until": f"{TODAY.year + 1}-12-31"}
    post(town, f"/alliances/{alliance.pk}/turns/plan/", **plan)
    first, second = ChairTurn.objects.order_by("starts_on")[:2]

    response = post(town, f"/alliances/turns/{first.pk}/swap/", other=second.pk, note="商定", version=first.version)

    first.refresh_from_db()
    assert response.headers["Location"] == f"/alliances/{alliance.pk}/turns/"
    assert (first.organisation, first.planned) == (second.planned, first.planned)
    assert "商定" in text(town.get(response.headers["Location"]))


def test_the_page_counts_what_the_lists_show(town, cast):
    alliance = make.AllianceFactory()
    make.NeedFactory.create_batch(2, alliance=alliance)
    make.NeedFactory()
    make.ResourceFactory(alliance=alliance)
    make.ProjectFactory(alliance=alliance)

    for listing in town.get(f"/alliances/{alliance.pk}/").context["lists"]:
        for number in (listing.all, *listing.numbers):
            result = town.get(number.url).context["result"]
            assert result["total"] == number.value, number


def test_an_alliance_that_has_ended_is_kept_and_closed(town):
    member = make.MembershipFactory()
    Alliance.objects.filter(pk=member.alliance_id).update(state="ended", ended_on=TODAY)
    pk = member.alliance_id

    codes = {
        url: town.get(url).status_code
        for url in (
            f"/alliances/{pk}/", f"/alliances/{pk}/members/new/", f"/alliances/{pk}/turns/plan/",
            f"/alliances/members/{member.pk}/edit/", f"/alliances/members/{member.pk}/leave/",
        )
    }  # fmt: skip

    assert list(codes.values()) == [200, 409, 409, 409, 409]


def test_the_search_finds_an_old_name_and_a_member(town):
    alliance = make.AllianceFactory(name="五水共治党建联盟")
    make.AllianceNameFactory(alliance=alliance, name="河长制党建联建")
    make.MembershipFactory(alliance=alliance, organisation__name="示例水务公司")

    assert "五水共治党建联盟" in text(town.get("/search/?q=河长制"))
    assert "示例水务公司" in text(town.get("/search/?q=水务公司"))


# --- public ---


@pytest.fixture
def anybody(client):
    return client


def test_the_public_page_is_open_only_behind_its_switch(anybody):
    alliance = make.AllianceFactory(slug="shui", public=False)
    assert anybody.get("/p/alliances/shui/").status_code == 404
    assert alliance.name not in text(anybody.get("/p/alliances/"))

    Alliance.objects.update(public=True)
    assert anybody.get("/p/alliances/shui/").status_code == 200
    assert "/p/alliances/shui/" in text(anybody.get("/p/alliances/"))


def test_the_public_page_shows_units_and_results_and_nobody(anybody, cast):
    alliance = make.AllianceFactory(slug="shui", public=True, note="内部备注")
    contact = PersonFactory(organisation=cast.partner, name="周联络")
    make.MembershipFactory(alliance=alliance, organisation=cast.partner, contact=contact, villages=[cast.party])
    done = {"state": "done", "accepted_on": TODAY, "beneficiaries": 120, "result": "王丙等三人参加"}
    make.ProjectFactory(alliance=alliance, title="岸线修复", organisation=cast.partner, **done)
    make.ProjectFactory(alliance=alliance, title="还没办完")

    page = text(anybody.get("/p/alliances/shui/"))

    assert [word in page for word in ("示例单位一", "岸线修复", "120")] == [True] * 3
    assert [word in page for word in ("周联络", "王丙", "内部备注", "还没办完")] == [False] * 4


def test_a_removed_alliance_is_not_public(anybody):
    make.AllianceFactory(slug="shui", public=True, deleted_at=timezone.now())

    assert anybody.get("/p/alliances/shui/").status_code == 404


# --- the annual workbook ---


def test_sheet_11_counts_the_year_and_its_numbers_open_as_many_rows(town, cast):
    alliance = make.AllianceFactory(founded_on=date(TODAY.year - 1, 1, 1), name="示例联盟")
    make.MembershipFactory(alliance=alliance)
    make.MembershipFactory(alliance=alliance, left_on=date(TODAY.year, 1, 1))
    make.ResourceFactory(alliance=alliance)
    for state in ("raised", "published", "claimed", "rated"):
        make.NeedFactory(alliance=alliance, state=state, accepted_on=TODAY if state == "rated" else None)
    held = {"organisation": alliance.organisation, "held_on": TODAY, "state": State.CONFIRMED}
    DecisionFactory(activity=ActivityFactory(**held), done_on=TODAY)
    ActivityFactory(**held)

    row = build(Report(TODAY.year, cast.root)).rows[0]

    values = [cell.value for cell in row]
    assert values == ["示例联盟", 1, "", 2, 1, 1, 1, 3, 2, 2 / 3, 1, 1 / 3]
    for place in (3, 6, 7, 8, 10):
        assert town.get(row[place].url).context["result"]["total"] == row[place].value, row[place].url
    assert len(town.get(row[1].url).context["members"]) == 1


def test_a_branch_has_no_alliance_in_its_workbook(cast):
    make.AllianceFactory()

    assert build(Report(TODAY.year, cast.party)).rows == []
    assert SHEET.number == 11
    assert checks is SHEET.checks


def test_the_workbook_keeps_the_words_of_its_time(cast):
    alliance = make.AllianceFactory(founded_on=date(2022, 7, 6), name="新名")
    make.AllianceNameFactory(alliance=alliance, name="旧名", since=date(2022, 7, 6))
    make.AllianceNameFactory(alliance=alliance, name="新名", since=date(2024, 1, 1))

    named = {year: [row[0].value for row in build(Report(year, cast.root)).rows] for year in (2021, 2023, 2024)}

    assert named == {2021: [], 2023: ["旧名"], 2024: ["新名"]}
