"""The page of the annual workbook: years, places, and who takes what."""

import hashlib
import io
import re

import pytest

from tests.reports.conftest import SHEETS, STAMP, Book
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.reports.annual import Report, fill, workbook

URL = "/reports/"


def names(answer) -> list[str]:
    """The organisations of a downloaded workbook."""
    return [row["组织名称"] for row in Book(b"".join(answer)).table("党组织情况", "序号")]


OTHER, PARTY, SUB = "罗峰社区党组织", "渔浦社区党组织", "渔浦社区第一支部"


def test_everybody_takes_what_lies_below_them(cast, client_for, town_year):
    taken = {
        role: names(client_for(getattr(cast, role)).get(f"{URL}?year=2025&format=xlsx"))
        for role in ("town", "leader", "branch", "sub_branch", "other_branch")
    }

    town = ["已撤销支部", OTHER, PARTY, SUB]
    assert taken == {"town": town, "leader": town, "branch": [PARTY, SUB], "sub_branch": [SUB], "other_branch": [OTHER]}
    assert Entry.objects.filter(action="report.annual").count() == 5


def test_the_file_is_named_for_year_and_place_and_carries_its_number(cast, client_for, town_year):
    answer = client_for(cast.branch).get(f"{URL}?year=2025&format=xlsx")
    book = Book(b"".join(answer))

    entry = Entry.objects.get(action="report.annual")
    assert "2025%E5%B9%B4" in answer["Content-Disposition"]
    assert (entry.actor_id, book.values.sheetnames) == (cast.branch.pk, SHEETS)
    stamp = f"导出人：{cast.branch.name}　导出时间：2026-11-23 12:00　用途：年度统计　编号：{entry.object_id}"
    assert all(stamp in [row[0] for row in book.grid(name)] for name in SHEETS)
    assert re.fullmatch(r"YQ-NB-20261123-[A-Z2-9]{6}", entry.object_id)


def test_the_log_recognises_the_file(cast, client_for, town_year):
    content = b"".join(client_for(cast.branch).get(f"{URL}?year=2025&format=xlsx"))

    entry = Entry.objects.get(action="report.annual")
    assert (entry.reason, entry.sha256) == ("用途：年度统计", hashlib.sha256(content).hexdigest())
    book = workbook(Report(2025, cast.party, made_by=cast.branch.name), io.BytesIO(), stamp=STAMP)
    fill(book, Report(2025, cast.party, made_by=cast.branch.name))
    assert entry.rows == book.count


@pytest.mark.parametrize("suffix", ["", "&format=xlsx"])
def test_a_place_out_of_reach_is_404(cast, client_for, town_year, suffix):
    client = client_for(cast.branch)
    places = [cast.other_party.pk, cast.root.pk, 0, 999_999_999, "9" * 17]

    answers = [client.get(f"{URL}?year=2025&organisation={place}{suffix}").status_code for place in places]

    assert answers == [404] * 5
    assert Entry.objects.filter(action="report.annual").count() == 0


def test_the_town_takes_the_workbook_of_one_branch(cast, client_for, town_year):
    answer = client_for(cast.town).get(f"{URL}?year=2025&organisation={cast.party.pk}&format=xlsx")

    assert names(answer) == [PARTY, SUB]


@pytest.mark.parametrize(
    ("year", "status", "said"),
    [
        ("", 200, "2026"),
        ("2021", 200, "2021"),
        ("2026", 200, "2026"),
        ("2020", 400, "只有 2021 年至 2026 年的年报，请重新选择年份。"),
        ("2027", 400, "只有 2021 年至 2026 年的年报，请重新选择年份。"),
        ("abc", 400, "年份要写成四位数字，例如 2022。"),
        ("20255", 400, "年份要写成四位数字，例如 2022。"),
        ("-202", 400, "年份要写成四位数字，例如 2022。"),
        ("9" * 5000, 400, "年份要写成四位数字，例如 2022。"),
        ("²025", 400, "年份要写成四位数字，例如 2022。"),
        ("%00", 400, "网址里有不能识别的字符"),
    ],
)
def test_years(cast, client_for, year, status, said):
    answer = client_for(cast.town).get(f"{URL}?year={year}")

    assert answer.status_code == status
    assert said in answer.content.decode()


@pytest.mark.parametrize("organisation", ["abc", "", "9" * 40, "-1", "1.0", "' OR 1=1"])
def test_an_odd_place_is_the_own(cast, client_for, town_year, organisation):
    answer = client_for(cast.branch).get(URL, {"year": "2025", "organisation": organisation})

    assert (answer.status_code, answer.context["report"].place) == (200, cast.party)


def test_the_page_says_what_is_counted_and_how(cast, client_for, town_year):
    page = client_for(cast.branch).get(f"{URL}?year=2025")

    assert page.context["count"] == 2
    assert [sheet.title for sheet in page.context["sheets"]] == SHEETS[1:-1]
    assert [view["title"] for view in page.context["views"]] == [f"{year} 年" for year in range(2026, 2020, -1)]
    for said in ("补录照常有效", "第十一条", "本地做法", "2025-01-01 至 2025-12-31", "渔浦社区党组织"):
        assert said in page.content.decode()


@pytest.mark.parametrize("role", ["grid", "unit", "liaison", "teamlead", "talent", "sysadmin", "auditor", "stranger"])
def test_others_take_no_report(cast, client_for, role):
    client = client_for(getattr(cast, role))

    assert [client.get(f"{URL}{query}").status_code for query in ("", "?format=xlsx")] == [403, 403]
