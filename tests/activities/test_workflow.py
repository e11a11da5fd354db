"""Every state × every action × every role, and what a step writes."""

from datetime import date

import pytest

from tests.factories.activities import ActivityFactory, kind
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.activities.services import perform
from yiqiao_portal.activities.workflow import ACTIVITY
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed

SEEING = ["town", "leader", "branch"]
OTHERS = ["sub_branch", "other_branch", "grid", "unit", "liaison", "teamlead", "talent"]
ROLES = [*SEEING, *OTHERS, "sysadmin", "auditor", "stranger", "former", "inactive"]
RECORDERS, OFFICE = {"town", "branch"}, {"town", "leader"}
TABLE = {  # action: the states it starts from, the state it leads to, who may do it to a record of 渔浦社区
    "submit": ({State.DRAFT, State.RETURNED}, State.SUBMITTED, RECORDERS),
    "withdraw": ({State.SUBMITTED}, State.DRAFT, {"branch"}),
    "confirm": ({State.SUBMITTED}, State.CONFIRMED, OFFICE),
    "return": ({State.SUBMITTED, State.CONFIRMED}, State.RETURNED, OFFICE),
}
DATA = {"return": {"reason": "请补充到会人数。"}}
CASES = [(state, action) for state in State for action in TABLE]


def make(cast, state, **changes):
    """A complete record of 渔浦社区 in a state, written by somebody else, with 示例单位一 taking part."""
    facts = {"organisation": cast.party, "state": state, "content": "清理河道。", "partners": [cast.partner]}
    return ActivityFactory(**facts | changes)


def outcome(row, action, user) -> str:
    """What happens when the user tries: the new state, or the name of the refusal."""
    try:
        return str(perform(row, action, by=user, **DATA.get(action, {})).state)
    except DomainError as refusal:
        return type(refusal).__name__


def test_the_table_is_the_workflow():
    declared = {t.name: (set(t.source), t.target) for t in ACTIVITY.transitions}

    assert declared == {name: (sources, target) for name, (sources, target, _) in TABLE.items()}


@pytest.mark.parametrize(("state", "action"), CASES)
def test_every_state_and_action_for_every_role(cast, state, action):
    sources, target, allowed = TABLE[action]
    expected = {
        role: "Conflict" if state not in sources else str(target) if role in allowed else "NotAllowed" for role in ROLES
    }

    got = {role: outcome(make(cast, state), action, getattr(cast, role)) for role in ROLES}

    assert got == expected


@pytest.mark.parametrize("state", State)
def test_the_buttons_are_exactly_the_steps_that_work(cast, state):
    row = make(cast, state)

    offered = {role: {t.name for t in ACTIVITY.open_to(getattr(cast, role), row)} for role in ROLES}

    assert offered == {
        role: {name for name, (sources, _, allowed) in TABLE.items() if state in sources and role in allowed}
        for role in ROLES
    }


@pytest.mark.parametrize(("state", "action"), CASES)
def test_the_pages_answer_a_wrong_state_with_409_and_change_nothing(cast, client_for, state, action):
    row, client = make(cast, state), client_for(cast.branch if action == "withdraw" else cast.town)
    url = f"/activities/{row.pk}/do/{action}/"
    possible = state in TABLE[action][0]

    answers = [client.get(url).status_code, client.post(url, DATA.get(action, {})).status_code]

    row.refresh_from_db()
    assert answers == ([200, 302] if possible else [409, 409])
    assert (row.state, row.version) == ((TABLE[action][1], 2) if possible else (state, 1))


@pytest.mark.parametrize("author", ["created_by", "submitted_by"])
@pytest.mark.parametrize("role", ["town", "leader"])
def test_nobody_confirms_the_own_record(cast, role, author):
    user = getattr(cast, role)
    row = make(cast, State.SUBMITTED, **{author: user})

    with pytest.raises(NotAllowed, match="自己记录的须由另一位确认"):
        perform(row, "confirm", by=user)

    row.refresh_from_db()
    assert row.state == State.SUBMITTED
    assert "confirm" not in {t.name for t in ACTIVITY.open_to(user, row)}


