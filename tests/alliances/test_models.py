"""What the database itself holds the alliances to."""

import pytest
from django.db import IntegrityError, transaction

from alliances.choices import MatchState
from alliances.models import Match
from tests.factories import alliances as make

pytestmark = pytest.mark.django_db


def promised(resource) -> int:
    resource.refresh_from_db()
    return resource.promised


def test_what_is_promised_follows_the_matches():
    match = make.MatchFactory(amount=3, state=MatchState.ACCEPTED)
    resource = match.resource

    other = make.MatchFactory(resource=resource, amount=4)
    assert promised(resource) == 3

    Match.objects.filter(pk=other.pk).update(state=MatchState.ACCEPTED)
    assert promised(resource) == 7

    Match.objects.filter(pk=match.pk).update(state=MatchState.RELEASED)
    assert promised(resource) == 4

    other.delete()
    assert promised(resource) == 0


def test_all_of_the_capacity_may_be_promised():
    match = make.MatchFactory(resource__capacity=10, amount=10, state=MatchState.ACCEPTED)

    assert promised(match.resource) == 10


def test_nothing_is_promised_beyond_the_capacity():
    resource = make.ResourceFactory(capacity=10)

    with pytest.raises(IntegrityError, match="never_over_promised"), transaction.atomic():
        make.MatchFactory(resource=resource, amount=11, state=MatchState.ACCEPTED)

    assert promised(resource) == 0
