"""The helping units of a project go out by short name in official order and come back in."""

import io

import openpyxl
import pytest

from alliances.models import Project
from tests.alliances.lists_files import changed, confirm, exported, pasted, read, said
from tests.alliances.lists_town import town_of
from tests.factories import alliances as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast):
    return town_of(cast)


@pytest.fixture
def export(cast):
    """The exported workbook of the projects."""
    return lambda: exported("projects", cast.town)


@pytest.fixture
def helped(town, cast):
    """A project with two helping units, one of which has left the alliance; another member by name."""
    project = make.ProjectFactory(alliance=town.alliance, organisation=cast.partner)
    for unit, short, order in ((town.member(), "示例水务站", 21), (cast.unit_org, "执法队", 110)):
        type(unit).objects.filter(pk=unit.pk).update(short_name=short, order=order)
        project.helpers.add(unit)
    other = town.member()
    type(other).objects.filter(pk=other.pk).update(short_name="示例学校", order=7)
    return project


def helpers_of(project) -> list[str]:
    return list(project.helpers.order_by("order").values_list("short_name", flat=True))


def with_helpers(export, project, cell):
    return read("projects", changed(export(), project.serial, 配合单位=cell))


def test_the_file_names_the_helping_units_in_official_order(helped, export):
    book = openpyxl.load_workbook(io.BytesIO(export()))
    header, row = [[cell.value for cell in line] for line in book.worksheets[0].iter_rows(min_row=3, max_row=4)]

    assert dict(zip(header, row, strict=True))["配合单位"] == "示例水务站、执法队"


@pytest.mark.parametrize(
    ("cell", "after"),
    [
        ("执法队、示例水务站", ["示例水务站", "执法队"]),
        ("执法队，执法队；示例水务站", ["示例水务站", "执法队"]),
        (None, ["示例水务站", "执法队"]),
        ("示例学校、执法队", ["示例学校", "执法队"]),
    ],
)
def test_helping_units_are_read_in_any_order(helped, cast, export, cell, after):
    brought, moved = with_helpers(export, helped, cell), after != helpers_of(helped)

    assert said("projects", brought, cast.town) == [("UPDATE", "配合单位") if moved else ("SAME", "")]
    confirm("projects", brought, cast.town)

    version = Project.objects.get(pk=helped.pk).version
    assert (helpers_of(helped), version) == (after, helped.version + moved)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("示例学校、示例水站", "配合单位：没有您能选的配合单位叫“示例水站”，请核对，是不是“示例水务站”。"),
        ("无此单位", "没有您能选的配合单位叫“无此单位”，请核对。"),
        ("示例单位一", "配合单位不用选牵头单位，请去掉。"),
        ("渔浦社区党组织", "没有您能选的配合单位叫“渔浦社区党组织”，请核对。"),
    ],
)
def test_a_helping_unit_that_is_none_is_an_error_of_its_row(helped, cast, export, cell, words):
    ((verdict, said_words),) = said("projects", with_helpers(export, helped, cell), cast.town)

    assert (verdict, said_words.removeprefix("配合单位：")) == ("ERROR", words.removeprefix("配合单位："))


def test_two_units_of_one_name_are_told_apart_by_number(town, helped, cast, export):
    first, second = town.member(), town.member()
    type(first).objects.filter(pk__in=(first.pk, second.pk)).update(short_name="示例公司")

    ((verdict, words),) = said("projects", with_helpers(export, helped, "示例公司"), cast.town)
    assert (verdict, "有几家配合单位都叫“示例公司”，请写单位全称或组织编号。" in words) == ("ERROR", True)

    confirm("projects", with_helpers(export, helped, second.code), cast.town)
    assert list(helped.helpers.all()) == [second]
    assert said("projects", read("projects", export()), cast.town) == [("SAME", "")]


def test_a_new_project_names_its_helping_units(helped, cast):
    header = "项目名称\t九联类别\t开始日期\t计划完成\t配合单位"
    rows = f"{header}\n里河二期\t环境联守\t2026-1-1\t2026-12-1\t示例学校、示例水务站\n"

    done = confirm("projects", pasted("projects", rows), cast.liaison)

    assert (done.added, helpers_of(Project.objects.get(title="里河二期"))) == (1, ["示例学校", "示例水务站"])
