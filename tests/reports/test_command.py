"""manage.py annual_report: the same workbook as the page; a refusal is one Chinese sentence and exit code 1."""

import io
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.reports.conftest import SHEETS, Book
from yiqiao_portal.audit.models import Entry


def run(**options) -> str:
    """What the command says."""
    said = io.StringIO()
    call_command("annual_report", stdout=said, **options)
    return said.getvalue()


def refused(**options) -> str:
    with pytest.raises(CommandError) as refusal:
        run(**options)
    assert refusal.value.returncode == 1
    return str(refusal.value)


def cells(book) -> dict:
    """All cells but the stamp and the name of who filled it in."""
    return {
        name: [row for row in book.grid(name) if "导出人" not in str(row[0]) and "填表人" not in str(row[0])]
        for name in SHEETS
    }


def test_it_writes_the_same_workbook_as_the_page(cast, client_for, town_year, tmp_path):
    target = tmp_path / "年报 2025.xlsx"

    said = run(year="2025", out=str(target))

    page = b"".join(client_for(cast.town).get("/reports/?year=2025&format=xlsx"))
    assert cells(Book(target.read_bytes())) == cells(Book(page))
    assert said == f"已写出 {target}：4 个党组织，校验 26 项，不符 0 项。\n"
    assert list(tmp_path.iterdir()) == [target]


def test_it_is_logged_once_with_the_number_that_the_file_carries(town_year, tmp_path):
    run(year="2025", out=str(tmp_path / "r.xlsx"))

    [entry] = Entry.objects.filter(action="report.annual")
    assert f"编号：{entry.object_id}" in str(Book((tmp_path / "r.xlsx").read_bytes()).grid("封面与口径")[:4])


def test_one_organisation(cast, town_year, tmp_path):
    said = run(year="2025", out=str(tmp_path / "r.xlsx"), organisation="YQ-03")

    rows = Book((tmp_path / "r.xlsx").read_bytes()).table("党组织情况", "序号")
    assert [row["组织名称"] for row in rows] == ["渔浦社区党组织", "渔浦社区第一支部"]
    assert "2 个党组织" in said


def test_an_older_file_is_replaced(town_year, tmp_path):
    target = tmp_path / "r.xlsx"
    target.write_bytes(b"old")

    run(year="2025", out=str(target))

    assert target.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("year", ["2020", "2027", 2020, "9999", "0000"])
def test_a_year_that_the_portal_does_not_have(town_year, tmp_path, year):
    assert refused(year=year, out=str(tmp_path / "r.xlsx")) == "只有 2021 年至 2026 年的年报，请重新选择年份。"
    assert (list(tmp_path.iterdir()), Entry.objects.filter(action="report.annual").count()) == ([], 0)


@pytest.mark.parametrize("year", ["abc", "", "2025.5", "二〇二五", "1", "-202", "9" * 5000])
def test_a_year_that_is_none(town_year, tmp_path, year):
    assert refused(year=year, out=str(tmp_path / "r.xlsx")) == "年份要写成四位数字，例如 2022。"


@pytest.mark.parametrize("code", ["YQ-404", "330109106", "0", "' OR 1=1", "x" * 500, "\x00"])
def test_an_organisation_that_is_unknown(town_year, tmp_path, code):
    said = refused(year="2025", out=str(tmp_path / "r.xlsx"), organisation=code)

    assert said == f"没有编号为 {code[:40]} 的组织，请到通讯录核对组织编号。".replace("\x00", "")
    assert list(tmp_path.iterdir()) == []


def test_a_removed_organisation_is_unknown(cast, town_year, tmp_path):
    cast.sub_party.deleted_at = "2026-01-01T00:00Z"
    cast.sub_party.save()

    assert "没有编号为 YQ-03-1 的组织" in refused(year="2025", out=str(tmp_path / "r.xlsx"), organisation="YQ-03-1")


@pytest.mark.parametrize(
    "out", ["{0}/no/such/folder/r.xlsx", "{0}", "{0}/file/r.xlsx", "", ".", "..", "/", "{0}/\x00", "{0}/" + "x" * 300]
)
def test_a_place_that_cannot_be_written(town_year, tmp_path, out):
    (tmp_path / "file").write_text("in the way")
    path = out.format(tmp_path)

    said = refused(year="2025", out=path)

    assert said == f"文件写不进去，请换一个可写的位置：{path}".replace("\x00", "")
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
    assert Entry.objects.filter(action="report.annual").count() == 0


def test_from_the_shell_it_is_one_line_and_exit_code_1(db, tmp_path):
    """Years are judged before the database is asked."""
    command = [sys.executable, "manage.py", "annual_report", "--year", "abc", "--out", str(tmp_path / "r.xlsx")]

    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, env=os.environ.copy()
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: 年份要写成四位数字，例如 2022。\n"
