"""Rows of the alliances in every relation to the cast.

`partner` (liaison) is a member, paired with `party` (branch); `unit_org` (unit) was a member until yesterday.
"""

from datetime import timedelta

from django.utils import timezone

from tests.contracts import stage_alliances_alliances as alliances
from tests.contracts import stage_alliances_lists as lists
from tests.contracts import stage_alliances_projects as projects
from tests.contracts import stage_alliances_rivers as rivers
from tests.contracts.rows import ABOVE, ASKERS, MEMBERS, NOBODY, Row
from tests.factories import alliances as make
from yiqiao_portal.core import recycle


def rows(stage) -> dict[str, dict[str, Row]]:
    """All groups; each part of the pillar adds its own."""
    alliance = make.AllianceFactory()
    make.MembershipFactory(alliance=alliance, organisation=stage.partner, villages=[stage.party])
    yesterday = timezone.localdate() - timedelta(days=1)
    make.MembershipFactory(alliance=alliance, organisation=stage.unit_org, left_on=yesterday)
    removed = recycle.remove(make.AllianceFactory(), by=stage.town, action="alliance.remove")
    return {
        "alliance": {
            "own": Row(alliance, ABOVE, MEMBERS | ASKERS),
            "elsewhere": Row(make.AllianceFactory(), ABOVE),
            "removed": Row(removed, NOBODY),
        },
        **alliances.rows(stage, alliance),
        **lists.rows(stage, alliance),
        **projects.rows(stage, alliance),
        **rivers.rows(stage, alliance),
    }
