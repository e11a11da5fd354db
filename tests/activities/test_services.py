"""Recording and changing an activity: what is kept, and what is refused with nothing kept."""

from datetime import date, time, timedelta

import pytest

from tests.activities.conftest import TODAY
from tests.factories.activities import ActivityFactory, kind
from tests.factories.directory import RosterMemberFactory, ServiceLineFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity, ActivityCount, AgendaItem, Attendance, Decision
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.models import Serial


def nothing_is_kept() -> bool:
    tables = (Activity, Attendance, AgendaItem, Decision, ActivityCount, Entry, Serial)
    return [table.objects.count() for table in tables] == [0] * len(tables)


def refusal_of(make, *args, **kwargs) -> tuple[str, str | None]:
    """The sentence and the field of a refusal."""
    with pytest.raises(DomainError) as refusal:
        make(*args, **kwargs)
    return refusal.value.message, refusal.value.field


# --- what is kept ---


def test_a_draft_is_kept_as_typed(cast, recorded):
    row = recorded(starts_at=time(14, 30), ends_at=time(16), recorder="赵丁", guests="镇联村干部", place=None)

    row.refresh_from_db()
    assert (row.serial, row.state, row.version) == ("YQ-HD-2026-0001", State.DRAFT, 1)
    assert (row.title, row.held_on, row.venue, row.host) == ("清洁家园", date(2026, 11, 20), "党群服务中心", "王丙")
    assert (row.starts_at, row.ends_at, row.recorder, row.guests) == (time(14, 30), time(16), "赵丁", "镇联村干部")
    assert (row.created_by, row.submitted_at, row.late_entry, row.planned) == (cast.branch, None, False, False)


def test_one_entry_tells_who_wrote_which_fields(cast, recorded):
    row = recorded()

    [entry] = Entry.objects.all()
    assert (entry.action, entry.object_type, entry.object_id) == (
        "activity.create",
        "activities.activity",
        str(row.pk),
    )
    assert entry.fields == [
        "content",
        "expected",
        "held_on",
        "host",
        "kind",
        "organisation",
        "present",
        "title",
        "venue",
    ]
    assert entry.actor_id == cast.branch.pk


def test_serials_run_by_the_year_of_the_activity(recorded):
    days = [date(2026, 1, 1), date(2025, 12, 31), date(2026, 11, 20)]

    assert [recorded(held_on=day).serial for day in days] == ["YQ-HD-2026-0001", "YQ-HD-2025-0001", "YQ-HD-2026-0002"]


def test_recorded_and_submitted_in_one_go(cast, recorded):
    row = recorded(submit=True)

    assert (row.state, row.submitted_by, row.version) == (State.SUBMITTED, cast.branch, 2)
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == ["activity.create", "activity.submit"]


def test_a_submission_that_is_refused_leaves_nothing_behind(recorded):
    said = refusal_of(recorded, submit=True, content="")

    assert said == ("还没有填写主要内容，请补上后再提交。", "content")
    assert nothing_is_kept()


def test_lines_partners_agenda_and_decisions_hang_on_it(cast, recorded):
    line = ServiceLineFactory()
    agenda = [{"title": "发展计划", "outcome": "同意", "of_congress": True}, {"title": "人居环境", "major": True}]
    decisions = [{"text": "月底前清理垃圾点", "owner": "王丙", "due_on": date(2026, 11, 30)}]

    row = recorded(partners=[cast.partner], service_lines=[line], agenda=agenda, decisions=decisions)

    assert (list(row.partners.all()), list(row.service_lines.all())) == ([cast.partner], [line])
    assert list(row.agenda.values_list("order", "title", "outcome", "of_congress", "major")) == [
        (1, "发展计划", "同意", True, False),
        (2, "人居环境", "", False, True),
    ]
    assert list(row.decisions.values_list("order", "text", "owner", "due_on", "done_on")) == [
        (1, "月底前清理垃圾点", "王丙", date(2026, 11, 30), None)
    ]


# --- numbers from the roster, and numbers as typed ---


def test_the_numbers_follow_from_the_roster_and_the_absentees(cast, recorded):
    roster = [row.person_id for row in cast.roster]
    absences = {roster[0]: "leave", roster[1]: "duty", roster[19]: "other"}  # the last one has no vote

    row = recorded(absences=absences, expected=99, present=1)

    assert (row.expected, row.present, row.missing) == (20, 17, 3)
    assert (row.voters_expected, row.voters_present) == (18, 16)
    assert dict(row.attendances.filter(present=False).values_list("person_id", "absence")) == absences
    assert row.attendances.filter(present=True, absence="").count() == 17
    assert row.attendances.filter(votes=True).count() == 18


def test_nobody_absent_means_everybody_was_there(cast, recorded):
    assert cast.roster

    row = recorded(absences={})

    assert (row.expected, row.present, row.attendances.count()) == (20, 20, 20)


def test_without_a_roster_the_numbers_are_as_typed(recorded):
    row = recorded(absences=None, expected=12, present=9, voters_expected=10, voters_present=8)

    assert (row.expected, row.present, row.voters_expected, row.voters_present) == (12, 9, 10, 8)
    assert row.attendances.count() == 0


