"""Nobody counts as there whom the form did not show: the list of those expected follows the day and the branch."""

from datetime import date

import pytest

from tests.activities.conftest import TODAY
from tests.activities.test_joint_meetings import meeting
from tests.activities.typed import facts_of, shown, typed
from tests.factories.directory import RosterMemberFactory
from yiqiao_portal.activities import services
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.core import registry
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.portal import Portal

NEW = "/activities/new/joint_meeting/"
THEME_DAY = "/activities/new/theme_day/"
EARLIER = date(2026, 3, 2)
SAID = "{}应到名单与刚才显示的不同：{}。名单已更新，其他内容都还在，请核对缺席后再提交。"


@pytest.fixture
def members(cast, alliance, monkeypatch):
    """Until the summer partner, team_org and party were members, since then partner and unit_org are."""
    old, new = [cast.partner, cast.team_org, cast.party], [cast.partner, cast.unit_org]

    def invited(row, day):
        units = old if day and day < date(2026, 7, 1) else new
        return [unit.pk for unit in units] if row.pk == alliance.pk else []

    portal = Portal("示例", invited=invited)
    monkeypatch.setattr(registry, "_portals", [*registry._portals, portal])
    return new


@pytest.fixture
def town(cast, client_for):
    return client_for(cast.town)


def send(client, alliance, units, **changes):
    facts = shown(*(unit.pk for unit in units)) | {"expected": None, "present": None} | changes
    return client.post(NEW, typed(alliance, **facts))


def roll_of(form) -> dict:
    return {row.who.name: (row.absent, row.added) for row in form.roll}


def test_an_earlier_day_is_refused_with_the_list_of_that_day(cast, town, alliance, members):
    changes = {"held_on": "2026-03-02", "roll": [cast.partner.pk, cast.unit_org.pk], "content": "只打了一半的字"}
    changes |= {f"roll-{cast.partner.pk}": "leave", f"roll-{cast.unit_org.pk}": "duty"}

    answer = send(town, alliance, members, **changes)

    form = answer.context["form"]
    names = f"{cast.party.name}、{cast.team_org.name}"
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert form.errors == {"__all__": [SAID.format("2026-03-02 的", f"增加 2 家（{names}），减少 1 家")]}
    assert roll_of(form) == {
        cast.party.name: (False, True), cast.partner.name: (True, False), cast.team_org.name: (False, True),
    }  # fmt: skip
    page = answer.content.decode()
    assert (page.count("（新列入）"), form["content"].value(), "只打了一半的字" in page) == (2, "只打了一半的字", True)


def test_the_list_of_that_day_is_taken(cast, town, alliance, members):
    ticks = {"roll": str(cast.party.pk), f"roll-{cast.party.pk}": "leave"}
    seen = [cast.partner, cast.team_org]

    answer = send(town, alliance, seen, held_on="2026-03-02", **ticks)

    row = Activity.objects.get()
    assert (answer.status_code, row.expected, row.present) == (302, 3, 2)
    assert dict(row.attendances.values_list("organisation", "present")) == {
        cast.partner.pk: True, cast.team_org.pk: True, cast.party.pk: False,
    }  # fmt: skip


def test_a_list_that_was_never_shown_is_shown_first(cast, town, alliance, members):
    answer = send(town, alliance, [])

    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert [row.added for row in answer.context["form"].roll] == [True, True]


def test_a_draft_that_is_moved_to_another_day_takes_its_list(cast, town, alliance, members):
    row = services.create_activity(meeting(alliance, absences={cast.unit_org.pk: "duty"}), by=cast.town)
    facts = facts_of(row) | {"held_on": "2026-03-02"}
    url = f"/activities/{row.pk}/edit/"

    refused = town.post(url, facts | shown(cast.partner.pk, cast.unit_org.pk))
    assert (refused.status_code, len(refused.context["form"].roll)) == (400, 3)

    taken = town.post(url, facts | shown(*(unit.who.pk for unit in refused.context["form"].roll)))
    row.refresh_from_db()
    assert (taken.status_code, row.held_on, row.expected, row.present) == (302, EARLIER, 3, 3)
    assert set(row.attendances.values_list("organisation", flat=True)) == {
        cast.partner.pk, cast.team_org.pk, cast.party.pk,
    }  # fmt: skip


def test_the_service_asks_for_whom_the_form_showed(cast, alliance, members):
    with pytest.raises(DomainError, match="应到名单刚才有变化，请核对缺席后再提交。") as refusal:
        services.create_activity(meeting(alliance, shown={cast.partner.pk}), by=cast.town)

    assert (refusal.value.field, Activity.objects.count()) == ("roll", 0)


def test_somebody_who_joined_the_branch_meanwhile_is_shown_first(cast, client_for):
    seen = shown(*(row.person_id for row in cast.roster))
    joined = RosterMemberFactory(organisation=cast.party).person

    answer = client_for(cast.branch).post(THEME_DAY, typed(cast.party, **seen))

    form = answer.context["form"]
    assert (answer.status_code, Activity.objects.count()) == (400, 0)
    assert form.errors == {"__all__": [SAID.format("", f"增加 1 人（{joined}）")]}
    assert [row.who for row in form.roll if row.added] == [joined]


def test_somebody_who_left_the_branch_is_not_named(cast, client_for):
    gone = cast.roster[0]
    seen = shown(*(row.person_id for row in cast.roster))
    gone.delete()

    answer = client_for(cast.branch).post(THEME_DAY, typed(cast.party, **seen))

    assert answer.context["form"].errors == {"__all__": [SAID.format("", "减少 1 人")]}
    assert gone.person.name not in answer.content.decode()


# --- with script the list follows the day ---


def part(client, url, **asked):
    return client.get(url, asked, headers={"HX-Request": "true"})


def test_the_list_comes_alone_with_its_ticks(cast, town, alliance, members):
    asked = {"organisation": alliance.pk, "roll": [cast.partner.pk], f"roll-{cast.partner.pk}": "leave"}

    answer = part(town, NEW, held_on="2026-03-02", **asked)

    assert next(template.name for template in answer.templates) == "activities/expected.html"
    assert roll_of(answer.context["form"]) == {
        cast.party.name: (False, False), cast.partner.name: (True, False), cast.team_org.name: (False, False),
    }  # fmt: skip
    page = answer.content.decode()
    assert f'id="roll-{cast.partner.pk}" name="roll" value="{cast.partner.pk}" checked' in page
    assert ("应到名单已按所选日期和组织更新：应到 3" in page, "<form" in page) == (True, False)


def test_without_a_list_the_typed_numbers_stay(cast, town):
    answer = part(town, THEME_DAY, organisation=cast.other_party.pk, held_on="2026-03-02", expected="12", present="x")

    form = answer.context["form"]
    assert (form.roll, form["expected"].value(), form["present"].value()) == ([], "12", "x")


@pytest.mark.parametrize(("url", "asks"), [(NEW, True), (THEME_DAY, True), ("/activities/new/talk/", False)])
def test_only_where_somebody_is_expected_the_page_asks_again(cast, town, alliance, url, asks):
    assert ('hx-trigger="change from:#id_held_on' in town.get(url).content.decode()) == asks


@pytest.mark.parametrize("day", ["", "32.13.2026", TODAY.isoformat()])
def test_a_day_that_is_none_takes_the_list_of_today(cast, town, alliance, members, day):
    answer = part(town, NEW, organisation=alliance.pk, held_on=day)

    assert [row.who for row in answer.context["form"].roll] == [cast.unit_org, cast.partner]
