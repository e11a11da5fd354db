"""The recycle bin: thirty days, with a way back, within the own reach."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.activities import ActivityFactory, ExplanationFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict


@pytest.fixture
def row(cast):
    return ActivityFactory(organisation=cast.party, state=State.DRAFT, title="清洁家园")


@pytest.fixture
def removed(cast, row):
    return recycle.remove(row, by=cast.branch, action="activity.remove", reason="重复")


def age(row, **ago):
    """As if it had been removed so long ago."""
    Activity.objects.filter(pk=row.pk).update(deleted_at=timezone.now() - timedelta(**ago))


def test_a_removed_row_is_out_of_sight_and_says_who_and_when(cast, removed):
    assert (removed.deleted_by, removed.version) == (cast.branch, 2)
    assert timezone.now() - removed.deleted_at < timedelta(minutes=1)
    assert not Activity.objects.alive().exists()
    assert not Activity.objects.visible_to(cast.town).exists()
    assert list(Activity.objects.removed()) == [removed]
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.fields, entry.reason) == ("activity.remove", ["deleted_at"], "重复")


def test_it_cannot_be_removed_twice(cast, row, removed):
    with pytest.raises(Conflict, match="已在回收站中，无需再次移入"):
        recycle.remove(row, by=cast.town, action="activity.remove")


def test_it_comes_back_as_it_was(cast, removed):
    row = recycle.restore(removed, by=cast.town)

    assert (row.deleted_at, row.deleted_by, row.version, row.title) == (None, None, 3, "清洁家园")
    assert list(Activity.objects.visible_to(cast.branch)) == [row]
    assert Entry.objects.latest("pk").action == "record.restore"


def test_it_cannot_be_restored_twice(cast, removed):
    recycle.restore(removed, by=cast.town)

    with pytest.raises(Conflict, match="不在回收站中，可能已被恢复"):
        recycle.restore(removed, by=cast.branch)


@pytest.mark.parametrize(("ago", "back"), [({"days": 29, "hours": 23}, True), ({"days": 30, "minutes": 1}, False)])
def test_thirty_days(cast, removed, ago, back):
    age(removed, **ago)

    if back:
        assert recycle.restore(removed, by=cast.branch).deleted_at is None
    else:
        with pytest.raises(Conflict, match="已超过 30 天，不能恢复，请重新录入"):
            recycle.restore(removed, by=cast.branch)


# --- the page ---


def test_the_page_shows_each_role_what_it_may_bring_back(cast, client_for, removed):
    def shown(user):
        return [item["row"] for item in client_for(user).get("/recycle/").context["rows"]]

    seen = {
        role: shown(getattr(cast, role)) for role in ("town", "branch", "sub_branch", "other_branch", "leader", "grid")
    }

    assert seen == {
        "town": [removed],
        "branch": [removed],
        "sub_branch": [],
        "other_branch": [],
        "leader": [],
        "grid": [],
    }


def test_the_page_forgets_after_thirty_days(cast, client_for, removed):
    age(removed, days=31)

    assert client_for(cast.branch).get("/recycle/").context["rows"] == []


def test_the_button_brings_it_back(cast, client_for, removed):
    client = client_for(cast.branch)

    answer = client.post(f"/recycle/activities.activity/{removed.pk}/restore/", follow=True)

    removed.refresh_from_db()
    assert (answer.redirect_chain, removed.deleted_at) == ([(f"/activities/{removed.pk}/", 302)], None)
    assert "“清洁家园”已恢复。" in answer.content.decode()


@pytest.mark.parametrize("role", ["branch", "town"])
def test_the_second_click_finds_it_restored(cast, client_for, removed, role):
    address = f"/recycle/activities.activity/{removed.pk}/restore/"
    client_for(cast.branch).post(address)

    answer = client_for(getattr(cast, role)).post(address, follow=True)

    removed.refresh_from_db()
    assert (answer.redirect_chain, removed.version) == ([(f"/activities/{removed.pk}/", 302)], 3)
    assert "“清洁家园”已在原处，不用再恢复。" in answer.content.decode()
    assert Entry.objects.filter(action="record.restore").count() == 1


@pytest.mark.parametrize("role", ["other_branch", "leader", "grid"])
def test_a_restored_row_out_of_reach_stays_unknown(cast, client_for, row, role):
    answer = client_for(getattr(cast, role)).post(f"/recycle/activities.activity/{row.pk}/restore/")

    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["other_branch", "sub_branch", "leader", "grid", "sysadmin"])
def test_nobody_else_brings_it_back(cast, client_for, removed, role):
    answer = client_for(getattr(cast, role)).post(f"/recycle/activities.activity/{removed.pk}/restore/")

    removed.refresh_from_db()
    assert (answer.status_code, removed.deleted_at is None) == (404, False)


def test_after_thirty_days_the_button_says_409(cast, client_for, removed):
    age(removed, days=31)

    answer = client_for(cast.branch).post(f"/recycle/activities.activity/{removed.pk}/restore/")

    assert (answer.status_code, "已超过 30 天" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "address",
    ["activities.activity/0", "activities.activity/" + "9" * 40, "activities.explanation/1", "accounts.user/1", "x/1"],
)
def test_what_cannot_be_restored_is_404(cast, client_for, address):
    ExplanationFactory(organisation=cast.party)

    assert client_for(cast.branch).post(f"/recycle/{address}/restore/").status_code == 404


def test_looking_changes_nothing(cast, client_for, removed):
    assert client_for(cast.branch).get(f"/recycle/activities.activity/{removed.pk}/restore/").status_code == 405


# --- removing through the page ---


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED])
def test_a_draft_is_removed_and_the_message_has_the_way_back(cast, client_for, row, state):
    Activity.objects.filter(pk=row.pk).update(state=state)

    answer = client_for(cast.branch).post(f"/activities/{row.pk}/remove/", follow=True)

    row.refresh_from_db()
    assert (answer.redirect_chain, row.deleted_by) == ([("/activities/", 302)], cast.branch)
    assert f'action="/recycle/activities.activity/{row.pk}/restore/"' in answer.content.decode()


@pytest.mark.parametrize("state", [State.SUBMITTED, State.CONFIRMED])
def test_what_is_handed_in_is_not_removed(cast, client_for, row, state):
    Activity.objects.filter(pk=row.pk).update(state=state)

    answer = client_for(cast.branch).post(f"/activities/{row.pk}/remove/")

    row.refresh_from_db()
    assert (answer.status_code, row.deleted_at) == (409, None)


def test_what_was_handed_in_meanwhile_is_not_removed(cast, row):
    """The page was asked while it was a draft; what counts is the row as it is now."""
    Activity.objects.filter(pk=row.pk).update(state=State.SUBMITTED)

    with pytest.raises(Conflict, match="情况已有变化，不能移入回收站"):
        recycle.remove(row, by=cast.branch, action="activity.remove", permission="activities.delete_activity")

    row.refresh_from_db()
    assert (row.deleted_at, row.version) == (None, 1)


def test_a_row_whose_place_is_taken_is_not_restored(cast):
    removed = recycle.remove(ExplanationFactory(organisation=cast.party), by=cast.branch, action="activity.remove")
    ExplanationFactory(organisation=cast.party)

    with pytest.raises(Conflict, match="已有一条相同的记录，不能恢复"):
        recycle.restore(removed, by=cast.branch)

    removed.refresh_from_db()
    assert (removed.deleted_by, removed.version) == (cast.branch, 2)
