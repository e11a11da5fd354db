"""Which jobs fail, for the system administrator: in plain sentences, without what the errors say."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.factories.core import failed_job
from yiqiao_portal.core import background, registry, ticks
from yiqiao_portal.core.background import KILLED, OTHER, sentence
from yiqiao_portal.core.models import TickRun
from yiqiao_portal.core.portal import Portal

pytestmark = pytest.mark.django_db
PAGE = "/jobs/"
DELIVER = "yiqiao_portal.core.messages.tasks.deliver_outbox"
NOON = datetime.fromisoformat("2026-11-23 12:00+08:00")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def rows(table) -> list[list[str]]:
    """Title, last good run, failures, reason and, where the table has them, next try and state."""
    return [[str(row.get_cell_value(name)) for name in table.columns.names()] for row in table.rows]


def standing(title: str) -> background.Standing:
    return next(row for row in background.recurring() if row.title == title)


def tidy(hours: int, **facts) -> TickRun:
    """A run of core.tidy so many hours ago."""
    return TickRun.objects.create(code="core.tidy", period=NOON - hours * HOUR, **facts)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("OperationalError", "数据库一时没有回应"),
        ("django.db.utils.OperationalError", "数据库一时没有回应"),
        ("PermissionError", "服务器上有文件没有读写权限"),
        ("LookupError", OTHER),
        ("", KILLED),
    ],
)
def test_an_error_in_a_sentence(error, words):
    assert sentence(error) == words


class TestRecurring:
    def test_each_job_has_its_line(self):
        assert [row.title for row in background.recurring()] == [tick.title for tick in ticks.all_ticks()]

    def test_it_has_not_run_yet(self):
        row = standing("清理过期的临时数据")

        assert (row.good_at, row.failed, row.tag.word) == (None, 0, "还没有运行")

    def test_it_went_well(self):
        tidy(30, done_at=NOON - 30 * HOUR)
        tidy(6, tries=2, error="LookupError", done_at=NOON - 5 * HOUR)
        row = standing("清理过期的临时数据")

        assert (row.good_at, row.failed, row.error, row.tag.word) == (NOON - 5 * HOUR, 0, "", "正常")

    def test_it_fails(self):
        tidy(30, done_at=NOON - 30 * HOUR)
        tidy(6, tries=3, error="OperationalError", next_try_at=NOON + HOUR)
        row = standing("清理过期的临时数据")

        assert (row.good_at, row.failed, row.next_at) == (NOON - 30 * HOUR, 3, NOON + HOUR)
        assert (row.error, row.tag.word) == ("数据库一时没有回应", "出错")


class TestQueued:
    def test_what_failed_since_it_last_went_well(self):
        failed_job(DELIVER, finished_at=NOON - 3 * HOUR)
        failed_job(DELIVER, status="SUCCESSFUL", finished_at=NOON - 2 * HOUR)
        failed_job(DELIVER, "builtins.OSError", finished_at=NOON - HOUR)
        failed_job(DELIVER, "", finished_at=NOON)
        failed_job("x.y", status="READY", finished_at=None)

        [row] = background.queued()

        assert (row.title, row.good_at, row.failed, row.error) == ("发送消息", NOON - 2 * HOUR, 2, KILLED)

    def test_what_has_gone_well_since_is_no_trouble(self):
        failed_job(DELIVER, finished_at=NOON - HOUR)
        failed_job(DELIVER, status="SUCCESSFUL")

        assert background.queued() == []

    def test_an_app_names_its_own(self):
        failed_job("x.named")
        failed_job("x.unnamed")
        registry._portals.append(Portal(name="测试", jobs={"x.named": "压缩照片"}))
        try:
            assert [row.title for row in background.queued()] == ["压缩照片", "其他后台任务"]
        finally:
            registry._portals.pop()


class TestPage:
    def test_it_says_what_fails_and_nothing_of_what_the_error_said(self, cast, client_for):
        tidy(6, tries=1, error="LookupError", next_try_at=NOON + HOUR)
        failed_job(DELIVER, traceback="张三 13912345678", args_kwargs={"args": ["13912345678"], "kwargs": {}})

        answer = client_for(cast.sysadmin).get(PAGE)

        assert rows(answer.context["queued"]) == [["发送消息", "None", "1", OTHER]]
        assert next(row for row in rows(answer.context["recurring"]) if row[2] != "0")[:5] == [
            "清理过期的临时数据", "None", "1", OTHER, "2026-11-23 13:00",
        ]  # fmt: skip
        text = answer.content.decode()
        assert ("2026-11-23 13:00" in text, "13912345678" in text, "LookupError" in text) == (True, False, False)

    def test_without_trouble(self, cast, client_for):
        answer = client_for(cast.sysadmin).get(PAGE)

        assert (answer.context["queued"], "没有出错的任务。" in answer.content.decode()) == (None, True)

    @pytest.mark.parametrize("actor", ["town", "branch", "auditor", "stranger"])
    def test_it_is_for_the_system_administrator(self, cast, client_for, actor):
        assert client_for(getattr(cast, actor)).get(PAGE).status_code == 403


class TestCard:
    def cards(self, client) -> list:
        return [card for card in client.get("/").context["queue"] if card["kind"] == "后台任务"]

    def test_one_card_with_the_count(self, cast, client_for):
        tidy(6, tries=1, error="LookupError", next_try_at=timezone.now())
        failed_job(DELIVER)
        failed_job(DELIVER)

        [card] = self.cards(client_for(cast.sysadmin))

        assert (card["title"], card["url"]) == ("后台任务出错：2 项", PAGE)

    @pytest.mark.parametrize("actor", ["town", "auditor"])
    def test_nobody_else_has_it(self, cast, client_for, actor):
        failed_job(DELIVER)

        assert self.cards(client_for(getattr(cast, actor))) == []

    def test_none_when_all_is_well(self, cast, client_for):
        tidy(6, done_at=NOON)

        assert self.cards(client_for(cast.sysadmin)) == []
