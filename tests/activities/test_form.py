"""The form of an activity, as browsers, phones and strangers send it: 400, never 500, and nothing typed is lost."""

import re
from datetime import date, time

import pytest

from tests.activities.typed import rows, shown, typed
from tests.factories.activities import ActivityFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.core.models import CreateKey

NEW = "/activities/new/theme_day/"
MEETING = "/activities/new/congress/"


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


def send(client, cast, url=NEW, **changes):
    return client.post(url, typed(cast.party, **changes))


def test_six_fields_are_enough_and_the_record_goes_to_the_office(cast, branch):
    six = {name: typed(cast.party)[name] for name in ("organisation", "title", "held_on", "host", "venue", "content")}
    data = six | shown(*(row.person_id for row in cast.roster)) | {"idempotency_key": KEYS[0]}

    answer = branch.post(NEW, data | rows("agenda") | rows("decisions"), follow=True)

    row = Activity.objects.get()
    assert answer.redirect_chain == [(f"/activities/{row.pk}/", 302)]
    assert (row.state, row.expected, row.present) == (State.SUBMITTED, 20, 20)
    assert f"“清洁家园”已提交，镇党建办将会确认。编号 {row.serial}。" in answer.content.decode()


def test_the_form_says_how_many_fields_are_asked_for(cast, branch):
    assert cast.roster

    answer = branch.get(NEW)

    assert answer.context["lede_needed"] == 6
    assert [field.name for field in answer.context["form"] if field.field.required] == [
        "organisation", "title", "held_on", "host", "venue", "content",
    ]  # fmt: skip


KEYS = ["5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11", "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f12"]


def test_three_absentees_with_reasons(cast, branch):
    absent = [row.person_id for row in cast.roster[:3]]
    ticks = shown(*(row.person_id for row in cast.roster)) | {"roll": absent}
    ticks |= {f"roll-{pk}": code for pk, code in zip(absent, ("leave", "duty", "other"), strict=True)}

    answer = send(branch, cast, expected=None, present=None, **ticks)

    row = Activity.objects.get()
    assert (answer.status_code, row.expected, row.present) == (302, 20, 17)
    assert dict(row.attendances.filter(present=False).values_list("person_id", "absence")) == dict(
        zip(absent, ("leave", "duty", "other"), strict=True)
    )


def test_people_write_dates_and_times_as_they_like(cast, branch):
    send(branch, cast, held_on="2026年11月20日", starts_at="下午2点半", ends_at="1600")

    row = Activity.objects.get()
    assert (row.held_on, row.starts_at, row.ends_at) == (date(2026, 11, 20), time(14, 30), time(16))


# --- what is refused: each with its sentence, at its field, and the words stay ---

WRONG = [
    (NEW, {"held_on": "2027-11-25"}, "held_on", "日期在一年以后，请核对年份。"),
    (NEW, {"held_on": "1920-12-31"}, "held_on", "日期太早，请核对年份。"),
    (NEW, {"held_on": "2026-02-30"}, "held_on", "2月30日不存在，请改为 2月1日至28日。"),
    (NEW, {"held_on": "20日"}, "held_on", "看不懂日期"),
    (NEW, {"held_on": ""}, "held_on", "请填写日期。"),
    (NEW, {"held_on": "2026-11-24", "do": "submit"}, "held_on", "活动还没有举行"),
    (NEW, {"starts_at": "15:00", "ends_at": "14:59"}, "ends_at", "结束时间要晚于开始时间，请核对。"),
    (NEW, {"starts_at": "25:00"}, "starts_at", "没有 25:00 这个时间"),
    (NEW, {"expected": "5", "present": "6"}, "present", "实到人数不能多于应到人数，请核对。"),
    (NEW, {"expected": "-1"}, "expected", "应到不能小于 0，请核对。"),
    (NEW, {"expected": "99999999999"}, "expected", "应到不能大于 2147483647，请核对。"),
    (NEW, {"expected": "二十"}, "expected", "应到请写整数，例如 12。"),
    (NEW, {"expected": "9" * 5000}, "expected", "应到请写整数，例如 12。"),
    (
        NEW,
        {"voters_expected": "5", "voters_present": "6"},
        "voters_present",
        "实到有表决权人数不能多于应到有表决权人数",
    ),
    (NEW, {"voters_expected": "21", "voters_present": "6"}, "voters_expected", "有表决权人数不能多于总人数，请核对。"),
    (NEW, {"title": "字" * 101}, "title", "最多 100 个字，现在是 101 个字，请删减。"),
    (NEW, {"content": "字" * 5001}, "content", "最多 5,000 个字，现在是 5,001 个字，请删减。"),
    (NEW, {"title": "标题\ufffd"}, "title", "第 3 个字是乱码"),
    (NEW, {"do": "submit", "content": ""}, "content", "请填写主要内容。"),
    (NEW, {"do": "submit", "host": " "}, "host", "请填写主持人。"),
    (MEETING, {"theme_day": "999999999"}, "theme_day", "所属主题党日不在可选范围内，请重新选择。"),
    (MEETING, {"do": "submit", "expected": ""}, "expected", "请填写应到。"),
    (NEW, {"partners": "9" * 24}, "partners", "合作单位不在可选范围内，请重新选择。"),
    (NEW, {"service_lines": "abc"}, "service_lines", "服务线（九联）不在可选范围内，请重新选择。"),
    (NEW, {"organisation": ""}, "organisation", "请选择党组织。"),
    (NEW, {"organisation": "abc"}, "organisation", "党组织不在可选范围内，请重新选择。"),
    (NEW, {"organisation": "9" * 5000}, "organisation", "党组织不在可选范围内，请重新选择。"),
    (NEW, {"idempotency_key": ""}, "__all__", "页面已过期"),
    (NEW, {"idempotency_key": None}, "__all__", "页面已过期"),
    (NEW, {"idempotency_key": "garbage"}, "__all__", "页面已过期"),
    (NEW, {"idempotency_key": "x" * 9999}, "__all__", "页面已过期"),
]


