"""What cannot be decided: a task that is none, a task due before the meeting; units are no voters."""

from datetime import date

import pytest

from tests.activities.conftest import TODAY
from tests.activities.test_joint_meetings import meeting
from tests.activities.typed import rows, typed
from tests.factories.activities import ActivityFactory, kind
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity, Decision
from yiqiao_portal.activities.services import create_activity
from yiqiao_portal.core.exceptions import DomainError

MEETING = "/activities/new/joint_meeting/"
EITHER_OR = "写了责任单位、负责人或期限的，不是“无需办理”；请去掉“无需办理”的勾，或清空责任单位、负责人和期限。"
TOO_EARLY = "完成期限不能早于活动日期 2026-11-20，请核对。"


@pytest.fixture
def send(cast, client_for, alliance, invited):
    """The form of a joint meeting with one decision."""
    shown = {f"roll-{unit.pk}": "" for unit in invited}

    def post(**decision):
        facts = rows("decisions", {"text": "清理河岸", **decision})
        return client_for(cast.town).post(MEETING, typed(alliance, expected=None, present=None, **shown, **facts))

    return post


@pytest.mark.parametrize("task", [{"owner": "王丙"}, {"due_on": "2026-12-01"}, {"unit": "partner"}])
def test_a_task_and_nothing_to_be_done_contradict_each_other(cast, send, task):
    sent = {name: getattr(cast, value).pk if name == "unit" else value for name, value in task.items()}

    answer = send(no_action="on", **sent)

    row = answer.context["form"].decisions.forms[0]
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert row.errors == {"no_action": [EITHER_OR]}
    assert {name: row[name].value() for name in ("text", "no_action", *sent)} == {
        "text": "清理河岸", "no_action": True, **{name: str(value) for name, value in sent.items()},
    }  # fmt: skip


def test_either_of_both_is_taken(cast, send):
    assert send(no_action="on").status_code == 302
    assert send(unit=cast.partner.pk, due_on="2026-11-20").status_code == 302
    assert list(Decision.objects.order_by("pk").values_list("no_action", "unit", "due_on")) == [
        (True, None, None), (False, cast.partner.pk, date(2026, 11, 20)),
    ]  # fmt: skip


def test_nothing_is_due_before_the_meeting(cast, send):
    answer = send(unit=cast.partner.pk, due_on="2026-11-19")

    row = answer.context["form"].decisions.forms[0]
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert (row.errors, row["due_on"].value()) == ({"due_on": [TOO_EARLY]}, "2026-11-19")


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        ({"due_on": date(2026, 11, 22)}, "完成期限不能早于活动日期 2026-11-23"),
        ({"no_action": True, "owner": "王丙"}, EITHER_OR),
    ],
)
def test_the_service_refuses_the_same(cast, alliance, invited, decision, sentence):
    with pytest.raises(DomainError, match=f"议定事项“清理河岸”：{sentence}") as refusal:
        create_activity(meeting(alliance, decisions=[{"text": "清理河岸", **decision}]), by=cast.town)

    assert (refusal.value.field, Activity.objects.count()) == ("decisions", 0)


# --- units ---


def test_units_are_not_counted_as_voters(cast, alliance, invited):
    row = create_activity(meeting(alliance), by=cast.town)

    assert (row.expected, row.voters_expected, row.voters_present) == (2, None, None)


@pytest.mark.parametrize("query", ["", "?print=1"])
def test_the_pages_of_a_meeting_of_units_speak_of_no_voters(cast, client_for, alliance, query):
    facts = {"expected": 8, "present": 7, "voters_expected": 8, "voters_present": 7, "state": State.CONFIRMED}
    rows = [ActivityFactory(kind=kind("joint_meeting"), organisation=alliance, **facts)]
    rows += [ActivityFactory(kind=kind("congress"), organisation=cast.party, **facts)]

    pages = [client_for(cast.town).get(row.get_absolute_url() + query).content.decode() for row in rows]

    assert ["有表决权" in page for page in pages] == [False, True]


def test_units_take_ordinary_votes_only(cast, client_for, alliance, invited):
    client = client_for(cast.town)
    form = client.get(f"{MEETING}?organisation={alliance.pk}").context["form"]
    branch = client.get(f"/activities/new/congress/?organisation={cast.party.pk}").context["form"]

    def offered(form):
        return [word for _, word in form.agenda.forms[0].fields["vote_rule"].choices]

    assert offered(form) == ["没有表决", "一般表决"]
    assert offered(branch) == ["没有表决", "一般表决", "接收预备党员", "选举"]
    assert "voters_expected" not in client.get(MEETING).context["form"].fields
    refused = typed(alliance, held_on=TODAY, **rows("agenda", {"title": "甲", "vote_rule": "election", "votes_for": 1}))
    assert client.post(MEETING, refused).context["form"].agenda.forms[0].errors == {
        "vote_rule": ["表决方式不在可选范围内，请重新选择。"]
    }
