"""Alliances are made with their own organisation, keep every name, and hold a charter."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alliances.choices import AllianceState
from alliances.models import Alliance
from alliances.selectors import alliances as selectors
from alliances.services.alliances import create_alliance, name_alliance, remove_alliance, update_alliance
from tests.factories import alliances as make
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import Organisation

pytestmark = pytest.mark.django_db
FOUNDED = date(2022, 7, 6)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def values(**more) -> dict:
    return {
        "name": "五水共治党建联盟",
        "theme": "治水",
        "founded_on": FOUNDED,
        "chair_period": "quarter",
        "public": False,
        "note": "",
        "source": "镇报专版",
        "service_lines": [make.line()],
    } | more


@pytest.fixture
def alliance(cast) -> Alliance:
    return create_alliance(values(), by=cast.town)


def test_a_new_alliance_owns_an_organisation_below_the_town(cast, alliance):
    organisation = alliance.organisation

    assert (organisation.name, organisation.kind) == ("五水共治党建联盟", OrganisationKind.ALLIANCE)
    assert organisation.code == "YQ-LM1"
    assert list(Organisation.objects.above(organisation)) == [cast.root]
    assert alliance.slug == "yq-lm1"
    assert [line.code for line in alliance.service_lines.all()] == ["environment"]
    assert [(row.name, row.since, row.source) for row in alliance.names.all()] == [
        ("五水共治党建联盟", FOUNDED, "镇报专版")
    ]


def test_the_next_one_gets_the_next_number(cast, alliance):
    other = create_alliance(values(name="江河汇微网格联盟"), by=cast.town)

    assert other.organisation.code == "YQ-LM2"


def test_a_name_that_another_organisation_bears_is_refused_at_its_field(cast, alliance):
    with pytest.raises(DomainError) as refusal:
        create_alliance(values(), by=cast.town)

    assert (refusal.value.field, Alliance.objects.count()) == ("name", 1)


def test_who_does_not_reach_the_town_makes_none(cast):
    with pytest.raises(DomainError):
        create_alliance(values(), by=cast.branch)

    assert not Alliance.objects.exists()


def test_a_new_name_keeps_the_old_one_and_goes_to_the_organisation(cast, alliance):
    since = date(2023, 6, 1)

    renamed = name_alliance(alliance, by=cast.town, name="五水共治（河长制）党建联建", since=since, source="萧山网")

    assert renamed.name == "五水共治（河长制）党建联建"
    assert Organisation.objects.get(pk=alliance.organisation_id).name == "五水共治（河长制）党建联建"
    assert selectors.name_on(renamed, date(2023, 5, 31)) == "五水共治党建联盟"
    assert selectors.name_on(renamed, since) == "五水共治（河长制）党建联建"
    assert selectors.name_on(renamed, date(2021, 1, 1)) == renamed.name


def test_a_name_of_the_past_does_not_change_the_one_it_bears(cast, alliance):
    name_alliance(alliance, by=cast.town, name="新名", since=date(2024, 1, 1))

    named = name_alliance(alliance, by=cast.town, name="联建", since=date(2023, 1, 1))

    assert named.name == "新名"
    assert [row.name for row in named.names.order_by("since")] == ["五水共治党建联盟", "联建", "新名"]


def test_a_name_of_the_same_day_is_corrected(cast, alliance):
    corrected = name_alliance(alliance, by=cast.town, name="五水共治联盟", since=FOUNDED, source="会议纪要")

    assert [(row.name, row.source) for row in corrected.names.all()] == [("五水共治联盟", "会议纪要")]
    assert corrected.name == "五水共治联盟"


def test_a_name_from_before_the_founding_is_refused(cast, alliance):
    with pytest.raises(DomainError, match="2022-07-06"):
        name_alliance(alliance, by=cast.town, name="旧名", since=date(2022, 7, 5))


def test_ending_needs_a_day_and_ends_the_organisation(cast, alliance):
    with pytest.raises(DomainError) as refusal:
        update_alliance(alliance, {"state": AllianceState.ENDED}, by=cast.town, version=1)
    ended = {"state": AllianceState.ENDED, "ended_on": date(2025, 12, 31)}

    row = update_alliance(alliance, ended, by=cast.town, version=1)

    assert refusal.value.field == "ended_on"
    assert (row.state, row.version) == (AllianceState.ENDED, 2)
    assert Organisation.objects.get(pk=row.organisation_id).dissolved_on == date(2025, 12, 31)


def test_it_cannot_end_before_it_was_founded_nor_be_founded_after_its_first_member(cast, alliance):
    make.MembershipFactory(alliance=alliance)
    for change, field in (
        ({"state": AllianceState.ENDED, "ended_on": date(2022, 7, 5)}, "ended_on"),
        ({"founded_on": date(2022, 7, 7)}, "founded_on"),
        ({"ended_on": date(2025, 1, 1)}, "ended_on"),
    ):
        with pytest.raises(DomainError) as refusal:
            update_alliance(alliance, change, by=cast.town, version=1)
        assert refusal.value.field == field


def test_two_editors_never_overwrite(cast, alliance):
    update_alliance(alliance, {"theme": "甲"}, by=cast.town, version=1)

    with pytest.raises(StaleVersion):
        update_alliance(alliance, {"theme": "乙"}, by=cast.town, version=1)


def test_a_charter_is_kept_replaced_and_taken_away(cast, alliance, django_capture_on_commit_callbacks):
    paper = SimpleUploadedFile("联盟章程.pdf", PDF)
    row = update_alliance(alliance, {}, by=cast.town, version=1, charter=paper)
    first = row.charter.name
    assert (row.charter_name, row.charter.read()) == ("联盟章程.pdf", PDF)
    assert "联盟章程" not in first

    with django_capture_on_commit_callbacks(execute=True):
        row = update_alliance(row, {}, by=cast.town, version=2, charter=SimpleUploadedFile("新章程.pdf", PDF))
    assert (row.charter_name, row.charter.storage.exists(first)) == ("新章程.pdf", False)

    with django_capture_on_commit_callbacks(execute=True):
        row = update_alliance(row, {"remove_charter": True}, by=cast.town, version=3)
    assert (row.charter.name, row.charter_name) == ("", "")


def test_what_is_no_paper_is_refused_at_its_field(cast, alliance):
    with pytest.raises(DomainError) as refusal:
        update_alliance(alliance, {}, by=cast.town, version=1, charter=SimpleUploadedFile("a.exe", b"MZ\x90\x00" * 9))

    assert refusal.value.field == "charter_file"


def test_one_that_has_members_is_not_removed(cast, alliance):
    make.MembershipFactory(alliance=alliance)

    with pytest.raises(Conflict, match="1 条成员单位"):
        remove_alliance(alliance, by=cast.town)


def test_an_empty_one_goes_to_the_bin(cast, alliance):
    assert remove_alliance(alliance, by=cast.town).deleted_at


def test_where_somebody_may_raise_a_need(cast):
    joined, ended, elsewhere = make.AllianceFactory(), make.AllianceFactory(), make.AllianceFactory()
    make.MembershipFactory(alliance=joined, organisation=cast.partner, villages=[cast.party])
    make.MembershipFactory(alliance=ended, organisation=cast.partner)
    Alliance.objects.filter(pk=ended.pk).update(state=AllianceState.ENDED, ended_on=timezone.localdate())
    gone = timezone.localdate() - timedelta(days=1)
    make.MembershipFactory(alliance=elsewhere, organisation=cast.partner, left_on=gone)

    assert set(selectors.alliances_for_raising(cast.town)) == {joined, elsewhere}
    assert set(selectors.alliances_for_raising(cast.liaison)) == {joined}
    assert set(selectors.alliances_for_raising(cast.branch)) == {joined}
    assert set(selectors.alliances_for_raising(cast.unit)) == set()
