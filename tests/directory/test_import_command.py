"""manage.py import_records: the same import, with exit codes."""

from io import StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from tests.factories.directory import PersonFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.directory.models import Person

GOOD, BAD = ["钱明", "渔浦社区党组织", "13812345678"], ["孙丽", "没有的组织", "12"]


@pytest.fixture
def file(tmp_path):
    def write(*rows, header=("姓名", "所在组织", "手机号")):
        path = tmp_path / "人员 名单.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([header, *rows]):
                sheet.write_row(number, 0, row)
        return path

    return write


def run(path, *options, by="town", kind="people") -> tuple[int, str]:
    """Exit code and what was printed."""
    out = StringIO()
    try:
        call_command("import_records", kind, str(path), "--by", by, *options, stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def test_all_right_is_written_and_is_0(cast, file):
    assert [cast.party, cast.town]

    code, said = run(file(GOOD))

    assert (code, Person.objects.get().phone) == (0, "13812345678")
    assert "已写入：新增 1 条，更新 0 条，跳过 0 条。" in said
    assert Entry.objects.get(action="records.import").actor_id == cast.town.pk


def test_one_bad_row_stops_all_is_listed_and_is_1(cast, file):
    assert [cast.party, cast.town]

    code, said = run(file(GOOD, BAD))

    assert (code, Person.objects.count()) == (1, 0)
    assert "第 3 行　所在组织　“没有的组织”不在您的管辖范围" in said
    assert "第 3 行　手机号　手机号应为 11 位数字，现在是 2 位，请核对。" in said
    assert "可新增 1 行，可更新 0 行，无变化 0 行，重复 0 行，错误 1 行。" in said


def test_bad_rows_may_be_skipped_and_it_is_still_1(cast, file):
    assert [cast.party, cast.town]

    code, _ = run(file(GOOD, BAD), "--skip-bad-rows")

    assert (code, Person.objects.get().name) == (1, "钱明")


@pytest.mark.parametrize(("rows", "code"), [([GOOD], 0), ([GOOD, BAD], 1)])
def test_a_dry_run_writes_nothing(cast, file, rows, code):
    assert [cast.party, cast.town]

    assert run(file(*rows), "--dry-run")[0] == code
    assert (Person.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_file_that_cannot_be_read_is_2(cast, file, tmp_path):
    assert cast.town
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04")

    assert run(tmp_path / "nothing.xlsx")[0] == 2
    assert run(broken)[0] == 2
    code, said = run(file(GOOD, header=("姓名", "身份证号", "手机号")))
    assert (code, "本平台不收集身份证号码" in said) == (2, True)


@pytest.mark.parametrize(("by", "words"), [("nobody", "没有账号 nobody"), ("leader", "没有导入这类数据的权限")])
def test_who_may_not_is_2(cast, file, by, words):
    assert cast.leader

    code, said = run(file(GOOD), by=by)

    assert (code, words in said) == (2, True)


def test_a_branch_reaches_its_own_only(cast, file):
    assert [cast.branch, cast.other_party]

    code, said = run(file(GOOD, ["李乙", "罗峰社区党组织", ""]), by="branch")

    assert (code, "“罗峰社区党组织”不在您的管辖范围" in said, Person.objects.count()) == (1, True, 0)


def test_doubles_follow_the_option(cast, file):
    assert cast.town
    PersonFactory(organisation=cast.party, name="钱明", phone="13900000000")

    assert run(file(GOOD))[0] == 0
    assert Person.objects.get().phone_tail == "0000"
    assert run(file(GOOD), "--doubles", "update")[0] == 0
    assert Person.objects.get().phone_tail == "5678"
