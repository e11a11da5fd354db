"""A need on its way: raised by the village, claimed by two units, and its project in any state."""

from alliances.choices import ClaimState, NeedState, ProjectState
from alliances.models import Need, Project
from tests.factories import alliances as make

NEED_OF = {  # a project's state → that of its need
    ProjectState.DOING: NeedState.DOING,
    ProjectState.INSPECTING: NeedState.INSPECTING,
    ProjectState.DONE: NeedState.ACCEPTED,
    ProjectState.STOPPED: NeedState.PUBLISHED,
}


def claimed(cast, **facts) -> Need:
    """Raised by `party`, led by `partner`, with `unit_org` helping; both members."""
    alliance = make.AllianceFactory()
    make.MembershipFactory(alliance=alliance, organisation=cast.partner, villages=[cast.party])
    make.MembershipFactory(alliance=alliance, organisation=cast.unit_org)
    need = make.NeedFactory(
        alliance=alliance, organisation=cast.party, state=NeedState.CLAIMED, title="里河岸线需要修整", **facts
    )
    make.ClaimFactory(need=need, organisation=cast.partner, state=ClaimState.ACCEPTED, lead=True)
    make.ClaimFactory(need=need, organisation=cast.unit_org, state=ClaimState.ACCEPTED)
    return need


def project_of(cast, state: str = ProjectState.DOING, *, need: Need | None = None, **facts) -> Project:
    """A project of such a need, in a state, with the need where it belongs."""
    need = need or claimed(cast)
    Need.objects.filter(pk=need.pk).update(state=NEED_OF[state])
    need.refresh_from_db()
    project = make.ProjectFactory(need=need, alliance=need.alliance, organisation=cast.partner, state=state, **facts)
    project.helpers.add(cast.unit_org)
    return project


def values(**changes) -> dict:
    """What the service takes for a project of a need."""
    return {
        "title": "里河岸线修复",
        "service_line": make.line(),
        "starts_on": make.day(0),
        "due_on": make.day(90),
    } | changes
