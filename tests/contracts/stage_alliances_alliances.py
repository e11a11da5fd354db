"""Members, turns, a charter and the public switch."""

from django.core.files.base import ContentFile

from tests.contracts.rows import ABOVE, ASKERS, MEMBERS, NOBODY, Row
from tests.factories import alliances as make
from yiqiao_portal.core import recycle


def rows(stage, alliance) -> dict[str, dict[str, Row]]:
    """Seen with their alliance."""
    member = alliance.memberships.get(organisation=stage.partner)
    unit = make.MembershipFactory(alliance=alliance).organisation
    turn = make.ChairTurnFactory(alliance=alliance, organisation=stage.partner)
    make.ChairTurnFactory(alliance=alliance, organisation=unit, starts_on=make.day(21), ends_on=make.day(110))
    other = make.AllianceFactory()
    elsewhere = make.ChairTurnFactory(alliance=other, organisation=make.MembershipFactory(alliance=other).organisation)
    return {
        "membership": {
            "own": Row(member, ABOVE, MEMBERS),
            "elsewhere": Row(other.memberships.get(), ABOVE),
            "removed": Row(_removed(stage), NOBODY),
        },
        "turn": {"own": Row(turn, ABOVE, MEMBERS), "elsewhere": Row(elsewhere, ABOVE)},
        "alliance with charter": {
            "own": Row(_with_charter(alliance), ABOVE, MEMBERS | ASKERS),
            "elsewhere": Row(_with_charter(make.AllianceFactory()), ABOVE),
        },
        "public alliance": {"own": Row(make.AllianceFactory(public=True), ABOVE)},
    }


def _removed(stage):
    return recycle.remove(make.MembershipFactory(), by=stage.town, action="alliance.remove")


def _with_charter(alliance):
    alliance.charter_name = "章程.pdf"
    alliance.charter.save("charter.pdf", ContentFile(b"%PDF-1.4\n%%EOF\n"), save=True)
    return alliance
