"""A decision past its day (A5): the responsible unit, who recorded it, and the office hear of it, each once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.alliances.news import News, everybody
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory, AttendanceFactory, DecisionFactory, kind
from tests.fixtures.together import at_once
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Decision
from yiqiao_portal.activities.reminders import remind_of_decisions
from yiqiao_portal.core import ticks
from yiqiao_portal.core.messages.outbox import deliver_due
from yiqiao_portal.core.models import Message

YESTERDAY = date(2026, 11, 22)


@pytest.fixture
def meeting(cast):
    """A joint meeting of an alliance, where `partner` (liaison) was expected."""
    everybody(cast)
    alliance = make.AllianceFactory()
    facts = {"kind": kind("joint_meeting"), "organisation": alliance.organisation, "state": State.CONFIRMED}
    activity = ActivityFactory(**facts)
    AttendanceFactory(activity=activity, person=None, organisation=cast.partner)
    return activity


@pytest.fixture
def decision(cast, meeting):
    return DecisionFactory(activity=meeting, unit=cast.partner, due_on=YESTERDAY)


def remind(news: News) -> dict:
    remind_of_decisions(timezone.localdate())
    return news()


@pytest.mark.django_db
class TestOverdue:
    def test_unit_and_office_hear_once(self, decision, clock):
        news = News()
        first = remind(news)
        clock.shift(timedelta(days=1))

        assert (first, remind(news)) == ({"decision:overdue": ["liaison", "town"]}, {})

    def test_a_branch_s_own_meeting(self, cast):
        """The unit that is to do it, the branch that decided, the office."""
        everybody(cast)
        facts = {"activity__organisation": cast.party, "activity__state": State.CONFIRMED}
        DecisionFactory(**facts, activity__partners=[cast.partner], unit=cast.partner, due_on=YESTERDAY)

        assert remind(News()) == {"decision:overdue": ["branch", "liaison", "town"]}

    def test_a_unit_that_may_not_read_the_record_is_not_told(self, cast, meeting):
        DecisionFactory(activity=meeting, unit=cast.unit_org, due_on=YESTERDAY)

        assert remind(News()) == {"decision:overdue": ["town"]}

    def test_a_new_day_is_a_new_stage(self, decision, clock):
        news = News()
        remind(news)
        Decision.objects.update(due_on=date(2026, 11, 25))
        between = remind(news)
        clock.shift(timedelta(days=3))

        assert (between, remind(news)) == ({}, {"decision:overdue": ["liaison", "town"]})

    @pytest.mark.parametrize(
        "facts",
        [{"due_on": date(2026, 11, 23)}, {"due_on": None}, {"done_on": YESTERDAY}, {"no_action": True, "due_on": None}],
    )
    def test_what_is_not_overdue(self, decision, facts):
        Decision.objects.update(**facts)

        assert remind(News()) == {}

    def test_what_is_not_confirmed_yet(self, decision):
        decision.activity.state = State.SUBMITTED
        decision.activity.save()

        assert remind(News()) == {}


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_tell_it_once(cast, decision):
    at_once(*[ticks.run_due] * 2)
    at_once(*[deliver_due] * 2)

    told = Message.objects.filter(kind="activities.decisions").values_list("user__username", flat=True)
    assert sorted(told) == ["liaison", "town"]


@pytest.mark.django_db(transaction=True)
def test_even_without_the_scheduler_s_lock(cast, decision):
    at_once(*[lambda: remind_of_decisions(timezone.localdate())] * 2)
    at_once(*[deliver_due] * 2)

    assert Message.objects.filter(kind="activities.decisions").count() == 2
