"""Resources, needs, claims and matches: the raiser, the member units, the office that runs the alliance."""

from alliances.models import Alliance, Membership, Resource
from tests.contracts.rule import BUSINESS, OFFICE, Rule, Send, key, these
from tests.factories import alliances as make

SEES = BUSINESS - these("teamlead talent")
RAISERS = SEES - these("leader grid")
MEMBERS = these("town unit liaison")
OFFERS = MEMBERS | these("leader")
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f21"


def alliance_of(stage) -> Alliance:
    """The alliance of the stage."""
    return Membership.objects.get(organisation=stage.partner).alliance


def need(stage, row) -> dict:
    """A whole need."""
    return {
        "title": "沿河驿站增设净水点",
        "alliance": alliance_of(stage).pk,
        "organisation": row.organisation_id if row else stage.party.pk,
        "service_line": make.line().pk,
        "amount": "2",
        "unit": "sets",
        "idempotency_key": KEY,
        "version": row.version if row else "",
    }


def resource(stage, row) -> dict:
    """A whole resource."""
    return {
        "title": "便携式水质快检仪",
        "alliance": alliance_of(stage).pk,
        "organisation": row.organisation_id if row else stage.partner.pk,
        "service_line": make.line().pk,
        "capacity": "12",
        "unit": "times",
        "do": "draft",
        "idempotency_key": KEY,
        "version": row.version if row else "",
    }


def step(name: str):
    """URL arguments of a step of a workflow."""
    return lambda stage, row: {"pk": row.pk, "name": name}


def of_need(stage, row) -> dict:
    """URL arguments of a page about a need."""
    return {"need": row.pk}


def with_resource(stage, row) -> dict:
    """URL arguments of asking for a resource: one of the same alliance."""
    open_ones = Resource.objects.alive().open().filter(alliance=row.alliance_id).order_by("pk")
    return {"need": row.pk, "resource": open_ones.first().pk}


def reason(stage, row) -> dict:
    return {"reason": "请写明地点。"}


def lead(stage, row) -> dict:
    return {"lead": "1"}


def claim(stage, row) -> dict:
    return {"organisation": stage.partner.pk, "plan": "下周勘查。", "idempotency_key": KEY}


def amount(stage, row) -> dict:
    return {"amount": "1", "idempotency_key": KEY}


def rating(stage, row) -> dict:
    return {"satisfaction": "good", "comment": ""}


LIST = ("", "format=xlsx", "print=1", "page=99", "sort=title")
RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "alliances:needs": Rule(SEES, queries=(*LIST, "state=taken")),
    "alliances:need": Rule(SEES, "need", key, participants=True),
    "alliances:need_new": Rule(RAISERS, send=Send("branch", need)),
    "alliances:need_edit": (
        Rule(RAISERS | OFFICE, "raised need", key, send=Send("branch", need)),
        Rule(RAISERS | OFFICE, "returned need", key, send=Send("branch", need)),
        Rule(RAISERS | OFFICE, "need", key, ok=409),
    ),
    "alliances:need_remove": (
        Rule(RAISERS | OFFICE, "raised need", key, send=Send("branch")),
        Rule(RAISERS | OFFICE, "need", key, ok=409),
    ),
    "alliances:need_do": (
        Rule(OFFICE, "raised need", step("publish"), send=Send("leader")),
        Rule(OFFICE, "raised need", step("return"), send=Send("town", reason)),
        Rule(RAISERS, "returned need", step("resubmit"), send=Send("branch")),
        Rule(RAISERS | OFFICE, "need", step("withdraw"), send=Send("branch")),
        Rule(RAISERS, "met need", step("rate"), send=Send("branch", rating)),
        Rule(OFFICE, "rated need", step("archive"), send=Send("town")),
    ),
    "alliances:resources": Rule(SEES, queries=(*LIST, "state=left")),
    "alliances:resource": Rule(SEES, "resource", key, participants=True),
    "alliances:resource_new": Rule(MEMBERS, send=Send("liaison", resource)),
    "alliances:resource_edit": Rule(OFFERS, "draft resource", key, send=Send("liaison", resource)),
    "alliances:resource_remove": Rule(OFFERS, "draft resource", key, send=Send("liaison")),
    "alliances:resource_do": (
        Rule(OFFERS, "draft resource", step("publish"), send=Send("liaison")),
        Rule(OFFERS, "resource", step("close"), send=Send("liaison")),
    ),
    "alliances:claim_new": Rule(MEMBERS, "need", of_need, participants=True, send=Send("liaison", claim)),
    "alliances:claim_do": (
        Rule(OFFICE, "claim", step("accept"), send=Send("town", lead)),
        Rule(OFFICE, "claim", step("decline"), send=Send("leader", reason)),
        Rule(MEMBERS, "claim", step("withdraw"), send=Send("liaison")),
        Rule(OFFICE, "declined claim", step("accept"), ok=409),
    ),
    "alliances:matching": Rule(RAISERS | OFFICE, "need", of_need),
    "alliances:match_new": Rule(RAISERS | OFFICE, "need", with_resource, send=Send("branch", amount)),
    "alliances:match_do": (
        Rule(MEMBERS, "match", step("accept"), send=Send("liaison")),
        Rule(MEMBERS, "match", step("decline"), send=Send("liaison", reason)),
        Rule(RAISERS | OFFICE, "match", step("release"), participants=True, send=Send("branch")),
    ),
}
