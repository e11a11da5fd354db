"""A unit leaves: what the form says beforehand, and what ends with it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from alliances.choices import ClaimState, MatchState, NeedState, ResourceState
from alliances.models import Match
from alliances.reminders import close_for_leavers
from alliances.selectors.lists import suggestions
from alliances.services.claims import perform_claim
from alliances.services.matches import ask_for, perform_match
from alliances.services.members import leave
from alliances.services.resources import perform_resource
from alliances.services.turns import plan_turns, swap_turns
from tests.alliances.lists_town import town_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.models import Outbox
from yiqiao_portal.directory.choices import OrganisationKind

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 20)


@pytest.fixture
def alliance():
    return make.AllianceFactory(founded_on=date(2022, 7, 6))


def membership(alliance, number: int, organisation=None):
    """A unit in the order of turns."""
    unit = organisation or OrganisationFactory(
        name=f"示例单位{number}", short_name=f"单位{number}", kind=OrganisationKind.CONTACT_UNIT, party_form=""
    )
    return make.MembershipFactory(alliance=alliance, organisation=unit, turn_order=number)


@pytest.fixture
def page(cast):
    """The leave form of a membership as the office sees it."""
    return lambda row: sign_in(cast.town).get(reverse("alliances:member_leave", args=[row.pk])).content.decode()


def test_the_form_names_the_turns_that_change(cast, alliance, page):
    with time_machine.travel(TODAY, tick=False):
        rows = [membership(alliance, number) for number in range(1, 5)]
        turns = plan_turns(alliance, by=cast.town, start=date(2026, 7, 1), until=date(2027, 6, 30))
        swap_turns(turns[2], turns[3], by=cast.town, note="双方商定")
        told = page(rows[3])

    assert "会取消的轮值调换" in told
    assert "2027-01-01 至 2027-03-31　单位4（原定 单位3）" in told
    assert "2027-04-01 至 2027-06-30　单位3（原定 单位4）" in told
    assert "由下一家接上的轮值" not in told


@pytest.fixture
def town(cast):
    return town_of(cast)


def own(town):
    """The membership of the unit of the liaison."""
    return town.alliance.memberships.get(organisation=town.cast.partner)


def states(*rows) -> list[str]:
    return [type(row).objects.get(pk=row.pk).state for row in rows]


def test_the_form_lists_what_is_open(town, page):
    town.resource(title="示例快检仪")
    town.claim(need=town.need(title="示例净水点"))
    town.match(resource=town.resource(title="示例讲师"))
    town.claim(need=town.need(title="示例巡河", state=NeedState.CLAIMED), state=ClaimState.ACCEPTED, lead=True)
    make.ProjectFactory(alliance=town.alliance, organisation=town.cast.partner, title="示例清淤")

    told = page(own(town))

    lines = ["资源：示例快检仪", "待确认的认领：示例净水点", "待答复的对接：示例讲师"]
    for line in [*lines, "已确认、未立项的认领：示例巡河", "项目：示例清淤"]:
        assert line in told
    assert "请修改牵头单位" in told


def test_leaving_ends_what_the_unit_offers_and_keeps_what_was_agreed(town, cast):
    other = town.resource(organisation=town.member())
    offered, claim, asked = town.resource(), town.claim(), town.match()
    agreed = town.match(state=MatchState.ACCEPTED)
    project = make.ProjectFactory(alliance=town.alliance, organisation=cast.partner)

    raiser = cast.branch
    leave(own(town), by=cast.town, on=timezone.localdate())

    assert states(offered, asked.resource, agreed.resource, other) == [ResourceState.CLOSED] * 3 + [ResourceState.OPEN]
    assert states(claim, asked, agreed) == [ClaimState.WITHDRAWN, MatchState.RELEASED, MatchState.ACCEPTED]
    assert states(project) == [project.state]
    assert Match.objects.get(pk=asked.pk).reason == "提供单位已退出联盟。"
    told = Outbox.objects.filter(stage=f"match:{asked.pk}:released").values_list("recipients", flat=True)
    assert [raiser.pk] in list(told)


def test_a_day_to_come_ends_it_when_it_comes(town, cast):
    resource, claim = town.resource(), town.claim()
    day = timezone.localdate() + timedelta(days=3)
    leave(own(town), by=cast.town, on=day)
    assert states(resource, claim) == [ResourceState.OPEN, ClaimState.OFFERED]

    close_for_leavers(day - timedelta(days=1))
    assert states(resource, claim) == [ResourceState.OPEN, ClaimState.OFFERED]

    close_for_leavers(day)
    close_for_leavers(day)
    assert states(resource, claim) == [ResourceState.CLOSED, ClaimState.WITHDRAWN]
    assert Entry.objects.filter(action="resource.close").count() == 1


@pytest.fixture
def gone(town):
    """The unit has left, and what it offered is as if nobody had closed it."""
    rows = town.resource(), town.claim(), town.match()
    membership = own(town)
    membership.left_on = timezone.localdate()
    membership.save(update_fields=["left_on"])
    return rows


def test_a_unit_that_left_takes_no_part_any_more(town, cast, gone):
    resource, claim, match = gone

    assert suggestions(town.need(), cast.town) == []
    with pytest.raises(Conflict, match="示例单位一现在不是“五水共治党建联盟”的成员，这项资源不能对接"):
        ask_for(town.need(), resource, by=cast.town, amount=1)
    with pytest.raises(Conflict, match="这项资源不能对接"):
        perform_match(match, "accept", by=cast.liaison)
    with pytest.raises(Conflict, match="不能确认。请选“不采纳”"):
        perform_claim(claim, "accept", by=cast.town, lead=True)
    with pytest.raises(Conflict, match="不能发布"):
        perform_resource(town.resource(state=ResourceState.DRAFT), "publish", by=cast.liaison)
    assert states(match, claim) == [MatchState.ASKED, ClaimState.OFFERED]


def test_the_form_to_ask_a_unit_that_left_is_closed(town, cast, gone):
    answer = sign_in(cast.town).get(reverse("alliances:match_new", args=[town.need().pk, gone[0].pk]))

    assert (answer.status_code, "这项资源不能对接" in answer.content.decode()) == (409, True)


# --- paired villages ---


def test_another_member_takes_the_villages_over_in_the_same_step(town, cast, page):
    raiser, row = cast.branch, own(town)
    other = membership(town.alliance, 2)
    told = page(row)
    assert "退出后没有结对单位的：渔浦社区党组织" in told

    data = {"on": timezone.localdate().isoformat(), "version": row.version, "successor": other.pk}
    answer = sign_in(cast.town).post(reverse("alliances:member_leave", args=[row.pk]), data)

    assert answer.status_code == 302
    assert list(other.villages.all()) == [cast.party]
    news = Outbox.objects.filter(stage__startswith=f"membership:{other.pk}:villages")
    assert [(one.recipients, one.text) for one in news] == [([raiser.pk], "单位2接手结对：渔浦社区党组织。")]
    assert sign_in(raiser).get(town.alliance.get_absolute_url()).status_code == 200


def test_who_has_another_partner_needs_no_successor(town, cast, page):
    make.MembershipFactory(alliance=town.alliance, villages=[cast.party])

    assert "结对村社由谁接手" not in page(own(town))


def test_a_successor_is_a_member_that_stays(town, cast):
    gone = make.MembershipFactory(alliance=town.alliance, left_on=timezone.localdate())

    with pytest.raises(DomainError, match="请重新选择接手的单位") as refusal:
        leave(own(town), by=cast.town, on=timezone.localdate(), successor=gone)

    assert refusal.value.field == "successor"


def test_a_village_without_a_partner_is_told_so_and_keeps_its_needs(town, cast):
    need, others = town.need(), town.need(organisation=cast.other_party)
    offer = town.resource(organisation=town.member())
    leave(own(town), by=cast.town, on=timezone.localdate())
    village = sign_in(cast.branch)

    page = village.get(town.alliance.get_absolute_url()).content.decode()
    assert "本村社目前没有结对的成员单位" in page
    assert "提出需求" not in page
    assert offer.title in village.get(reverse("alliances:matching", args=[need.pk])).content.decode()
    assert village.get(others.get_absolute_url()).status_code == 404

    need.state = NeedState.WITHDRAWN
    need.save()
    assert village.get(town.alliance.get_absolute_url()).status_code == 404
    told = village.get(reverse("alliances:list")).content.decode()
    assert ("目前没有可以查看的联盟" in told, "请联系镇党建办" in told, "还没有联盟" in told) == (True, True, False)
