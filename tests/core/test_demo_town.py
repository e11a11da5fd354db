"""The demo town itself: true to every rule, with something to do for everybody."""

import re
from collections import Counter
from datetime import date, datetime
from itertools import pairwise

import pytest
import time_machine
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from tests.core.demo import ACCOUNTS, MONDAY, MORNING, PASSWORD, load
from yiqiao_portal.accounts.models import User
from yiqiao_portal.activities import selectors, services, workbench
from yiqiao_portal.activities.choices import RECORDED, State
from yiqiao_portal.activities.counting import set_counts
from yiqiao_portal.activities.models import (
    Activity,
    ActivityCount,
    ActivityKind,
    AgendaItem,
    Attendance,
    Decision,
    Explanation,
)
from yiqiao_portal.activities.rhythm import Cell, Verdict, rate
from yiqiao_portal.activities.workflow import NEEDED, is_late
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.phones import normalise_phone
from yiqiao_portal.core.serials import next_serial
from yiqiao_portal.core.timeline import timeline
from yiqiao_portal.directory.models import Area, Organisation, Person, RoleAssignment, RosterMember
from yiqiao_portal.directory.scope import scope_of
from yiqiao_portal.directory.terms import TermState
from yiqiao_portal.places.models import Place


@pytest.fixture(scope="module", params=["tiny", "town"])
def loaded(request, django_db_setup, django_db_blocker):
    """The demo of each scale, loaded once for this module and taken back at its end."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(MORNING, tick=False),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setenv("PORTAL_DEMO_PASSWORD", PASSWORD)
        load(scale=request.param)
        yield request.param
        transaction.set_rollback(True)


@pytest.fixture
def spare(loaded):
    """What a test writes is taken back after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def user(name: str) -> User:
    return User.objects.get(username=name)


def cells(kind: str, year: int = 2026, name: str = "town") -> dict[str, list]:
    """Short name of each branch → its spots."""
    kinds = [ActivityKind.objects.get(code=kind)]
    branches = list(selectors.branches_for(user(name), year))
    spots = selectors.spots(branches, kinds, year)
    return {branch.short_name: spots[branch.pk, kinds[0].pk] for branch in branches}


# --- accounts and directory -----------------------------------------------------------------------------------------


def test_ten_accounts_sign_in_at_once(loaded):
    demo = User.objects.filter(username__in=ACCOUNTS)

    assert sorted(demo.values_list("username", flat=True)) == sorted(ACCOUNTS)
    assert all(one.check_password(PASSWORD) and one.is_active for one in demo)
    assert not User.objects.filter(Q(is_demo=False) | Q(must_change_password=True)).exists()
    assert {one.username for one in User.objects.all() if one.has_usable_password()} == set(ACCOUNTS)


def test_each_account_has_its_role_and_branch_has_two_posts(loaded):
    roles = {name: scope_of(user(name)).role for name in ACCOUNTS}
    branch = user("branch")

    assert roles == {name: name for name in ACCOUNTS}
    assert scope_of(branch).organisation_id == Organisation.objects.get(short_name="渔浦社区党组织").pk
    assert [str(post.organisation) for post in branch.posts] == ["渔浦社区党组织", "示例两新党支部"]


def test_posts_and_people_agree(loaded):
    """Whoever signs in is a person of the organisation that the post names, or of the town."""
    for person in Person.objects.exclude(user=None).select_related("user", "organisation"):
        assert person.name == person.user.name
        assert person.user.assignments.exists()


def test_the_trees_are_whole_and_in_official_order(loaded):
    branches = Organisation.objects.filter(kind="village_party").official().select_related("area")

    assert Organisation.objects.find_problems() == Area.objects.find_problems() == ([], [], [], [], [])
    assert [branch.order for branch in branches] == [branch.area.order for branch in branches]
    assert [branch.name for branch in branches] == [f"{branch.area.short_name}党组织" for branch in branches]
    assert len(branches) == (3 if loaded == "tiny" else 26)


def test_member_counts_are_those_of_the_rosters(loaded):
    counted = Organisation.objects.party().annotate(
        formal=Count("roster", filter=Q(roster__probationary=False)),
        probation=Count("roster", filter=Q(roster__probationary=True)),
    )

    assert counted.filter(formal=F("formal_members"), probation=F("probationary_members")).count() == counted.count()
    assert Organisation.objects.get(short_name="渔浦社区党组织").members == 28
    assert not RosterMember.objects.filter(probationary=F("votes")).exists()


