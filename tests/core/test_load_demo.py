"""The command load_demo: the same town every time, and never mixed with a real one."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from tests.audit.sql import as_application
from tests.core.demo import ACCOUNTS, MONDAY, MORNING, PASSWORD, load
from tests.factories.accounts import UserFactory
from yiqiao_portal.accounts.models import User
from yiqiao_portal.activities.models import (
    Activity,
    ActivityCount,
    AgendaItem,
    Attendance,
    Decision,
    Explanation,
)
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.demo import DemoContext, Scale
from yiqiao_portal.directory.models import Organisation, Person, RoleAssignment, RosterMember
from yiqiao_portal.places.models import Place


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("PORTAL_DEMO_PASSWORD", PASSWORD)


def undone(**options) -> list:
    """What a load writes, in order and without ids; nothing stays."""
    with transaction.atomic():
        load(**options)
        seen = everything()
        transaction.set_rollback(True)
    return seen


def everything() -> list:
    activity = [
        "serial",
        "kind__code",
        "organisation__code",
        "title",
        "held_on",
        "host",
        "expected",
        "present",
        "state",
    ]
    stamps = ["created_at", "submitted_at", "updated_at", "created_by__username"]
    queries = [
        User.objects.order_by("pk").values_list("username", "name", "created_at", "last_login"),
        Organisation.objects.order_by("pk").values_list("code", "name", "formal_members", "elected_on", "note", "path"),
        Person.objects.order_by("pk").values_list("name", "phone", "duty", "organisation__code", "user__username"),
        RosterMember.objects.order_by("pk").values_list("organisation__code", "person__name", "votes"),
        RoleAssignment.objects.order_by("pk").values_list("user__username", "role__code", "organisation__code"),
        Place.objects.order_by("pk").values_list("name", "area__code"),
        Activity.objects.order_by("pk").values_list(*activity, "state", *stamps, "venue", "content", "version"),
        AgendaItem.objects.order_by("pk").values_list("activity__serial", "title", "votes_for", "votes_abstain"),
        Decision.objects.order_by("pk").values_list("activity__serial", "text", "owner", "due_on", "done_on"),
        Attendance.objects.order_by("pk").values_list("activity__serial", "person__name", "absence"),
        ActivityCount.objects.order_by("pk").values_list("activity__serial", "kind__code"),
        Explanation.objects.order_by("pk").values_list("organisation__code", "kind__code", "year", "number", "reason"),
        Activity.pgh_event_model.objects.order_by("pgh_id").values_list("serial", "state", "pgh_created_at"),
    ]
    return [list(query) for query in queries]


# --- the same every time --------------------------------------------------------------------------------------------


def test_same_seed_and_day_give_the_same_rows_and_another_seed_gives_others(db):
    once, again, other = undone(), undone(), undone(seed=6)

    assert once == again
    assert [len(rows) > 0 for rows in once] == [True] * 11 + [False, True]  # three good months need no explanation
    assert [rows == others for rows, others in zip(once, other, strict=True)].count(True) < 6


def test_a_day_later_the_past_is_still_the_same(db):
    """Each record has its own source of chance: what was confirmed a month ago does not move."""
    old = {row[0]: row[:9] for row in undone()[6] if row[4] < date(2026, 10, 20)}
    later = {row[0]: row[:9] for row in undone(today=MONDAY + timedelta(days=1))[6] if row[4] < date(2026, 10, 20)}

    assert len(old) > 10
    assert [row[1:] for row in old.values()] == [row[1:] for row in later.values()]


@pytest.mark.parametrize("day", ["2021-01-02", "2021-02-28", "2024-02-29", "2026-11-01", "2026-11-20", "2027-01-04"])
def test_any_day_since_2021_will_do(db, day):
    load(today=date.fromisoformat(day))

    assert (
        list(User.objects.filter(username__in=ACCOUNTS).order_by("pk").values_list("username", flat=True)) == ACCOUNTS
    )
    assert not Activity.objects.filter(planned=False, held_on__gte=day).exists()


def test_the_day_may_be_typed_and_today_is_the_default(db):
    typed = undone(seed=1)
    with time_machine.travel(MORNING):
        call_command("load_demo", "--scale", "tiny", verbosity=0)

    assert everything() == typed
    assert Entry.objects.get(action="demo.load").object_id == "tiny-1-2026-11-23"


# --- never mixed with a real town -----------------------------------------------------------------------------------


def refusal(**options) -> str:
    with pytest.raises(CommandError) as refused:
        load(**options)
    return str(refused.value)


def test_production_and_a_portal_without_demo_refuse(db):
    sentence = "正式环境不载入演示数据；如需演示，请另用一个数据目录和数据库，并设 PORTAL_DEMO=yes。"

    with override_settings(PORTAL_PRODUCTION=True):
        assert refusal() == sentence
    with override_settings(PORTAL_DEMO=False):
        assert refusal() == sentence
    assert not User.objects.exists()


def test_a_database_with_real_accounts_is_left_alone(db):
    UserFactory(username="real")

    assert refusal() == "数据库里已有正式账号，不载入演示数据；如需演示，请另用一个空的数据库。"
    assert refusal(once=True) == "数据库里已有正式账号，不载入演示数据；如需演示，请另用一个空的数据库。"
    assert list(User.objects.values_list("username", flat=True)) == ["real"]


def test_a_second_load_is_refused_and_with_once_does_nothing(db):
    load()
    before = everything()

    assert refusal(seed=6) == "演示数据已载入过；要换一套，请另用一个空的数据库。"
    load(seed=6, once=True)
    assert everything() == before
    assert Entry.objects.filter(action="demo.load").count() == 1


def test_a_day_before_the_history_is_refused(db):
    assert refusal(today=date(2021, 1, 1)) == "截至日期要晚于 2021-01-01，请核对 --today。"


def test_a_day_that_is_none_is_refused():
    with pytest.raises(CommandError, match="日期请写成 2026-11-23 的样子"):
        call_command("load_demo", "--today", "23.11.2026")


def test_the_application_role_may_load(db):
    with as_application():
        load()

    assert Activity.objects.exists()


def test_nothing_is_said_of_the_password(db, capsys):
    call_command("load_demo", "--scale", "tiny", "--today", "2026-11-23")

    said = capsys.readouterr().out
    assert PASSWORD not in said
    assert said == (
        "演示数据已载入（tiny，种子 1，截至 2026-11-23）。"
        "账号的密码取自 PORTAL_DEMO_PASSWORD，未设置时见数据目录下的 secrets/demo_password。\n"
    )


@pytest.mark.parametrize("day", ["2026-12-01", "2026-11-03", "2026-11-20", "2026-11-27"])
def test_last_friday_is_free_on_any_day(db, day):
    load(today=date.fromisoformat(day))
    yesterday = date.fromisoformat(day) - timedelta(days=1)
    friday = yesterday - timedelta(days=(yesterday.weekday() - 4) % 7)

    months = Activity.objects.filter(organisation__code="YQ-03", kind__code="theme_day", held_on__year=friday.year)
    assert not months.filter(held_on__month__in={friday.month, date.fromisoformat(day).month}).exists()


def test_the_history_begins_where_the_scale_says():
    begins = [DemoContext(1, scale, MONDAY).begins for scale in Scale]

    assert begins == [date(2026, 9, 1), date(2021, 1, 1), date(2024, 11, 1)]
