"""Every state × every transition of every state machine, through the engine and through its page."""

import pytest
from django.urls import reverse

from alliances import models as alliances
from tests.conftest import sign_in
from tests.contracts.forms import modules
from tests.contracts.walker import addresses
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.views.edit import TransitionPage
from yiqiao_portal.core.workflow import Transition, Workflow, perform


def _of_a_member(row, alliance):
    """What only a member of the alliance may offer or take on."""
    make.MembershipFactory(alliance=alliance, organisation=row.organisation)
    return row


def _match(state: str, organisation):
    match = make.MatchFactory(state=state)
    return _of_a_member(match, match.need.alliance)


def _claim(state: str, organisation):
    claim = make.ClaimFactory(state=state)
    return _of_a_member(claim, claim.need.alliance)


def _resource(state: str, organisation):
    resource = make.ResourceFactory(state=state)
    return _of_a_member(resource, resource.alliance)


# model → how to make a row in a state; data for the transitions that ask for more
MAKERS = {
    Activity: lambda state, organisation: ActivityFactory(state=state, organisation=organisation, content="已开展"),
    alliances.Resource: _resource,
    alliances.Need: lambda state, organisation: make.NeedFactory(state=state, organisation=organisation),
    alliances.Claim: _claim,
    alliances.Match: _match,
    alliances.Project: lambda state, organisation: make.ProjectFactory(state=state),
}
REASON = {"reason": "请补充议题。"}
DATA = {
    "activity.return": REASON,
    "need.return": REASON,
    "need.rate": {"satisfaction": "good", "comment": ""},
    "claim.accept": {"lead": "1"},
    "claim.decline": REASON,
    "match.decline": REASON,
    "project.hand_in": {"result": "两处净水点已启用。", "beneficiaries": 200},
    "project.return": REASON,
    "project.stop": REASON,
}
pytestmark = pytest.mark.django_db

WORKFLOWS: list[Workflow] = sorted(
    {value for module in modules("workflow") for value in vars(module).values() if isinstance(value, Workflow)},
    key=lambda workflow: [transition.action for transition in workflow.transitions],
)


def _pages() -> dict[Workflow, tuple[str, type]]:
    """The transition page of each workflow: its URL name and its model."""
    return {
        address.view_class.workflow: (name, address.view_class.model)
        for name, address in addresses().items()
        if address.view_class and issubclass(address.view_class, TransitionPage)
    }


def _states(model, workflow: Workflow) -> list[str]:
    return [value for value, _ in model._meta.get_field(workflow.field).choices]


def _cases():
    return [
        pytest.param(workflow, state, transition, id=f"{state}-{transition.name}")
        for workflow in WORKFLOWS
        for state in _states(_pages()[workflow][1], workflow)
        for transition in workflow.transitions
    ]


def test_every_workflow_has_its_page():
    assert set(WORKFLOWS) == set(_pages())


def test_every_model_with_a_page_can_be_made():
    assert {model for _, model in _pages().values()} == set(MAKERS)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.transitions[0].action)
def test_the_table_is_whole(workflow):
    """Known states, one name each, an action of the log, a label in words; every state is reached and left."""
    states = set(_states(_pages()[workflow][1], workflow))
    transitions = workflow.transitions

    assert len({t.name for t in transitions}) == len(transitions)
    assert {state for t in transitions for state in (*t.source, t.target)} <= states
    assert all(t.label and t.permission and t.action for t in transitions)


@pytest.mark.parametrize(("workflow", "state", "transition"), _cases())
def test_only_the_named_states_are_left(cast, workflow: Workflow, state: str, transition: Transition):
    model = _pages()[workflow][1]
    row = MAKERS[model](state, cast.root)
    data = DATA.get(transition.action, {})

    if state in transition.source:
        assert getattr(perform(workflow, transition.name, row, by=cast.town, **data), workflow.field) == (
            transition.target
        )
    else:
        with pytest.raises(Conflict):
            perform(workflow, transition.name, row, by=cast.town, **data)
        row.refresh_from_db()
        assert getattr(row, workflow.field) == state


@pytest.mark.parametrize(("workflow", "state", "transition"), _cases())
def test_the_page_says_the_same(cast, workflow: Workflow, state: str, transition: Transition):
    name, model = _pages()[workflow]
    row = MAKERS[model](state, cast.root)
    url = reverse(name, kwargs={"pk": row.pk, "name": transition.name})
    client = sign_in(cast.town)

    shown, done = client.get(url).status_code, client.post(url, DATA.get(transition.action, {})).status_code

    row.refresh_from_db()
    fits = state in transition.source
    assert (shown, done) == ((200, 302) if fits else (409, 409))
    assert getattr(row, workflow.field) == (transition.target if fits else state)


@pytest.mark.parametrize(("workflow", "state", "transition"), _cases())
def test_the_button_stands_where_the_step_is_open(cast, workflow: Workflow, state: str, transition: Transition):
    row = MAKERS[_pages()[workflow][1]](state, cast.root)

    names = {open_step.name for open_step in workflow.open_to(cast.town, row)}

    assert (transition.name in names) == (state in transition.source)
