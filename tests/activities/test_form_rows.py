"""Agenda and decisions in the form: kept in order, asked for, never dropped."""

from datetime import date

import pytest

from tests.activities.typed import rows, typed
from tests.factories.activities import AgendaItemFactory
from yiqiao_portal.activities.models import Activity, AgendaItem, Decision

NEW = "/activities/new/theme_day/"
MEETING = "/activities/new/congress/"


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


def send(client, cast, url=NEW, **changes):
    return client.post(url, typed(cast.party, **changes))


def test_agenda_and_decisions_are_kept_in_their_order(cast, branch):
    agenda = [{"title": "甲", "votes_for": 3, "vote_rule": "ordinary"}, {}, {"title": "乙", "major": "on"}]
    decisions = [{"text": "清理", "owner": "王丙", "due_on": "12月1日"}]

    answer = send(branch, cast, **rows("agenda", *agenda), **rows("decisions", *decisions))

    assert answer.status_code == 302
    assert list(AgendaItem.objects.values_list("order", "title", "votes_for", "major")) == [
        (1, "甲", 3, False), (2, "乙", None, True),
    ]  # fmt: skip
    assert list(Decision.objects.values_list("text", "owner", "due_on")) == [("清理", "王丙", date(2026, 12, 1))]


@pytest.mark.parametrize(
    "row",
    [{"outcome": "同意"}, {"votes_for": "3"}, {"votes_for": "0"}, {"votes_against": "2"}, {"votes_abstain": "1"},
     {"of_congress": "on"}, {"major": "on"}, {"vote_rule": "election", "votes_for": "3"}],
)  # fmt: skip
def test_a_row_without_its_title_is_asked_for_never_dropped(cast, branch, row):
    answer = send(branch, cast, **rows("agenda", row))

    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert answer.context["form"].agenda.forms[0].errors["title"] == ["请填写议题，或清空这一行。"]


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        ({"votes_for": "25"}, {"vote_rule": ["填了票数，请选择表决方式，或清空票数。"]}),
        ({"votes_against": "0"}, {"vote_rule": ["填了票数，请选择表决方式，或清空票数。"]}),
        ({"vote_rule": "ordinary"}, {"votes_for": ["选了表决方式，请填写赞成票数。"]}),
        ({"vote_rule": "ordinary", "votes_for": "-1"}, {"votes_for": ["赞成票不能小于 0，请核对。"]}),
        ({"vote_rule": "ordinary", "votes_for": "abc"}, {"votes_for": ["赞成票请写整数，例如 12。"]}),
        ({"vote_rule": "show of hands", "votes_for": "3"}, {"vote_rule": ["表决方式不在可选范围内，请重新选择。"]}),
    ],
)
def test_votes_and_their_rule_belong_together(cast, branch, row, errors):
    answer = send(branch, cast, MEETING, **rows("agenda", {"title": "转正"} | row))

    assert (answer.status_code, answer.context["form"].agenda.forms[0].errors) == (400, errors)


@pytest.mark.parametrize("row", [{"owner": "王丙"}, {"due_on": "2026-12-01"}])
def test_nor_is_a_decision(cast, branch, row):
    answer = send(branch, cast, **rows("decisions", row))

    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert answer.context["form"].decisions.forms[0].errors == {"text": ["请填写议定事项，或清空这一行。"]}


def test_more_votes_than_present_at_the_agenda(cast, branch):
    agenda = rows("agenda", {"title": "转正", "vote_rule": "ordinary", "votes_for": "19"})

    answer = send(branch, cast, MEETING, **agenda)

    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert answer.context["form"].non_field_errors() == [
        "议题“转正”：赞成、反对、弃权共 19 票，多于到会 18 人，请核对票数。"
    ]
    assert answer.context["form"].more_open is True


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"agenda-TOTAL_FORMS": None}, "页面不完整，请刷新页面后再提交，已填内容会保留。"),
        ({"agenda-INITIAL_FORMS": None}, "页面不完整，请刷新页面后再提交，已填内容会保留。"),
        ({"decisions-TOTAL_FORMS": "abc"}, "页面不完整，请刷新页面后再提交，已填内容会保留。"),
        ({"decisions-TOTAL_FORMS": "9" * 40}, ""),
        ({"agenda-TOTAL_FORMS": "1000"}, ""),
    ],
)
def test_formsets_without_their_numbers(cast, branch, broken, said):
    answer = send(branch, cast, **broken)

    form = answer.context["form"]
    errors = [*form.agenda.non_form_errors(), *form.decisions.non_form_errors()]
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert errors[0] == (said or "最多 20 行，请删减后再提交。")
    assert "分组清理河道两岸。" in answer.content.decode()


@pytest.mark.parametrize("broken", [{"agenda-TOTAL_FORMS": "-1"}, {"agenda-INITIAL_FORMS": "7"}])
def test_odd_numbers_of_formsets_hurt_nobody(cast, branch, broken):
    assert (send(branch, cast, **broken).status_code, Activity.objects.count()) == (302, 1)


def test_a_foreign_agenda_row_cannot_be_changed(cast, branch):
    foreign = AgendaItemFactory(activity__organisation=cast.other_party, title="别人的议题")

    send(branch, cast, **rows("agenda", {"id": foreign.pk, "title": "改写"}, initial=1))

    foreign.refresh_from_db()
    assert (foreign.title, Activity.objects.get(created_by=cast.branch).agenda.get().title) == ("别人的议题", "改写")


@pytest.mark.parametrize("number", ["33010919900101123X", "３３０１０９ 19900101 1234", "330109900101123"])
def test_rows_take_no_number_of_an_identity_card(cast, branch, number):
    sentence = "{}里有像身份证号的内容。本平台不收集身份证号码，请删去后重新提交。"
    answer = send(branch, cast, **rows("agenda", {"title": f"帮扶{number}"}), **rows("decisions", {"text": number}))

    form = answer.context["form"]
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert form.agenda.forms[0].errors == {"title": [sentence.format("议题")]}
    assert form.decisions.forms[0].errors == {"text": [sentence.format("议定事项")]}
    assert number in answer.content.decode()