def test_people_are_plainly_invented(loaded):
    people = Person.objects.all()
    phones = [person.phone for person in people if person.phone]

    assert all(re.fullmatch(r"[\u4e00-\u9fff]某[甲乙丙丁戊己庚辛壬癸]?", person.name) for person in people)
    assert all(phone.startswith("154") and normalise_phone(phone) == phone for phone in phones)
    assert len(set(phones)) == len(phones)
    assert all(person.incomplete == (not person.phone) for person in people)
    assert not people.values("organisation", "name").annotate(twice=Count("pk")).filter(twice__gt=1).exists()


def test_terms_show_every_state(loaded):
    if loaded == "tiny":
        return
    states = Counter(branch.term for branch in Organisation.objects.filter(kind="village_party"))

    assert states == {TermState.NORMAL: 21, TermState.ENDING: 3, TermState.OVERDUE: 1, TermState.EXTENDED: 1}
    assert [o.short_name for o in Organisation.objects.in_term(TermState.OVERDUE)] == ["七里店村党组织"]


def test_forms_fit_the_numbers_of_members(loaded):
    forms = {branch.members: branch.party_form for branch in Organisation.objects.filter(kind="village_party")}

    assert all((form == "committee") == (members > 100) for members, form in forms.items())
    assert all((form == "branch") == (members <= 50) for members, form in forms.items())


# --- records keep every rule ----------------------------------------------------------------------------------------


def test_records_pass_their_own_constraints(loaded):
    numbers = Q(present__gt=F("expected")) | Q(voters_present__gt=F("voters_expected"))
    voters = Q(voters_expected__gt=F("expected")) | Q(voters_present__gt=F("present"))

    assert not Activity.objects.filter(numbers | voters).exists()
    assert not Activity.objects.exclude(theme_day=None).exclude(theme_day__organisation=F("organisation")).exists()
    assert not Activity.objects.exclude(theme_day=None).exclude(theme_day__held_on=F("held_on")).exists()
    assert not Activity.objects.exclude(theme_day=None).exclude(theme_day__kind__code="theme_day").exists()


def test_what_was_handed_in_is_complete_and_marked_late_by_the_rule(loaded):
    for activity in Activity.objects.exclude(submitted_at=None).select_related("kind"):
        assert all(getattr(activity, name) for name, _ in NEEDED)
        assert activity.late_entry == is_late(activity, timezone.localdate(activity.submitted_at))
        assert activity.submitted_by_id == activity.created_by_id is not None
    assert not Activity.objects.filter(submitted_at=None).exclude(state=State.DRAFT).exists()
    assert not Activity.objects.filter(submitted_at=None, late_entry=True).exists()


def test_times_follow_one_another_and_end_before_the_day(loaded):
    morning = timezone.make_aware(datetime(2026, 11, 23))

    assert not Activity.objects.filter(updated_at__gte=morning).exists()
    assert not Activity.objects.filter(submitted_at__lte=F("created_at")).exists()
    assert not Activity.objects.filter(updated_at__lt=F("submitted_at")).exists()
    assert not Activity.objects.filter(planned=False, held_on__gte=MONDAY).exists()
    assert not Decision.objects.filter(Q(done_on__gte=MONDAY) | Q(done_on__lt=F("activity__held_on"))).exists()


def test_counts_are_those_of_the_service(spare, loaded):
    before = list(ActivityCount.objects.order_by("activity", "kind").values_list("activity", "kind"))
    combined = Activity.objects.filter(Q(agenda__of_congress=True) | Q(also__isnull=False), held_on__year=2026)
    for activity in combined.distinct():
        set_counts(activity)

    assert list(ActivityCount.objects.order_by("activity", "kind").values_list("activity", "kind")) == before
    assert not Activity.objects.filter(counts=None).exists()
    assert not Activity.objects.exclude(counts__kind=F("kind")).exists()


def test_rolls_agree_with_the_numbers(loaded):
    rolls = Activity.objects.filter(attendances__person__isnull=False).annotate(
        all=Count("attendances"),
        there=Count("attendances", filter=Q(attendances__present=True)),
        voters=Count("attendances", filter=Q(attendances__votes=True)),
        voters_there=Count("attendances", filter=Q(attendances__votes=True, attendances__present=True)),
    )
    fitting = rolls.filter(
        all=F("expected"), there=F("present"), voters=F("voters_expected"), voters_there=F("voters_present")
    )

    assert rolls.count() == fitting.count() > 10
    assert not rolls.filter(Q(kind__whole_branch=False) | Q(held_on__lt=date(2025, 11, 23))).exists()
    assert not Attendance.objects.filter(Q(present=True) ^ Q(absence="")).exists()