def test_the_page_of_the_own_record_refuses_the_confirmation(cast, client_for):
    row = make(cast, State.SUBMITTED, created_by=cast.town)

    client = client_for(cast.town)

    answer = client.post(f"/activities/{row.pk}/do/confirm/")

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (403, State.SUBMITTED)
    said = answer.content.decode()
    assert ("自己记录的须由另一位确认" in said, "联系镇党建办" in said) == (True, False)
    assert "自己记录的，须由另一位确认" in client.get(f"/activities/{row.pk}/").context["page"].lede
    assert "另一位" not in client_for(cast.leader).get(f"/activities/{row.pk}/").context["page"].lede


def test_the_office_sends_back_with_a_reason_instead_of_taking_back(cast, client_for):
    row = make(cast, State.SUBMITTED)

    answer = client_for(cast.town).post(f"/activities/{row.pk}/do/withdraw/")

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (403, State.SUBMITTED)
    assert "只有记录的党组织自己可以撤回" in answer.content.decode()
    assert "退回补充" in answer.content.decode()


def test_a_branch_above_takes_nothing_back_of_those_below(cast):
    row = make(cast, State.SUBMITTED, organisation=cast.sub_party)

    assert outcome(row, "withdraw", cast.branch) == "NotAllowed"
    assert outcome(row, "withdraw", cast.sub_branch) == State.DRAFT


@pytest.mark.parametrize(("action", "state"), [("confirm", State.SUBMITTED), ("submit", State.DRAFT)])
def test_who_hands_in_or_confirms_is_told_of_a_second_record_of_that_day(cast, client_for, action, state):
    row, client = make(cast, state), client_for(cast.town)
    alone = client.get(f"/activities/{row.pk}/do/{action}/").content.decode()
    twin = make(cast, State.SUBMITTED, kind=row.kind, held_on=row.held_on)

    beside = client.get(f"/activities/{row.pk}/do/{action}/").content.decode()

    hint = f"当天已有一条同类记录 {twin.serial}，如有重复，请"
    assert ("当天已有" in alone, hint in beside) == (False, True)


@pytest.mark.parametrize(
    ("state", "role", "way"),
    [
        (State.SUBMITTED, "branch", "请先撤回。"),
        (State.SUBMITTED, "town", "请先退回补充。"),
        (State.CONFIRMED, "branch", "请镇党建办退回。"),
        (State.CONFIRMED, "town", "请先退回补充。"),
    ],
)
def test_a_record_handed_in_names_the_one_remedy_that_works(cast, client_for, state, role, way):
    row = make(cast, state)

    said = client_for(getattr(cast, role)).get(f"/activities/{row.pk}/edit/").content.decode()

    assert f"不能修改。如需更正，{way}" in said


def test_another_of_the_office_confirms_it(cast):
    row = make(cast, State.SUBMITTED, created_by=cast.town, submitted_by=cast.town)

    assert perform(row, "confirm", by=cast.leader).state == State.CONFIRMED


def test_an_unknown_step_is_404_for_everybody(cast, client_for):
    row = make(cast, State.SUBMITTED)

    answers = {role: client_for(getattr(cast, role)).post(f"/activities/{row.pk}/do/delete/").status_code
               for role in ("town", "branch", "grid")}  # fmt: skip

    assert answers == {"town": 404, "branch": 404, "grid": 404}


@pytest.mark.parametrize("action", TABLE)
def test_nothing_moves_in_the_recycle_bin(cast, action):
    row = make(cast, next(iter(TABLE[action][0])))
    recycle.remove(row, by=cast.town, action="activity.remove")

    with pytest.raises(Conflict, match="已移入回收站，请先恢复"):
        perform(row, action, by=cast.town, **DATA.get(action, {}))


# --- what a step writes ---


def test_submitting_names_who_and_when_and_forgets_the_reason_and_the_plan(cast, clock):
    row = make(cast, State.RETURNED, return_reason="缺记录人", planned=True)

    row = perform(row, "submit", by=cast.branch)

    assert (row.submitted_by, row.submitted_at.isoformat()[:16]) == (cast.branch, "2026-11-23T04:00")
    assert (row.return_reason, row.planned, row.version) == ("", False, 2)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.object_id, entry.actor_id) == ("activity.submit", str(row.pk), cast.branch.pk)
    assert entry.fields == ["late_entry", "planned", "return_reason", "state", "submitted_at", "submitted_by"]


def test_returning_keeps_the_reason_for_the_branch(cast):
    row = perform(make(cast, State.CONFIRMED), "return", by=cast.leader, reason="请补充议定事项的负责人。")

    assert (row.state, row.return_reason) == (State.RETURNED, "请补充议定事项的负责人。")


