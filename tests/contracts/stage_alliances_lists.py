"""Resources, needs, claims and matches in every relation to the cast.

`partner` (liaison) is a member and paired with `party` (branch); `unit_org` (unit) has left.
"""

from alliances.choices import ClaimState, NeedState, ResourceState
from tests.contracts.rows import ABOVE, MEMBERS, NOBODY, OTHER, OWN, Row, who
from tests.factories import alliances as make
from yiqiao_portal.core import recycle

LIAISON, BRANCH = who("town leader liaison"), who("branch")
ASKING = who("branch other_branch")  # a village that is paired, and one for which the town has raised a need


def rows(stage, alliance) -> dict[str, dict[str, Row]]:
    """The groups of the three lists."""
    return _needs(stage, alliance) | _resources(stage, alliance) | _parts(stage, alliance)


def _needs(stage, alliance) -> dict[str, dict[str, Row]]:
    """A need before and after it is published: before, it is the raiser's and the office's."""
    elsewhere = make.MembershipFactory().alliance
    make.ResourceFactory(alliance=elsewhere, organisation=elsewhere.memberships.get().organisation)

    def group(state: str, shared: frozenset, **facts) -> dict[str, Row]:
        common = {"state": state, "alliance": alliance, **facts}
        removed = make.NeedFactory(organisation=stage.party, **common)
        other = shared if shared == NOBODY else MEMBERS
        return {
            "own": Row(make.NeedFactory(organisation=stage.party, **common), OWN, shared),
            "other": Row(make.NeedFactory(organisation=stage.other_party, **common), OTHER, other),
            "foreign": Row(make.NeedFactory(state=state, alliance=elsewhere), ABOVE),
            "removed": Row(recycle.remove(removed, by=stage.town, action="need.remove"), NOBODY),
        }

    return {
        "raised need": group(NeedState.RAISED, NOBODY),
        "returned need": group(NeedState.RETURNED, NOBODY),
        "need": group(NeedState.PUBLISHED, who("liaison")),
        "met need": group(NeedState.ACCEPTED, who("liaison")),
        "rated need": group(NeedState.RATED, who("liaison"), satisfaction="good"),
    }


def _resources(stage, alliance) -> dict[str, dict[str, Row]]:
    def group(state: str, shared: frozenset) -> dict[str, Row]:
        common = {"state": state, "alliance": alliance}
        removed = make.ResourceFactory(organisation=stage.partner, **common)
        return {
            "own": Row(make.ResourceFactory(organisation=stage.partner, **common), LIAISON, shared),
            "other": Row(make.ResourceFactory(**common), ABOVE, shared and shared | MEMBERS),
            "foreign": Row(make.ResourceFactory(state=state), ABOVE),
            "removed": Row(recycle.remove(removed, by=stage.town, action="resource.remove"), NOBODY),
        }

    return {"resource": group(ResourceState.OPEN, ASKING), "draft resource": group(ResourceState.DRAFT, NOBODY)}


def _parts(stage, alliance) -> dict[str, dict[str, Row]]:
    """Claims and matches: both sides see them, a third unit does not."""
    need = make.NeedFactory(alliance=alliance, organisation=stage.party)
    resource = make.ResourceFactory(alliance=alliance, organisation=stage.partner)
    elsewhere = make.NeedFactory(alliance=alliance, organisation=stage.other_party)
    return {
        "claim": {
            "own": Row(make.ClaimFactory(need=need, organisation=stage.partner), LIAISON, BRANCH),
            "other": Row(make.ClaimFactory(need=elsewhere), OTHER),
        },
        "declined claim": {
            "own": Row(
                make.ClaimFactory(
                    need=make.NeedFactory(alliance=alliance, organisation=stage.party),
                    organisation=stage.partner,
                    state=ClaimState.DECLINED,
                ),
                LIAISON,
                BRANCH,
            )
        },
        "match": {
            "own": Row(make.MatchFactory(need=need, resource=resource), LIAISON, BRANCH),
            "other": Row(make.MatchFactory(need=elsewhere), OTHER),
        },
    }
