"""What is reminded of in the morning: each stage once, to whom it concerns, however many schedulers there are."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from alliances import reminders
from alliances.choices import AllianceState, ClaimState, ProjectState
from alliances.models import Need, Project
from alliances.services.patrols import Walk, create_patrol
from tests.alliances.lists_town import town_of
from tests.alliances.news import News, everybody
from tests.factories import alliances as make
from tests.fixtures.together import at_once
from yiqiao_portal.core import ticks
from yiqiao_portal.core.messages.outbox import deliver_due
from yiqiao_portal.core.models import Message, Outbox, TickRun

MORNING = "2026-11-23 08:00+08:00"  # a Monday
JOBS = [tick.run for tick in reminders.TICKS]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(cast):
    """`partner` (liaison) and `unit_org` (unit) are members; others look on."""
    everybody(cast)
    found = town_of(cast)
    make.MembershipFactory(alliance=found.alliance, organisation=cast.unit_org)
    return found


def mornings(clock, *, until: str) -> None:
    """Every morning until a day, all reminders twice."""
    while timezone.localdate() <= date.fromisoformat(until):
        for job in JOBS * 2:
            job(timezone.localdate())
        deliver_due()
        clock.shift(timedelta(days=1))


def remind(news: News) -> dict:
    """What the reminders of today tell."""
    for job in JOBS:
        job(timezone.localdate())
    return news()


def stages() -> dict[str, list[str]]:
    """User → model and stage of all that arrived, in its order."""
    found = {}
    for row in Message.objects.order_by("pk").select_related("user"):
        model, _pk, name = row.stage_key.split(":")[:3]
        found.setdefault(row.user.username, []).append(f"{model}:{name}")
    return found


def ago(days: int):
    return timezone.now() - timedelta(days=days)


# --- unclaimed needs ---


@pytest.mark.django_db
class TestUnclaimed:
    def test_the_unit_in_the_chair_is_asked_once(self, town, cast, clock):
        make.ChairTurnFactory(
            alliance=town.alliance, organisation=cast.partner, starts_on=make.day(-20), ends_on=make.day(200)
        )
        town.need(published_at=ago(13))

        mornings(clock, until="2026-12-20")

        assert stages() == {"liaison": ["chairturn:begun", "need:unclaimed"]}

    def test_without_a_turn_the_office_is_asked(self, town):
        town.need(published_at=ago(15))

        assert remind(News()) == {"need:unclaimed": ["town"]}

    def test_not_before_its_days_are_over(self, town, clock):
        town.need(published_at=ago(14) + timedelta(minutes=1))

        assert remind(News()) == {}
        clock.shift(timedelta(minutes=2))
        assert remind(News()) == {"need:unclaimed": ["town"]}

    @pytest.mark.parametrize("state", [ClaimState.OFFERED, ClaimState.DECLINED])
    def test_a_claim_that_waits_is_enough(self, town, cast, state):
        town.claim(need=town.need(published_at=ago(15)), state=state)

        assert remind(News()) == ({} if state == ClaimState.OFFERED else {"need:unclaimed": ["town"]})

    def test_published_anew_counts_anew(self, town, clock):
        need, news = town.need(published_at=ago(15)), News()
        first = remind(news)
        Need.objects.filter(pk=need.pk).update(published_at=timezone.now())
        clock.shift(timedelta(days=13))
        between = remind(news)
        clock.shift(timedelta(days=2))

        assert (first, between, remind(news)) == ({"need:unclaimed": ["town"]}, {}, {"need:unclaimed": ["town"]})

    def test_an_alliance_that_has_ended_is_quiet(self, town):
        town.need(published_at=ago(15))
        town.alliance.state = AllianceState.ENDED
        town.alliance.save()

        assert remind(News()) == {}


# --- projects, milestones ---


@pytest.mark.django_db
class TestDays:
    def test_a_project_before_its_day_and_after_it(self, town, cast, clock):
        make.ProjectFactory(alliance=town.alliance, organisation=cast.partner, due_on=make.day(9))

        seen = []
        while timezone.localdate() < date(2026, 12, 10):
            reminders.remind_of_projects(timezone.localdate())
            seen += [(timezone.localdate().day, row.title[:5]) for row in Outbox.objects.order_by("pk")[len(seen) :]]
            clock.shift(timedelta(days=1))
        deliver_due()

        assert seen == [(25, "项目将到期"), (3, "项目已超期")]
        assert stages() == {"liaison": ["project:soon", "project:overdue"]}

    def test_a_postponed_project_counts_anew(self, town, cast):
        project, news = (
            make.ProjectFactory(alliance=town.alliance, organisation=cast.partner, due_on=make.day(3)),
            News(),
        )
        first = remind(news)
        Project.objects.filter(pk=project.pk).update(due_on=make.day(6))

        assert (first, remind(news)) == ({"project:soon": ["liaison"]}, {"project:soon": ["liaison"]})

    @pytest.mark.parametrize("state", [ProjectState.INSPECTING, ProjectState.DONE, ProjectState.STOPPED])
    def test_what_is_handed_in_or_over_is_quiet(self, town, cast, state):
        make.ProjectFactory(alliance=town.alliance, organisation=cast.partner, due_on=make.day(-3), state=state)

        assert remind(News()) == {}

    def test_a_lead_without_an_account(self, town):
        make.ProjectFactory(alliance=town.alliance, organisation=town.member(), due_on=make.day(-3))

        assert remind(News()) == {"project:overdue": ["town"]}

    def test_a_milestone_near_and_past(self, town, cast, clock):
        make.MilestoneFactory(organisation=cast.party, due_on=make.day(31))
        make.MilestoneFactory(organisation=cast.party, due_on=make.day(-1), done_on=make.day(-1))

        mornings(clock, until="2027-01-10")

        assert stages() == {"branch": ["milestone:near", "milestone:overdue"]}


# --- turns ---


@pytest.mark.django_db
class TestTurns:
    def test_before_it_begins_and_when_it_has(self, town, cast, clock):
        facts = {"alliance": town.alliance, "organisation": cast.partner}
        make.ChairTurnFactory(**facts, starts_on=make.day(20), ends_on=make.day(200))

        mornings(clock, until="2026-12-20")

        assert stages() == {"liaison": ["chairturn:near", "chairturn:begun"]}

    def test_whoever_takes_it_over_is_told_too(self, town, cast):
        turn, news = make.ChairTurnFactory(alliance=town.alliance, organisation=cast.partner), News()
        first = remind(news)
        turn.organisation = cast.unit_org
        turn.save()

        assert (first["chairturn:begun"], remind(news)) == (["liaison"], {"chairturn:begun": ["unit"]})

    def test_a_calendar_that_ends(self, town, cast, clock):
        facts = {"alliance": town.alliance, "organisation": cast.partner}
        make.ChairTurnFactory(**facts, starts_on=make.day(-10), ends_on=make.day(32))

        mornings(clock, until="2026-12-20")

        assert stages() == {"liaison": ["chairturn:begun"], "town": ["alliance:calendar"]}


# --- patrols ---


@pytest.mark.django_db
class TestPatrols:
    @pytest.fixture
    def section(self, town, cast):
        """The village's 河长 patrols every week (data/patrols.json); it ends on Sunday the 29th."""
        section = make.SectionFactory(river__alliance=town.alliance)
        make.RiverChiefFactory(section=section, organisation=cast.party)
        return section

    def test_shortly_before_each_period_ends(self, section, clock):
        seen = {}
        while timezone.localdate() <= date(2026, 12, 6):
            reminders.remind_of_patrols(timezone.localdate())
            seen[f"{timezone.localdate():%m-%d}"] = Outbox.objects.count()
            clock.shift(timedelta(days=1))
        deliver_due()

        assert (seen["11-26"], seen["11-27"], seen["12-03"], seen["12-04"], seen["12-06"]) == (0, 1, 1, 2, 2)
        assert stages() == {"branch": ["organisation:patrols"] * 2}

    def test_several_sections_are_one_message(self, section, town, cast, clock):
        make.RiverChiefFactory(section__river=section.river, organisation=cast.party)
        clock.move_to("2026-11-29 08:00+08:00")

        reminders.remind_of_patrols(timezone.localdate())

        row = Outbox.objects.get()
        assert (row.title, row.recipients) == (f"本期巡河将截止：{section}等 2 处", [cast.branch.pk])

    def test_who_has_patrolled_is_left_alone(self, section, cast, clock):
        clock.move_to("2026-11-29 08:00+08:00")
        facts = {"section": section, "level": "village", "organisation": cast.party, "by_whom": "王丙"}
        create_patrol(Walk(facts | {"day": make.day(-1)}), by=cast.branch)

        assert remind(News()) == {}


