"""Two editors of one record: nobody overwrites in silence, and every part can be taken from either side."""

import pytest

from tests.activities.test_files import jpeg
from tests.activities.typed import facts_of, rows
from tests.activities.typed import shown as listed
from tests.factories.activities import ActivityFactory, kind
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.activities.services import perform, update_activity
from yiqiao_portal.core import recycle


@pytest.fixture
def row(cast):
    return ActivityFactory(organisation=cast.party, state=State.DRAFT, title="原题", venue="原处", content="原文")


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


def url(row) -> str:
    return f"/activities/{row.pk}/edit/"


def saved_by_town(cast, draft, row, **changes):
    """The other editor was first."""
    facts = {"title": "镇上改的题", "venue": "原处", "content": "原文", "recorder": "赵丁"}
    return update_activity(row, draft(row.kind.code, **facts | changes), by=cast.town, version=row.version)


def shown(answer) -> dict[str, tuple[str, str]]:
    """The rows of the compare page: field → theirs, mine."""
    return {item["field"]: (item["theirs"], item["mine"]) for item in answer.context["rows"]}


def again(answer, **choices) -> dict:
    """What the compare page sends: all that was typed, the new version, the choices."""
    data = {}
    for name, value in answer.context["typed"]:
        data.setdefault(name, []).append(value)
    return data | {"version": answer.context["version"]} | {f"take_{name}": side for name, side in choices.items()}


