"""Telling people: once for ever, together with what happened, not at night, nobody else's business."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.factories.accounts import UserFactory
from tests.factories.core import OutboxFactory
from tests.fixtures.together import at_once
from yiqiao_portal.core.jobs import WAITS
from yiqiao_portal.core.messages import services, tell
from yiqiao_portal.core.messages.outbox import deliver_due
from yiqiao_portal.core.messages.quiet import is_quiet, quiet_hours
from yiqiao_portal.core.messages.tasks import deliver_outbox
from yiqiao_portal.core.models import Message, Outbox

NOON = "2026-11-23 12:00+08:00"
KIND = "activities.returned"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def told(users, *, stage="activity:7:returned:2", **more) -> None:
    """tell() with the usual words."""
    facts = {"kind": KIND, "title": "“清理河道”已退回，请补充", "url": "/activities/7/"} | more
    tell(users, stage=stage, **facts)


@pytest.mark.django_db
class TestTelling:
    def test_a_message_arrives_with_its_words(self, cast):
        told([cast.branch], text="请补上应到人数。")
        deliver_due()

        row = Message.objects.get()
        assert (row.user, row.kind, row.stage_key) == (cast.branch, KIND, "activity:7:returned:2")
        assert (row.title, row.text, row.url) == ("“清理河道”已退回，请补充", "请补上应到人数。", "/activities/7/")
        assert (row.created_at, row.read_at, row.urgent) == (timezone.now(), None, False)

    def test_the_worker_is_asked_at_once(self, cast):
        told([cast.branch])

        [job] = DBTaskResult.objects.all()
        assert (job.task_path, job.status) == ("yiqiao_portal.core.messages.tasks.deliver_outbox", "READY")

    def test_the_same_stage_is_told_once_for_ever(self, cast, clock):
        for _ in range(2):
            told([cast.branch])
            deliver_due()
        clock.shift(timedelta(days=400))
        told([cast.branch])
        deliver_due()

        assert (Message.objects.count(), Outbox.objects.count()) == (1, 1)

    def test_a_reminder_that_is_still_on_its_way_is_not_written_again(self, cast):
        told([cast.branch])
        told([cast.branch, cast.town])
        deliver_due()

        assert [row.recipients for row in Outbox.objects.order_by("pk")] == [[cast.branch.pk], [cast.town.pk]]
        assert sorted(Message.objects.values_list("user", flat=True)) == sorted([cast.branch.pk, cast.town.pk])

    def test_the_next_stage_is_another_message(self, cast):
        told([cast.branch])
        told([cast.branch], stage="activity:7:returned:4")
        deliver_due()

        assert Message.objects.count() == 2

    def test_nobody_is_told_when_nothing_happened(self, cast):
        with transaction.atomic():
            told([cast.branch])
            transaction.set_rollback(True)
        deliver_due()

        assert (Outbox.objects.count(), DBTaskResult.objects.count(), Message.objects.count()) == (0, 0, 0)

    def test_without_anybody_nothing_is_written(self):
        told([])

        assert (Outbox.objects.count(), DBTaskResult.objects.count()) == (0, 0)

    def test_whoever_has_left_is_not_told(self, cast):
        told([cast.inactive, cast.branch])
        deliver_due()

        assert list(Message.objects.values_list("user", flat=True)) == [cast.branch.pk]

    def test_phones_are_masked_and_long_words_cut(self, cast):
        told([cast.branch], title="李某 138 1234 5678 来电", text="长" * 600)
        deliver_due()

        row = Message.objects.get()
        assert row.title == "李某 138****5678 来电"
        assert (len(row.text), row.text[-1]) == (500, "…")

    @pytest.mark.parametrize(
        ("facts", "error"),
        [
            ({"kind": "nobody.declares"}, LookupError),
            ({"stage": ""}, ValueError),
            ({"url": "https://example.org/"}, ValueError),
            ({"url": "//example.org/"}, ValueError),
            ({"url": "activities/"}, ValueError),
        ],
    )
    def test_a_slip_of_the_programmer_is_refused(self, cast, facts, error):
        with pytest.raises(error):
            told([cast.branch], **facts)

    def test_a_returned_record_is_told_to_who_recorded_it(self, cast):
        from tests.factories.activities import ActivityFactory
        from yiqiao_portal.activities.services import perform

        row = ActivityFactory(organisation=cast.party, submitted_by=cast.branch, created_by=cast.branch)
        perform(row, "return", by=cast.town, reason="请补上应到人数。")
        deliver_due()

        message = Message.objects.get()
        assert (message.user, message.url, "应到" in message.text) == (cast.branch, row.get_absolute_url(), False)


@pytest.mark.django_db
class TestQuietHours:
    @pytest.mark.parametrize(
        ("at", "quiet"),
        [("20:59:59", False), ("21:00", True), ("00:00", True), ("06:59:59", True), ("07:00", False), ("12:00", False)],
    )
    def test_from_nine_in_the_evening_to_seven(self, clock, at, quiet):
        clock.move_to(f"2026-11-23 {at}+08:00")

        assert is_quiet(timezone.now()) is quiet

    def test_they_are_a_setting(self, clock, settings):
        settings.QUIET_FROM, settings.QUIET_UNTIL = settings.QUIET_UNTIL, settings.QUIET_FROM

        assert (is_quiet(timezone.now()), quiet_hours()) == (True, "07:00 至 21:00")

    def test_a_message_waits_for_the_morning(self, cast, clock):
        clock.move_to("2026-11-23 22:15+08:00")
        told([cast.branch])
        evening = (deliver_due(), Message.objects.count(), DBTaskResult.objects.count())
        clock.move_to("2026-11-24 06:59+08:00")
        deliver_due()
        night = Message.objects.count()
        clock.move_to("2026-11-24 07:00+08:00")
        deliver_due()

        assert (evening, night) == ((0, 0, 0), 0)
        assert f"{timezone.localtime(Message.objects.get().created_at):%d %H:%M}" == "23 22:15"

    def test_one_that_was_told_by_day_and_delivered_late_waits_too(self, cast, clock):
        told([cast.branch])
        clock.move_to("2026-11-23 21:30+08:00")
        deliver_due()

        assert Message.objects.count() == 0

    def test_what_is_urgent_arrives_at_night(self, cast, clock):
        clock.move_to("2026-11-23 23:00+08:00")
        told([cast.branch], urgent=True)
        deliver_due()

        assert (Message.objects.get().urgent, DBTaskResult.objects.count()) == (True, 1)


@pytest.mark.django_db
class TestPreferences:
    def test_a_kind_that_is_off_is_not_delivered_to_who_switched_it_off(self, cast):
        services.set_preferences(by=cast.branch, wanted=[])
        told([cast.branch, cast.town])
        deliver_due()

        assert list(Message.objects.values_list("user", flat=True)) == [cast.town.pk]

    def test_it_can_be_switched_on_again(self, cast):
        for wanted in ([], [KIND]):
            services.set_preferences(by=cast.branch, wanted=wanted)
        told([cast.branch])
        deliver_due()

        assert Message.objects.count() == 1


@pytest.mark.django_db
class TestFailing:
    """A row that cannot be delivered: its title no longer fits, as after a faulty migration."""

    @pytest.fixture
    def broken(self, cast):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_message ADD CONSTRAINT no_lions CHECK (title NOT LIKE '%%狮%%')")
        return OutboxFactory(recipients=[cast.branch.pk], title="狮")

    def test_it_holds_up_no_other(self, cast, broken, logged_errors):
        OutboxFactory(recipients=[cast.town.pk], title="虎")

        assert (deliver_due(), [row.title for row in Message.objects.all()]) == (1, ["虎"])
        assert [record.args for record in logged_errors] == [(broken.pk,)]

    def test_it_is_tried_again_at_growing_intervals(self, broken, clock, logged_errors):
        waits = []
        for _ in range(7):
            deliver_due()
            broken.refresh_from_db()
            waits.append((broken.not_before - timezone.now()).total_seconds())
            assert deliver_due() == 0  # not before its time
            clock.move_to(broken.not_before)

        assert waits == [*WAITS, WAITS[-1], WAITS[-1]]
        assert (broken.tries, broken.delivered_at) == (7, None)

    def test_the_job_enqueues_itself_until_the_tick_takes_over(self, broken, clock, logged_errors):
        found = []
        for tries in range(len(WAITS) + 1):
            DBTaskResult.objects.all().delete()
            Outbox.objects.update(not_before=timezone.now())
            deliver_outbox.call(tries=tries)
            found += [
                (job.args_kwargs["kwargs"]["tries"], (job.run_after - timezone.now()).total_seconds())
                for job in DBTaskResult.objects.all()
            ]

        assert found == list(enumerate(WAITS, start=1))

    def test_mended_it_is_delivered(self, broken, clock, logged_errors):
        deliver_due()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE core_message DROP CONSTRAINT no_lions")
        clock.shift(WAITS[0])

        assert (deliver_due(), Message.objects.count()) == (0, 1)


# --- several at once, committed for real ---


def tell_and_deliver(user):
    """What a process does that sees a reminder due."""
    told([user])
    deliver_due()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_who_tell_at_once_tell_once(self):
        user = UserFactory()

        for round_ in range(5):
            at_once(*[lambda r=round_: (told([user], stage=f"s{r}"), deliver_due())] * 4)
        deliver_due()

        assert (Message.objects.count(), Outbox.objects.waiting().count()) == (5, 0)

    def test_two_rows_of_one_stage_make_one_message(self):
        """The second was written before the first could be seen."""
        user = UserFactory()
        OutboxFactory.create_batch(4, recipients=[user.pk], stage="same")

        at_once(*[deliver_due] * 4)

        assert (Message.objects.count(), Outbox.objects.waiting().count()) == (1, 0)

    def test_without_the_constraint_they_would_be_several(self):
        """The race that the constraint decides is really there."""
        user = UserFactory()
        OutboxFactory.create_batch(4, recipients=[user.pk], stage="same")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_message DROP CONSTRAINT core_message_once")
        try:
            at_once(*[deliver_due] * 4)
            count = Message.objects.count()
        finally:
            Message.objects.all().delete()
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE core_message ADD CONSTRAINT core_message_once UNIQUE (user_id, stage_key)")

        assert count == 4

    def test_many_to_many_users_at_once_do_not_block_each_other(self):
        users = UserFactory.create_batch(30)

        at_once(lambda: tell_all(users), lambda: tell_all(users[::-1]))
        deliver_due()

        assert Message.objects.count() == 30


def tell_all(users):
    """One row for all."""
    told(users)
    deliver_due()
