"""The workbook of a year holds what the database and the pages hold."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.factories.activities import ActivityFactory, ExplanationFactory, kind
from tests.factories.directory import OrganisationFactory
from tests.reports.conftest import SHEETS, STAMP
from yiqiao_portal.activities import selectors
from yiqiao_portal.activities.models import Activity, ActivityKind
from yiqiao_portal.core import registry
from yiqiao_portal.core.portal import Check
from yiqiao_portal.core.workbooks import Workbook
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.reports import annual
from yiqiao_portal.reports.annual import Report

OFFICIAL = ["已撤销支部", "罗峰社区党组织", "渔浦社区党组织", "渔浦社区第一支部"]


def test_the_sheets_stand_in_their_official_order(workbook):
    book, _ = workbook()

    assert book.values.sheetnames == SHEETS
    assert [sheet.freeze_panes is not None for sheet in book.values.worksheets] == [True] * len(SHEETS)
    assert {(sheet.page_setup.paperSize, sheet.page_setup.orientation) for sheet in book.values.worksheets} == {
        (9, "landscape")
    }
    assert all(sheet.print_title_rows for sheet in book.values.worksheets)


def test_every_sheet_says_year_place_people_and_day(workbook):
    book, _ = workbook()

    for name in SHEETS:
        head = " ".join(str(row[0]) for row in book.grid(name)[:4])
        for said in (
            "2025",
            "统计期：2025-01-01 至 2025-12-31",
            "填报单位：中共",
            "填表人：张镇党建办",
            "审核人：＿",
            "填报日期：2026-11-23",
        ):
            assert said in head, (name, said)


def test_the_running_year_ends_today(workbook):
    book, _ = workbook(2026)

    assert "统计期：2026-01-01 至 2026-11-23" in str(book.grid("封面与口径")[1][0])


def test_all_checks_are_nought(workbook):
    for year in (2025, 2026):
        book, checks = workbook(year)
        rows = book.table("校验", "序号")

        assert [check.title for check in checks if check.off] == []
        assert [(row["应为"], row["表中"], row["不符（应为 0）"]) for row in rows] == [
            (check.expected, check.got, 0) for check in checks
        ]
        assert len(checks) >= 10


# --- sheet 2 ---


def test_organisations_stand_in_official_order_with_real_values(workbook):
    book, _ = workbook()
    rows = book.table("党组织情况", "序号")

    assert [row["组织名称"] for row in rows] == OFFICIAL
    assert rows[2] == {
        "序号": 3,
        "组织名称": "渔浦社区党组织",
        "类别": "总支",
        "所属村社/领域": "渔浦社区/农村",
        "正式党员数": 31,
        "预备党员数": 2,
        "党小组数": 2,
        "是否设支委会": "是",
        "委员数": 3,
        "上次换届日期": datetime(2021, 1, 15),
        "任期（年）": 5,
        "届满日期": datetime(2026, 1, 15),
        "状态": "6个月内届满",
        "备注": "=1+1",
    }
    assert [row["状态"] for row in rows] == ["未填换届日期", "逾期", "6个月内届满", "未填换届日期"]


@pytest.mark.parametrize(
    ("year", "names"),
    [
        (2024, ["早已撤销", *OFFICIAL[:3]]),
        (2025, OFFICIAL),
        (2026, [*OFFICIAL[1:], "新成立支部"]),
    ],
)
def test_the_rows_are_those_that_existed_in_the_year(workbook, year, names):
    book, _ = workbook(year)

    listed = [row["组织名称"] for row in book.table("党组织情况", "序号")]

    assert sorted(listed) == sorted(names)
    assert listed == list(
        Organisation.objects.alive().party().existing_in(year).official().values_list("name", flat=True)
    )


def test_real_dates_are_dates(workbook):
    book, _ = workbook()
    [cell] = [row[9] for row in book.values["党组织情况"].iter_rows() if row[1].value == "渔浦社区党组织"]

    assert (cell.is_date, cell.number_format) == (True, "yyyy-mm-dd")
    assert {type(row["日期"]) for row in book.table("三会一课明细", "编号")} == {datetime}


# --- sheet 5 ---


def test_the_rhythm_says_what_the_matrix_says(workbook, cast, client_for):
    book, _ = workbook()
    rows = {row["组织"]: row for row in _rhythm(book)}
    branches = list(Organisation.objects.alive().party().existing_in(2025).official())
    kinds = list(ActivityKind.objects.exclude(period=""))
    spots = selectors.spots(branches, kinds, 2025)
    meaning = {"已记": "达标", "补录": "达标", "待记": "未达标", "说明": "有说明", "不适用": "不适用"}
    client = client_for(cast.town)

    assert list(rows) == OFFICIAL
    for one in kinds:
        page = client.get(f"/activities/matrix/?kind={one.code}&year=2025").context["matrix"]["rows"]
        for branch, line in zip(branches, page, strict=True):
            said = rows[branch.short_name][one.name]
            assert said == [meaning[spot.cell.word] for spot in spots[branch.pk, one.pk]]
            assert said == [meaning[cell["word"]] for cell in line["cells"]]


def _rhythm(book) -> list[dict]:
    """The rows of sheet 5: each kind with the words of its periods."""
    grid = book.grid("组织生活达标")
    at = next(number for number, row in enumerate(grid) if row[0] == "组织")
    bands, found = _filled(grid[at - 1]), []
    for row in grid[at + 1 :]:
        if row[0] == "合计":
            return found
        line = {"组织": row[0]}
        for band, title, value in zip(bands, grid[at], row, strict=True):
            if band and title != "组织":
                line.setdefault(band, []).append(value)
            elif title != "组织":
                line[title] = value
        found.append(line)
    return found


def _filled(row) -> list:
    """Merged headings are in their first cell; columns after the last band have none."""
    band, found = "", []
    for at, value in enumerate(row):
        band = value or band
        found.append("" if at == 0 or at >= len(row) - 5 else band)
    return found


def test_the_words_of_a_known_branch(workbook):
    book, _ = workbook()
    [party] = [row for row in _rhythm(book) if row["组织"] == "渔浦社区党组织"]

    assert party["主题党日"] == ["达标"] * 6 + ["未达标"] * 6
    assert party["支委会"] == ["未达标"] * 11 + ["达标"]
    assert party["党员大会"] == ["未达标"] * 3 + ["达标"]
    assert (party["组织生活会"], party["民主评议党员"], party["谈心谈话"]) == (["达标"], ["达标"], ["未达标"])
    assert (party["达标项数"], party["未达标项数"], party["有说明项数"], party["不适用项数"]) == (10, 37, 0, 0)


def test_reasons_stand_beside(workbook):
    book, _ = workbook()
    [other] = [row for row in _rhythm(book) if row["组织"] == "罗峰社区党组织"]

    assert other["主题党日"][5:7] == ["有说明", "有说明"]
    assert other["说明"].startswith("6月主题党日：防汛期间全员在岗，当月未集中开展。；7月主题党日：")


def test_a_new_and_a_dissolved_branch_are_exempt(workbook):
    book, _ = workbook()
    rows = {row["组织"]: row["主题党日"] for row in _rhythm(book)}

    assert rows["渔浦社区第一支部"] == ["不适用"] * 8 + ["达标"] + ["未达标"] * 3
    assert rows["已撤销支部"] == ["未达标", "达标"] + ["不适用"] * 10


def test_the_running_year_knows_periods_that_are_not_over(workbook):
    book, _ = workbook(2026)
    [party] = [row for row in _rhythm(book) if row["组织"] == "渔浦社区党组织"]

    assert party["主题党日"] == ["未达标"] * 10 + ["达标", "未到期"]
    assert party["党员大会"] == ["未达标"] * 3 + ["未到期"]


# --- sheet 6 ---


def test_the_ledger_holds_every_record_that_counts(workbook):
    book, _ = workbook()
    rows = book.table("三会一课明细", "编号")
    records = Activity.objects.alive().recorded().filter(held_on__year=2025).exclude(kind__code="other")

    assert {row["编号"] for row in rows} == set(records.values_list("serial", flat=True))
    assert [row["组织"] for row in rows] == sorted([row["组织"] for row in rows], key=OFFICIAL.index)
    assert len(rows) == records.count() == 13


def test_a_line_of_the_ledger(workbook):
    book, _ = workbook()
    [line] = [row for row in book.table("三会一课明细", "编号") if row["类型"] == "党员大会"]
    day = Activity.objects.get(organisation__code="YQ-01", kind__code="theme_day", held_on__year=2025)

    assert (line["组织"], line["日期"], line["应到"], line["实到"], line["到会率"]) == (
        "罗峰社区党组织",
        datetime(2025, 3, 31),
        20,
        18,
        0.9,
    )
    assert (line["议定事项"], line["表决（赞成/反对/弃权）"]) == ("月底前公示；整理资料", "转正 11/1/0")
    assert line["主题党日号"] == day.serial


def test_shares_without_a_base_are_left_empty(workbook):
    book, _ = workbook()
    rows = {row["类型"]: row["到会率"] for row in book.table("三会一课明细", "编号")}

    assert (rows["支委会"], rows["组织生活会"]) == (None, None)


def test_no_text_of_a_user_becomes_a_formula(workbook):
    book, _ = workbook()

    [note] = [row[13] for row in book.formulas["党组织情况"].iter_rows() if row[1].value == "渔浦社区党组织"]
    titles = [cell for row in book.formulas["三会一课明细"].iter_rows() for cell in row if cell.value == "@SUM(1)"]
    assert (note.value, note.data_type, len(titles)) == ("=1+1", "s", 6)
    assert {cell.data_type for cell in titles} == {"s"}


# --- other programs ---


def test_calamine_reads_equal_cells(workbook):
    book, _ = workbook()
    other = CalamineWorkbook.from_filelike(io.BytesIO(book.data))

    def plain(value):
        if value in ("", None):
            return None
        return datetime.combine(value, datetime.min.time()) if type(value) is date else value

    assert other.sheet_names == SHEETS
    for name in SHEETS:
        rows = [[plain(value) for value in row] for row in other.get_sheet_by_name(name).to_python()]
        assert rows == [[plain(value) for value in row] for row in book.grid(name)], name


def test_every_formula_carries_its_result(workbook):
    book, _ = workbook()
    found = {}

    for name in SHEETS:
        for row in book.formulas[name].iter_rows():
            for cell in (cell for cell in row if cell.data_type == "f"):
                value = book.values[name][cell.coordinate].value
                assert isinstance(value, int | float), (name, cell.coordinate, cell.value)
                found[name] = found.get(name, 0) + 1

    assert {name: count > 0 for name, count in found.items()} == dict.fromkeys(SHEETS[1:], True)


# --- a figure that is wrong shows ---


def test_a_row_that_is_missing_makes_a_check_fail(cast, town_year):
    report = Report(2025, cast.root)
    assert report.organisations
    OrganisationFactory(name="晚到的支部", formal_members=3)

    checks = annual.write(report, io.BytesIO(), stamp=STAMP)

    off = {check.title for check in checks if check.off}
    assert off == {
        "党组织情况：行数等于数据库党组织数",
        "党组织情况：正式党员数合计等于数据库合计",
        "组织生活达标：行数等于党组织数",
    }


@pytest.mark.parametrize("number", [5, 6])
def test_a_record_that_came_later_makes_its_checks_fail(cast, town_year, number):
    report = Report(2025, cast.root)
    [sheet] = [sheet for sheet in registry.sheets() if sheet.number == number]
    with Workbook(io.BytesIO(), title="测试", unit="测试", stamp=STAMP) as book:
        written = book.add(sheet.build(report))
    ActivityFactory(organisation=cast.other_party, held_on=date(2025, 10, 10))

    off = [check.title for check in sheet.checks(report, written) if check.off]

    assert (
        off
        == {
            5: [
                "组织生活达标：达标项数等于按记录直接计数",
                "组织生活达标：达标项数等于应记录一览的已记、补录",
                "组织生活达标：未达标项数等于应记录一览已过期的待记",
            ],
            6: ["三会一课明细：行数等于活动记录条数"],
        }[number]
    )


def test_an_explanation_of_nothing_is_found(cast, workbook):
    ExplanationFactory(organisation=cast.party, kind=kind("other"), year=2025, number=1)

    book, checks = workbook()

    assert [check.title for check in checks if check.off] == ["组织生活达标：说明都对应有周期的类型"]
    assert [row["不符（应为 0）"] for row in book.table("校验", "序号") if row["不符（应为 0）"]] == [1]


def test_the_check_sheet_counts_what_is_off(cast, town_year):
    target = io.BytesIO()
    with Workbook(target, title="测试", unit="测试", stamp=STAMP) as book:
        book.add(
            annual._check_sheet(Report(2025, cast.root), [Check("对", 3, 3), Check("错", 3, 4), Check("又错", 0, 1)])
        )

    rows = list(openpyxl.load_workbook(target, data_only=True)["校验"].iter_rows(values_only=True))
    at = next(number for number, row in enumerate(rows) if row[0] == "序号")
    assert [row[4] for row in rows[at + 1 : at + 5]] == [0, 1, 1, 2]


# --- parts of the town ---


def test_the_workbook_of_a_branch_holds_only_its_own(workbook, cast):
    book, checks = workbook(place=cast.party)

    assert [row["组织名称"] for row in book.table("党组织情况", "序号")] == OFFICIAL[2:]
    assert [row["组织"] for row in _rhythm(book)] == OFFICIAL[2:]
    assert {row["组织"] for row in book.table("三会一课明细", "编号")} == set(OFFICIAL[2:])
    assert "罗峰" not in str([book.grid(name) for name in SHEETS])
    assert [check.title for check in checks if check.off] == []


def test_a_place_without_branches_has_empty_sheets(workbook, cast):
    book, checks = workbook(place=cast.office)

    assert [check.off for check in checks] == [0] * len(checks)
    assert book.values.sheetnames == SHEETS
