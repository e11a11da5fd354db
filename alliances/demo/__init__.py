"""A made-up alliance on the one real fact that is public: founded 2022-07-06 by nine units (their names are not)."""

from yiqiao_portal.core.demo import DemoContext

from . import founding, lists, meetings, rivers


def fill(context: DemoContext) -> None:
    """The alliance, its lists in all states, its rivers with a year of samples."""
    alliance = founding.found(context)
    founding.set_milestones(context)
    meetings.fill(context, alliance)
    lists.fill(context, alliance)
    rivers.fill(context, alliance)
