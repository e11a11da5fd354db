"""Places: a name and an area, within reach."""

import pytest
from django.urls import reverse

from tests.factories.places import PlaceFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import DomainError, StaleVersion
from yiqiao_portal.places import services
from yiqiao_portal.places.models import Place

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f97"


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


def listed(response) -> list[str]:
    return [row.record.name for row in response.context["table"].page.object_list]


def test_a_place_is_made_and_logged(cast):
    place = services.create_place(by=cast.branch, name="二楼会议室", area=cast.area)

    assert (place.created_by, str(place)) == (cast.branch, "二楼会议室")
    assert [entry.action for entry in Entry.objects.all()] == ["place.create"]


@pytest.mark.parametrize("removed", [False, True])
def test_an_area_has_a_name_once(cast, removed):
    place = PlaceFactory(area=cast.area, name="二楼会议室")
    if removed:
        services.remove_place(place, by=cast.branch)

    with pytest.raises(DomainError, match="已有同名场所") as refused:
        services.create_place(by=cast.branch, name="二楼会议室", area=cast.area)

    assert refused.value.field == "name"


def test_another_area_may_have_the_same_name(cast):
    PlaceFactory(area=cast.other_area, name="二楼会议室")

    assert services.create_place(by=cast.branch, name="二楼会议室", area=cast.area)


def test_not_out_of_reach(cast):
    with pytest.raises(DomainError, match="不在您的管辖范围"):
        services.create_place(by=cast.branch, name="二楼会议室", area=cast.other_area)

    place = PlaceFactory(area=cast.area)
    with pytest.raises(DomainError, match="不在您的管辖范围"):
        services.update_place(place, by=cast.branch, version=1, values={"area": cast.other_area})


def test_the_second_of_two_editors_is_told(cast):
    place = PlaceFactory(area=cast.area)
    services.update_place(place, by=cast.branch, version=1, values={"name": "甲"})

    with pytest.raises(StaleVersion):
        services.update_place(place, by=cast.branch, version=1, values={"name": "乙"})


def test_the_list_holds_the_own_area(cast, branch, client_for):
    PlaceFactory(area=cast.area, name="渔浦里")
    PlaceFactory(area=cast.other_area, name="罗峰堂")

    assert listed(branch.get(reverse("places:places"))) == ["渔浦里"]
    assert listed(client_for(cast.grid).get(reverse("places:places"))) == ["渔浦里"]
    assert sorted(listed(client_for(cast.town).get(reverse("places:places")))) == ["渔浦里", "罗峰堂"]
    assert listed(branch.get(reverse("places:places") + "?q=渔浦")) == ["渔浦里"]


def test_a_form_makes_one_however_often_it_is_sent(cast, branch):
    data = {"name": "二楼会议室", "area": cast.area.pk, "idempotency_key": KEY}

    answers = [branch.post(reverse("places:new"), data).headers["Location"] for _ in range(2)]

    assert answers == [Place.objects.get().get_absolute_url()] * 2


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "请填写名称。"),
        ({"area": ""}, "area", "请选择所属村社。"),
        ({"name": "渔浦里"}, "name", "这个村社已有同名场所，请直接选用；如在回收站中，请先恢复。"),
        ({"name": "甲" * 61}, "name", "最多 60 个字，现在是 61 个字，请删减。"),
    ],
)
def test_refusals(cast, branch, changes, field, words):
    PlaceFactory(area=cast.area, name="渔浦里")

    response = branch.post(
        reverse("places:new"), {"name": "新", "area": cast.area.pk, "idempotency_key": KEY} | changes
    )

    assert (response.status_code, response.context["form"].errors[field]) == (400, [words])
    assert Place.objects.count() == 1


def test_a_foreign_area_is_refused(cast, branch):
    response = branch.post(reverse("places:new"), {"name": "新", "area": cast.other_area.pk, "idempotency_key": KEY})

    assert (response.status_code, Place.objects.count()) == (400, 0)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("branch", (200, 200)),
        ("grid", (200, 403)),
        ("other_branch", (404, 404)),
        ("leader", (200, 403)),
        ("unit", (404, 404)),
    ],
)
def test_who_opens_and_who_edits(cast, client_for, name, codes):
    place, client = PlaceFactory(area=cast.area), client_for(getattr(cast, name))

    found = (
        client.get(place.get_absolute_url()).status_code,
        client.get(reverse("places:edit", args=[place.pk])).status_code,
    )

    assert found == codes


def test_removed_and_brought_back(cast, branch):
    place = PlaceFactory(area=cast.area)

    page = branch.post(reverse("places:remove", args=[place.pk]), follow=True).content.decode()

    undo = reverse("core:restore", args=["places.place", place.pk])
    assert undo in page
    assert branch.get(place.get_absolute_url()).status_code == 404
    branch.post(undo)
    assert branch.get(place.get_absolute_url()).status_code == 200


def test_the_bin_is_open_to_its_own_area_only(cast, client_for):
    place = recycle.remove(PlaceFactory(area=cast.area), by=cast.branch, action="place.remove")

    assert (
        client_for(cast.other_branch).post(reverse("core:restore", args=["places.place", place.pk])).status_code == 404
    )
