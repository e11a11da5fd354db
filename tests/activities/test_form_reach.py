"""What the form takes lies within reach, and nothing can be smuggled in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.activities.typed import shown, typed
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

    answer = send(branch, cast, roll=str(stranger.pk), **shown(*(row.person_id for row in cast.roster)))

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

    everybody = shown(*(row.person_id for row in cast.roster))
    answer = send(branch, cast, roll=str(person.pk), **everybody | {f"roll-{person.pk}": reason})

    form = answer.context["form"]
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    sentence = f"请给 {person.name} 选择缺席原因：请假、公出或其他。"
    assert form.errors == {f"roll-{person.pk}": [sentence]}
    page = answer.content.decode()
    anchor = f"id_roll-{person.pk}"
    assert f'<a href="#{anchor}">{sentence}</a>' in page
    assert f'id="{anchor}" name="roll-{person.pk}"' in page
    assert f'aria-invalid="true" aria-describedby="{anchor}_error"' in page
    assert page.count('class="form-select is-invalid"') == 1
    assert [row.who for row in form.roll if row.absent] == [person]


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


def test_partners_are_ticked_by_kind_in_a_folded_box(cast, branch):
    assert cast.unit_org
    chosen = [cast.partner.pk, cast.other_party.pk]

    answer = branch.post(NEW, typed(cast.party, title="", do="submit", partners=[str(pk) for pk in chosen]))

    form, page = answer.context["form"], answer.content.decode()
    ticked = {row["pk"] for _, rows in form.partner_groups for row in rows if row["ticked"]}
    assert (answer.status_code, ticked, form.partner_count) == (400, set(chosen), 2)
    assert "合作单位（选填），已选 2 个" in page
    assert page.count('name="partners"') == sum(len(rows) for _, rows in form.partner_groups)
    kinds = [kind for kind, _ in form.partner_groups]
    assert len(kinds) == len(set(kinds)) >= 3


def test_files_that_came_with_a_refused_form_are_counted(cast, branch):
    photos = [SimpleUploadedFile(f"{number}.jpg", b"x", "image/jpeg") for number in range(3)]

    answer = branch.post(NEW, typed(cast.party, content="", do="submit", photos=photos))

    page = answer.content.decode()
    assert (answer.status_code, answer.context["form"].lost_files) == (400, {"photos": 3, "attachments": 0})
    assert "刚才选的 3 张照片没有保存，请重新选择。" in page
    assert "个附件没有保存" not in page
    assert "没有保存，请重新选择" not in branch.get(NEW).content.decode()
