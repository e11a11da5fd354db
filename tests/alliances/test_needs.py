"""Needs: raised, looked at, published; who sees them; what the page shows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.choices import AllianceState, ClaimState, MatchState, NeedState
from alliances.models import Need
from alliances.services.needs import FOLLOWS, create_need, follow, perform_need, remove_need, update_need
from tests.alliances.lists_town import facts_of, town_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion

pytestmark = pytest.mark.django_db
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11"


@pytest.fixture
def town(cast):
    return town_of(cast)


def values(town, **changes) -> dict:
    facts = {
        "alliance": town.alliance,
        "organisation": town.cast.party,
        "title": "沿河驿站增设净水点",
        "detail": "夏季游客多，需要两处。",
        "service_line": make.line(),
        "amount": 2,
        "unit": "sets",
        "area": town.cast.area,
        "starts_on": None,
        "due_on": make.day(30),
    }
    return facts | changes


def typed(town, **changes) -> dict:
    """The same as a browser sends it."""
    sent = {name: getattr(value, "pk", value) for name, value in values(town).items()}
    return (
        {name: "" if value is None else str(value) for name, value in sent.items()} | {"idempotency_key": KEY} | changes
    )


# --- services ---


def test_a_need_is_raised(town, cast):
    need = create_need(values(town), by=cast.branch)

    year = timezone.localdate().year
    assert (need.serial, need.state, need.created_by) == (f"YQ-XQ-{year}-0001", NeedState.RAISED, cast.branch)
    assert Entry.objects.filter(action="need.create", object_id=str(need.pk)).count() == 1


def test_the_member_unit_and_the_town_raise_too(town, cast):
    own = create_need(values(town, organisation=cast.partner), by=cast.liaison)
    for_another = create_need(values(town, organisation=cast.other_party), by=cast.town)

    assert (own.organisation, for_another.organisation) == (cast.partner, cast.other_party)


@pytest.mark.parametrize(
    ("who", "changes", "field"),
    [
        ("branch", lambda town: {"organisation": town.cast.other_party}, "organisation"),
        ("other_branch", lambda town: {"organisation": town.cast.other_party}, "organisation"),
        ("branch", lambda town: {"starts_on": make.day(9), "due_on": make.day(8)}, "due_on"),
    ],
)
def test_what_is_out_of_reach_or_of_order_is_refused_at_its_field(town, cast, who, changes, field):
    with pytest.raises(DomainError) as refusal:
        create_need(values(town, **changes(town)), by=getattr(cast, who))

    assert (refusal.value.field, Need.objects.count()) == (field, 0)


def test_an_alliance_that_has_ended_takes_none(town, cast):
    town.alliance.state = AllianceState.ENDED

    with pytest.raises(DomainError) as refusal:
        create_need(values(town), by=cast.branch)

    assert refusal.value.field == "alliance"


def test_a_need_is_changed_before_it_is_published(town, cast):
    need = town.need(state=NeedState.RETURNED)

    update_need(need, values(town, title="改过的名称"), by=cast.branch, version=1)

    assert (facts_of(need)["title"], facts_of(need)["version"]) == ("改过的名称", 2)
    with pytest.raises(StaleVersion):
        update_need(need, values(town), by=cast.branch, version=1)


def test_a_published_need_is_not_changed(town, cast):
    need = town.need()

    with pytest.raises(Conflict):
        update_need(need, values(town), by=cast.town, version=1)


def test_publishing_starts_the_days_and_a_return_says_why(town, cast):
    need = town.need(state=NeedState.RAISED, published_at=None)

    returned = perform_need(need, "return", by=cast.town, reason="请写明地点。")
    assert (returned.state, returned.return_reason) == (NeedState.RETURNED, "请写明地点。")

    perform_need(need, "resubmit", by=cast.branch)
    published = perform_need(need, "publish", by=cast.leader)
    assert (published.state, published.return_reason) == (NeedState.PUBLISHED, "")
    assert published.published_at is not None


def test_who_withdraws_lets_go_of_claims_and_resources(town, cast):
    need = town.need()
    claim, match = town.claim(need=need), town.match(need=need, amount=4, state=MatchState.ACCEPTED)
    other = town.match(resource=match.resource)

    perform_need(need, "withdraw", by=cast.branch)

    assert (facts_of(claim)["state"], facts_of(claim)["reason"]) == (ClaimState.WITHDRAWN, "需求已撤销。")
    assert (facts_of(match)["state"], facts_of(match.resource)["promised"]) == (MatchState.RELEASED, 0)
    assert facts_of(other)["state"] == MatchState.ASKED


@pytest.mark.parametrize("target", NeedState)
@pytest.mark.parametrize("state", NeedState)
def test_a_need_follows_only_from_where_its_project_supposes_it(town, cast, state, target):
    need = town.need(state=state)
    before = facts_of(need)

    if target in FOLLOWS and state in FOLLOWS[target]:
        assert follow(need, target, by=cast.town).state == target
        assert facts_of(need)["version"] == 2
    elif target in FOLLOWS:
        with pytest.raises(Conflict):
            follow(need, target, by=cast.town)
        assert facts_of(need) == before
    else:
        with pytest.raises(KeyError):
            follow(need, target, by=cast.town)


def test_back_to_be_claimed_it_is_free_and_its_days_count_anew(town, cast):
    long_ago = timezone.now() - timedelta(days=40)
    need = town.need(state=NeedState.DOING, published_at=long_ago)
    claim = town.claim(need=need, state=ClaimState.ACCEPTED, lead=True)
    match = town.match(need=need, state=MatchState.ACCEPTED)

    follow(need, NeedState.PUBLISHED, by=cast.town)

    assert facts_of(need)["published_at"] > long_ago + timedelta(days=39)
    assert (facts_of(claim)["state"], facts_of(match)["state"]) == (ClaimState.WITHDRAWN, MatchState.RELEASED)


def test_what_is_accepted_has_its_day(town, cast):
    need = town.need(state=NeedState.INSPECTING)

    assert follow(need, NeedState.ACCEPTED, by=cast.town, accepted_on=make.day(-1)).accepted_on == make.day(-1)


def test_only_what_is_not_published_goes_to_the_bin(town, cast):
    remove_need(town.need(state=NeedState.RAISED), by=cast.branch)
    with pytest.raises(Conflict):
        remove_need(town.need(), by=cast.branch)

    assert Need.objects.alive().count() == 1


# --- who sees what ---


def test_members_see_what_is_published_and_strangers_nothing(town, cast):
    for state in (NeedState.RAISED, NeedState.PUBLISHED):
        town.need(state=state, organisation=cast.other_party)

    seen = {who: Need.objects.visible_to(getattr(cast, who)).count() for who in (
        "town", "leader", "other_branch", "branch", "liaison", "unit", "talent", "sysadmin")}  # fmt: skip

    assert seen == {"town": 2, "leader": 2, "other_branch": 2, "branch": 1, "liaison": 1, "unit": 0, "talent": 0,
                    "sysadmin": 0}  # fmt: skip


def test_who_has_left_sees_nothing_more(town, cast):
    need = town.need()
    membership = town.alliance.memberships.get()
    membership.left_on = make.day(0)
    membership.save()

    assert need not in Need.objects.visible_to(cast.liaison)
    assert need in Need.objects.visible_to(cast.branch)  # it raised it


# --- pages ---


def test_the_form_makes_one_need_and_says_its_number(town, cast):
    client = sign_in(cast.branch)
    url = reverse("alliances:need_new")

    shown = client.get(url).content.decode()
    answer = client.post(url, typed(town), follow=True)
    again = client.post(url, typed(town))

    need = Need.objects.get()
    assert "严禁录入涉密信息" in shown
    assert f"编号 {need.serial}" in answer.content.decode()
    assert (need.title, need.amount, need.area, again.status_code) == ("沿河驿站增设净水点", 2, cast.area, 302)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写需求名称。"),
        ({"amount": "0"}, "数量不能小于 1，请核对。"),
        ({"amount": "两个"}, "数量请写整数，例如 12。"),
        ({"due_on": "2026-02-30"}, "2月30日不存在"),
        ({"starts_on": "2027-02-01", "due_on": "2027-01-01"}, "希望完成日期不能早于希望开始日期，请核对。"),
        ({"unit": "x"}, "计量单位不在可选范围内，请重新选择。"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(town, cast, changes, sentence):
    answer = sign_in(cast.branch).post(reverse("alliances:need_new"), typed(town) | changes)

    page = answer.content.decode()
    assert (answer.status_code, Need.objects.count()) == (400, 0)
    assert sentence in page
    assert "夏季游客多，需要两处。" in page


def page_of(need, user) -> str:
    answer = sign_in(user).get(need.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("state", "now"),
    [
        (NeedState.RAISED, "审核"),
        (NeedState.RETURNED, "提出"),
        (NeedState.PUBLISHED, "认领"),
        (NeedState.CLAIMED, "实施"),
        (NeedState.DOING, "实施"),
        (NeedState.INSPECTING, "验收"),
        (NeedState.ACCEPTED, "评价"),
        (NeedState.RATED, "归档"),
    ],
)
def test_the_steps_say_how_far_it_is(town, cast, state, now):
    answer = sign_in(cast.town).get(town.need(state=state).get_absolute_url())

    steps = answer.context["steps"]
    assert [step["title"] for step in steps] == ["提出", "审核", "发布", "认领", "实施", "验收", "评价", "归档"]
    assert [step["title"] for step in steps if step["state"] == "now"] == [now]


def test_what_is_archived_has_all_steps_behind_it(town, cast):
    done = sign_in(cast.town).get(town.need(state=NeedState.ARCHIVED).get_absolute_url()).context["steps"]
    gone = sign_in(cast.town).get(town.need(state=NeedState.WITHDRAWN).get_absolute_url()).context["steps"]

    assert ({step["state"] for step in done}, gone) == ({"done"}, [])


PRIMARY = {  # state → who → the one primary button
    NeedState.RAISED: {"town": "审核并发布", "branch": None},
    NeedState.RETURNED: {"branch": "重新提交"},
    NeedState.PUBLISHED: {"liaison": "认领", "branch": "找资源", "town": "找资源"},
    NeedState.ACCEPTED: {"branch": "评价"},
    NeedState.RATED: {"town": "归档", "branch": None},
    NeedState.ARCHIVED: {"town": None, "branch": None},
}


@pytest.mark.parametrize(
    ("state", "who", "label"), [(state, who, label) for state, by in PRIMARY.items() for who, label in by.items()]
)
def test_there_is_one_primary_button(town, cast, state, who, label):
    answer = sign_in(getattr(cast, who)).get(town.need(state=state).get_absolute_url())

    main = answer.content.decode().split("<main", 1)[1]
    found = [button["label"] for button in answer.context["transitions"] if button["primary"]]
    found += [action.title for action in answer.context["page"].actions if action.primary]
    assert found == ([label] if label else [])
    assert main.count("btn-primary") == len(found)


def test_with_offers_the_office_is_led_to_the_answer(town, cast):
    claim = town.claim()

    answer = sign_in(cast.town).get(claim.need.get_absolute_url())

    primary = [action for action in answer.context["page"].actions if action.primary]
    assert [(action.title, action.url) for action in primary] == [
        ("确认认领", reverse("alliances:claim_do", args=[claim.pk, "accept"]))
    ]


def test_the_page_shows_claims_matches_and_the_way(town, cast):
    need = town.need()
    town.claim(need=need, plan="下周派两人勘查。")
    match = town.match(need=need)

    page = page_of(need, cast.branch)

    assert "下周派两人勘查。" in page
    assert match.resource.title in page
    assert "新增认领" in page
    assert "新增对接" in page


def test_another_member_sees_who_has_it_but_not_what_they_wrote(town, cast):
    other = town.member()
    need = town.need(state=NeedState.CLAIMED)
    town.claim(need=need, organisation=other, plan="只给镇里看的打算", state=ClaimState.ACCEPTED, lead=True)

    page = page_of(need, cast.liaison)

    assert other.short_name in page
    assert "只给镇里看的打算" not in page


# --- the list ---


def test_the_list_names_the_claimants_and_narrows(town, cast):
    raised, taken = town.need(state=NeedState.RAISED), town.need(state=NeedState.CLAIMED)
    town.claim(need=taken, state=ClaimState.ACCEPTED, lead=True)
    client, url = sign_in(cast.town), reverse("alliances:needs")

    def found(query: str) -> set:
        answer = client.get(f"{url}?{query}")
        assert answer.status_code == 200
        return {row.record.pk for row in answer.context["table"].page.object_list}

    assert "示例单位一" in client.get(url).content.decode()
    assert found("state=taken") == {taken.pk}
    assert found("state=raised") == {raised.pk}
    assert found("state=met") == set()
    assert found("service_line=education") == set()
    assert found(f"within={cast.party.pk}&year={timezone.localdate().year}") == {raised.pk, taken.pk}
    assert found(f"q={taken.title}") == {taken.pk}


def test_an_early_claim_does_not_name_a_claimant(town, cast):
    town.claim()

    page = sign_in(cast.town).get(reverse("alliances:needs")).content.decode()

    assert "示例单位一" not in page.split("<tbody", 1)[1]
