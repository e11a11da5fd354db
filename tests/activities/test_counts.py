"""For which kinds a record counts, and what the matrix then says of each period."""

from datetime import date

import pytest

from tests.factories.activities import ActivityFactory, ExplanationFactory, kind
from yiqiao_portal.activities import selectors
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import ActivityKind
from yiqiao_portal.activities.rhythm import Cell
from yiqiao_portal.activities.services import perform, update_activity
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import DomainError

CONGRESS_ITEM = [{"title": "讨论转正", "of_congress": True}]


def counted(row) -> set[str]:
    """Codes of the kinds that the record counts for."""
    return set(row.counts.values_list("kind__code", flat=True))


def kinds(*codes) -> list[ActivityKind]:
    return [kind(code) for code in codes]


@pytest.mark.parametrize("code", ["congress", "committee", "group", "theme_day", "lecture", "talk", "other"])
def test_a_record_counts_for_its_own_kind(recorded, code):
    assert counted(recorded(code)) == {code}


@pytest.mark.parametrize(
    ("code", "also", "form", "agenda", "expected"),
    [
        ("life_meeting", [], "", [], {"life_meeting"}),
        ("life_meeting", ["appraisal"], "", [], {"life_meeting", "appraisal"}),
        ("appraisal", ["life_meeting"], "", [], {"life_meeting", "appraisal"}),
        ("life_meeting", [], "congress", [], {"life_meeting"}),
        ("life_meeting", [], "congress", CONGRESS_ITEM, {"life_meeting", "congress"}),
        ("life_meeting", [], "committee", CONGRESS_ITEM, {"life_meeting"}),
        ("life_meeting", ["appraisal"], "congress", CONGRESS_ITEM, {"life_meeting", "appraisal", "congress"}),
        ("appraisal", ["life_meeting"], "congress", CONGRESS_ITEM, {"life_meeting", "appraisal", "congress"}),
        ("appraisal", [], "congress", CONGRESS_ITEM, {"appraisal"}),
        ("congress", [], "congress", CONGRESS_ITEM, {"congress"}),
        ("theme_day", [], "congress", CONGRESS_ITEM, {"theme_day"}),
    ],
)
def test_combined_meetings(recorded, code, also, form, agenda, expected):
    assert counted(recorded(code, also=kinds(*also), form=form, agenda=agenda)) == expected


def test_the_setting_decides_whether_a_life_meeting_is_a_congress(recorded, settings):
    settings.LIFE_MEETING_COUNTS_AS_CONGRESS = False

    assert counted(recorded("life_meeting", form="congress", agenda=CONGRESS_ITEM)) == {"life_meeting"}


@pytest.mark.parametrize(
    ("code", "also"),
    [("congress", "lecture"), ("theme_day", "congress"), ("life_meeting", "congress"), ("talk", "talk")],
)
def test_other_kinds_do_not_combine(recorded, code, also):
    with pytest.raises(DomainError) as refusal:
        recorded(code, also=kinds(also))

    assert refusal.value.field == "also"
    assert refusal.value.message == f"{kind(code)}不能与所选类型一并召开，请去掉“同时召开”。"


def test_a_change_of_the_combination_changes_what_counts(cast, recorded, draft):
    row = recorded("life_meeting", also=kinds("appraisal"), form="congress", agenda=CONGRESS_ITEM)

    row = update_activity(row, draft("life_meeting", form="congress"), by=cast.branch, version=1)

    assert counted(row) == {"life_meeting"}


# --- the cells ---


def cells(cast, code: str, year: int = 2026) -> list[Cell]:
    """The cells of 渔浦社区 for a kind."""
    [spots] = selectors.spots([cast.party], [kind(code)], year).values()
    return [spot.cell for spot in spots]


W, L, N, R, B, E = Cell.WAITING, Cell.LATER, Cell.NOT_APPLICABLE, Cell.RECORDED, Cell.LATE, Cell.EXPLAINED