@pytest.mark.parametrize("code", ["committee", "group", "talk", "other"])
def test_kinds_that_are_not_of_the_whole_branch_ask_for_no_roll(cast, recorded, code):
    assert cast.roster

    row = recorded(code, absences=None, expected=5, present=5)

    assert (row.expected, row.present, row.attendances.count()) == (5, 5, 0)


def test_people_in_the_recycle_bin_are_not_expected(cast, recorded, clock):
    gone, off_roster = cast.roster[0], cast.roster[1]
    gone.person.deleted_at = off_roster.deleted_at = TODAY_NOON
    gone.person.save()
    off_roster.save()

    row = recorded(absences={})

    assert (row.expected, row.voters_expected) == (18, 16)


TODAY_NOON = "2026-11-23T12:00:00+08:00"


def test_a_stranger_cannot_be_absent(cast, recorded):
    assert cast.roster
    stranger = RosterMemberFactory(organisation=cast.other_party).person_id

    said = refusal_of(recorded, absences={stranger: "leave"})

    assert said == ("缺席人员里有不在应到名单的人，请刷新页面后重新勾选。", "roll")
    assert nothing_is_kept()


@pytest.mark.parametrize("code", ["", "sick", "LEAVE", "请假"])
def test_absences_are_coded(cast, recorded, code):
    said = refusal_of(recorded, absences={cast.roster[0].person_id: code})

    assert said == ("缺席的同志请选择原因：请假、公出或其他。", "roll")
    assert nothing_is_kept()


def test_more_present_than_expected(recorded):
    said = refusal_of(recorded, expected=5, present=6)

    assert said == ("实到人数不能多于应到人数，请核对。", "present")
    assert nothing_is_kept()


def test_more_voters_present_than_expected(recorded):
    said = refusal_of(recorded, voters_expected=5, voters_present=6)

    assert said == ("实到有表决权人数不能多于应到有表决权人数，请核对。", "voters_present")
    assert nothing_is_kept()


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({"expected": 10, "present": 8, "voters_expected": 11, "voters_present": 8}, "voters_expected"),
        ({"expected": 10, "present": 8, "voters_expected": 10, "voters_present": 9}, "voters_present"),
    ],
)
def test_voters_are_among_those_expected_and_present(recorded, numbers, field):
    said = refusal_of(recorded, **numbers)

    assert said == ("有表决权人数不能多于总人数，请核对。", field)
    assert nothing_is_kept()


# --- dates and times ---


@pytest.mark.parametrize("day", [TODAY + timedelta(days=366), date(1921, 1, 1)])
def test_dates_at_the_border_are_kept(recorded, day):
    assert recorded(held_on=day).held_on == day


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (TODAY + timedelta(days=367), "日期在一年以后，请核对年份。"),
        (date(9999, 12, 31), "日期在一年以后，请核对年份。"),
        (date(1920, 12, 31), "日期太早，请核对年份。"),
        (date(1, 1, 1), "日期太早，请核对年份。"),
    ],
)
def test_dates_beyond_are_refused(recorded, day, sentence):
    assert refusal_of(recorded, held_on=day) == (sentence, "held_on")
    assert nothing_is_kept()


@pytest.mark.parametrize(("starts", "ends"), [(time(15), time(14)), (time(15), time(15)), (time(0, 1), time(0))])
def test_an_end_before_the_start(recorded, starts, ends):
    said = refusal_of(recorded, starts_at=starts, ends_at=ends)

    assert said == ("结束时间要晚于开始时间，请核对。", "ends_at")
    assert nothing_is_kept()


@pytest.mark.parametrize("times", [{"starts_at": time(23, 59)}, {"ends_at": time(0)}])
def test_one_time_alone_is_fine(recorded, times):
    row = recorded(**times)

    assert {name: getattr(row, name) for name in times} == times


# --- reach ---


@pytest.mark.parametrize(
    "role", ["other_branch", "sub_branch", "leader", "grid", "unit", "liaison", "sysadmin", "former"]
)
def test_nobody_records_for_an_organisation_out_of_reach(cast, recorded, role):
    said = refusal_of(recorded, by=getattr(cast, role))

    assert said == ("这个党组织不在您的管辖范围，请重新选择。", "organisation")
    assert nothing_is_kept()


def test_a_branch_above_may_record_for_one_below(cast, recorded):
    assert recorded(organisation=cast.sub_party).organisation == cast.sub_party


def test_the_own_organisation_is_no_partner(cast, recorded):
    said = refusal_of(recorded, partners=[cast.partner, cast.party])

    assert said == ("合作单位不用选本单位，请去掉。", "partners")
    assert nothing_is_kept()


def test_meetings_of_a_theme_day_name_it(cast, recorded):
    day = recorded()

    meeting = recorded("congress", theme_day=day)

    assert list(day.held_together.all()) == [meeting]


@pytest.mark.parametrize("wrong", ["of another branch", "of another kind"])
def test_the_theme_day_must_be_one_of_the_same_branch(cast, recorded, wrong):
    organisation = cast.other_party if wrong == "of another branch" else cast.party
    code = "congress" if wrong == "of another kind" else "theme_day"
    day = ActivityFactory(organisation=organisation, kind=kind(code))

    said = refusal_of(recorded, "congress", theme_day=day, by=cast.town)

    assert said == ("所属主题党日要选本党组织的主题党日记录。", "theme_day")