# --- several at once ---


def full(cast, town) -> None:
    """Something due for every job."""
    facts = {"alliance": town.alliance, "organisation": cast.partner}
    town.need(published_at=ago(15))
    make.ProjectFactory(**facts, due_on=make.day(-1))
    make.MilestoneFactory(organisation=cast.party, due_on=make.day(3))
    make.ChairTurnFactory(**facts, ends_on=make.day(20))
    make.RiverChiefFactory(section__river__alliance=town.alliance, organisation=cast.party)


EXPECTED = {
    "branch": ["milestone:near", "organisation:patrols"],
    "liaison": ["chairturn:begun", "need:unclaimed", "project:overdue"],
    "town": ["alliance:calendar"],
}


@pytest.mark.django_db(transaction=True)
class TestSeveralSchedulers:
    @pytest.fixture
    def due(self, town, cast, clock):
        clock.move_to("2026-11-29 08:00+08:00")
        full(cast, town)

    def test_two_schedulers_tell_each_stage_once(self, due):
        at_once(*[ticks.run_due] * 2)
        deliver_due()

        assert {user: sorted(found) for user, found in stages().items()} == EXPECTED
        assert TickRun.objects.filter(code__startswith="alliances.", done_at=None).count() == 0

    def test_even_without_the_scheduler_s_lock(self, due):
        """Two that remind at the same moment, by hand: the messages themselves are told once."""
        for job in JOBS:
            at_once(*[lambda job=job: job(timezone.localdate())] * 2)
        at_once(*[deliver_due] * 2)
        deliver_due()

        assert {user: sorted(found) for user, found in stages().items()} == EXPECTED
