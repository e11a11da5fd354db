"""Several at once, committed for real: one form makes one record, one decision counts, no number twice (CON-3..6)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connections, transaction

from tests.activities.typed import facts_of, typed
from tests.factories.activities import ActivityFactory, kind
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.activities.services import create_activity, perform, plan_year
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.models import CreateKey, Serial
from yiqiao_portal.core.serials import next_serial

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11"


def at_once(*jobs):
    """Run the jobs in threads that start together; their results in order. Each closes its connection."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(timeout=30)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_the_same_form_five_times_at_once_makes_one_record(cast, client_for):
    clients = [client_for(cast.branch) for _ in range(5)]
    data = typed(cast.party, idempotency_key=KEY)

    answers = at_once(*[lambda client=client: client.post("/activities/new/theme_day/", data) for client in clients])

    row = Activity.objects.get()
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, f"/activities/{row.pk}/")}
    assert (CreateKey.objects.count(), Entry.objects.filter(action="activity.create").count()) == (1, 1)
    assert (row.serial, Serial.objects.get().last) == ("YQ-HD-2026-0001", 1)


def test_without_the_key_they_would_be_five(cast, client_for):
    """The race that the key prevents is really there (CON-0)."""
    clients = [client_for(cast.branch) for _ in range(5)]

    at_once(*[lambda client=client: client.post("/activities/new/theme_day/", typed(cast.party)) for client in clients])

    assert Activity.objects.count() == 5


def test_two_users_with_the_same_key_make_two(cast, client_for):
    clients = [client_for(cast.branch), client_for(cast.town)]
    data = typed(cast.party, idempotency_key=KEY)

    at_once(*[lambda client=client: client.post("/activities/new/theme_day/", data) for client in clients])

    assert set(Activity.objects.values_list("created_by", flat=True)) == {cast.branch.pk, cast.town.pk}


def test_a_form_that_fails_leaves_its_key_to_the_next(cast, client_for):
    clients = [client_for(cast.branch) for _ in range(3)]
    bad = typed(cast.party, idempotency_key=KEY, do="submit", held_on="2026-11-24")

    refused = at_once(*[lambda client=client: client.post("/activities/new/theme_day/", bad) for client in clients])
    good = clients[0].post("/activities/new/theme_day/", bad | {"held_on": "2026-11-23"})

    assert [answer.status_code for answer in [*refused, good]] == [400, 400, 400, 302]
    assert (Activity.objects.count(), CreateKey.objects.count(), Serial.objects.get().last) == (1, 1, 1)


def test_numbers_are_unique_whoever_writes(cast, draft):
    users = [cast.branch, cast.town, cast.branch, cast.town]
    scopes = [user.has_perm("activities.add_activity") for user in users]

    made = at_once(*[lambda user=user: [create_activity(draft(), by=user).serial for _ in range(10)] for user in users])

    assert scopes == [True] * 4
    assert sorted(serial for serials in made for serial in serials) == [f"YQ-HD-2026-{n:04d}" for n in range(1, 41)]


def test_numbers_over_the_turn_of_a_year():
    """Five hundred, half of them for each year."""

    def take(writer):
        return [next_serial(f"YQ-HD-{2026 + (number + writer) % 2}") for number in range(100)]

    numbers = [serial for serials in at_once(*[lambda w=w: take(w) for w in range(5)]) for serial in serials]

    assert sorted(numbers) == [f"YQ-HD-{year}-{n:04d}" for year in (2026, 2027) for n in range(1, 251)]


def test_the_first_number_of_a_series_is_given_once():
    def take():
        with transaction.atomic():
            return next_serial("YQ-HD-2031")

    assert sorted(at_once(*[take] * 8)) == [f"YQ-HD-2031-{n:04d}" for n in range(1, 9)]


def decide(row, step, user, **data) -> str:
    try:
        return perform(row, step, by=user, **data).state
    except Conflict as refusal:
        return refusal.message


def test_of_two_decisions_one_counts(cast):
    """One confirms, one returns, in the same moment; the loser reads how it stands now."""
    for _ in range(5):
        row = ActivityFactory(organisation=cast.party, content="清理河道。")
        before = Entry.objects.count()

        said = at_once(
            lambda row=row: decide(row, "confirm", cast.town), lambda row=row: decide(row, "confirm", cast.leader)
        )

        row.refresh_from_db()
        assert sorted(said) == sorted([State.CONFIRMED, "这条记录现在是“已确认”，不能确认。请刷新页面查看最新情况。"])
        assert (row.state, row.version, Entry.objects.count() - before) == (State.CONFIRMED, 2, 1)


def test_of_two_editors_at_once_one_saves_and_one_compares(cast, client_for):
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT, content="清理河道。")
    pairs = [(client_for(cast.branch), "我改的题"), (client_for(cast.town), "镇上改的题")]

    answers = at_once(
        *[
            lambda client=client, title=title: client.post(
                f"/activities/{row.pk}/edit/", facts_of(row) | {"title": title}
            )
            for client, title in pairs
        ]
    )

    row.refresh_from_db()
    saved, compared = sorted(zip(answers, pairs, strict=True), key=lambda pair: pair[0].status_code)
    assert (saved[0].status_code, compared[0].status_code) == (302, 409)
    assert (row.title, row.version) == (saved[1][1], 2)
    assert [(item["theirs"], item["mine"]) for item in compared[0].context["rows"] if item["field"] == "title"] == [
        (saved[1][1], compared[1][1])
    ]


def test_a_year_planned_twice_at_once_is_planned_once(cast):
    days = [date(2026, 12, day) for day in range(1, 8)]
    facts = {"days": days, "title": "主题党日", "venue": "党群服务中心"}
    theme_day = kind("theme_day")

    made = at_once(*[lambda user=user: plan_year(cast.party, theme_day, by=user, **facts)
                     for user in (cast.branch, cast.town)])  # fmt: skip

    assert sorted(len(rows) for rows in made) == [0, 7]
    assert Activity.objects.count() == 7