@pytest.mark.parametrize("action", ["submit", "withdraw", "confirm"])
def test_steps_without_a_form_take_no_words(cast, action):
    row = make(cast, next(iter(TABLE[action][0])))

    with pytest.raises((DomainError, TypeError)):
        perform(row, action, by=cast.town, reason="插入的话")

    row.refresh_from_db()
    assert (row.return_reason, row.version) == ("", 1)


@pytest.mark.parametrize("reason", ["", "   ", "字" * 201])
def test_a_return_needs_one_sentence(cast, client_for, reason):
    row = make(cast, State.SUBMITTED)

    answer = client_for(cast.town).post(f"/activities/{row.pk}/do/return/", {"reason": reason})

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (400, State.SUBMITTED)
    assert "退回原因" in answer.content.decode()


@pytest.mark.parametrize(
    ("missing", "word"), [("title", "主题"), ("host", "主持人"), ("venue", "地点"), ("content", "主要内容")]
)
def test_submitting_asks_for_what_is_missing(cast, missing, word):
    row = make(cast, State.DRAFT, **{missing: ""})

    with pytest.raises(DomainError) as refusal:
        perform(row, "submit", by=cast.branch)

    assert (refusal.value.message, refusal.value.field) == (f"还没有填写{word}，请补上后再提交。", missing)


def test_a_meeting_cannot_be_submitted_without_its_numbers(cast):
    row = make(cast, State.DRAFT, kind=kind("committee"), expected=None, present=None)

    with pytest.raises(DomainError, match="应到和实到") as refusal:
        perform(row, "submit", by=cast.branch)

    assert refusal.value.field == "expected"


def test_a_talk_can(cast):
    row = make(cast, State.DRAFT, kind=kind("talk"), expected=None, present=None)

    assert perform(row, "submit", by=cast.branch).state == State.SUBMITTED


def test_what_lies_ahead_cannot_be_submitted(cast):
    row = make(cast, State.DRAFT, held_on=date(2026, 11, 24))

    with pytest.raises(DomainError, match="还没有举行") as refusal:
        perform(row, "submit", by=cast.branch)

    assert refusal.value.field == "held_on"


def test_a_page_that_saw_an_older_version_does_not_confirm_the_newer(cast, client_for):
    row = make(cast, State.SUBMITTED)
    Activity.objects.filter(pk=row.pk).update(version=3)

    answer = client_for(cast.town).post(f"/activities/{row.pk}/do/confirm/", {"version": "1"})

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (409, State.SUBMITTED)


# --- 补录 at the borders of periods ---

LATE = [
    ("theme_day", "2026-10-31", "2026-10-31 23:59", False),
    ("theme_day", "2026-10-31", "2026-11-01 00:00", True),
    ("theme_day", "2026-11-01", "2026-11-30 23:59", False),
    ("committee", "2024-02-29", "2024-02-29 23:59", False),
    ("committee", "2024-02-29", "2024-03-01 00:00", True),
    ("congress", "2026-09-30", "2026-09-30 12:00", False),
    ("congress", "2026-09-30", "2026-10-01 00:00", True),
    ("congress", "2026-07-01", "2026-09-30 23:59", False),
    ("lecture", "2025-12-31", "2026-01-01 00:00", True),
    ("life_meeting", "2025-12-31", "2025-12-31 23:59", False),
    ("life_meeting", "2025-01-01", "2026-01-01 00:00", True),
    ("other", "2026-10-01", "2026-11-01 23:59", False),
    ("other", "2026-10-01", "2026-11-02 00:00", True),
]


@pytest.mark.parametrize(("code", "held_on", "moment", "late"), LATE)
def test_late_entry_begins_the_day_after_the_period(recorded, clock, code, held_on, moment, late):
    clock.move_to(f"{moment}+08:00")

    row = recorded(code, held_on=date.fromisoformat(held_on), submit=True)

    assert row.late_entry is late


def test_the_mark_is_set_at_the_first_submission_only(cast, recorded, clock):
    clock.move_to("2026-10-31 18:00+08:00")
    row = recorded(held_on=date(2026, 10, 30), submit=True)
    clock.move_to("2026-11-23 12:00+08:00")
    perform(row, "return", by=cast.town, reason="请补充。")

    again = perform(row, "submit", by=cast.branch)

    assert (again.late_entry, again.state) == (False, State.SUBMITTED)
