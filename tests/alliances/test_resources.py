"""Resources: who offers, what is left, who sees them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.choices import MatchState, ResourceState
from alliances.models import Resource
from alliances.services.resources import create_resource, remove_resource, update_resource
from tests.alliances.lists_town import facts_of, town_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11"
pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast):
    return town_of(cast)


def values(town, **changes) -> dict:
    facts = {
        "alliance": town.alliance,
        "organisation": town.cast.partner,
        "title": "便携式水质快检仪",
        "detail": "带操作员。",
        "service_line": make.line(),
        "capacity": 4,
        "unit": "sets",
        "area": None,
        "starts_on": None,
        "ends_on": None,
    }
    return facts | changes


def typed(town, **changes) -> dict:
    sent = {name: getattr(value, "pk", value) for name, value in values(town).items()}
    known = {name: "" if value is None else str(value) for name, value in sent.items()}
    return known | {"idempotency_key": KEY} | changes


def test_a_member_offers_and_publishes_at_once(town, cast):
    resource = create_resource(values(town), by=cast.liaison, publish=True)

    assert (resource.serial, resource.state) == (f"YQ-ZY-{timezone.localdate().year}-0001", ResourceState.OPEN)
    assert create_resource(values(town), by=cast.liaison).state == ResourceState.DRAFT


@pytest.mark.parametrize(
    ("who", "changes", "field"),
    [
        ("unit", lambda town: {"organisation": town.cast.unit_org}, "organisation"),
        ("liaison", lambda town: {"organisation": town.cast.unit_org}, "organisation"),
        ("town", lambda town: {"organisation": town.cast.party}, "organisation"),
        ("liaison", lambda town: {"starts_on": make.day(9), "ends_on": make.day(8)}, "ends_on"),
    ],
)
def test_what_is_out_of_reach_or_of_order_is_refused_at_its_field(town, cast, who, changes, field):
    with pytest.raises(DomainError) as refusal:
        create_resource(values(town, **changes(town)), by=getattr(cast, who))

    assert (refusal.value.field, Resource.objects.count()) == (field, 0)


def test_the_number_never_falls_below_what_is_promised(town, cast):
    resource = town.resource(capacity=10)
    town.match(resource=resource, amount=6, state=MatchState.ACCEPTED)

    with pytest.raises(DomainError, match="已对接 6 次，数量不能再少") as refusal:
        update_resource(resource, values(town, capacity=5, unit="times"), by=cast.liaison, version=1)
    assert refusal.value.field == "capacity"

    update_resource(resource, values(town, capacity=6, unit="times"), by=cast.liaison, version=1)
    assert (facts_of(resource)["capacity"], facts_of(resource)["promised"]) == (6, 6)


def test_what_is_counted_on_keeps_its_owner_and_measure(town, cast):
    resource = town.match().resource

    with pytest.raises(DomainError, match="不能改换"):
        update_resource(resource, values(town, capacity=10, unit="people"), by=cast.liaison, version=1)


def test_a_stale_page_overwrites_nobody(town, cast):
    resource = town.resource()
    update_resource(resource, values(town), by=cast.liaison, version=1)

    with pytest.raises(StaleVersion):
        update_resource(resource, values(town, title="后来的"), by=cast.town, version=1)


def test_what_somebody_counts_on_is_not_removed(town, cast):
    match = town.match()
    with pytest.raises(Conflict, match="还有需求在对接"):
        remove_resource(match.resource, by=cast.liaison)

    assert facts_of(match.resource)["deleted_at"] is None
    assert remove_resource(town.resource(), by=cast.liaison).deleted_at is not None


def test_a_closed_one_stays_in_sight_and_a_draft_does_not(town, cast):
    for state in ResourceState:
        town.resource(state=state)

    seen = {who: sorted(Resource.objects.visible_to(getattr(cast, who)).values_list("state", flat=True))
            for who in ("town", "liaison", "branch", "other_branch", "unit")}  # fmt: skip

    every = ["closed", "draft", "open"]
    assert seen == {"town": every, "liaison": every, "branch": ["closed", "open"], "other_branch": [], "unit": []}


def test_full_is_said(town, cast):
    resource = town.match(resource=town.resource(capacity=1), state=MatchState.ACCEPTED).resource
    resource.refresh_from_db()

    assert (resource.tag.word, resource.left) == ("已约满", 0)
    page = sign_in(cast.branch).get(reverse("alliances:resources")).content.decode()
    assert "已约满" in page
    assert "0 次" in page


def test_the_form_publishes_or_keeps(town, cast):
    client, url = sign_in(cast.liaison), reverse("alliances:resource_new")

    published = client.post(url, typed(town) | {"do": "publish"}, follow=True).content.decode()
    kept = client.post(url, typed(town, idempotency_key=KEY[:-1] + "2") | {"do": "draft"}, follow=True).content.decode()

    assert "已发布" in published
    assert "已存为待发布" in kept
    assert sorted(Resource.objects.values_list("state", flat=True)) == ["draft", "open"]


def test_the_only_unit_and_alliance_are_chosen_already(town, cast):
    form = sign_in(cast.liaison).get(reverse("alliances:resource_new")).context["form"]

    assert (form["alliance"].value(), form["organisation"].value()) == (town.alliance.pk, cast.partner.pk)


def test_a_mistake_is_named_and_nothing_typed_is_lost(town, cast):
    answer = sign_in(cast.liaison).post(reverse("alliances:resource_new"), typed(town, capacity="0"))

    assert (answer.status_code, Resource.objects.count()) == (400, 0)
    assert "数量不能小于 1，请核对。" in answer.content.decode()
    assert "带操作员。" in answer.content.decode()


def test_two_editors_are_asked_which_side_to_keep(town, cast):
    resource = town.resource()
    url = reverse("alliances:resource_edit", args=[resource.pk])
    update_resource(resource, values(town, title="先改的"), by=cast.town, version=1)

    answer = sign_in(cast.liaison).post(url, typed(town, title="后改的", version="1"))

    assert answer.status_code == 409
    assert "先改的" in answer.content.decode()
    assert "后改的" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [("state=left", ["半满"]), ("state=open", ["半满", "约满"]), ("state=closed", ["停用"]), ("q=约满", ["约满"]),
     ("service_line=education", [])],
)  # fmt: skip
def test_the_list_narrows(town, cast, query, found):
    half, full = town.resource(title="半满", capacity=2), town.resource(title="约满", capacity=1)
    for resource in (half, full):
        town.match(resource=resource, state=MatchState.ACCEPTED)
    town.resource(title="停用", state=ResourceState.CLOSED)

    answer = sign_in(cast.town).get(f"{reverse('alliances:resources')}?{query}")

    titles = sorted(row.record.title for row in answer.context["table"].page.object_list)
    assert titles == found
