"""What the form takes lies within reach, and nothing can be smuggled in."""

import pytest

from tests.activities.typed import typed
from tests.factories.activities import ActivityFactory
from tests.factories.directory import RosterMemberFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity

NEW = "/activities/new/theme_day/"
MEETING = "/activities/new/congress/"


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


def send(client, cast, url=NEW, **changes):
    return client.post(url, typed(cast.party, **changes))


def test_a_foreign_organisation_is_refused_and_nothing_written(cast, branch):
    answer = branch.post(NEW, typed(cast.other_party))

    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert answer.context["form"].errors == {"organisation": ["党组织不在可选范围内，请重新选择。"]}


@pytest.mark.parametrize("organisation", ["root", "office", "partner"])
def test_only_party_organisations_keep_a_rhythm(cast, client_for, organisation):
    answer = client_for(cast.town).post(NEW, typed(getattr(cast, organisation)))

    assert (answer.status_code, Activity.objects.count()) == (400, 0)


def test_a_stranger_in_the_roll_is_refused(cast, branch):
    assert cast.roster
    stranger = RosterMemberFactory(organisation=cast.other_party).person

    answer = send(branch, cast, roll=str(stranger.pk), **{f"roll-{stranger.pk}": "leave"})

    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert answer.context["form"].non_field_errors() == ["缺席人员里有不在应到名单的人，请刷新页面后重新勾选。"]
    assert stranger.name not in answer.content.decode()


@pytest.mark.parametrize("ticks", [["abc"], ["999999999"], ["", "0"], ["1; drop table"]])
def test_nonsense_in_the_roll_is_refused(cast, branch, ticks):
    assert cast.roster

    assert (send(branch, cast, roll=ticks).status_code, Activity.objects.count()) == (400, 0)


@pytest.mark.parametrize("reason", ["", "sick", "请假"])
def test_an_absentee_without_a_reason_is_named_and_stays_ticked(cast, branch, reason):
    person = cast.roster[4].person

    answer = send(branch, cast, roll=str(person.pk), **{f"roll-{person.pk}": reason})

    form = answer.context["form"]
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert form.non_field_errors() == [f"请给 {person.name} 选择缺席原因：请假、公出或其他。"]
    assert [row.person for row in form.roll if row.absent] == [person]


def test_the_theme_day_of_another_branch_is_refused(cast, client_for):
    other = ActivityFactory(organisation=cast.other_party)

    branch = client_for(cast.branch).post(MEETING, typed(cast.party, theme_day=str(other.pk)))
    town = client_for(cast.town).post(MEETING, typed(cast.party, theme_day=str(other.pk)))

    assert branch.context["form"].errors == {"theme_day": ["所属主题党日不在可选范围内，请重新选择。"]}
    assert town.context["form"].errors == {"theme_day": ["所属主题党日要选本党组织的主题党日记录。"]}
    assert (branch.status_code, town.status_code, Activity.objects.count()) == (400, 400, 1)


def test_state_author_and_serial_cannot_be_posted(cast, branch):
    extra = {"state": "confirmed", "created_by": cast.town.pk, "serial": "X", "late_entry": "1", "version": "9"}
    extra |= {"submitted_by": cast.town.pk, "deleted_at": "2026-01-01", "planned": "1", "pk": "1", "id": "1"}

    send(branch, cast, **extra)

    row = Activity.objects.get()
    assert (row.state, row.created_by, row.serial, row.late_entry) == (
        State.DRAFT, cast.branch, "YQ-HD-2026-0001", False,
    )  # fmt: skip
    assert (row.version, row.submitted_by, row.deleted_at, row.planned) == (1, None, None, False)
