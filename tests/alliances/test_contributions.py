"""贡献台账: each number is the length of the list behind it, counted by hand here."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from django.utils import timezone

from alliances.choices import ClaimState, MatchState, NeedState, ProjectState, Unit
from alliances.models import Need, Resource
from alliances.selectors.contributions import MEASURES, ledger
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory, AttendanceFactory
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.activities.choices import Absence, State
from yiqiao_portal.directory.choices import OrganisationKind

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
NOW = timezone.now()
LAST_YEAR = timezone.make_aware(datetime(YEAR - 1, 6, 1, 12))
TODAY = timezone.localdate()


@pytest.fixture
def alliance(cast):
    """Two units, one of them `partner`; `party` raises needs."""
    row = make.AllianceFactory(founded_on=date(YEAR - 2, 1, 1))
    make.MembershipFactory(alliance=row, organisation=cast.partner, villages=[cast.party])
    unit = OrganisationFactory(name="示例单位二", kind=OrganisationKind.CONTACT_UNIT, order=125, party_form="")
    make.MembershipFactory(alliance=row, organisation=unit)
    return row


@pytest.fixture
def year(cast, alliance):
    """What `partner` did this year, and beside it what must not be counted."""
    partner, party = cast.partner, cast.party
    hours = make.ResourceFactory(alliance=alliance, organisation=partner, unit=Unit.HOURS, capacity=20)
    times = make.ResourceFactory(alliance=alliance, organisation=partner)
    old = make.ResourceFactory(alliance=alliance, organisation=partner)
    Resource.objects.filter(pk=old.pk).update(created_at=LAST_YEAR)
    met = make.NeedFactory(alliance=alliance, organisation=party, state=NeedState.ACCEPTED, accepted_on=TODAY)
    taken = make.NeedFactory(alliance=alliance, organisation=party, state=NeedState.CLAIMED)
    make.NeedFactory(alliance=alliance, organisation=party, state=NeedState.RAISED)
    before = make.NeedFactory(
        alliance=alliance, organisation=party, state=NeedState.RATED, accepted_on=LAST_YEAR.date()
    )
    Need.objects.filter(pk=before.pk).update(created_at=LAST_YEAR)
    for need in (met, taken):
        make.ClaimFactory(need=need, organisation=partner, state=ClaimState.ACCEPTED, decided_at=NOW)
    make.ClaimFactory(need=before, organisation=partner, state=ClaimState.ACCEPTED, decided_at=LAST_YEAR)
    for resource, amount in ((hours, 3), (times, 2)):
        make.MatchFactory(need=met, resource=resource, amount=amount, state=MatchState.ACCEPTED, decided_at=NOW)
    make.MatchFactory(need=taken, resource=times, amount=1, state=MatchState.RELEASED, decided_at=NOW)
    _projects(alliance, partner, met)
    _meetings(alliance, partner)


def _projects(alliance, partner, need):
    facts = {"alliance": alliance, "starts_on": date(YEAR, 1, 1), "due_on": date(YEAR, 12, 31)}
    led = make.ProjectFactory(
        organisation=partner, need=need, state=ProjectState.DONE, accepted_on=TODAY, beneficiaries=120, **facts
    )
    make.ProjectFactory(**facts).helpers.add(partner)
    make.ProjectFactory(organisation=partner, alliance=alliance, starts_on=LAST_YEAR.date(), due_on=date(YEAR, 1, 1))
    stopped = make.ProjectFactory(organisation=partner, state=ProjectState.STOPPED, former_need=need, **facts)
    stopped.helpers.add(partner)
    make.ProgressFactory(project=stopped, day=date(YEAR, 1, 1))
    make.ProgressFactory.create_batch(3, project=led, day=date(YEAR, 1, 1))
    make.ProgressFactory(project=led, day=LAST_YEAR.date())


def _meetings(alliance, partner):
    facts = {"organisation": alliance.organisation, "held_on": date(YEAR, 1, 1)}
    came, missed = {"person": None, "organisation": partner}, {"present": False, "absence": Absence.DUTY}
    AttendanceFactory(activity=ActivityFactory(state=State.CONFIRMED, **facts), **came)
    AttendanceFactory(activity=ActivityFactory(state=State.CONFIRMED, **facts), **came, **missed)
    AttendanceFactory(activity=ActivityFactory(state=State.DRAFT, **facts), **came)


def numbers(found) -> dict[str, dict[str, int]]:
    """Unit → the measures that are not 0."""
    return {line.organisation.name: {code: n for code, n in line.numbers.items() if n} for line in found.lines}


def test_what_a_unit_brought_and_a_village_received(cast, alliance, year):
    found = ledger(alliance, YEAR, cast.town)

    mine = numbers(found)
    assert mine["示例单位一"] == {
        "resources": 2, "promises": 2, "claims": 2, "led": 1, "helped": 1, "notes": 3, "meetings": 1,
    }  # fmt: skip
    assert mine["渔浦社区党组织"] == {"raised": 2, "met": 1, "beneficiaries": 120}
    assert mine["示例单位二"] == {}
    assert next(line.promised for line in found.lines) == "2次、3小时"


def test_members_stand_first_each_group_in_the_official_order(cast, alliance, year):
    lines = ledger(alliance, YEAR, cast.town).lines

    members = [line.organisation.name for line in lines if line.member]
    assert members == ["示例单位一", "示例单位二"]
    assert [line.member for line in lines] == sorted((line.member for line in lines), reverse=True)


def test_a_unit_that_left_stands_in_its_years(cast, alliance, year):
    alliance.memberships.update(left_on=date(YEAR, 1, 1))

    assert not [line for line in ledger(alliance, YEAR, cast.town).lines if line.member]
    assert len([line for line in ledger(alliance, YEAR - 1, cast.town).lines if line.member]) == 2


def test_a_member_sees_its_own_row_alone(cast, alliance, year):
    assert list(numbers(ledger(alliance, YEAR, cast.liaison))) == ["示例单位一"]
    assert list(numbers(ledger(alliance, YEAR, cast.branch))) == ["渔浦社区党组织"]


def test_who_sees_not_all_units_is_told_so(cast, client_for, alliance, year):
    url = f"/alliances/contributions/{alliance.pk}/?year={YEAR}"
    town, branch = (client_for(user).get(url).content.decode() for user in (cast.town, cast.branch))

    assert f"{YEAR} 年，各单位带来了什么" in town
    assert '<th role="rowheader" scope="row">合计</th>' in town
    assert f"{YEAR} 年，您能看到的单位带来了什么" in branch
    assert '<th role="rowheader" scope="row">您能看到的单位合计</th>' in branch


def test_the_meaning_says_that_stopped_projects_do_not_count():
    said = {row.code for row in MEASURES if "已中止" in row.meaning}

    assert said == {"led", "helped", "notes"}


def test_each_number_leads_to_as_many_rows(cast, client_for, alliance, year):
    client = client_for(cast.town)
    for line in ledger(alliance, YEAR, cast.town).lines:
        for measure in MEASURES:
            url = f"/alliances/contributions/{alliance.pk}/{line.organisation.pk}/{measure.code}/?year={YEAR}"
            context = client.get(url).context
            rows = context["rows"]
            listed = sum(row["amount"] for row in rows) if measure.total else len(rows)
            assert (listed, context["number"]) == (line.numbers[measure.code],) * 2, (line.organisation, measure.code)


def test_the_page_links_each_number_and_sums_the_columns(cast, client_for, alliance, year):
    page = client_for(cast.town).get(f"/alliances/contributions/{alliance.pk}/").content.decode()

    assert f'/alliances/contributions/{alliance.pk}/{cast.partner.pk}/claims/?year={YEAR}">2' in page
    assert page.count("<tfoot") == 1


def test_the_workbook_has_the_same_numbers(cast, client_for, alliance, year):
    response = client_for(cast.town).get(f"/alliances/contributions/{alliance.pk}/?format=xlsx&year={YEAR}")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows()}

    assert rows["示例单位一"][:6] == ["示例单位一", "成员", 2, 2, "2次、3小时", 2]
    assert rows["渔浦社区党组织"][-3:] == [2, 1, 120]


def test_a_year_without_the_alliance_does_not_exist(cast, client_for, alliance):
    client = client_for(cast.town)

    codes = [
        client.get(f"/alliances/contributions/{alliance.pk}/?year={year}").status_code for year in (1999, YEAR + 1)
    ]
    assert codes == [404, 404]
    assert client.get(f"/alliances/contributions/{alliance.pk}/{cast.partner.pk}/unknown/").status_code == 404


def test_the_numbers_of_others_are_out_of_reach(cast, client_for, alliance, year):
    url = f"/alliances/contributions/{alliance.pk}/{cast.party.pk}/raised/"

    assert client_for(cast.liaison).get(url).status_code == 404
    assert client_for(cast.branch).get(url).status_code == 200


def test_the_ledger_asks_as_often_for_many_units_as_for_one(cast, alliance, year, django_assert_max_num_queries):
    make.MembershipFactory.create_batch(8, alliance=alliance)
    ledger(alliance, YEAR, cast.town)  # the reach of a user is worked out once

    with django_assert_max_num_queries(16):
        ledger(alliance, YEAR, cast.town)


def test_the_menu_leads_to_the_ledger(cast, client_for, alliance):
    response = client_for(cast.town).get("/alliances/contributions/")

    assert response.headers["Location"] == f"/alliances/contributions/{alliance.pk}/"


def test_last_year_is_last_year(cast, alliance, year):
    found = numbers(ledger(alliance, YEAR - 1, cast.town))

    assert found["示例单位一"] == {"resources": 1, "claims": 1, "led": 1, "notes": 1}
    assert found["渔浦社区党组织"] == {"raised": 1, "met": 1}