def test_the_second_editor_sees_both_sides_and_nothing_is_written(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题", "guests": "镇联村干部", "recorder": "赵丁"}
    saved_by_town(cast, draft, row)

    answer = branch.post(url(row), mine)

    row.refresh_from_db()
    assert (answer.status_code, row.title, row.version) == (409, "镇上改的题", 2)
    assert "generic/conflict.html" in [template.name for template in answer.templates]
    assert shown(answer) == {"title": ("镇上改的题", "我改的题"), "guests": ("--", "镇联村干部")}
    assert answer.context["version"] == 2
    page = answer.content.decode()
    assert "请逐项选择保留哪一边，您填写的内容没有丢。" in page
    assert 'name="guests" value="镇联村干部"' in page


def test_everything_typed_is_sent_again_but_the_old_version(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题"}
    saved_by_town(cast, draft, row)

    answer = branch.post(url(row), mine)

    assert dict(answer.context["typed"]) == {name: value for name, value in mine.items() if name != "version"}


def test_my_side_is_saved_under_the_new_version(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题"}
    saved_by_town(cast, draft, row, venue="新处")
    compare = branch.post(url(row), mine)

    answer = branch.post(url(row), again(compare, title="mine", venue="mine"))

    row.refresh_from_db()
    assert (answer.status_code, row.title, row.venue, row.version) == (302, "我改的题", "原处", 3)


def test_field_by_field_from_either_side(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题", "venue": "我改的处", "host": "我的主持"}
    saved_by_town(cast, draft, row, venue="镇上的处", host="镇上的主持")
    compare = branch.post(url(row), mine)

    branch.post(url(row), again(compare, title="theirs", venue="mine", host="theirs"))

    row.refresh_from_db()
    assert (row.title, row.venue, row.host) == ("镇上改的题", "我改的处", "镇上的主持")


def test_times_choices_and_lists_come_from_either_side(cast, branch, draft, row):
    mine = facts_of(row) | {"starts_at": "09:00", "partners": []}
    saved_by_town(cast, draft, row, title="原题", starts_at="14:30", partners=[cast.partner, cast.unit_org])
    compare = branch.post(url(row), mine)

    assert shown(compare) == {
        "starts_at": ("14:30", "09:00"),
        "partners": ("综合行政执法队、示例单位一", "--"),
        "recorder": ("赵丁", "--"),
    }
    branch.post(url(row), again(compare, starts_at="theirs", partners="theirs", recorder="mine"))

    row.refresh_from_db()
    assert (f"{row.starts_at:%H:%M}", row.recorder) == ("14:30", "")
    assert set(row.partners.all()) == {cast.partner, cast.unit_org}


def test_a_third_save_in_between_is_compared_again(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题"}
    saved_by_town(cast, draft, row)
    compare = branch.post(url(row), mine)
    row.refresh_from_db()
    saved_by_town(cast, draft, row, title="又改的题", recorder="")

    answer = branch.post(url(row), again(compare, title="mine"))

    row.refresh_from_db()
    assert (answer.status_code, shown(answer), row.title) == (409, {"title": ("又改的题", "我改的题")}, "又改的题")


# --- roll, agenda, decisions ---


@pytest.fixture
def rolled(cast, recorded):
    """A draft with a roll of twenty, one absentee, one point and one decision."""
    return recorded(
        "congress",
        absences={cast.roster[0].person_id: "leave"},
        agenda=[{"title": "甲"}],
        decisions=[{"text": "旧事", "owner": "王丙"}],
        recorder="赵丁",
    )


def compare_rolled(cast, branch, draft, row):
    """Town and branch both change the roll, the agenda and the decisions."""
    [item], [decision] = row.agenda.all(), row.decisions.all()
    first, second, third = (member.person for member in cast.roster[:3])
    everybody = listed(*(member.person_id for member in cast.roster))
    mine = facts_of(row) | {"expected": "", "present": "", "recorder": "赵丁"} | everybody | {
        "roll": [str(first.pk), str(third.pk)],
        f"roll-{first.pk}": "leave",
        f"roll-{third.pk}": "other",
    }  # fmt: skip
    mine |= rows("agenda", {"id": item.pk, "title": "甲我"}, {"title": "丙我"}, initial=1)
    mine |= rows("decisions", {"id": decision.pk, "text": "旧事我", "owner": "王丙"}, initial=1)
    update_activity(
        row,
        draft(
            "congress",
            recorder="赵丁",
            absences={second.pk: "duty"},
            agenda=[{"id": item.pk, "title": "甲镇"}],
            decisions=[{"id": decision.pk, "text": "旧事镇", "owner": "王丙"}, {"text": "新事镇"}],
        ),
        by=cast.town,
        version=1,
    )
    return branch.post(url(row), mine), [first, second, third]


def state_of(row) -> tuple:
    """Absentees, agenda and decisions as they are saved."""
    row = Activity.objects.get(pk=row.pk)
    absent = row.attendances.filter(present=False).order_by("person_id").values_list("person_id", "absence")
    return (
        list(absent),
        list(row.agenda.values_list("title", flat=True)),
        list(row.decisions.values_list("text", flat=True)),
        row.present,
    )


def test_roll_agenda_and_decisions_are_compared_as_parts(cast, branch, draft, rolled):
    answer, (first, second, third) = compare_rolled(cast, branch, draft, rolled)

    assert answer.status_code == 409
    assert shown(answer) == {
        "roll": (f"{second}（公出）", "、".join(f"{p}（{w}）" for p, w in sorted_words(first, third))),
        "agenda": ("甲镇", "甲我\n丙我"),
        "decisions": ("旧事镇\n新事镇", "旧事我"),
    }


def sorted_words(first, third) -> list[tuple]:
    return sorted([(first, "请假"), (third, "其他")], key=lambda pair: (pair[0].pinyin, pair[0].pk))


def test_my_parts(cast, branch, draft, rolled):
    compare, (first, _, third) = compare_rolled(cast, branch, draft, rolled)

    answer = branch.post(url(rolled), again(compare, roll="mine", agenda="mine", decisions="mine"))

    assert answer.status_code == 302
    assert state_of(rolled) == ([(first.pk, "leave"), (third.pk, "other")], ["甲我", "丙我"], ["旧事我"], 18)


def test_their_parts(cast, branch, draft, rolled):
    compare, (_, second, _) = compare_rolled(cast, branch, draft, rolled)

    answer = branch.post(url(rolled), again(compare, roll="theirs", agenda="theirs", decisions="theirs"))

    assert answer.status_code == 302
    assert state_of(rolled) == ([(second.pk, "duty")], ["甲镇"], ["旧事镇", "新事镇"], 19)


def test_mixed_parts(cast, branch, draft, rolled):
    compare, (first, _, third) = compare_rolled(cast, branch, draft, rolled)

    branch.post(url(rolled), again(compare, roll="mine", agenda="theirs", decisions="mine"))

    assert state_of(rolled) == ([(first.pk, "leave"), (third.pk, "other")], ["甲镇"], ["旧事我"], 18)


def test_a_row_that_the_other_took_away_is_not_lost_on_my_side(cast, branch, draft, recorded):
    row = recorded(agenda=[{"title": "甲"}], recorder="赵丁")
    item = row.agenda.get()
    mine = facts_of(row) | {"recorder": "赵丁"} | rows("agenda", {"id": item.pk, "title": "甲我"}, initial=1)
    update_activity(row, draft(agenda=[], recorder="赵丁"), by=cast.town, version=1)
    compare = branch.post(url(row), mine)

    branch.post(url(row), again(compare, agenda="mine"))

    assert (shown(compare), state_of(row)[1]) == ({"agenda": ("--", "甲我")}, ["甲我"])


def test_a_saved_nought_is_kept(cast, branch, draft, recorded):
    row = recorded("congress", recorder="赵丁")
    mine = facts_of(row) | {"recorder": "赵丁", "present": "5"}
    vote = {"title": "甲", "vote_rule": "ordinary", "votes_for": 0, "votes_against": 0, "votes_abstain": 0}
    update_activity(row, draft("congress", recorder="赵丁", present=0, agenda=[vote]), by=cast.town, version=1)
    compare = branch.post(url(row), mine)

    answer = branch.post(url(row), again(compare, present="theirs", agenda="theirs"))

    row.refresh_from_db()
    assert (answer.status_code, row.present) == (302, 0)
    assert list(row.agenda.values_list("votes_for", "votes_against", "votes_abstain")) == [(0, 0, 0)]


# --- hostile and unlucky ---


@pytest.mark.parametrize(
    "name", ["nothing", "clean", "fields", "__class__", "x" * 300, "", "csrfmiddlewaretoken", "do"]
)
def test_a_choice_that_is_none_is_not_heeded(cast, branch, row, name):
    answer = branch.post(url(row), facts_of(row) | {"title": "我改的题", f"take_{name}": "theirs"})

    row.refresh_from_db()
    assert (answer.status_code, row.title) == (302, "我改的题")


def test_pictures_are_asked_for_again(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题", "photos": jpeg()}
    saved_by_town(cast, draft, row)

    answer = branch.post(url(row), mine)

    assert "photos" not in shown(answer)
    assert "选好的照片和附件没有保存，请保存后再补选。" in answer.content.decode()
    assert row.photos.count() == 0


def test_without_pictures_nothing_is_said_of_them(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题"}
    saved_by_town(cast, draft, row)

    assert "照片" not in branch.post(url(row), mine).content.decode().split("<main")[1].split("</main")[0]


def test_handed_in_meanwhile_is_409_and_the_words_are_there(cast, branch, row):
    mine = facts_of(row) | {"title": "我改的题"}
    perform(row, "submit", by=cast.town)

    answer = branch.post(url(row), mine)

    row.refresh_from_db()
    assert (answer.status_code, row.title) == (409, "原题")
    assert "我改的题" in answer.content.decode()
    assert "如需更正，请先撤回" in answer.content.decode()


def test_removed_meanwhile_is_404(cast, branch, row):
    mine = facts_of(row) | {"title": "我改的题"}
    recycle.remove(row, by=cast.town, action="activity.remove")

    assert branch.post(url(row), mine).status_code == 404


def test_words_that_are_wrong_come_before_the_comparison_and_both_stay(cast, branch, draft, row):
    mine = facts_of(row) | {"title": "我改的题", "held_on": "20日"}
    saved_by_town(cast, draft, row)

    wrong = branch.post(url(row), mine)
    answer = branch.post(url(row), mine | {"held_on": "2026-11-19", "version": wrong.context["version"]})

    assert (wrong.status_code, answer.status_code) == (400, 409)
    assert shown(answer)["held_on"] == ("2026-11-20", "2026-11-19")


@pytest.mark.parametrize("code", ["congress", "committee", "life_meeting", "lecture", "talk", "other"])
def test_every_kind_can_be_compared(cast, branch, draft, code):
    row = ActivityFactory(organisation=cast.party, kind=kind(code), state=State.DRAFT, title="原题", content="原文")
    mine = facts_of(row) | {"title": "我改的题", "venue": "党群服务中心"}
    saved_by_town(cast, draft, row, venue="党群服务中心")

    answer = branch.post(url(row), mine)

    assert answer.status_code == 409
    assert shown(answer)["title"] == ("镇上改的题", "我改的题")