def test_an_empty_year(cast):
    assert cells(cast, "theme_day") == [W] * 11 + [L]
    assert cells(cast, "congress") == [W] * 4
    assert cells(cast, "life_meeting") == [W]
    assert cells(cast, "committee") == cells(cast, "group") == [N] * 12
    assert cells(cast, "theme_day", 2027) == [L] * 12


def test_a_committee_and_groups_make_their_meetings_due(cast):
    cast.party.committee_size, cast.party.groups = 5, 2

    assert cells(cast, "committee") == cells(cast, "group") == [W] * 11 + [L]


def test_only_what_is_handed_in_counts(cast):
    for month, state in enumerate((State.DRAFT, State.SUBMITTED, State.CONFIRMED, State.RETURNED), start=1):
        ActivityFactory(organisation=cast.party, held_on=date(2026, month, 10), state=state)

    assert cells(cast, "theme_day")[:5] == [W, R, R, W, W]


def test_an_entry_after_the_month_shows_as_late_until_one_in_time_is_there(cast):
    ActivityFactory(organisation=cast.party, held_on=date(2026, 3, 31), late_entry=True)
    ActivityFactory(organisation=cast.party, held_on=date(2026, 4, 1), late_entry=True)
    ActivityFactory(organisation=cast.party, held_on=date(2026, 4, 30))

    assert cells(cast, "theme_day")[2:5] == [B, R, W]


def test_an_explanation_shows_until_the_record_comes(cast):
    ExplanationFactory(organisation=cast.party, number=6)
    ExplanationFactory(organisation=cast.party, number=7)
    ActivityFactory(organisation=cast.party, held_on=date(2026, 7, 3))

    assert cells(cast, "theme_day")[5:7] == [E, R]


def test_one_combined_meeting_fills_both_years_and_the_quarter(cast, recorded):
    row = recorded("life_meeting", also=kinds("appraisal"), form="congress", agenda=CONGRESS_ITEM, submit=True)

    assert cells(cast, "life_meeting") == cells(cast, "appraisal") == [R]
    assert cells(cast, "congress") == [W, W, W, R]
    assert row.held_on.month == 11


def test_a_branch_founded_inside_a_period_is_exempt(cast):
    cast.party.founded_on, cast.party.dissolved_on = date(2026, 2, 10), date(2026, 8, 31)
    cast.party.save()

    assert cells(cast, "theme_day") == [N, N, W, W, W, W, W, N, N, N, N, N]
    assert cells(cast, "congress") == [N, W, N, N]
    assert cells(cast, "life_meeting") == [N]


def test_a_record_leaves_and_comes_back_with_its_state(cast, recorded):
    row = recorded(submit=True)
    seen = [cells(cast, "theme_day")[10]]
    row = perform(row, "withdraw", by=cast.branch)
    seen.append(cells(cast, "theme_day")[10])
    row = recycle.remove(row, by=cast.branch, action="activity.remove")
    row = recycle.restore(row, by=cast.branch)
    perform(row, "submit", by=cast.branch)
    seen.append(cells(cast, "theme_day")[10])

    assert seen == [R, W, R]


def test_the_bin_takes_a_record_out_of_the_matrix(cast):
    row = ActivityFactory(organisation=cast.party, held_on=date(2026, 11, 3))
    recycle.remove(row, by=cast.town, action="activity.remove")

    assert cells(cast, "theme_day")[10] == W


def test_a_partner_does_not_get_the_record_of_another(cast):
    ActivityFactory(organisation=cast.other_party, held_on=date(2026, 11, 3), partners=[cast.party])

    assert cells(cast, "theme_day")[10] == W


def test_two_queries_whatever_the_size(cast, django_assert_num_queries):
    branches = [cast.party, cast.other_party, cast.sub_party]
    every_kind = list(ActivityKind.objects.all())

    with django_assert_num_queries(2):
        found = selectors.spots(branches, every_kind, 2026)

    assert len(found) == 3 * 8
    assert {len(row) for row in found.values()} == {1, 4, 12}