def test_votes_can_be_judged_and_elections_reach_four_fifths(loaded):
    items = AgendaItem.objects.exclude(vote_rule="").select_related("activity")
    outcomes = {item: selectors.outcome_of(item, item.activity) for item in items}
    elections = [outcome for item, outcome in outcomes.items() if item.vote_rule == "election"]

    assert all(outcome and outcome.quorate for outcome in outcomes.values())
    assert all(outcome.passed for outcome in elections)
    assert all(item.of_congress for item in items)
    assert (len(elections) > 15) == (loaded == "town")


def test_a_record_of_the_demo_is_what_the_service_would_have_written(spare, loaded):
    for code in ("theme_day", "congress", "lecture", "committee"):
        known = Activity.objects.filter(kind__code=code, state=State.CONFIRMED, created_by__username="branch01").last()
        made = services.create_activity(typed_again(known), by=user("branch01"), submit=True)

        for name in ("expected", "present", "voters_expected", "voters_present", "held_on", "title", "content"):
            assert getattr(made, name) == getattr(known, name)
        assert counted(made) == counted(known)
        assert roll(made) == roll(known)


def typed_again(known: Activity) -> services.Draft:
    names = ("kind", "organisation", "title", "held_on", "starts_at", "ends_at", "venue", "place", "host", "recorder")
    numbers = ("expected", "present", "voters_expected", "voters_present", "content")
    absent = known.attendances.filter(present=False).values_list("person", "absence")
    votes = ("title", "outcome", "of_congress", "vote_rule", "votes_for", "votes_against", "votes_abstain")
    return services.Draft(
        {name: getattr(known, name) for name in (*names, *numbers)},
        also=list(known.also.all()),
        absences=dict(absent) if known.attendances.exists() else None,
        agenda=[{name: getattr(item, name) for name in votes} for item in known.agenda.all()],
    )


def counted(activity: Activity) -> set[str]:
    return set(activity.counts.values_list("kind__code", flat=True))


def roll(activity: Activity) -> list:
    return sorted(activity.attendances.values_list("person", "votes", "present", "absence"))


def test_numbers_go_on_where_the_demo_ends(spare, loaded):
    numbers = sorted(Activity.objects.filter(serial__startswith="YQ-HD-2026-").values_list("serial", flat=True))

    assert numbers == [f"YQ-HD-2026-{number:04d}" for number in range(1, len(numbers) + 1)]
    assert next_serial("YQ-HD-2026") == f"YQ-HD-2026-{len(numbers) + 1:04d}"
    stamps = (
        Activity.objects.filter(held_on__year=2026, kind__by_unit=False)
        .order_by("serial")
        .values_list("created_at", "pk")
    )
    assert all(first <= second for first, second in pairwise(stamps))


def test_an_explanation_stands_where_nothing_was_held(loaded):
    for code in ("theme_day", "committee", "group", "congress", "lecture"):
        for year in (2022, 2025):
            written = Explanation.objects.filter(kind__code=code, year=year).select_related("organisation")
            shown = cells(code, year) if written else {}
            for row in written:
                assert shown[row.organisation.short_name][row.number - 1].cell is Cell.EXPLAINED
    assert Explanation.objects.exists() == (loaded == "town")


# --- history and log ------------------------------------------------------------------------------------------------


def test_the_way_of_a_record_is_told_with_its_people_and_times(loaded):
    record = Activity.objects.filter(state=State.CONFIRMED, kind__code="theme_day").order_by("held_on").last()
    steps = [(step.when, step.who, step.changes) for step in timeline(record)]

    assert steps == [
        (record.updated_at, user("town").name, ["状态：待确认 → 已确认"]),
        (record.submitted_at, record.created_by.name, ["状态：草稿 → 待确认"]),
        (record.created_at, record.created_by.name, []),
    ]


def made_by_migrate(model) -> list[int]:
    return [Organisation.objects.get(depth=1).pk] if model is Organisation else []