TEXTS = {
    "title",
    "held_on",
    "starts_at",
    "ends_at",
    "expected",
    "present",
    "voters_expected",
    "voters_present",
    "content",
}


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_input_is_answered_with_its_sentence(cast, branch, number):
    url, changes, field, sentence = WRONG[number]

    answer = send(branch, cast, url, guests="镇联村干部王甲", **changes)

    assert (answer.status_code, Activity.objects.count(), CreateKey.objects.count()) == (400, 0, 0)
    assert list(answer.context["form"].errors) == [field]
    [said] = answer.context["form"].errors[field]
    assert (sentence in said, re.findall("[A-Za-z]{2,}", said.replace("abc", ""))) == (True, [])
    page = answer.content.decode()
    assert "镇联村干部王甲" in page
    assert {name: value for name, value in changes.items() if name in TEXTS and value[:60] not in page} == {}


def test_a_field_that_the_form_does_not_have_is_not_heeded(cast, branch):
    day = ActivityFactory(organisation=cast.party)

    assert send(branch, cast, theme_day=str(day.pk)).status_code == 302
    assert Activity.objects.latest("pk").theme_day is None


def test_invisible_signs_are_left_out_and_rare_characters_kept(cast, branch):
    send(branch, cast, title="标\x00题\u202e\u200b𠮷", host="王\x07丙")

    row = Activity.objects.get()
    assert (row.title, row.host) == ("标题𠮷", "王丙")


def test_what_is_wrong_in_the_folded_part_opens_it(cast, branch):
    wrong = [{"held_on": ""}, {"ends_at": "25:00"}, {"starts_at": "15:00", "ends_at": "14:00"}]

    opened = [send(branch, cast, **changes).context["form"].more_open for changes in wrong]

    assert opened == [False, True, True]


def test_after_an_expired_page_the_same_form_can_be_sent_again(cast, branch):
    answer = send(branch, cast, idempotency_key="garbage")

    again = send(branch, cast, idempotency_key=str(answer.context["idempotency_key"]))

    assert (again.status_code, Activity.objects.count()) == (302, 1)


def test_numbers_typed_before_the_branch_was_chosen_count_as_typed(cast, client_for):
    """The office chooses the branch in the form; the roll of that branch was never shown."""
    assert cast.roster
    assert cast.other_party
    town = client_for(cast.town)
    assert town.get(NEW).context["form"].roll == []

    answer = send(town, cast, expected="20", present="15")

    row = Activity.objects.get()
    assert (answer.status_code, row.expected, row.present, row.attendances.count()) == (302, 20, 15, 0)


def test_a_branch_chosen_in_the_link_brings_its_roll(cast, client_for):
    assert cast.roster

    form = client_for(cast.town).get(f"{NEW}?organisation={cast.party.pk}").context["form"]

    assert (len(form.roll), form.absent_count, "expected" in form.fields) == (20, 0, False)


def test_a_roll_that_was_shown_decides_whatever_numbers_are_sent(cast, branch):
    ticks = {f"roll-{row.person_id}": "" for row in cast.roster}

    send(branch, cast, expected="5", present="1", **ticks)

    assert Activity.objects.get().present == 20
