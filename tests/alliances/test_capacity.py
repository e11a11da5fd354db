"""Two hundred accepts at once on a capacity of ten: exactly ten are accepted (A6). And without the guards: more."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pgtrigger
import pytest
from django.db import IntegrityError, connections, transaction

from alliances.choices import MatchState
from alliances.models import Match, Need, Resource
from alliances.services.matches import perform_match
from tests.alliances.lists_town import town_of
from tests.factories import alliances as make
from yiqiao_portal.accounts.models import User
from yiqiao_portal.core.exceptions import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH, CAPACITY = 20, 10, 10


def asked(cast, count: int) -> tuple[Resource, list[int]]:
    """A resource of capacity ten, and so many needs that ask for one of it."""
    town = town_of(cast)
    resource = town.resource(capacity=CAPACITY)
    common = {"alliance": town.alliance, "organisation": cast.party, "service_line": make.line(), "state": "published"}
    needs = Need.objects.bulk_create([Need(serial=f"P-{n}", title=f"需求{n}", **common) for n in range(count)])
    rows = [Match(need=need, resource=resource, organisation=cast.partner, amount=1) for need in needs]
    return resource, [match.pk for match in Match.objects.bulk_create(rows)]


def at_once(job, shares: list[list[int]]) -> list:
    """Each share in a thread with a connection of its own; all start together."""
    barrier = Barrier(len(shares))

    def run(share):
        try:
            barrier.wait(timeout=30)
            return [job(pk) for pk in share]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(shares)) as pool:
        return [answer for answers in pool.map(run, shares) for answer in answers]


def accepted(resource: Resource) -> tuple[int, int]:
    """How many matches are accepted, and what the resource says."""
    resource.refresh_from_db()
    return Match.objects.filter(state=MatchState.ACCEPTED).count(), resource.promised


def test_two_hundred_accepts_at_once_promise_exactly_ten(cast):
    resource, keys = asked(cast, THREADS * EACH)
    user = cast.liaison.pk

    def accept(pk: int) -> str:
        try:
            perform_match(Match.objects.get(pk=pk), "accept", by=User.objects.get(pk=user))
        except DomainError as refusal:
            return refusal.message
        return "accepted"

    answers = at_once(accept, [keys[n::THREADS] for n in range(THREADS)])

    assert accepted(resource) == (CAPACITY, CAPACITY)
    assert answers.count("accepted") == CAPACITY
    refused = {answer for answer in answers if answer != "accepted"}
    assert refused == {f"“{resource}”只余 0 次，不够 1 次。请改少数量，或另选一项资源。"}


def naive(barrier: Barrier):
    """Accept as if alone: look first, then write; all have looked before the first one writes."""

    def accept(pk: int) -> str:
        with transaction.atomic():
            match = Match.objects.select_related("resource").get(pk=pk)
            left = match.resource.left
            barrier.wait(timeout=30)
            if left < match.amount:
                return "full"
            Match.objects.filter(pk=pk).update(state=MatchState.ACCEPTED)
        return "accepted"

    return accept


def test_without_lock_and_trigger_more_is_promised_than_there_is(cast):
    """The race is really there; else the test above would prove nothing (CON-0)."""
    resource, keys = asked(cast, THREADS)
    accept = naive(Barrier(THREADS))

    def unguarded(pk: int) -> str:
        with pgtrigger.ignore("alliances.Match:match_promised"):
            return accept(pk)

    answers = at_once(unguarded, [[pk] for pk in keys])

    assert answers == ["accepted"] * THREADS
    assert accepted(resource) == (THREADS, 0)


def test_without_the_lock_the_database_itself_still_refuses(cast):
    """The trigger counts and the constraint refuses, whoever forgot to lock."""
    resource, keys = asked(cast, THREADS)
    accept = naive(Barrier(THREADS))

    def unlocked(pk: int) -> str:
        try:
            return accept(pk)
        except IntegrityError as error:
            return "refused" if "never_over_promised" in str(error) else str(error)

    answers = at_once(unlocked, [[pk] for pk in keys])

    assert (answers.count("accepted"), answers.count("refused")) == (CAPACITY, THREADS - CAPACITY)
    assert accepted(resource) == (CAPACITY, CAPACITY)
