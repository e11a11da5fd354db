"""The three lists come back in as they went out: nothing new, nothing changed, nothing wrong."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from alliances.choices import NeedState, ProjectState, ResourceState
from alliances.models import Need, Project, Resource
from alliances.services import bulk
from tests.alliances.lists_files import changed, confirm, exported, pasted, read, said
from tests.alliances.lists_town import facts_of, town_of
from tests.factories import alliances as make
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.directory.importing.checking import check
from yiqiao_portal.directory.importing.rows import Verdict
from yiqiao_portal.directory.models import Area

pytestmark = pytest.mark.django_db
KINDS = ("resources", "needs", "projects")
OPEN = "不能修改，请把这一行改回原样或删去。"


@pytest.fixture
def town(cast):
    return town_of(cast)


@pytest.fixture
def filled(town, cast):
    """Rows of all states, with and without what may stay blank."""
    village = Area.objects.filter(level="village").first()
    days = {"starts_on": make.day(1), "detail": "第一行\n=第二行"}
    for number, state in enumerate(ResourceState):
        town.resource(state=state, capacity=number + 3, unit="sets", area=village, ends_on=make.day(40), **days)
    for state in NeedState:
        town.need(state=state)
    town.need(title="=1+1", area=village, amount=7, unit="yuan", due_on=make.day(20), **days)
    for state in ProjectState:
        make.ProjectFactory(alliance=town.alliance, organisation=cast.partner, state=state)
    helped = make.ProjectFactory(alliance=town.alliance, organisation=cast.partner, programme=make.ProgrammeFactory())
    helped.helpers.add(town.member(), cast.unit_org, cast.party)  # two of whom are no members (any more)
    return town


@pytest.fixture
def export(cast):
    """The exported workbook of a list."""

    def get(kind: str, user=None) -> bytes:
        return exported(kind, user or cast.town)

    return get


@pytest.fixture
def file(export, tmp_path):
    """The exported workbook on disk."""

    def write(kind: str):
        path = tmp_path / "清单.xlsx"
        path.write_bytes(export(kind))
        return path

    return write


# --- round trip ---


@pytest.mark.parametrize(("actor", "kind"), [*product(("town", "liaison"), KINDS), ("branch", "needs")])
def test_an_export_comes_back_unchanged(filled, cast, export, kind, actor):
    user = getattr(cast, actor)
    brought = read(kind, export(kind, user))
    lines = check(kind, brought, user=user)

    assert len(lines) >= 3
    assert {line.verdict: [fault.sentence for fault in line.faults] for line in lines} == {Verdict.SAME: []}
    done = confirm(kind, brought, user)
    assert (done.added, done.changed, done.skipped) == (0, 0, len(lines))


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_list_comes_back_empty(town, cast, export, kind):
    assert check(kind, read(kind, export(kind)), user=cast.town) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_and_the_pages_say_the_same(filled, cast, client_for, file, capsys, kind):
    path = file(kind)
    count = check(kind, read(kind, path.read_bytes()), user=cast.town)

    call_command("import_records", kind, str(path), "--by", "town", "--dry-run")
    with path.open("rb") as opened:
        url = reverse("directory:import_start", args=[kind])
        page = client_for(cast.town).post(url, {"file": opened}, follow=True)

    assert f"可新增 0 行，可更新 0 行，无变化 {len(count)} 行，重复 0 行，错误 0 行。" in capsys.readouterr().out
    assert [tile["count"] for tile in page.context["preview"].tiles] == [0, 0, len(count), 0, 0]


# --- one cell changed ---


def test_one_changed_cell_changes_one_row(town, cast, export, refetch):
    resource, other = town.resource(capacity=5), town.resource()
    before = facts_of(other)

    brought = read("resources", changed(export("resources"), resource.serial, 数量=8, 状态="已停用"))
    assert sorted(said("resources", brought, cast.town)) == [("SAME", ""), ("UPDATE", "数量")]
    done = confirm("resources", brought, cast.town)

    now = refetch(resource)
    assert (done.added, done.changed, done.skipped) == (0, 1, 1)
    assert (now.capacity, now.state, now.version) == (8, ResourceState.OPEN, resource.version + 1)
    assert facts_of(other) == before
    (entry,) = Entry.objects.filter(action__in=("records.import", "resource.update"))
    assert (entry.action, entry.object_type, entry.reason) == (
        "records.import", "alliances.resource", "新增 0 条，更新 1 条"
    )  # fmt: skip


def test_dates_unit_line_and_place_of_a_need_are_changed(town, cast, export, refetch):
    need, village = town.need(state=NeedState.RAISED), Area.objects.filter(level="village").first()
    cells = {"计量单位": "套", "希望完成": "2030年1月2日", "九联类别": "便民联办", "所在村社": village.name}
    line = make.ServiceLine.objects.exclude(code="environment").first()
    cells["九联类别"] = line.name

    confirm("needs", read("needs", changed(export("needs"), need.serial, **cells)), cast.town)

    now = refetch(need)
    assert (now.unit, str(now.due_on), now.service_line, now.area) == ("sets", "2030-01-02", line, village)


def test_a_project_gets_another_title_and_lead(town, cast, export, refetch):
    project, unit = make.ProjectFactory(alliance=town.alliance, organisation=cast.partner), town.member()
    cells = {"项目名称": "里河二期", "牵头单位": unit.name}

    confirm("projects", read("projects", changed(export("projects"), project.serial, **cells)), cast.town)

    assert (refetch(project).title, refetch(project).organisation) == ("里河二期", unit)


@pytest.mark.parametrize(
    ("kind", "cells", "expected"),
    [
        ("resources", {"数量": 2}, "已对接 3 次，数量不能再少；要减少请先释放对接。"),
        ("resources", {"可用至": "2020-01-01", "可用开始": "2020-01-02"}, "可用结束日期不能早于开始日期，请核对。"),
        ("resources", {"数量": "许多"}, "数量请写整数，例如 12。"),
        ("resources", {"资源名称": None}, "请填写资源名称。"),
        ("resources", {"计量单位": "吨"}, "没有“吨”这一项"),
        ("resources", {"九联类别": "环境联手"}, "没有您能选的九联类别叫“环境联手”，请核对，是不是“环境联守”。"),
        ("needs", {"数量": 3}, f"这一条现在是“待认领”，{OPEN}"),
        ("projects", {"计划完成": "2030-01-01"}, f"这一条现在是“已完成”，{OPEN}"),
    ],
)
def test_what_the_form_would_refuse_is_refused(town, cast, export, kind, cells, expected):
    row = {
        "resources": lambda: town.match(resource=town.resource(), amount=3, state="accepted").resource,
        "needs": town.need,
        "projects": lambda: make.ProjectFactory(
            alliance=town.alliance, organisation=cast.partner, state=ProjectState.DONE
        ),
    }[kind]()

    ((verdict, words),) = said(kind, read(kind, changed(export(kind), row.serial, **cells)), cast.town)

    assert (verdict, expected in words) == ("ERROR", True), words


# --- new rows ---


def test_rows_without_a_number_are_new(town, cast):
    header = "资源名称\t提供单位\t九联类别\t数量\t计量单位\t可用至"
    text = f"{header}\n清淤船\t{cast.partner.name}\t环境联守\t2\t套\t2030-5-1"

    done = confirm("resources", pasted("resources", text), cast.liaison)

    made = Resource.objects.get()
    assert (done.added, made.title, made.capacity, made.unit) == (1, "清淤船", 2, "sets")
    assert str(made.ends_on) == "2030-05-01"
    assert (made.alliance, made.organisation, made.created_by) == (town.alliance, cast.partner, cast.liaison)
    assert (made.state, made.serial) == (ResourceState.DRAFT, f"YQ-ZY-{timezone.localdate().year}-0001")


def test_what_the_form_knows_need_not_be_typed(town, cast):
    confirm("needs", pasted("needs", "需求名称\t九联类别\n净水点\t环境联守"), cast.branch)

    made = Need.objects.get()
    assert (made.organisation, made.amount, made.unit, made.state) == (cast.party, 1, "times", NeedState.RAISED)


def test_a_project_without_need(town, cast):
    rows = "项目名称\t九联类别\t开始日期\t计划完成\n里河二期\t环境联守\t2026-1-1\t2026-12-1\n里河三期\t环境联守\t\t"
    brought = pasted("projects", rows)
    assert said("projects", brought, cast.liaison) == [("NEW", ""), ("ERROR", "请填写开始日期。请填写计划完成。")]

    with pytest.raises(DomainError, match="还有 1 行错误"):
        confirm("projects", brought, cast.liaison)
    confirm("projects", brought, cast.liaison, skip_bad=True)

    made = Project.objects.get()
    assert (made.title, made.organisation, made.need) == ("里河二期", cast.partner, None)
    assert (made.state, made.created_by) == (ProjectState.DOING, cast.liaison)
    assert made.due_on - made.starts_on == timedelta(days=334)


def test_the_same_again_is_a_double(town, cast):
    known = town.resource(title="清淤船")
    rows = "\n".join(f"{name}\t环境联守\t2" for name in ("清淤船", "快检仪", "快检仪"))

    found = said("resources", pasted("resources", f"资源名称\t九联类别\t数量\n{rows}"), cast.liaison)

    assert found == [
        ("DOUBLE", f"同一单位已有同名的：{known.serial}"),
        ("NEW", ""),
        ("DOUBLE", "与第 3 行的单位和名称相同"),
    ]


# --- reach ---


def test_a_unit_out_of_reach_is_an_error_in_its_cell(town, cast):
    stranger = town.member()
    text = f"资源名称\t提供单位\t九联类别\t数量\n清淤船\t{stranger.name}\t环境联守\t2"

    (line,) = check("resources", pasted("resources", text), user=cast.liaison)

    assert [(fault.column, fault.message[:20]) for fault in line.faults] == [
        ("organisation", f"“{stranger.name}”不在您的管辖范围，请核对名称"[:20])
    ]


def test_a_member_sees_the_others_rows_and_does_not_change_them(town, cast, export, refetch):
    theirs = town.resource(organisation=town.member())
    brought = read("resources", changed(export("resources", cast.liaison), theirs.serial, 数量=99))

    (line,) = check("resources", brought, user=cast.liaison)

    assert [(fault.column, fault.message) for fault in line.faults] == [
        ("organisation", "这家单位不在您的管辖范围，请重新选择。")
    ]
    confirm("resources", brought, cast.liaison, skip_bad=True)
    assert refetch(theirs).capacity == 10


def test_a_number_out_of_reach_is_as_if_it_did_not_exist(town, cast):
    draft = town.resource(organisation=town.member(), state=ResourceState.DRAFT)
    rows = "\n".join(f"清淤船\t{serial}" for serial in (draft.serial, "YQ-ZY-2026-9999", "YQ-ZY-2026-9999"))

    found = said("resources", pasted("resources", f"资源名称\t编号\n{rows}"), cast.liaison)

    unknown = "没有您能看到的记录用这个编号，请核对；要新增请把编号留空。"
    assert [words.replace("编号：", "") for _, words in found] == [
        unknown,
        unknown,
        f"{unknown}与第 3 行的编号相同，请只留一行。",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_not_import_is_refused(town, cast, client_for, kind):
    pages = {name: client_for(getattr(cast, name)).get(f"/directory/import/{kind}/").status_code
             for name in ("town", "branch", "liaison", "leader", "grid")}  # fmt: skip

    branch = 200 if kind == "needs" else 403
    assert pages == {"town": 200, "branch": branch, "liaison": 200, "leader": 403, "grid": 403}


def test_the_page_offers_each_kind_to_whoever_may(town, cast, client_for):
    offered = {
        name: [spec.code for spec, *_ in client_for(getattr(cast, name)).get("/directory/import/").context["kinds"]]
        for name in ("town", "branch", "liaison")
    }

    assert offered == {
        "town": ["organisations", "people", "resources", "needs", "projects"],
        "branch": ["people", "needs"],
        "liaison": ["resources", "needs", "projects"],
    }
    assert client_for(cast.grid).get("/directory/import/").status_code == 403


def test_many_rows_take_few_queries_to_check(town, cast, django_assert_max_num_queries):
    rows = "".join(f"资源{number}\t环境联守\t2\n" for number in range(300))
    brought = pasted("resources", f"资源名称\t九联类别\t数量\n{rows}")

    with django_assert_max_num_queries(25):
        lines = check("resources", brought, user=cast.liaison)

    assert {line.verdict for line in lines} == {Verdict.NEW}


# --- the service asks again ---


def test_what_has_gone_meanwhile_stops_the_whole_batch(town, cast, refetch):
    resource, gone = town.resource(), town.resource(deleted_at=timezone.now())

    with pytest.raises(Conflict, match="请重新检查后再写入"):
        bulk.import_resources(by=cast.town, new=[], changed={row.pk: {"capacity": 4} for row in (resource, gone)})

    assert refetch(resource).capacity == 10


@pytest.mark.parametrize(
    ("write", "make_row", "words"),
    [
        (bulk.import_needs, "need", "这一条现在是“待认领”"),
        (bulk.import_resources, "resource", "这家单位不在您的管辖范围"),
    ],
)
def test_what_may_not_be_changed_is_refused_at_the_write(town, cast, write, make_row, words):
    row = getattr(town, make_row)(organisation=town.member())
    before = facts_of(row)

    with pytest.raises(DomainError, match=words):
        write(by=cast.liaison, new=[], changed={row.pk: {"title": "别人的"}})

    assert facts_of(row) == before


@pytest.mark.parametrize("kind", ["resources", "needs"])
def test_many_new_rows_ask_no_more_than_few(town, cast, kind, django_assert_max_num_queries):
    """The numbers come in one block; row by row 5,000 of them took half a minute."""
    writer, model = {"resources": (bulk.import_resources, Resource), "needs": (bulk.import_needs, Need)}[kind]
    row = town.resource() if kind == "resources" else town.need()
    names = ("alliance", "organisation", "service_line", *(["capacity"] if kind == "resources" else []))
    given = {name: getattr(row, name) for name in names}

    with django_assert_max_num_queries(25):
        writer(by=cast.town, new=[given | {"title": f"第 {number} 条"} for number in range(60)], changed={})

    serials = list(model.objects.exclude(pk=row.pk).order_by("pk").values_list("serial", flat=True))
    assert (len(serials), serials, len(set(serials))) == (60, sorted(serials), 60)
