"""Rivers, sections, 河长: who may write, what is refused, what the pages say, what is due."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.choices import ChiefLevel, ProblemState
from alliances.models import PatrolItem, PatrolRule, River, RiverChief, Section
from alliances.patrols import year_span
from alliances.selectors import rivers as selectors
from alliances.selectors import samples as waters
from alliances.services import rivers as services
from alliances.workbench import rivers as workbench
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed

pytestmark = pytest.mark.django_db
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f41"


def today() -> date:
    return timezone.localdate()


def days(number: int) -> date:
    return today() + timedelta(days=number)


# --- what ships ---


def test_the_rhythm_is_data_with_a_source():
    found = {rule.level: (rule.period, rule.minimum) for rule in PatrolRule.objects.all()}

    assert found == {"district": ("half_month", 1), "town": ("ten_days", 1), "village": ("week", 1)}
    assert all("河长制规定" in rule.source for rule in PatrolRule.objects.all())
    assert [item.name for item in PatrolItem.objects.all()] == [
        "水面保洁", "排污口", "水体颜色气味", "涉水违建", "倾倒", "非法捕捞", "公示牌", "上次问题整改",
    ]  # fmt: skip


# --- writing ---


def test_only_the_office_keeps_rivers(cast):
    with pytest.raises(NotAllowed):
        services.create_river({"name": "里河"}, by=cast.branch)

    assert services.create_river({"name": "里河"}, by=cast.town).name == "里河"


def test_one_river_has_one_name(cast):
    make.RiverFactory(name="里河")

    with pytest.raises(DomainError, match="已有同名河道"):
        services.create_river({"name": "里河"}, by=cast.town)


def test_a_river_with_sections_stays(cast):
    section = make.SectionFactory()

    with pytest.raises(Conflict, match="请先把断面移入回收站"):
        services.remove_river(section.river, by=cast.town)

    services.remove_section(section, by=cast.town)
    services.remove_river(section.river, by=cast.town)
    assert not River.objects.visible_to(cast.town).exists()


@pytest.mark.parametrize("factory", [make.PatrolFactory, make.WaterSampleFactory])
def test_a_section_with_records_stays(cast, factory):
    row = factory()

    with pytest.raises(Conflict, match="已有巡河或水质记录"):
        services.remove_section(row.section, by=cast.town)

    assert Section.objects.alive().filter(pk=row.section_id).exists()


def test_the_new_chief_ends_the_present_one_the_day_before(cast, refetch):
    held = make.RiverChiefFactory(organisation=cast.party)
    other_level = make.RiverChiefFactory(section=held.section, level=ChiefLevel.TOWN, organisation=cast.office)

    new = services.appoint_chief(
        held.section, {"level": held.level, "organisation": cast.other_party, "since": today()}, by=cast.town
    )

    assert (refetch(held).until, refetch(other_level).until, new.until) == (days(-1), None, None)
    assert {chief.pk for chief in selectors.current(selectors.chiefs_of([held.section]))} == {other_level.pk, new.pk}


def test_tenures_of_a_level_never_overlap(cast):
    held = make.RiverChiefFactory()

    with pytest.raises(DomainError) as refusal:
        services.appoint_chief(
            held.section, {"level": held.level, "organisation": cast.party, "since": held.since}, by=cast.town
        )

    assert refusal.value.field == "since"
    assert RiverChief.objects.count() == 1


def test_a_former_chief_can_be_added_before_the_present_one(cast, refetch):
    held = make.RiverChiefFactory()
    values = {"level": held.level, "organisation": cast.party, "since": days(-900), "until": held.since - timedelta(1)}

    services.appoint_chief(held.section, values, by=cast.town)

    assert refetch(held).until is None


@pytest.mark.parametrize(("day", "sentence"), [(1, "不能晚于今天"), (-301, "不能早于任职开始")])
def test_the_last_day_lies_in_the_tenure(cast, day, sentence):
    with pytest.raises(DomainError, match=sentence):
        services.end_chief(make.RiverChiefFactory(), by=cast.town, until=days(day))


def test_nobody_leaves_twice(cast):
    chief = services.end_chief(make.RiverChiefFactory(), by=cast.town, until=today())

    with pytest.raises(Conflict):
        services.end_chief(chief, by=cast.town, until=today())


# --- due and done ---


def test_a_year_of_a_village_chief(cast):
    """Of 2025's weeks all 52 were due; three were kept, one of them twice."""
    chief = make.RiverChiefFactory(since=date(2024, 6, 1), organisation=cast.party)
    for day in (date(2025, 3, 3), date(2025, 3, 4), date(2025, 5, 5), date(2025, 7, 7)):
        make.PatrolFactory(section=chief.section, organisation=cast.party, day=day)

    (row,) = selectors.rhythm_for(cast.town, [chief.section], year_span(2025))

    assert (row.level, row.due, row.done, row.kept) == ("village", 52, 4, 3)


