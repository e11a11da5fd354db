"""Claims: several units, one leads; who may, when, and what the need does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.urls import reverse

from alliances.choices import ClaimState, NeedState
from alliances.models import Claim, Need
from alliances.services.claims import claim_need, perform_claim
from tests.alliances.lists_town import facts_of, town_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.accounts.models import User
from yiqiao_portal.core.exceptions import Conflict, DomainError

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11"
pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast):
    return town_of(cast)


def state_of(row) -> str:
    return facts_of(row)["state"]


def test_a_member_claims_and_the_office_makes_it_the_lead(town, cast):
    need = town.need()

    claim = claim_need(need, cast.partner, by=cast.liaison, plan="下周派两人勘查。")
    assert (claim.state, state_of(need)) == (ClaimState.OFFERED, NeedState.PUBLISHED)

    accepted = perform_claim(claim, "accept", by=cast.town, lead=True)
    assert (accepted.state, accepted.lead, accepted.decided_by) == (ClaimState.ACCEPTED, True, cast.town)
    assert state_of(need) == NeedState.CLAIMED


def test_several_claim_and_one_leads(town, cast):
    need, other = town.need(), town.member()
    first = claim_need(need, cast.partner, by=cast.liaison, plan="")
    second = claim_need(need, other, by=cast.town, plan="")

    with pytest.raises(DomainError, match="第一家确认的单位请选“牵头”"):
        perform_claim(first, "accept", by=cast.town, lead=False)
    perform_claim(first, "accept", by=cast.town, lead=True)
    with pytest.raises(DomainError, match="示例单位一已是牵头单位"):
        perform_claim(second, "accept", by=cast.town, lead=True)
    perform_claim(second, "accept", by=cast.town, lead=False)

    assert list(Claim.objects.order_by("pk").values_list("state", "lead")) == [("accepted", True), ("accepted", False)]


def test_a_unit_claims_once_and_again_after_a_withdrawal(town, cast):
    need = town.need()
    claim = claim_need(need, cast.partner, by=cast.liaison, plan="")
    with pytest.raises(DomainError, match="已认领过"):
        claim_need(need, cast.partner, by=cast.liaison, plan="")

    perform_claim(claim, "withdraw", by=cast.liaison)

    assert claim_need(need, cast.partner, by=cast.liaison, plan="").state == ClaimState.OFFERED


def test_who_is_no_member_or_out_of_reach_cannot(town, cast):
    need = town.need()
    with pytest.raises(DomainError, match="不是该联盟的成员"):
        claim_need(need, cast.unit_org, by=cast.unit, plan="")
    with pytest.raises(DomainError, match="不在您的管辖范围"):
        claim_need(need, town.member(), by=cast.liaison, plan="")
    with pytest.raises(DomainError, match="不在您的管辖范围"):
        claim_need(need, cast.party, by=cast.branch, plan="")

    assert not Claim.objects.exists()


@pytest.mark.parametrize("state", [state for state in NeedState if state not in ("published", "claimed")])
def test_only_an_open_need_is_claimed_or_decided(town, cast, state):
    need = town.need(state=state)
    claim = town.claim(need=need)

    with pytest.raises(Conflict):
        claim_need(need, town.member(), by=cast.town, plan="")
    with pytest.raises(Conflict):
        perform_claim(claim, "accept", by=cast.town, lead=True)

    assert (Claim.objects.count(), state_of(claim), state_of(need)) == (1, ClaimState.OFFERED, state)


def test_declining_says_why(town, cast):
    claim = town.claim()

    perform_claim(claim, "decline", by=cast.leader, reason="已有单位承担。")

    assert (state_of(claim), facts_of(claim)["reason"]) == (ClaimState.DECLINED, "已有单位承担。")
    assert list(Need.objects.unclaimed()) == [claim.need]


@pytest.mark.django_db(transaction=True)
def test_two_leads_at_once_are_one(cast):
    """Two clerks confirm two units as the lead in the same moment."""
    town = town_of(cast)
    need = town.need()
    claims = [town.claim(need=need), town.claim(need=need, organisation=town.member())]
    users, barrier = [cast.town.pk, cast.leader.pk], Barrier(2)

    def accept(number: int) -> str:
        try:
            barrier.wait(timeout=30)
            claim = Claim.objects.get(pk=claims[number].pk)
            perform_claim(claim, "accept", by=User.objects.get(pk=users[number]), lead=True)
        except DomainError as refusal:
            return refusal.message
        finally:
            connections.close_all()
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(accept, range(2)))

    assert answers[0] == "accepted"
    assert "已是牵头单位" in answers[1]
    assert Claim.objects.filter(state=ClaimState.ACCEPTED, lead=True).count() == 1


# --- pages ---


def test_the_liaison_claims_on_the_page_once(town, cast):
    need, client = town.need(), sign_in(cast.liaison)
    url = reverse("alliances:claim_new", args=[need.pk])
    body = {"organisation": cast.partner.pk, "plan": "下周勘查。", "idempotency_key": KEY}

    shown = client.get(url)
    answers = [client.post(url, body) for _ in range(2)]

    assert (shown.status_code, [answer.status_code for answer in answers]) == (200, [302, 302])
    assert answers[0].url == f"{need.get_absolute_url()}#claims"
    assert Claim.objects.get().plan == "下周勘查。"
    assert shown.context["form"].fields["organisation"].initial == cast.partner


def test_who_has_claimed_is_told_so(town, cast):
    claim = town.claim()

    answer = sign_in(cast.liaison).get(reverse("alliances:claim_new", args=[claim.need_id]))

    assert answer.status_code == 409
    assert "您的单位已认领这条需求" in answer.content.decode()


@pytest.mark.parametrize(("who", "code"), [("branch", 403), ("leader", 403), ("unit", 404), ("grid", 404)])
def test_others_do_not_claim(town, cast, who, code):
    assert sign_in(getattr(cast, who)).get(reverse("alliances:claim_new", args=[town.need().pk])).status_code == code


def test_the_first_to_be_confirmed_is_proposed_as_lead(town, cast):
    need = town.need()
    first, second = town.claim(need=need), town.claim(need=need, organisation=town.member())
    client = sign_in(cast.town)

    def proposed(claim) -> str:
        page = client.get(reverse("alliances:claim_do", args=[claim.pk, "accept"]))
        return page.context["form"]["lead"].value()

    before = proposed(first)
    client.post(reverse("alliances:claim_do", args=[first.pk, "accept"]), {"lead": "1"})

    assert (before, proposed(second)) == ("1", "0")


def test_a_second_lead_is_refused_on_the_page(town, cast):
    need = town.need(state=NeedState.CLAIMED)
    town.claim(need=need, organisation=town.member(), state=ClaimState.ACCEPTED, lead=True)
    claim = town.claim(need=need)

    answer = sign_in(cast.town).post(reverse("alliances:claim_do", args=[claim.pk, "accept"]), {"lead": "1"})

    assert answer.status_code == 400
    assert "已是牵头单位，请选“配合”。" in answer.content.decode()
    assert state_of(claim) == ClaimState.OFFERED


def test_the_buttons_of_a_claim_are_for_those_who_decide(town, cast):
    claim = town.claim()
    accept = reverse("alliances:claim_do", args=[claim.pk, "accept"])
    withdraw = reverse("alliances:claim_do", args=[claim.pk, "withdraw"])

    pages = {who: sign_in(getattr(cast, who)).get(claim.need.get_absolute_url()).content.decode()
             for who in ("town", "branch", "liaison")}  # fmt: skip

    assert {who: (accept in page, withdraw in page) for who, page in pages.items()} == {
        "town": (True, True), "branch": (False, False), "liaison": (False, True)}  # fmt: skip


def test_an_accepted_claim_opens_the_project_for_its_lead(town, cast):
    need = town.need(state=NeedState.CLAIMED)
    town.claim(need=need, state=ClaimState.ACCEPTED, lead=True)

    found = {}
    for who in ("town", "liaison", "branch"):
        page = sign_in(getattr(cast, who)).get(need.get_absolute_url()).context["page"]
        found[who] = [action.title for action in page.actions if action.primary]

    assert found == {"town": ["立项"], "liaison": ["立项"], "branch": ["找资源"]}


def test_the_project_stands_on_the_need_and_leads_the_raiser_to_inspect(town, cast):
    need = town.need(state=NeedState.INSPECTING)
    project = make.ProjectFactory(need=need, alliance=town.alliance, organisation=cast.partner, state="inspecting")

    pages = {who: sign_in(getattr(cast, who)).get(need.get_absolute_url()) for who in ("branch", "liaison")}

    assert all(project.title in page.content.decode() for page in pages.values())
    primary = {who: [(action.title, action.url) for action in page.context["page"].actions if action.primary]
               for who, page in pages.items()}  # fmt: skip
    assert primary == {"branch": [("去验收", project.get_absolute_url())],
                       "liaison": [("查看项目", project.get_absolute_url())]}  # fmt: skip
