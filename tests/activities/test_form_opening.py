"""Opening the form: what is filled in beforehand, and changing what is there."""

from datetime import date

import pytest

from tests.activities.typed import facts_of, typed
from tests.factories.activities import ActivityFactory, AgendaItemFactory, kind
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity

NEW = "/activities/new/theme_day/"
MEETING = "/activities/new/congress/"


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


@pytest.fixture
def draft_row(cast):
    return ActivityFactory(organisation=cast.party, state=State.DRAFT, title="旧的", expected=20, present=18)


def test_a_change_is_saved(cast, branch, draft_row):
    answer = branch.post(f"/activities/{draft_row.pk}/edit/", facts_of(draft_row) | {"title": "新的"})

    draft_row.refresh_from_db()
    assert (answer.status_code, draft_row.title, draft_row.version) == (302, "新的", 2)


@pytest.mark.parametrize("version", ["", "0", "abc", "-1", "1.0", "9" * 5000, "２", None])
def test_a_version_that_cannot_be_opens_the_compare_page(cast, branch, draft_row, version):
    data = {name: value for name, value in (facts_of(draft_row) | {"title": "新的", "version": version}).items()
            if value is not None}  # fmt: skip

    answer = branch.post(f"/activities/{draft_row.pk}/edit/", data)

    draft_row.refresh_from_db()
    assert (answer.status_code, answer.context["version"], draft_row.title) == (409, 1, "旧的")


def test_a_theme_day_long_ago_stays_with_its_meeting(cast, client_for):
    day = ActivityFactory(organisation=cast.party, held_on=date(2022, 1, 5), title="两年前的党日")
    meeting = ActivityFactory(organisation=cast.party, kind=kind("congress"), state=State.DRAFT, theme_day=day)
    for number in range(1, 26):
        ActivityFactory(organisation=cast.other_party, held_on=date(2026, 10, number))
    page = client_for(cast.town).get(f"/activities/{meeting.pk}/edit/")

    offered = [choice[0].value for choice in page.context["form"]["theme_day"].field.choices if choice[0]]

    assert offered == [day.pk]
    assert page.context["form"]["theme_day"].value() == day.pk


# --- opening the form ---


def test_place_and_host_come_from_the_last_record(cast, branch):
    ActivityFactory(organisation=cast.party, venue="文化礼堂", host="李书记", recorder="")
    ActivityFactory(organisation=cast.other_party, venue="别处", host="别人")

    initial = branch.get(NEW).context["form"].initial

    assert (initial["venue"], initial["host"], initial["recorder"]) == ("文化礼堂", "李书记", cast.branch.name)
    assert "title" not in initial


def test_a_copy_brings_the_words_and_the_agenda_but_no_numbers(cast, branch):
    source = AgendaItemFactory(activity__organisation=cast.party, activity__title="上次的", title="议题甲").activity

    form = branch.get(f"{NEW}?copy={source.pk}").context["form"]

    assert (form.initial["title"], form.initial["held_on"]) == ("上次的", date(2026, 11, 23))
    assert ([row.initial.get("title") for row in form.agenda], "present" in form.initial) == (["议题甲", None], False)


ODD = [
    "copy=0",
    "copy=abc",
    "copy=" + "9" * 17,
    "copy=" + "9" * 21,
    "organisation=abc",
    "organisation=" + "9" * 5000,
    "held_on=2026-02-30",
    "held_on=abc",
]


@pytest.mark.parametrize("query", ODD)
def test_odd_links_open_an_empty_form(cast, branch, query):
    answer = branch.get(f"{NEW}?{query}")

    assert (answer.status_code, answer.context["form"].initial.get("title")) == (200, None)


def test_a_foreign_record_is_not_copied(cast, branch):
    foreign = ActivityFactory(organisation=cast.other_party, title="别村的主题")

    assert "别村的主题" not in branch.get(f"{NEW}?copy={foreign.pk}").content.decode()


@pytest.mark.parametrize("slug", ["no-such-kind", "x" * 400, "THEME_DAY", "1"])
def test_an_unknown_kind_is_404(cast, branch, slug):
    url = f"/activities/new/{slug}/"

    assert [branch.get(url).status_code, branch.post(url, typed(cast.party)).status_code] == [404, 404]


@pytest.mark.parametrize("role", ["leader", "grid", "unit", "liaison", "sysadmin", "stranger"])
def test_who_may_not_record_is_403(cast, client_for, role):
    client = client_for(getattr(cast, role))

    assert [client.get(NEW).status_code, client.post(NEW, typed(cast.party)).status_code] == [403, 403]
    assert Activity.objects.count() == 0