def test_a_week_over_new_year_is_kept_on_either_side(cast):
    chief = make.RiverChiefFactory(since=date(2020, 1, 1), organisation=cast.party)
    make.PatrolFactory(section=chief.section, organisation=cast.party, day=date(2024, 12, 30))

    (row,) = selectors.rhythm_for(cast.town, [chief.section], year_span(2025))

    assert (row.done, row.kept) == (0, 1)


def test_others_numbers_open_no_closed_rows(cast):
    """A branch elsewhere sees only its own part; a member of the alliance sees the river."""
    section = make.SectionFactory()
    for organisation, level in ((cast.party, "village"), (cast.office, "town")):
        make.RiverChiefFactory(section=section, organisation=organisation, level=level, since=date(2020, 1, 1))
        make.PatrolFactory(section=section, organisation=organisation, level=level, day=date(2025, 3, 3))

    assert [row.level for row in selectors.rhythm_for(cast.branch, [section], year_span(2025))] == ["village"]
    make.MembershipFactory(alliance=section.river.alliance, organisation=cast.party)
    assert [row.level for row in selectors.rhythm_for(cast.branch, [section], year_span(2025))] == ["town", "village"]
    assert selectors.rhythm_for(cast.other_branch, [section], year_span(2025)) == []


def test_my_unit_is_asked_until_it_has_walked(cast):
    chief = make.RiverChiefFactory(organisation=cast.party)

    (todo,) = workbench.todos(cast.branch)
    assert (todo.kind, todo.button, todo.mine) == ("待巡河", "记录", False)
    assert todo.due == today() + timedelta(days=6 - today().weekday())
    assert workbench.todos(cast.other_branch) == []

    make.PatrolFactory(section=chief.section, organisation=cast.party, day=today())
    assert workbench.todos(cast.branch) == []


def test_another_levels_patrol_does_not_count(cast):
    chief = make.RiverChiefFactory(organisation=cast.party)
    make.PatrolFactory(section=chief.section, level=ChiefLevel.TOWN, organisation=cast.office, day=today())

    assert len(workbench.todos(cast.branch)) == 1


def test_whoever_took_over_inside_the_period_owes_nothing_yet(cast):
    make.RiverChiefFactory(organisation=cast.party, since=today() - timedelta(days=today().weekday()) + timedelta(1))

    assert workbench.todos(cast.branch) == []


def test_the_office_answers_for_the_towns_level(cast):
    make.RiverChiefFactory(organisation=cast.office, level=ChiefLevel.TOWN)
    make.RiverChiefFactory(organisation=cast.party)

    assert [todo.title.split(" ")[-1] for todo in workbench.todos(cast.town)] == ["镇级河长巡查"]


def test_figures_count_what_their_lists_show(cast):
    patrol = make.PatrolFactory(organisation=cast.party, day=today())
    make.PatrolProblemFactory(patrol=patrol)
    make.PatrolProblemFactory(patrol=patrol, state=ProblemState.SOLVED)
    make.WaterSampleFactory(organisation=cast.partner, taken_on=today())
    client = sign_in(cast.town)

    for figure in workbench.figures(cast.town):
        page = client.get(figure.url)
        assert page.context["result"]["total"] == figure.value == 1


# --- water ---


def test_a_rivers_year_is_the_mean_of_its_sections():
    river = make.RiverFactory()
    for ammonia in ("0.4", "1.4"):
        section = make.SectionFactory(river=river)
        make.WaterSampleFactory(
            section=section, taken_on=date(2025, 5, 6), do=None, codmn=None, tp=None, nh3n=Decimal(ammonia)
        )

    state = waters.states_of([river], year_span(2025))[river.pk]

    assert (state.sections, state.whole.water_class, waters.tag_of_river(state).word) == (2, "Ⅲ", "Ⅲ类 良好")
    assert waters.tag_of_river(waters.states_of([river], year_span(2024))[river.pk]).word == "未评价"


