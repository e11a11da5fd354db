"""Patrols: a minute on a phone; problems stay until they are solved."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.choices import ProblemState
from alliances.models import Patrol, PatrolItem, PatrolProblem
from alliances.selectors import rivers as selectors
from alliances.services import patrols as services
from alliances.services.patrols import Walk
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion

pytestmark = pytest.mark.django_db
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f51"
NEW = "/alliances/patrols/new/"


def today():
    return timezone.localdate()


def values(cast, **more) -> dict:
    facts = {"section": make.SectionFactory(), "level": "village", "organisation": cast.party, "by_whom": "王丙"}
    return facts | {"day": today()} | more


def body(cast, section, **more) -> dict:
    """What the page sends for a patrol without a problem."""
    return {
        "section": section.pk,
        "level": "village",
        "day": str(today()),
        "by_whom": "王丙",
        "organisation": cast.party.pk,
        "problems-TOTAL_FORMS": "1",
        "problems-INITIAL_FORMS": "0",
        "problems-0-text": "",
        "idempotency_key": KEY,
    } | more


# --- writing ---


def test_nothing_found_is_a_patrol_too(cast):
    patrol = services.create_patrol(Walk(values(cast), items=list(PatrolItem.objects.all()[:2])), by=cast.branch)

    assert (patrol.items.count(), patrol.problems.count()) == (2, 0)


def test_what_is_found_waits(cast):
    item = PatrolItem.objects.get(code="outlet")
    rows = [{"text": "排口有异味", "item": item}, {"text": "岸边有垃圾", "item": None}]

    patrol = services.create_patrol(Walk(values(cast), problems=rows), by=cast.branch)

    assert [(one.text, one.item, one.state) for one in patrol.problems.all()] == [
        ("排口有异味", item, "open"),
        ("岸边有垃圾", None, "open"),
    ]
    assert selectors.open_problems(cast.branch).count() == 2
    assert selectors.open_problems(cast.other_branch).count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": timezone.localdate() + timedelta(days=1)}, "day"),
        ({"day": timezone.localdate().replace(year=2012)}, "day"),
        ({"starts_at": time(10), "ends_at": time(9)}, "ends_at"),
        ({"starts_at": time(10), "ends_at": time(10)}, "ends_at"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast, wrong, field):
    with pytest.raises(DomainError) as refusal:
        services.create_patrol(Walk(values(cast, **wrong)), by=cast.branch)

    assert (refusal.value.field, Patrol.objects.count()) == (field, 0)


def test_nobody_records_for_another_village(cast):
    with pytest.raises(DomainError) as refusal:
        services.create_patrol(Walk(values(cast, organisation=cast.other_party)), by=cast.branch)

    assert refusal.value.field == "organisation"


def test_a_patrol_is_not_saved_over_another_hand(cast):
    patrol = services.create_patrol(Walk(values(cast)), by=cast.branch)
    services.update_patrol(patrol, Walk(values(cast, by_whom="李四")), by=cast.town, version=1)

    with pytest.raises(StaleVersion):
        services.update_patrol(patrol, Walk(values(cast)), by=cast.branch, version=1)


def test_open_problems_may_be_corrected_and_none_is_lost(cast):
    patrol = services.create_patrol(Walk(values(cast), problems=[{"text": "有垃极"}]), by=cast.branch)
    (problem,) = patrol.problems.all()
    same = {name: getattr(patrol, name) for name in ("section", "level", "day", "by_whom", "organisation")}

    fixed = [{"id": problem.pk, "text": "有垃圾"}, {"text": "又一处"}]
    services.update_patrol(patrol, Walk(same, problems=fixed), by=cast.branch, version=1)
    assert [one.text for one in patrol.problems.order_by("pk")] == ["有垃圾", "又一处"]

    with pytest.raises(DomainError, match="要留到解决为止"):
        services.update_patrol(patrol, Walk(same, problems=[]), by=cast.branch, version=2)
    assert patrol.problems.count() == 2


def test_a_problem_of_another_patrol_stays_as_it_is(cast, refetch):
    theirs = make.PatrolProblemFactory(patrol__organisation=cast.other_party)
    patrol = services.create_patrol(Walk(values(cast)), by=cast.branch)

    with pytest.raises(Conflict):
        services.update_patrol(
            patrol, Walk(values(cast), problems=[{"id": theirs.pk, "text": "改写"}]), by=cast.branch, version=1
        )

    assert refetch(theirs).text == theirs.text


def test_solved_ones_are_left_alone_by_an_edit(cast, refetch):
    patrol = services.create_patrol(Walk(values(cast), problems=[{"text": "有垃圾"}]), by=cast.branch)
    solved = services.solve_problem(patrol.problems.get(), by=cast.branch, solved_on=today(), answer="已清理")

    services.update_patrol(refetch(patrol), Walk(values(cast)), by=cast.branch, version=1)

    assert refetch(solved).state == ProblemState.SOLVED


@pytest.mark.parametrize(("offset", "sentence"), [(1, "不能晚于今天"), (-2, "不能早于巡查日期")])
def test_a_problem_is_solved_between_its_day_and_today(cast, offset, sentence):
    problem = make.PatrolProblemFactory(patrol__day=today() - timedelta(days=1))

    with pytest.raises(DomainError, match=sentence):
        services.solve_problem(problem, by=cast.town, solved_on=today() + timedelta(days=offset), answer="已清理")


@pytest.mark.parametrize("state", ProblemState.values)
def test_only_what_is_not_solved_can_be_solved(cast, state, refetch):
    problem = make.PatrolProblemFactory(state=state, solved_on=today() if state == "solved" else None)

    if state == ProblemState.SOLVED:
        with pytest.raises(Conflict):
            services.solve_problem(problem, by=cast.town, solved_on=today(), answer="再来")
        assert refetch(problem).answer == ""
    else:
        services.solve_problem(problem, by=cast.town, solved_on=today(), answer="已清理")
        assert (refetch(problem).state, refetch(problem).answer) == ("solved", "已清理")


# --- pages ---


def test_the_form_starts_from_my_own_post(cast):
    chief = make.RiverChiefFactory(organisation=cast.party)

    form = sign_in(cast.branch).get(NEW).context["form"]

    shown = [form[name].value() for name in ("section", "level", "organisation", "by_whom")]
    assert shown == [chief.section_id, "village", cast.party.pk, cast.branch.name]
    assert [name for name, field in form.fields.items() if field.required] == [
        "section", "level", "day", "by_whom", "organisation",
    ]  # fmt: skip
    assert form.more_open is False


def test_a_patrol_is_recorded_through_its_page(cast):
    section = make.SectionFactory()
    client = sign_in(cast.branch)

    sent = body(cast, section, items=[item.pk for item in PatrolItem.objects.all()[:3]]) | {
        "problems-0-text": "有漂浮物"
    }
    answers = [client.post(NEW, sent).status_code for _ in range(2)]

    patrol = Patrol.objects.get()
    assert (answers, patrol.items.count(), patrol.problems.get().text) == ([302, 302], 3, "有漂浮物")
    assert "有漂浮物" in client.get(patrol.get_absolute_url()).content.decode()


def test_nothing_typed_is_lost_when_something_is_wrong(cast):
    section = make.SectionFactory()
    sent = body(cast, section, day="2099-01-01", note="沿线已看") | {"problems-0-text": "有漂浮物"}

    page = sign_in(cast.branch).post(NEW, sent)

    text = page.content.decode()
    assert page.status_code == 400
    for words in ("巡查日期不能晚于今天，请核对。", "沿线已看", "有漂浮物", "王丙"):
        assert words in text


def test_a_kept_problem_cannot_be_wiped_out(cast):
    problem = make.PatrolProblemFactory(patrol__organisation=cast.party)
    sent = body(cast, problem.patrol.section, version="1") | {
        "problems-INITIAL_FORMS": "1", "problems-0-id": problem.pk, "problems-0-text": "",
    }  # fmt: skip

    page = sign_in(cast.branch).post(reverse("alliances:patrol_edit", args=[problem.patrol_id]), sent)

    assert (page.status_code, PatrolProblem.objects.count()) == (400, 1)
    assert "已记下的问题要留到解决为止" in page.content.decode()


def test_the_second_editor_sees_both_versions(cast):
    patrol = make.PatrolFactory(organisation=cast.party)
    make.PatrolProblemFactory(patrol=patrol, text="岸边有垃圾")
    patrol.version = 2
    patrol.save()
    sent = body(cast, patrol.section, version="1", by_whom="赵六")

    page = sign_in(cast.branch).post(reverse("alliances:patrol_edit", args=[patrol.pk]), sent)

    text = page.content.decode()
    assert page.status_code == 409
    assert "赵六" in text
    assert "岸边有垃圾" in text


def test_a_problem_is_solved_through_its_page(cast, refetch):
    problem = make.PatrolProblemFactory(patrol__organisation=cast.party)
    url = reverse("alliances:problem_solve", args=[problem.pk])
    client = sign_in(cast.branch)

    assert client.post(url, {"solved_on": str(today()), "answer": ""}).status_code == 400
    assert client.post(url, {"solved_on": str(today()), "answer": "已清理"}).status_code == 302
    assert refetch(problem).state == ProblemState.SOLVED
    assert client.post(url, {"solved_on": str(today()), "answer": "已清理"}).status_code == 409


def test_lists_can_be_narrowed(cast):
    patrol = make.PatrolFactory(organisation=cast.party)
    make.PatrolProblemFactory(patrol=patrol, item=PatrolItem.objects.get(code="outlet"), text="排口有异味")
    make.PatrolFactory(organisation=cast.party)
    client = sign_in(cast.town)

    asked = (
        "patrols/?found=1",
        "patrols/?found=0",
        "patrols/?level=town",
        f"patrols/?section={patrol.section_id}",
        "patrols/problems/?state=open",
        "patrols/problems/?state=solved",
        "patrols/problems/?item=outlet",
        "patrols/problems/?q=异味",
        f"patrols/problems/?within={cast.party.pk}",
        f"patrols/problems/?within={cast.other_party.pk}",
    )
    counts = {url: client.get(f"/alliances/{url}").context["result"]["total"] for url in asked}

    assert list(counts.values()) == [1, 1, 0, 1, 1, 0, 1, 1, 1, 0]
