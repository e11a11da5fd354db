"""Projects, progress, programmes and milestones in every relation to the cast.

`partner` (liaison) leads, `unit_org` (unit) helps although it has left the alliance, `party` (branch) raised the need.
"""

from alliances.choices import NeedState, ProjectState
from alliances.models import Project
from tests.contracts.rows import ABOVE, MEMBERS, NOBODY, Row, who
from tests.factories import alliances as make
from yiqiao_portal.core import recycle

EVERYBODY = who("town leader branch sub_branch other_branch grid unit liaison teamlead talent")
LIAISON, RESPONSIBLE = who("town leader liaison"), who("town leader liaison")
LOOKING_ON = EVERYBODY - RESPONSIBLE


def rows(stage, alliance) -> dict[str, dict[str, Row]]:
    """The groups of projects and programmes."""
    return _projects(stage, alliance) | _progress(stage, alliance) | _programmes(stage)


def _project(stage, alliance, state: str, **facts) -> Project:
    """A project of a need of the village, led by the partner and helped by the unit."""
    need = make.NeedFactory(
        alliance=alliance, organisation=stage.party, state=state.replace("done", NeedState.ACCEPTED)
    )
    project = make.ProjectFactory(alliance=alliance, organisation=stage.partner, need=need, state=state, **facts)
    project.helpers.add(stage.unit_org)
    return project


def _projects(stage, alliance) -> dict[str, dict[str, Row]]:
    """Seen by all who take part; who may do what differs by the step, so each has its own rows."""

    def group(owners: frozenset, state: str = ProjectState.DOING) -> dict[str, Row]:
        others = who("town leader liaison unit branch") - owners
        return {
            "own": Row(_project(stage, alliance, state), owners, others),
            "other": Row(make.ProjectFactory(alliance=alliance, state=state), ABOVE, MEMBERS),
            "foreign": Row(make.ProjectFactory(state=state), ABOVE),
        }

    return {
        "project": group(LIAISON),
        "reported project": group(LIAISON | {"unit"}),
        "finished project": group(LIAISON | {"unit"}, ProjectState.DONE),
        "project in inspection": group(LIAISON, ProjectState.INSPECTING),
        "project to inspect": group(who("town leader branch"), ProjectState.INSPECTING),
    }


def _progress(stage, alliance) -> dict[str, dict[str, Row]]:
    """Notes and pictures are seen with their project."""
    project, others = _project(stage, alliance, ProjectState.DOING), who("branch unit")
    note, gone = (make.ProgressFactory(project=project) for _ in range(2))
    photo, hidden = (make.ProgressPhotoFactory(progress=row) for row in (note, gone))
    recycle.remove(gone, by=stage.town, action="progress.remove")
    return {
        "progress": {
            "own": Row(note, LIAISON, others),
            "foreign": Row(make.ProgressFactory(), ABOVE),
            "removed": Row(gone, NOBODY),
        },
        "progress photo": {
            "own": Row(photo, LIAISON, others),
            "foreign": Row(make.ProgressPhotoFactory(), ABOVE),
            "removed": Row(hidden, NOBODY),
        },
    }


def _programmes(stage) -> dict[str, dict[str, Row]]:
    """Seen by everybody with a post in the town."""
    programme = make.ProgrammeFactory(organisation=stage.office)
    removed = recycle.remove(make.ProgrammeFactory(), by=stage.town, action="programme.remove")

    def step(**facts) -> dict[str, Row]:
        mine = make.MilestoneFactory(programme=programme, organisation=stage.partner, **facts)
        others = make.MilestoneFactory(programme=programme, organisation=stage.office, **facts)
        return {"own": Row(mine, RESPONSIBLE, LOOKING_ON), "other": Row(others, ABOVE, EVERYBODY - ABOVE)}

    return {
        "programme": {"own": Row(programme, EVERYBODY), "removed": Row(removed, NOBODY)},
        "milestone": step(),
        "done milestone": step(done_on=make.day(-1)),
    }
