"""Posts: given and ended by the system administrator, never to oneself, three kinds in different hands."""

from datetime import timedelta

import pytest

from yiqiao_portal.accounts.models import Role
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed
from yiqiao_portal.directory.models import RoleAssignment
from yiqiao_portal.directory.posts_services import end_post, give_post
from yiqiao_portal.directory.scope import scope_of

DAY = timedelta(days=1)


def role(code: str) -> Role:
    return Role.objects.get(code=code)


@pytest.fixture
def give(cast):
    """give(code, place, …): the administrator gives the stranger a post."""
    return lambda code, place=None, **days: give_post(
        cast.stranger, by=cast.sysadmin, role=role(code), place=place, **days
    )


def entries(action):
    return list(
        Entry.objects.filter(action=action).values_list("actor", "object_type", "object_id", "fields", "reason")
    )


def test_a_post_gives_its_reach(give, cast, refetch):
    post = give("branch", cast.party)

    assert scope_of(refetch(cast.stranger)).organisation_ids == {cast.party.pk}
    assert (post.organisation, post.area, post.since, post.until) == (cast.party, None, today(), None)
    assert entries("post.give") == [
        (
            cast.sysadmin.pk,
            "accounts.user",
            str(cast.stranger.pk),
            ["organisation", "role", "since", "until"],
            "村社党组织管理员",
        )
    ]


def test_a_post_at_an_area(give, cast, refetch):
    give("grid", cast.area)

    scope = scope_of(refetch(cast.stranger))
    assert (scope.role, scope.area_ids) == ("grid", {cast.area.pk})


@pytest.mark.parametrize("code", ["sysadmin", "auditor"])
def test_a_post_without_a_place(give, cast, refetch, code):
    give(code)

    scope = scope_of(refetch(cast.stranger))
    assert (scope.role, scope.sees_business) == (code, False)


WRONG_PLACES = [
    ("branch", None, "请选择组织"),
    ("branch", "area", "请选择组织"),
    ("grid", None, "请选择区域"),
    ("grid", "party", "请选择区域"),
    ("sysadmin", "root", "不对应组织或区域"),
    ("auditor", "area", "不对应组织或区域"),
]


@pytest.mark.parametrize(("code", "place", "sentence"), WRONG_PLACES)
def test_the_role_says_what_kind_of_place(give, cast, code, place, sentence):
    with pytest.raises(DomainError, match=sentence) as refusal:
        give(code, place and getattr(cast, place))

    assert refusal.value.field == "place"
    assert cast.stranger.assignments.count() == 0


WRONG_DAYS = [
    ({"since": 5, "until": 4}, "结束日期不能早于开始日期"),
    ({"since": None, "until": -1}, "结束日期已经过去"),
]


@pytest.mark.parametrize(("days", "sentence"), WRONG_DAYS)
def test_the_days_must_fit(give, cast, days, sentence):
    days = {name: None if number is None else today() + number * DAY for name, number in days.items()}

    with pytest.raises(DomainError, match=sentence) as refusal:
        give("branch", cast.party, **days)

    assert refusal.value.field == "until"


def test_a_post_that_begins_tomorrow_gives_nothing_today(give, cast, refetch):
    give("branch", cast.party, since=today() + DAY)

    assert scope_of(refetch(cast.stranger)).role == ""


def test_its_last_day_counts(give, cast, refetch, time_machine):
    last = today() + DAY
    give("branch", cast.party, until=last)
    seen = []
    for day in (last, last + DAY):
        time_machine.move_to(f"{day}T12:00:00+08:00")
        seen.append(scope_of(refetch(cast.stranger)).role)

    assert seen == ["branch", ""]


def test_nobody_gives_himself_a_post(cast):
    for code, place in [("auditor", None), ("town", cast.root), ("sysadmin", None)]:
        with pytest.raises(NotAllowed, match="请由另一位系统管理员操作"):
            give_post(cast.sysadmin, by=cast.sysadmin, role=role(code), place=place)

    assert cast.sysadmin.assignments.count() == 1


