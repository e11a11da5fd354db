"""What was decided is ticked off once, with a day that is not ahead."""

from datetime import date

import pytest

from tests.factories.activities import DecisionFactory
from yiqiao_portal.activities.choices import RECORDED, State
from yiqiao_portal.activities.services import finish_decision
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError


@pytest.fixture
def decision(cast):
    return DecisionFactory(
        activity__organisation=cast.party, activity__state=State.CONFIRMED, activity__partners=[cast.other_party]
    )


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 23)])
def test_it_is_done(cast, decision, day):
    row = finish_decision(decision, by=cast.branch, done_on=day)

    entry = Entry.objects.latest("pk")
    assert (row.done_on, entry.action, entry.fields) == (day, "decision.finish", ["done_on"])


def test_not_tomorrow(cast, decision):
    with pytest.raises(DomainError, match="完成日期不能晚于今天，请核对。") as refusal:
        finish_decision(decision, by=cast.branch, done_on=date(2026, 11, 24))

    decision.refresh_from_db()
    assert (refusal.value.field, decision.done_on) == ("done_on", None)


def test_not_before_it_was_decided(cast, decision):
    day = decision.activity.held_on

    with pytest.raises(DomainError, match="完成日期不能早于活动日期 2026-11-20，请核对。") as refusal:
        finish_decision(decision, by=cast.branch, done_on=date(2026, 11, 19))

    assert (day, refusal.value.field) == (date(2026, 11, 20), "done_on")


def test_not_twice(cast, decision):
    finish_decision(decision, by=cast.branch, done_on=date(2026, 11, 21))

    with pytest.raises(Conflict, match="这件事已在 2026-11-21 办结，无需重复办理。"):
        finish_decision(decision, by=cast.town, done_on=date(2026, 11, 22))

    decision.refresh_from_db()
    assert decision.done_on == date(2026, 11, 21)


# --- the page ---


def test_the_page_ticks_it_off(cast, client_for, decision):
    answer = client_for(cast.branch).post(f"/activities/decisions/{decision.pk}/finish/", {"done_on": "11月22日"})

    decision.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, f"/activities/{decision.activity_id}/")
    assert decision.done_on == date(2026, 11, 22)


def test_a_second_time_the_page_says_409_and_keeps_what_was_typed(cast, client_for, decision):
    client, url = client_for(cast.branch), f"/activities/decisions/{decision.pk}/finish/"
    client.post(url, {"done_on": "2026-11-22"})

    answer = client.post(url, {"done_on": "2026-11-21"})

    assert (answer.status_code, answer.context["form"]["done_on"].value()) == (409, "2026-11-21")
    assert "这件事已在 2026-11-22 办结，无需重复办理。" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "2026-11-24", "2027-01-01", "2026-02-30", "abc", "9" * 50, "1899-01-01"])
def test_days_that_cannot_be(cast, client_for, decision, typed):
    answer = client_for(cast.branch).post(f"/activities/decisions/{decision.pk}/finish/", {"done_on": typed})

    decision.refresh_from_db()
    assert (answer.status_code, decision.done_on) == (400, None)
    assert answer.context["form"]["done_on"].value() == typed


@pytest.mark.parametrize(
    ("role", "status"),
    [("town", 302), ("leader", 403), ("other_branch", 403), ("sub_branch", 404), ("grid", 404), ("liaison", 404)],
)
def test_who_ticks_off(cast, client_for, decision, role, status):
    """A branch that took part sees the decision; ticking it off is for the branch that decided."""
    answer = client_for(getattr(cast, role)).post(
        f"/activities/decisions/{decision.pk}/finish/", {"done_on": "2026-11-22"}
    )

    assert answer.status_code == status


@pytest.mark.parametrize(("state", "status"), [(s, 302 if s in RECORDED else 409) for s in State])
def test_only_a_record_that_is_handed_in_has_decisions_to_be_done(cast, client_for, state, status):
    decision = DecisionFactory(activity__organisation=cast.party, activity__state=state)

    answer = client_for(cast.branch).post(f"/activities/decisions/{decision.pk}/finish/", {"done_on": "2026-11-22"})

    decision.refresh_from_db()
    assert (answer.status_code, decision.done_on is None) == (status, status == 409)


def test_the_button_stands_only_where_it_works(cast, client_for, decision):
    url = f"/activities/{decision.activity_id}/"

    shown = {
        role: f"/activities/decisions/{decision.pk}/finish/"
        in client_for(getattr(cast, role)).get(url).content.decode()
        for role in ("town", "leader", "branch", "other_branch")
    }

    assert shown == {"town": True, "leader": False, "branch": True, "other_branch": False}
