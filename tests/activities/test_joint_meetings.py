"""Meetings of units: who came by unit, decisions with somebody and a day, minutes as a paper."""

import pytest

from tests.activities.conftest import NOON, TODAY
from tests.factories.activities import ActivityFactory, AttendanceFactory, DecisionFactory, kind
from yiqiao_portal.activities import selectors, services
from yiqiao_portal.activities.choices import Absence, State
from yiqiao_portal.activities.models import Attendance
from yiqiao_portal.activities.services import Draft
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import DomainError

LATER = "2026-11-23 13:00+08:00"


def meeting(alliance, **facts) -> Draft:
    values = {
        "kind": kind("joint_meeting"),
        "organisation": alliance,
        "title": "第一次联席会议",
        "held_on": TODAY,
        "venue": "镇党群服务中心",
        "host": "王丙",
        "content": "通报进度，商定下季度安排。",
    }
    return Draft(values=values, **{"absences": {}} | facts)


def test_units_are_expected_and_counted(cast, alliance, invited):
    absent = {cast.unit_org.pk: Absence.DUTY}

    row = services.create_activity(meeting(alliance, absences=absent), by=cast.town)

    assert (row.expected, row.present) == (2, 1)
    assert {(a.who, a.present, a.absence) for a in row.attendances.all()} == {
        (cast.partner, True, ""),
        (cast.unit_org, False, Absence.DUTY),
    }


def test_a_unit_that_was_not_expected_cannot_be_absent(cast, alliance, invited):
    with pytest.raises(DomainError, match="不在应到名单"):
        services.create_activity(meeting(alliance, absences={cast.party.pk: Absence.DUTY}), by=cast.town)


def test_the_form_shows_the_units(cast, client_for, alliance, invited):
    page = client_for(cast.town).get(f"/activities/new/joint_meeting/?organisation={alliance.pk}")

    assert [row.who for row in page.context["form"].roll] == [cast.unit_org, cast.partner]
    assert "勾选缺席单位" in page.content.decode()


def test_who_runs_no_alliance_is_not_offered_the_kind(cast, client_for, alliance):
    offered = [k.code for k in client_for(cast.branch).get("/activities/new/").context["kinds"]]

    assert "joint_meeting" not in offered
    assert "joint_meeting" in [k.code for k in client_for(cast.town).get("/activities/new/").context["kinds"]]


@pytest.mark.parametrize(
    ("decision", "passes"),
    [
        ({"text": "清理河岸"}, False),
        ({"text": "清理河岸", "owner": "王丙"}, False),
        ({"text": "清理河岸", "due_on": TODAY}, False),
        ({"text": "清理河岸", "owner": "王丙", "due_on": TODAY}, True),
        ({"text": "清理河岸", "no_action": True}, True),
    ],
)
def test_no_decision_is_left_hanging(cast, alliance, invited, decision, passes):
    row = services.create_activity(meeting(alliance, decisions=[decision]), by=cast.town)

    if passes:
        assert services.perform(row, "submit", by=cast.town).state == State.SUBMITTED
    else:
        with pytest.raises(DomainError, match="无需办理"):
            services.perform(row, "submit", by=cast.town)


def test_a_decision_may_name_a_unit_which_then_finishes_it(cast, client_for, alliance, invited):
    row = ActivityFactory(kind=kind("joint_meeting"), organisation=alliance, state=State.CONFIRMED)
    AttendanceFactory(activity=row, person=None, organisation=cast.partner)
    decision = DecisionFactory(activity=row, owner="", unit=cast.partner, due_on=TODAY)
    other = DecisionFactory(activity=row, owner="", unit=cast.unit_org, due_on=TODAY)
    liaison = client_for(cast.liaison)

    assert list(selectors.open_decisions(cast.liaison)) == [decision]
    assert liaison.post(f"/activities/decisions/{other.pk}/finish/", {"done_on": TODAY}).status_code == 403
    assert liaison.post(f"/activities/decisions/{decision.pk}/finish/", {"done_on": TODAY}).status_code == 302
    assert list(selectors.open_decisions(cast.liaison)) == []


@pytest.mark.parametrize(("state", "sees"), [(State.CONFIRMED, 200), (State.SUBMITTED, 200), (State.DRAFT, 404)])
def test_a_unit_that_was_expected_reads_the_record(cast, client_for, alliance, state, sees):
    row = ActivityFactory(kind=kind("joint_meeting"), organisation=alliance, state=state)
    AttendanceFactory(activity=row, person=None, organisation=cast.partner, present=False, absence=Absence.DUTY)

    assert client_for(cast.liaison).get(f"/activities/{row.pk}/").status_code == sees
    assert client_for(cast.unit).get(f"/activities/{row.pk}/").status_code == 404


def test_an_attendance_speaks_of_a_person_or_of_a_unit():
    names = {constraint.name for constraint in Attendance._meta.constraints}

    assert "activities_attendance_one_of_both" in names


def test_minutes_are_the_same_bytes_but_for_the_moment(cast, client_for, alliance, clock):
    row = ActivityFactory(kind=kind("joint_meeting"), organisation=alliance, state=State.CONFIRMED)
    AttendanceFactory(activity=row, person=None, organisation=cast.partner)
    DecisionFactory(activity=row, owner="", unit=cast.partner, due_on=TODAY)
    client, url = client_for(cast.town), f"/activities/{row.pk}/?format=pdf"

    clock.move_to(NOON, tick=False)
    first, second = client.get(url), client.get(url)
    clock.move_to(LATER, tick=False)
    later = client.get(url)

    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content
    assert first.content != later.content
    assert Entry.objects.filter(action="activity.minutes").count() == 3