def test_the_rows_of_a_class_are_only_linked_where_they_may_be_opened(cast):
    sample = make.WaterSampleFactory(organisation=cast.partner, taken_on=date(2025, 5, 6))

    found = {name: waters.may_open(getattr(cast, name), [sample.section], year_span(2025)) for name in
             ("town", "liaison", "branch", "grid")}  # fmt: skip

    assert found == {"town": True, "liaison": True, "branch": False, "grid": False}


# --- pages ---


def test_the_page_of_a_river(cast):
    section = make.SectionFactory(river__name="里河", name="入河口")
    make.RiverChiefFactory(section=section, organisation=cast.party, duty="村党组织书记")
    make.WaterSampleFactory(section=section, taken_on=date(2025, 5, 6))

    text = sign_in(cast.town).get(f"{section.river.get_absolute_url()}?year=2025").content.decode()

    for words in (
        "2025 年里河各月水质类别",
        "目标 Ⅲ",
        "入河口 5月为Ⅲ类，监测的 1 个月里有 1 个月达到Ⅲ类",
        "Ⅲ类 良好",
        "按全年监测的平均值评价",
    ):
        assert words in text
    assert f"section={section.pk}&amp;day_from=2025-05-01&amp;day_to=2025-05-31" in text


def test_more_than_six_sections_are_one_line(cast):
    river = make.RiverFactory(name="里河")
    for _ in range(7):
        make.WaterSampleFactory(section=make.SectionFactory(river=river), taken_on=date(2025, 5, 6))

    page = sign_in(cast.town).get(f"{river.get_absolute_url()}?year=2025")

    chart = next(box for box in page.context["sections"] if "chart" in box.context).context["chart"]
    assert [name for name, _ in chart.rows] == ["里河"]
    assert "7 个断面中，Ⅰ–Ⅲ类占 100.0%" in page.content.decode()


@pytest.mark.parametrize("year", ["", "0000", "９９９９", "abc", "1999", "-1"])
def test_a_year_that_is_none_means_this_one(cast, year):
    section = make.SectionFactory()

    page = sign_in(cast.town).get(section.river.get_absolute_url(), {"year": year})

    assert f"{today().year} 年还没有水质数据，未评价" in page.content.decode()


def test_the_sign_is_printable(cast):
    river = make.RiverFactory(name="里河", hotline="0571-00000000", duty="巡查、保洁", length_m=3200)
    make.RiverChiefFactory(section=make.SectionFactory(river=river), organisation=cast.party, duty="村党组织书记")

    text = sign_in(cast.grid).get(f"{river.get_absolute_url()}?print=1").content.decode()

    for words in ("里河 河长公示牌", "0571-00000000", "3,200 米", "村级河长", "村党组织书记", "巡查、保洁"):
        assert words in text


def test_a_river_is_made_through_its_page(cast):
    client = sign_in(cast.town)
    client.post(reverse("alliances:river_new"), {"name": "里河", "body": "river", "order": "1", "idempotency_key": KEY})
    river = River.objects.get()

    section = {"name": "入河口", "target": "III", "order": "1", "idempotency_key": KEY.replace("41", "42")}
    client.post(reverse("alliances:section_new", args=[river.pk]), section)
    (made,) = river.sections.all()
    chief = {
        "level": "village",
        "organisation": cast.party.pk,
        "since": "2026.3.1",
        "idempotency_key": KEY.replace("41", "43"),
    }
    answer = client.post(reverse("alliances:chief_new", args=[made.pk]), chief)

    assert (river.name, made.target, answer.status_code) == ("里河", "III", 302)
    assert made.chiefs.get().organisation == cast.party


def test_search_finds_rivers_and_sections(cast):
    make.SectionFactory(river__name="蛟山河", name="蛟山河上游")

    found = selectors.find_rivers, selectors.find_sections
    assert [[row.title for row in find(cast.branch, "蛟山")] for find in found] == [["蛟山河"], ["蛟山河上游"]]
