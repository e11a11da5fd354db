"""Every state × every step of the four ways: allowed ones move, all others answer 409 and leave the row as it was."""

import pytest
from django.urls import reverse

from alliances import choices
from alliances.choices import ClaimState, MatchState, NeedState, ResourceState
from alliances.services.claims import perform_claim
from alliances.services.matches import perform_match
from alliances.services.needs import perform_need
from alliances.services.resources import perform_resource
from alliances.workflow import CLAIM, MATCH, NEED, RESOURCE
from tests.alliances.lists_town import facts_of, town_of
from tests.conftest import sign_in
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, NotAllowed

pytestmark = pytest.mark.django_db
DATA = {
    "need.return": {"reason": "请写明地点。"},
    "need.rate": {"satisfaction": "good", "comment": "很及时"},
    "claim.accept": {"lead": True},
    "claim.decline": {"reason": "已有单位承担。"},
    "match.decline": {"reason": "当天已有安排。"},
}
# workflow → states, how to make a row in one, the service, the page
WAYS = {
    "resource": (
        RESOURCE, ResourceState, lambda town, state: town.resource(state=state), perform_resource,
        "alliances:resource_do",
    ),
    "need": (NEED, NeedState, lambda town, state: town.need(state=state), perform_need, "alliances:need_do"),
    "claim": (CLAIM, ClaimState, lambda town, state: town.claim(state=state), perform_claim, "alliances:claim_do"),
    "match": (MATCH, MatchState, lambda town, state: town.match(state=state), perform_match, "alliances:match_do"),
}  # fmt: skip
CASES = [
    pytest.param(name, state, step, id=f"{name}-{state}-{step.name}")
    for name, (workflow, states, *_) in WAYS.items()
    for state in states
    for step in workflow.transitions
]


def test_the_ways_are_whole():
    """Every state of a way is left or ends it; every step is tried above."""
    ends = {"resource": set(), "need": {"archived", "withdrawn", "claimed", "doing", "inspecting"},
            "claim": {"accepted", "declined", "withdrawn"}, "match": {"declined", "released"}}  # fmt: skip
    for name, (workflow, states, *_) in WAYS.items():
        left = {state for step in workflow.transitions for state in step.source}
        assert {str(state) for state in states} - left == ends[name]
    assert len(CASES) == 3 * 2 + 10 * 6 + 4 * 3 + 4 * 3


@pytest.mark.parametrize(("name", "state", "step"), CASES)
def test_the_service(cast, name, state, step):
    _, _, make, perform, _ = WAYS[name]
    row = make(town_of(cast), state)
    before, logged = facts_of(row), Entry.objects.count()

    if state in step.source:
        assert perform(row, step.name, by=cast.town, **DATA.get(step.action, {})).state == step.target
        assert Entry.objects.filter(action=step.action).count() == 1
    else:
        with pytest.raises(Conflict):
            perform(row, step.name, by=cast.town, **DATA.get(step.action, {}))
        assert (facts_of(row), Entry.objects.count()) == (before, logged)


@pytest.mark.parametrize(("name", "state", "step"), CASES)
def test_the_page(cast, name, state, step):
    _, _, make, _, url_name = WAYS[name]
    row = make(town_of(cast), state)
    before, client = facts_of(row), sign_in(cast.town)
    url = reverse(url_name, args=[row.pk, step.name])
    body = {key: "1" if value is True else value for key, value in DATA.get(step.action, {}).items()}

    shown, done = client.get(url).status_code, client.post(url, body).status_code

    fits = state in step.source
    assert (shown, done) == ((200, 302) if fits else (409, 409))
    assert facts_of(row)["state"] == (step.target if fits else state)
    assert fits or facts_of(row) == before


@pytest.mark.parametrize(("name", "state", "step"), CASES)
def test_without_the_right_nothing_moves(cast, name, state, step):
    """`grid` may look and do nothing; the state is looked at first, so a stale page still says 409."""
    _, _, make, perform, _ = WAYS[name]
    row = make(town_of(cast), state)
    before = facts_of(row)

    with pytest.raises(NotAllowed if state in step.source else Conflict):
        perform(row, step.name, by=cast.grid, **DATA.get(step.action, {}))

    assert facts_of(row) == before


def test_the_labels_of_states_are_told_apart():
    for states in (choices.NeedState, choices.ClaimState, choices.MatchState, choices.ResourceState):
        assert len(set(states.labels)) == len(states.labels)
