"""The cast: a small town whose people meet every page.

Organisations     root 镇党委 ── office 党建办 ── (talent)
                       ├─ party 渔浦社区党组织 ── sub_party 第一支部
                       ├─ other_party 罗峰社区党组织
                       ├─ unit_org 综合行政执法队, partner 示例单位一, team_org 示例志愿队
Everything is made when it is first named, so a test pays for what it uses.
"""

from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from tests.factories import directory
from tests.factories.accounts import RoleAssignmentFactory, user_with_post
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.accounts.models import User
from yiqiao_portal.directory.choices import OrganisationKind, PartyForm
from yiqiao_portal.directory.models import Area, Organisation, RosterMember


def _organisation(code: str, name: str, kind: str, **facts) -> Organisation:
    party_form = facts.pop("party_form", "")
    return OrganisationFactory(code=code, name=name, short_name=name, kind=kind, party_form=party_form, **facts)


class Organisations:
    """The organisations of the town and their areas."""

    @cached_property
    def root(self) -> Organisation:
        return directory.root()

    @cached_property
    def area(self) -> Area:
        """渔浦社区."""
        return directory.village("渔浦社区")

    @cached_property
    def other_area(self) -> Area:
        """罗峰社区."""
        return directory.village("罗峰社区")

    @cached_property
    def party(self) -> Organisation:
        return _organisation(
            "YQ-03",
            "渔浦社区党组织",
            OrganisationKind.VILLAGE_PARTY,
            area=self.area,
            order=3,
            party_form=PartyForm.GENERAL,
        )

    @cached_property
    def sub_party(self) -> Organisation:
        """A branch below `party`: for its people, `party` is above."""
        name = "渔浦社区第一支部"
        kind, form = OrganisationKind.VILLAGE_PARTY, PartyForm.BRANCH
        return _organisation("YQ-03-1", name, kind, parent=self.party, area=self.area, order=4, party_form=form)

    @cached_property
    def other_party(self) -> Organisation:
        kind, form = OrganisationKind.VILLAGE_PARTY, PartyForm.BRANCH
        return _organisation("YQ-01", "罗峰社区党组织", kind, area=self.other_area, order=1, party_form=form)

    @cached_property
    def office(self) -> Organisation:
        return _organisation("YQ-DJB", "党建办公室", OrganisationKind.OFFICE, order=100)

    @cached_property
    def unit_org(self) -> Organisation:
        return _organisation("YQ-ZFD", "综合行政执法队", OrganisationKind.STATION, order=110)

    @cached_property
    def partner(self) -> Organisation:
        return _organisation("YQ-L1", "示例单位一", OrganisationKind.ENTERPRISE, order=120)

    @cached_property
    def team_org(self) -> Organisation:
        return _organisation("YQ-V1", "示例志愿队", OrganisationKind.SOCIAL, order=130)

    @cached_property
    def roster(self) -> list[RosterMember]:
        """Twenty people of `party`, the last two 预备."""
        return directory.roster(self.party, size=20, probationary=2)


class Cast(Organisations):
    """The people. One per role, and those who must not get in."""

    @cached_property
    def town(self) -> User:
        return user_with_post("town", "town", organisation=self.root)

    @cached_property
    def leader(self) -> User:
        return user_with_post("leader", "leader", organisation=self.root)

    @cached_property
    def branch(self) -> User:
        return user_with_post("branch", "branch", organisation=self.party)

    @cached_property
    def sub_branch(self) -> User:
        """Of the branch below `party`."""
        return user_with_post("sub_branch", "branch", organisation=self.sub_party)

    @cached_property
    def other_branch(self) -> User:
        return user_with_post("other_branch", "branch", organisation=self.other_party)

    @cached_property
    def grid(self) -> User:
        return user_with_post("grid", "grid", area=self.area)

    @cached_property
    def unit(self) -> User:
        return user_with_post("unit", "unit", organisation=self.unit_org)

    @cached_property
    def liaison(self) -> User:
        return user_with_post("liaison", "liaison", organisation=self.partner)

    @cached_property
    def teamlead(self) -> User:
        return user_with_post("teamlead", "teamlead", organisation=self.team_org)

    @cached_property
    def talent(self) -> User:
        return user_with_post("talent", "talent", organisation=self.office)

    @cached_property
    def sysadmin(self) -> User:
        return user_with_post("sysadmin", "sysadmin")

    @cached_property
    def auditor(self) -> User:
        return user_with_post("auditor", "auditor")

    @cached_property
    def stranger(self) -> User:
        """Signed in, without any post."""
        return user_with_post("stranger")

    @cached_property
    def former(self) -> User:
        """Held the post of `branch` until yesterday."""
        user = user_with_post("former")
        until = timezone.localdate() - timedelta(days=1)
        RoleAssignmentFactory(user=user, role="branch", organisation=self.party, until=until)
        return user

    @cached_property
    def several(self) -> User:
        """Has two posts: `branch` of both parties."""
        user = user_with_post("several", "branch", organisation=self.party)
        RoleAssignmentFactory(user=user, role="branch", organisation=self.other_party)
        return user

    @cached_property
    def inactive(self) -> User:
        """Disabled, with the post of `branch`."""
        user = user_with_post("inactive", "branch", organisation=self.party)
        user.is_active = False
        user.save(update_fields=["is_active"])
        return user
