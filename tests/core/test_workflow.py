"""The engine of all state machines, driven by a table of our own over a record that has a state."""

import pytest

from tests.factories.activities import ActivityFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed
from yiqiao_portal.core.workflow import Transition, Workflow, perform


def rename(row, *, by, title):
    """An effect: changes two fields, names one."""
    row.title, row.venue = f"{title}（{by.name}）", "不写下来的"
    return ["title"]


def step(name, source, target, **more) -> Transition:
    facts = {"permission": "activities.submit_activity", "action": "activity.submit"}
    return Transition(name=name, label=f"做{name}", source=source, target=target, **facts | more)


TABLE = Workflow(
    (
        step("open", (State.DRAFT,), State.SUBMITTED),
        step("rename", (State.DRAFT, State.SUBMITTED), State.SUBMITTED, effect=rename),
        step("close", (State.SUBMITTED,), State.CONFIRMED, permission="activities.confirm_activity"),
    )
)


@pytest.fixture
def row(cast):
    return ActivityFactory(organisation=cast.party, state=State.DRAFT, title="题", venue="处")


def test_a_step_moves_the_state_raises_the_version_and_is_logged(cast, row):
    moved = perform(TABLE, "open", row, by=cast.branch)

    entry = Entry.objects.get()
    assert (moved.state, moved.version, moved.pk) == (State.SUBMITTED, 2, row.pk)
    assert (entry.action, entry.actor_id, entry.fields) == ("activity.submit", cast.branch.pk, ["state"])


def test_an_effect_writes_the_fields_that_it_names_and_no_other(cast, row):
    moved = perform(TABLE, "rename", row, by=cast.branch, title="新题")

    row.refresh_from_db()
    assert (row.title, row.venue, moved.title) == (f"新题（{cast.branch.name}）", "处", row.title)
    assert Entry.objects.get().fields == ["state", "title"]


def test_it_works_on_the_row_as_the_database_has_it(cast, row):
    Activity.objects.filter(pk=row.pk).update(state=State.SUBMITTED)

    with pytest.raises(Conflict, match="这条记录现在是“待确认”，不能做open。请刷新页面查看最新情况。"):
        perform(TABLE, "open", row, by=cast.branch)

    assert Entry.objects.count() == 0


def test_the_state_is_told_before_the_right(cast, row):
    """Somebody without the right learns the state, which the page shows anyway; with neither it is a conflict."""
    with pytest.raises(Conflict):
        perform(TABLE, "close", row, by=cast.branch)


def test_without_the_right(cast, row):
    Activity.objects.filter(pk=row.pk).update(state=State.SUBMITTED)

    with pytest.raises(NotAllowed, match="您没有“做close”的权限，请联系镇党建办。") as refusal:
        perform(TABLE, "close", row, by=cast.branch)

    row.refresh_from_db()
    assert (refusal.value.status, row.state, row.version, Entry.objects.count()) == (403, State.SUBMITTED, 1, 0)


@pytest.mark.parametrize(("version", "done"), [(None, True), (1, True), (0, False), (2, False)])
def test_a_version_that_was_seen(cast, row, version, done):
    if done:
        assert perform(TABLE, "open", row, by=cast.branch, version=version).version == 2
    else:
        with pytest.raises(Conflict, match="您打开之后，这条记录又有修改。请刷新页面看过之后再办理。"):
            perform(TABLE, "open", row, by=cast.branch, version=version)


def test_nothing_moves_in_the_recycle_bin(cast, row):
    recycle.remove(row, by=cast.branch, action="activity.remove")

    with pytest.raises(Conflict, match="已移入回收站，请先恢复再办理。"):
        perform(TABLE, "open", row, by=cast.branch)


def test_words_that_nobody_asked_for(cast, row):
    with pytest.raises(DomainError, match="这一步不需要填写内容"):
        perform(TABLE, "open", row, by=cast.branch, reason="多余")

    row.refresh_from_db()
    assert (row.state, row.version) == (State.DRAFT, 1)


def test_an_effect_that_refuses_leaves_all_as_it_was(cast, row):
    def refuse(row, *, by):
        row.title = "改到一半"
        row.save()
        raise DomainError("还缺一项，请补上。")

    table = Workflow((step("open", (State.DRAFT,), State.SUBMITTED, effect=refuse),))

    with pytest.raises(DomainError, match="还缺一项"):
        perform(table, "open", row, by=cast.branch)

    row.refresh_from_db()
    assert (row.title, row.state, row.version, Entry.objects.count()) == ("题", State.DRAFT, 1, 0)


def test_an_unknown_step():
    with pytest.raises(KeyError):
        TABLE.get("fly")


def test_the_buttons_follow_state_and_right(cast, row):
    def names(user):
        return [t.name for t in TABLE.open_to(user, row)]

    assert {role: names(getattr(cast, role)) for role in ("town", "leader", "branch", "other_branch")} == {
        "town": ["open", "rename"],
        "leader": [],
        "branch": ["open", "rename"],
        "other_branch": [],
    }
    row.state = State.SUBMITTED
    assert (names(cast.town), names(cast.leader), names(cast.branch)) == (["rename", "close"], ["close"], ["rename"])
