"""Whom to tell: the people whose posts carry a right as far as an organisation."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.accounts import RoleAssignmentFactory
from yiqiao_portal.accounts.models import User
from yiqiao_portal.directory.permissions import granted
from yiqiao_portal.directory.scope import use_post
from yiqiao_portal.directory.selectors import users_with

pytestmark = pytest.mark.django_db
NAMES = "town leader branch sub_branch other_branch grid unit liaison teamlead talent sysadmin auditor stranger former several inactive"  # noqa: E501


@pytest.fixture
def everybody(cast) -> list[User]:
    return [getattr(cast, name) for name in NAMES.split()]


def may(user: User, code: str, organisation) -> bool:
    """What the pages would say, in any of the user's posts."""
    for post in user.assignments.current():
        fresh = User.objects.get(pk=user.pk)
        use_post(fresh, post.pk)
        if fresh.is_active and granted(code).test(fresh, organisation):
            return True
    return False


@pytest.mark.parametrize("code", ["activities.record", "activities.confirm", "directory.view", "no.such"])
@pytest.mark.parametrize("place", ["root", "party", "sub_party", "other_party", "partner"])
def test_they_are_those_whom_the_pages_let_in(cast, everybody, code, place):
    organisation = getattr(cast, place)

    found = set(users_with(code, [organisation.pk]))

    assert found == {user for user in everybody if may(user, code, organisation)}


def test_the_nearest_come_first(cast, everybody):
    found = [user.username for user in users_with("activities.record", [cast.sub_party.pk])]

    assert found == ["sub_branch", "branch", "several", "town"]


def test_several_places_at_once(cast, everybody):
    found = [user.username for user in users_with("activities.record", [cast.sub_party.pk, cast.other_party.pk])]

    assert found == ["sub_branch", "other_branch", "several", "branch", "town"]


def test_each_once_however_many_posts(cast):
    RoleAssignmentFactory(user=cast.branch, role="town", organisation=cast.root)

    assert list(users_with("activities.record", [cast.party.pk])) == [cast.branch]


@pytest.mark.parametrize(("since", "until"), [(1, None), (None, -1)])
def test_a_post_that_is_not_valid_today_does_not_count(cast, since, until):
    dates = [number and timezone.localdate() + timedelta(days=number) for number in (since, until)]
    cast.branch.assignments.update(since=dates[0], until=dates[1])

    assert list(users_with("activities.record", [cast.party.pk])) == []


def test_nowhere_is_nobody(cast, everybody):
    assert list(users_with("activities.record", [])) == []


def test_one_question_to_the_database(cast, everybody, django_assert_num_queries):
    with django_assert_num_queries(2):
        list(users_with("activities.record", [cast.party.pk, cast.sub_party.pk]))
