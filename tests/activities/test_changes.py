"""Changing a record: under the version that was opened, row by row, with its roll kept."""

from datetime import date

import pytest

from tests.activities.test_services import refusal_of
from tests.factories.activities import ActivityFactory, AgendaItemFactory, AttendanceFactory
from tests.factories.directory import RosterMemberFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Decision
from yiqiao_portal.activities.services import create_activity, update_activity
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, StaleVersion


def test_a_change_raises_the_version_and_is_logged(cast, recorded, draft):
    row = update_activity(recorded(), draft(title="清洁家园（第二次）"), by=cast.town, version=1)

    entry = Entry.objects.latest("pk")
    assert (row.title, row.version, row.created_by) == ("清洁家园（第二次）", 2, cast.branch)
    assert (entry.action, entry.actor_id) == ("activity.update", cast.town.pk)


def test_a_stale_version_never_overwrites(cast, recorded, draft):
    row = recorded()
    update_activity(row, draft(title="先保存的"), by=cast.town, version=1)

    for version in (0, 1, 3, 99):
        with pytest.raises(StaleVersion, match="别人已保存过这条记录"):
            update_activity(row, draft(title="后保存的"), by=cast.branch, version=version)

    row.refresh_from_db()
    assert (row.title, row.version) == ("先保存的", 2)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.CONFIRMED])
def test_what_is_handed_in_is_not_changed(cast, draft, state):
    row = ActivityFactory(organisation=cast.party, state=state, title="已提交的")

    for user, way in ((cast.branch, "请先撤回|请镇党建办退回"), (cast.town, "请先退回补充")):
        with pytest.raises(Conflict, match=f"不能修改。如需更正，({way})。"):
            update_activity(row, draft(), by=user, version=1)

    row.refresh_from_db()
    assert (row.title, row.version) == ("已提交的", 1)


def test_what_was_returned_is_changed_and_handed_in_again(cast, draft):
    row = ActivityFactory(organisation=cast.party, state=State.RETURNED, return_reason="缺内容")

    row = update_activity(row, draft(), by=cast.branch, version=1, submit=True)

    assert (row.state, row.return_reason, row.content, row.version) == (State.SUBMITTED, "", "分组清理河道两岸。", 3)


def test_rows_of_agenda_are_changed_by_id_added_and_taken_away(cast, recorded, draft):
    row = recorded(agenda=[{"title": "甲"}, {"title": "乙"}, {"title": "丙"}])
    first, _, third = row.agenda.all()
    agenda = [{"id": third.pk, "title": "丙改"}, {"title": "丁"}, {"id": first.pk, "title": "甲"}]

    row = update_activity(row, draft(agenda=agenda), by=cast.branch, version=1)

    assert list(row.agenda.values_list("order", "title")) == [(1, "丙改"), (2, "丁"), (3, "甲")]
    assert {first.pk, third.pk} <= set(row.agenda.values_list("pk", flat=True))


def test_a_foreign_row_is_left_alone(cast, recorded, draft):
    foreign = AgendaItemFactory(activity__organisation=cast.other_party, title="别人的议题")

    row = recorded(agenda=[{"id": foreign.pk, "title": "改写别人的议题"}])

    foreign.refresh_from_db()
    assert (foreign.title, foreign.activity.organisation) == ("别人的议题", cast.other_party)
    assert list(row.agenda.values_list("title", flat=True)) == ["改写别人的议题"]


def test_a_decision_that_is_done_stays_done_when_the_record_is_changed(cast, recorded, draft):
    row = recorded(decisions=[{"text": "清理垃圾点"}])
    decision = row.decisions.get()
    Decision.objects.filter(pk=decision.pk).update(done_on=date(2026, 11, 22))

    update_activity(row, draft(decisions=[{"id": decision.pk, "text": "清理三处垃圾点"}]), by=cast.branch, version=1)

    decision.refresh_from_db()
    assert (decision.text, decision.done_on) == ("清理三处垃圾点", date(2026, 11, 22))


def test_an_attendance_keeps_its_vote_when_the_roster_changes(cast, draft):
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT)
    mark = AttendanceFactory(activity=row, votes=False)

    row = update_activity(row, draft(absences={mark.person_id: "other"}), by=cast.branch, version=1)

    assert (row.expected, row.present, row.voters_expected, row.voters_present) == (1, 0, 0, 0)


def test_the_service_takes_a_draft_of_any_author_within_reach(cast, draft):
    assert create_activity(draft(), by=cast.town).created_by == cast.town


def test_a_record_cannot_be_moved_out_of_reach(cast, recorded, draft):
    row = recorded()

    said = refusal_of(update_activity, row, draft(organisation=cast.other_party), by=cast.branch, version=1)

    row.refresh_from_db()
    assert said == ("这个党组织不在您的管辖范围，请重新选择。", "organisation")
    assert (row.organisation, row.version) == (cast.party, 1)


def test_a_record_without_a_roll_may_be_moved_within_reach(cast, recorded, draft):
    moved = update_activity(recorded(), draft(organisation=cast.other_party), by=cast.town, version=1)

    assert moved.organisation == cast.other_party


def test_a_roll_is_never_taken_to_another_branch(cast, recorded, draft):
    row = recorded(absences={cast.roster[0].person_id: "leave"})
    RosterMemberFactory.create_batch(2, organisation=cast.other_party)

    said = refusal_of(update_activity, row, draft(organisation=cast.other_party, absences={}), by=cast.town, version=1)

    row.refresh_from_db()
    assert said == ("已有出席名单，不能改换党组织；请为另一个党组织新建记录。", "organisation")
    assert (row.organisation, row.attendances.count()) == (cast.party, 20)


def test_who_was_expected_once_stays_expected(cast, recorded, draft):
    row = recorded(absences={cast.roster[0].person_id: "leave"})
    RosterMemberFactory(organisation=cast.party)

    changed = update_activity(row, draft(absences={cast.roster[1].person_id: "duty"}), by=cast.branch, version=1)

    assert (changed.expected, changed.present) == (20, 19)
    absent = changed.attendances.get(present=False)
    assert (absent.person_id, absent.absence) == (cast.roster[1].person_id, "duty")


def test_a_draft_without_a_roll_takes_todays_roster_when_it_is_filled_in(cast, recorded, draft):
    row = recorded(absences=None)
    assert cast.roster

    changed = update_activity(row, draft(absences={}), by=cast.branch, version=1)

    assert (changed.expected, changed.present, changed.attendances.count()) == (20, 20, 20)