def test_nobody_ends_an_own_post(cast):
    with pytest.raises(NotAllowed, match="请由另一位系统管理员操作"):
        end_post(cast.sysadmin.assignments.get(), by=cast.sysadmin)


KINDS = [
    ("sysadmin", "auditor", None),
    ("auditor", "sysadmin", None),
    ("branch", "sysadmin", None),
    ("branch", "auditor", None),
    ("grid", "auditor", None),
    ("sysadmin", "branch", "party"),
    ("auditor", "town", "root"),
    ("sysadmin", "grid", "area"),
]


@pytest.mark.parametrize(("held", "wanted", "place"), KINDS)
def test_three_kinds_are_held_by_different_people(cast, held, wanted, place):
    holder = getattr(cast, held)
    by = cast.stranger

    with pytest.raises(DomainError, match="三员分立") as refusal:
        give_post(holder, by=by, role=role(wanted), place=place and getattr(cast, place))

    assert str(holder.assignments.get().role) in refusal.value.message
    assert holder.assignments.count() == 1


def test_posts_of_one_kind_go_together(give, cast, refetch):
    give("branch", cast.party)
    give("branch", cast.other_party)
    give("grid", cast.area)

    assert cast.stranger.assignments.count() == 3


def test_after_the_old_post_has_ended_the_other_kind_may_follow(cast):
    """Who was a branch's keeper until yesterday may be an auditor from today."""
    post = give_post(cast.former, by=cast.sysadmin, role=role("auditor"))

    assert post.role.code == "auditor"


def test_a_post_to_come_counts_as_held(give, cast):
    give("branch", cast.party, since=today() + 10 * DAY)

    with pytest.raises(DomainError, match="三员分立"):
        give("auditor")
    assert give("auditor", until=today() + 9 * DAY).role.code == "auditor"


def test_the_same_post_twice_is_a_conflict(give, cast):
    give("branch", cast.party)

    with pytest.raises(Conflict, match="已有这个岗位"):
        give("branch", cast.party)


def test_an_ended_post_may_be_given_again(cast):
    post = give_post(cast.former, by=cast.sysadmin, role=role("branch"), place=cast.party)

    assert (cast.former.assignments.get(), post.since, post.until) == (post, today(), None)


def test_a_disabled_account_gets_no_post(cast):
    with pytest.raises(DomainError, match="请先启用"):
        give_post(cast.inactive, by=cast.sysadmin, role=role("branch"), place=cast.other_party)


def test_ending_takes_the_reach_at_once(cast, client_for):
    client = client_for(cast.branch)
    post = cast.branch.assignments.get()

    end_post(post, by=cast.sysadmin)

    page = client.get("/accounts/")
    assert page.wsgi_request.user.post is None
    assert RoleAssignment.objects.get(pk=post.pk).until == today() - DAY
    assert entries("post.end") == [
        (cast.sysadmin.pk, "accounts.user", str(cast.branch.pk), ["until"], "村社党组织管理员")
    ]


def test_a_post_of_today_is_taken_back(give, cast, refetch):
    end_post(give("branch", cast.party), by=cast.sysadmin)

    assert cast.stranger.assignments.count() == 0
    assert scope_of(refetch(cast.stranger)).role == ""


def test_an_ended_post_cannot_be_ended_again(cast):
    with pytest.raises(Conflict, match="已经结束"):
        end_post(cast.former.assignments.get(), by=cast.sysadmin)


def test_the_history_keeps_what_was(give, cast):
    post = give("branch", cast.party)
    end_post(post, by=cast.sysadmin)

    labels = RoleAssignment.pgh_event_model.objects.filter(pgh_obj_id=post.pk).values_list("pgh_label", flat=True)
    assert sorted(labels) == ["delete", "insert"]
