"""工程与行动: named by the town, with goals and milestones whose lights follow from the dates."""

from datetime import date

import pytest
from django.urls import reverse

from alliances import reference
from alliances.models import Milestone, Programme
from alliances.services import programmes as services
from alliances.workbench import projects as workbench
from tests.factories import alliances as make
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError, StaleVersion

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f99"
LIST = reverse("alliances:programmes")
NAMED = ["义心向党·桥见未来", "义心为民", "义起·美丽", "义企·升级", "义治·未来"]


def listed(response) -> list[str]:
    return [row.record.name for row in response.context["table"].page.object_list]


def step(cast, **facts) -> Milestone:
    return make.MilestoneFactory(
        programme=Programme.objects.get(code="beauty"), **({"organisation": cast.partner} | facts)
    )


# --- reference ---


def test_every_migrate_names_them_with_their_source(cast, client_for):
    assert listed(client_for(cast.branch).get(LIST)) == NAMED
    assert not Programme.objects.filter(source="").exists()
    assert {row.targets == [] and row.goals == "" for row in Programme.objects.all()} == {True}


def test_a_second_sync_changes_nothing_that_the_town_wrote(cast):
    programme = Programme.objects.get(code="beauty")
    services.update_programme(programme, {"name": "义起·美丽行动", "goals": "一村一景"}, by=cast.town, version=1)
    services.remove_programme(Programme.objects.get(code="future"), by=cast.town)
    before = list(Programme.objects.order_by("pk").values())

    reference.sync("default")

    assert list(Programme.objects.order_by("pk").values()) == before


def test_the_three_targets_stand_with_their_source(cast, client_for):
    page = client_for(cast.branch).get(LIST).content.decode()

    assert all(words in page for words in ("山水新都市", "创智新高地", "渔浦新义桥", "萧山日报 2021-11"))


# --- programmes ---


def test_one_is_made_behind_the_others(cast):
    made = services.create_programme({"name": "示例工程", "organisation": cast.office}, by=cast.town)

    assert (made.order, made.created_by) == (6, cast.town)
    assert [entry.action for entry in Entry.objects.all()] == ["programme.create"]


def test_a_name_stands_once(cast):
    with pytest.raises(DomainError, match="已有同名") as refused:
        services.create_programme({"name": "义心为民", "organisation": cast.office}, by=cast.town)

    assert refused.value.field == "name"


def test_the_second_of_two_editors_is_told(cast):
    programme = Programme.objects.get(code="people")
    services.update_programme(programme, {"goals": "甲"}, by=cast.town, version=1)

    with pytest.raises(StaleVersion):
        services.update_programme(programme, {"goals": "乙"}, by=cast.town, version=1)


def test_one_that_projects_serve_stays(cast):
    programme = Programme.objects.get(code="people")
    make.ProjectFactory(programme=programme)

    with pytest.raises(Conflict, match="不能移入回收站"):
        services.remove_programme(programme, by=cast.town)


def typed(cast, **changes) -> dict:
    return {"name": "示例工程", "organisation": cast.root.pk, "goals": "甲\n乙", "idempotency_key": KEY} | changes


def test_the_form_makes_one_however_often_it_is_sent(cast, client_for):
    client = client_for(cast.town)
    data = typed(cast, targets=["landscape", "yupu"])

    answers = [client.post(reverse("alliances:programme_new"), data).headers["Location"] for _ in range(2)]

    made = Programme.objects.get(name="示例工程")
    assert (answers, made.targets) == ([made.get_absolute_url()] * 2, ["landscape", "yupu"])
    page = client.get(made.get_absolute_url()).content.decode()
    assert all(words in page for words in ("山水新都市、渔浦新义桥", "<li>甲</li>", "<li>乙</li>"))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "请填写名称。"),
        ({"name": "义心为民"}, "name", "已有同名的工程或行动，请直接使用；如在回收站中，请先恢复。"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-01"}, "ends_on", "结束日期不能早于开始日期，请核对。"),
        ({"targets": ["x"]}, "targets", "对应目标不在可选范围内，请重新选择。"),
    ],
)
def test_refusals(cast, client_for, changes, field, words):
    response = client_for(cast.town).post(reverse("alliances:programme_new"), typed(cast, **changes))

    assert (response.status_code, response.context["form"].errors) == (400, {field: [words]})
    assert Programme.objects.count() == len(NAMED)


def test_who_may_change_them(cast, client_for):
    url = reverse("alliances:programme_edit", args=[Programme.objects.get(code="beauty").pk])

    assert [
        client_for(getattr(cast, name)).get(url).status_code for name in ("town", "leader", "branch", "liaison")
    ] == [
        200,
        403,
        403,
        403,
    ]


# --- milestones ---


