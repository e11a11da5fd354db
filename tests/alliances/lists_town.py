"""A small alliance for the tests of the three lists: one member unit, one paired village."""

from dataclasses import dataclass

from alliances.models import Alliance
from tests.factories import alliances as make


@dataclass(frozen=True)
class Town:
    """`partner` (liaison) is a member and paired with `party` (branch)."""

    cast: object
    alliance: Alliance

    def need(self, **facts):
        return make.NeedFactory(**{"alliance": self.alliance, "organisation": self.cast.party} | facts)

    def resource(self, **facts):
        return make.ResourceFactory(**{"alliance": self.alliance, "organisation": self.cast.partner} | facts)

    def member(self):
        """Another member unit."""
        return make.MembershipFactory(alliance=self.alliance).organisation

    def claim(self, **facts):
        need = facts.pop("need", None) or self.need()
        return make.ClaimFactory(**{"need": need, "organisation": self.cast.partner} | facts)

    def match(self, **facts):
        need = facts.pop("need", None) or self.need()
        resource = facts.pop("resource", None) or self.resource()
        return make.MatchFactory(need=need, resource=resource, **facts)


def town_of(cast) -> Town:
    """The alliance of a cast."""
    alliance = make.AllianceFactory(name="五水共治党建联盟")
    make.MembershipFactory(alliance=alliance, organisation=cast.partner, villages=[cast.party])
    return Town(cast, alliance)


def facts_of(row) -> dict:
    """All columns of a row as the database has them."""
    row = type(row)._base_manager.get(pk=row.pk)
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
