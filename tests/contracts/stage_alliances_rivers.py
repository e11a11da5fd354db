"""Rivers, sections, 河长, patrols, problems and samples in every relation to the cast.

Rivers are public matters of the town; patrols and samples belong to a unit, and to the alliance of their river.
"""

from alliances.choices import ProblemState
from tests.contracts.rows import ABOVE, MEMBERS, NOBODY, OTHER, OWN, Row, who
from tests.factories import alliances as make
from yiqiao_portal.core import recycle

EVERYBODY = who("town leader branch sub_branch other_branch grid unit liaison teamlead talent")
LIAISON = who("town leader liaison")


def rows(stage, alliance) -> dict[str, dict[str, Row]]:
    """The groups of rivers."""
    ours = make.SectionFactory(river__alliance=alliance)
    return _rivers(stage, ours) | _patrols(stage, ours) | _samples(stage, ours)


def _rivers(stage, ours) -> dict[str, dict[str, Row]]:
    removed = recycle.remove(make.RiverFactory(), by=stage.town, action="river.remove")
    gone = recycle.remove(make.SectionFactory(), by=stage.town, action="section.remove")
    ended = make.RiverChiefFactory(until=make.day(-1), level="town")
    return {
        "river": {"own": Row(ours.river, EVERYBODY), "removed": Row(removed, NOBODY)},
        "bare river": {"own": Row(make.RiverFactory(), EVERYBODY), "removed": Row(removed, NOBODY)},
        "section": {"own": Row(ours, EVERYBODY), "removed": Row(gone, NOBODY)},
        "bare section": {"own": Row(make.SectionFactory(), EVERYBODY), "removed": Row(gone, NOBODY)},
        "chief": {"own": Row(make.RiverChiefFactory(section=ours, organisation=stage.office), EVERYBODY)},
        "ended chief": {"own": Row(ended, EVERYBODY)},
    }


def _patrols(stage, ours) -> dict[str, dict[str, Row]]:
    """Seen by the unit's own tree and by the alliance of the river; changed by the unit alone."""
    own = make.PatrolFactory(organisation=stage.party)
    shared = make.PatrolFactory(organisation=stage.other_party, section=ours)
    gone = recycle.remove(make.PatrolFactory(organisation=stage.party), by=stage.town, action="patrol.remove")

    def problems(state: str, **facts) -> dict[str, Row]:
        def found(patrol):
            return make.PatrolProblemFactory(patrol=patrol, state=state, **facts)

        return {
            "own": Row(found(own), OWN),
            "shared": Row(found(shared), OTHER, MEMBERS),
            "foreign": Row(found(make.PatrolFactory()), ABOVE),
            "removed": Row(found(gone), NOBODY),
        }

    return {
        "patrol": {
            "own": Row(own, OWN),
            "shared": Row(shared, OTHER, MEMBERS),
            "foreign": Row(make.PatrolFactory(), ABOVE),
            "removed": Row(gone, NOBODY),
        },
        "problem": problems(ProblemState.OPEN),
        "solved problem": problems(ProblemState.SOLVED, solved_on=make.day(0)),
    }


def _samples(stage, ours) -> dict[str, dict[str, Row]]:
    gone = make.WaterSampleFactory(organisation=stage.partner)
    return {
        "sample": {
            "own": Row(make.WaterSampleFactory(organisation=stage.partner), LIAISON),
            "shared": Row(make.WaterSampleFactory(organisation=stage.partner, section=ours), LIAISON, who("branch")),
            "foreign": Row(make.WaterSampleFactory(), ABOVE),
            "removed": Row(recycle.remove(gone, by=stage.town, action="sample.remove"), NOBODY),
        }
    }