@pytest.mark.parametrize(
    ("days", "done", "word", "look"),
    [
        (31, None, "按期推进", "ok"),
        (30, None, "临近到期", "due"),
        (-2, None, "超期 2 天", "late"),
        (-2, -1, "已完成", "ok"),
    ],
)
def test_the_light_follows_from_the_dates(days, done, word, look):
    tag = Milestone(due_on=make.day(days), done_on=make.day(done) if done else None).tag

    assert (tag.word, tag.look) == (word, look)


def test_a_programme_shows_the_light_of_what_comes_next(cast, client_for):
    step(cast, due_on=make.day(90))
    near = step(cast, due_on=make.day(5))
    programme = Programme.objects.get(code="beauty")
    words = [programme.light.word]

    services.finish_milestone(near, by=cast.town, done_on=make.day(0))
    words.append(Programme.objects.get(code="beauty").light.word)

    assert words == ["临近到期", "按期推进"]
    assert "1/2" in client_for(cast.branch).get(LIST).content.decode()


def test_the_responsible_unit_ticks_its_step_off(cast, client_for):
    row = step(cast, due_on=make.day(5))
    url = reverse("alliances:milestone_done", args=[row.pk])

    codes = [client_for(getattr(cast, name)).get(url).status_code for name in ("liaison", "town", "unit", "leader")]
    client_for(cast.liaison).post(url, {"done_on": make.day(0).isoformat()})

    row.refresh_from_db()
    assert (codes, row.done_on) == ([200, 200, 403, 403], make.day(0))
    assert client_for(cast.liaison).get(url).status_code == 409


@pytest.mark.parametrize(("days", "words"), [(1, "不能晚于今天"), (-60000, "日期太早")])
def test_days_that_cannot_be(cast, days, words):
    with pytest.raises(DomainError, match=words) as refused:
        services.finish_milestone(step(cast), by=cast.town, done_on=make.day(days))

    assert refused.value.field == "done_on"


def test_a_step_is_not_done_before_its_programme_began(cast):
    row = step(cast)
    row.programme.starts_on = date(2024, 3, 1)
    row.programme.save(update_fields=["starts_on"])

    with pytest.raises(DomainError, match="的开始日期 2024-03-01") as refused:
        services.finish_milestone(row, by=cast.town, done_on=date(1990, 1, 1))

    assert refused.value.field == "done_on"
    assert services.finish_milestone(row, by=cast.town, done_on=date(2024, 3, 1)).done_on == date(2024, 3, 1)


def test_a_step_is_done_once(cast):
    row = step(cast)
    services.finish_milestone(row, by=cast.town, done_on=make.day(0))

    with pytest.raises(Conflict, match="无需重复办理"):
        services.finish_milestone(row, by=cast.town, done_on=make.day(0))


def test_a_mistaken_day_is_taken_back_in_the_form(cast, client_for):
    row = step(cast, done_on=make.day(-1), due_on=make.day(9))
    body = {"title": row.title, "organisation": cast.partner.pk, "due_on": row.due_on, "note": "", "done_on": ""}

    client_for(cast.town).post(reverse("alliances:milestone_edit", args=[row.pk]), body | {"version": 1})

    row.refresh_from_db()
    assert (row.done_on, row.version) == (None, 2)


def test_a_step_is_added_and_removed_through_the_pages(cast, client_for):
    programme, client = Programme.objects.get(code="beauty"), client_for(cast.town)
    body = {
        "title": "验收",
        "organisation": cast.partner.pk,
        "due_on": make.day(40).isoformat(),
        "idempotency_key": KEY,
    }

    client.post(reverse("alliances:milestone_new", args=[programme.pk]), body)
    row = Milestone.objects.get()
    assert row.title in client.get(programme.get_absolute_url()).content.decode()
    client.post(reverse("alliances:milestone_remove", args=[row.pk]))

    assert Milestone.objects.alive().count() == 0
    assert "还没有节点" in client.get(programme.get_absolute_url()).content.decode()


def test_what_is_due_for_my_unit(cast):
    step(cast, due_on=make.day(30), title="本单位")
    step(cast, due_on=make.day(31))
    step(cast, due_on=make.day(-1), done_on=make.day(-1))
    step(cast, organisation=cast.unit_org, due_on=make.day(-9))

    assert [(todo.kind, todo.title) for todo in workbench.todos(cast.liaison)] == [("节点到期", "本单位")]


def test_it_is_found_by_name(cast):
    assert [row.title for row in workbench.find_programmes(cast.branch, "为民")] == ["义心为民"]


def test_the_way_of_a_programme_is_told_in_words(cast, client_for):
    programme = Programme.objects.get(code="beauty")
    services.update_programme(programme, {"targets": ["landscape", "yupu"]}, by=cast.town, version=1)

    page = client_for(cast.branch).get(programme.get_absolute_url()).content.decode()

    assert "对应目标：-- → 山水新都市、渔浦新义桥" in page