def test_every_row_has_its_history(loaded):
    for model in (Organisation, Person, RosterMember, RoleAssignment, Place, Attendance, AgendaItem, Explanation):
        told = model.pgh_event_model.objects.filter(pgh_label="insert")
        assert told.count() == model._base_manager.count()
        assert not told.exclude(pgh_obj__in=made_by_migrate(model)).filter(pgh_created_at__gt=timezone.now()).exists()
    states = Activity.pgh_event_model.objects.values_list("pgh_obj_id").annotate(steps=Count("pk"))
    assert dict(states) == {row.pk: row.version for row in Activity.objects.all()}


def test_the_load_is_one_entry_of_the_log(loaded):
    assert [entry.action for entry in Entry.objects.all()] == ["demo.load"]


# --- the story of the day -------------------------------------------------------------------------------------------


def test_last_fridays_theme_day_waits_for_the_branch(loaded):
    november = cells("theme_day", name="branch")["渔浦社区党组织"][10]
    october = cells("theme_day", name="branch")["渔浦社区党组织"][9]

    assert (november.cell, november.records) == (Cell.WAITING, ())
    assert [(day.isoformat(), late) for day, late in october.records] == [("2026-10-23", False)]
    assert not Activity.objects.filter(organisation=november.organisation, held_on=date(2026, 11, 20)).exists()


def test_everybody_finds_something_to_do(loaded):
    waiting = {name: Counter(todo.kind for todo in workbench.todos(user(name))) for name in ("town", "branch")}

    assert {"退回补充", "我的草稿", "待记录"} <= set(waiting["branch"])
    assert waiting["town"]["待确认"] > (0 if loaded == "tiny" else 8)
    returned = Activity.objects.filter(state=State.RETURNED)
    assert returned.count() == returned.exclude(return_reason="").count() == 2
    assert Activity.objects.filter(planned=True, state=State.DRAFT, held_on__gte=MONDAY).exists()


def test_no_branch_stands_out(loaded):
    """Rates lie close together, so that nobody reads the demo as a ranking."""
    if loaded == "tiny":
        return
    kinds = list(ActivityKind.objects.exclude(period=""))
    branches = list(selectors.branches_for(user("town"), 2025))
    spots = selectors.spots(branches, kinds, 2025)
    rates = [rate([s.verdict for kind in kinds for s in spots[branch.pk, kind.pk]]).value for branch in branches]

    assert min(rates) >= 0.88
    assert sum(rates) / len(rates) >= 0.95


def test_every_cell_of_the_matrix_is_seen(loaded):
    if loaded == "tiny":
        return
    seen = Counter(spot.cell for spots in cells("theme_day").values() for spot in spots)

    assert set(seen) == set(Cell)
    assert seen[Cell.RECORDED] > 20 * seen[Cell.LATE] / 2
    assert Verdict.NOT_MET in {spot.verdict for spots in cells("committee", 2022).values() for spot in spots}


def test_2022_has_all_26_units_in_official_order(loaded):
    if loaded == "tiny":
        return
    names = [name for name in cells("congress", 2022) if not name.startswith("示例")]

    areas = Area.objects.filter(level="village").official().values_list("short_name", flat=True)
    assert names == [f"{area}党组织" for area in areas]


def test_public_facts_carry_their_source_and_all_else_is_demo(loaded):
    if loaded == "tiny":
        return
    facts = Activity.objects.filter(organisation__code="YQ-DW").order_by("held_on")

    assert [str(fact.held_on) for fact in facts] == [
        "2022-01-25", "2022-07-01", "2022-07-06", "2022-07-29", "2023-06-05", "2023-11-05",
    ]  # fmt: skip
    assert all("来源：" in fact.content and fact.kind.code == "other" for fact in facts)
    assert not Activity.objects.exclude(organisation__code="YQ-DW").filter(content__contains="来源：").exists()
    assert [str(unit) for unit in facts[2].partners.order_by("order")] == [f"示例单位{n}" for n in "一二三四五六七八九"]


def test_partners_see_what_they_took_part_in(loaded):
    unit = Organisation.objects.get(short_name="示例单位一")
    shared = Activity.objects.filter(partners=unit, state__in=RECORDED)
    invited = Activity.objects.filter(attendances__organisation=unit, state__in=RECORDED)
    liaison = Activity.objects.visible_to(user("liaison"))

    assert shared.exists()
    assert invited.exists()
    assert set(liaison) == {*shared, *invited}
