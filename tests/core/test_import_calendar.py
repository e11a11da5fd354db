"""The notice of a year read from its own words, and put to use without a release."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.core.clockwork import EXAMPLE_2027, moment
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.reference import load_json
from yiqiao_portal.core.worktime import Due, add_working_time, portal_calendar
from yiqiao_portal.core.worktime.reading import read_notice

NOTICES = Path(__file__).with_name("notices")
EXAMPLE = NOTICES / "example2027.txt"


def text(name: str = "2026") -> str:
    return (NOTICES / f"{name}.txt").read_text(encoding="utf-8")


@pytest.fixture
def home(settings, tmp_path):
    settings.PORTAL_HOME = tmp_path
    return tmp_path


@pytest.mark.parametrize("year", range(2021, 2027))
def test_our_data_file_says_what_the_notice_of_the_year_says(year):
    assert read_notice(text(str(year))) == (year, load_json("core", "workdays")["years"][str(year)])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("关于2026年", "关于本年", "这不像国务院办公厅的节假日安排通知，请贴上从标题到成文日期的全文。"),
        ("2025年11月4日\n", "", "这不像国务院办公厅的节假日安排通知，请贴上从标题到成文日期的全文。"),
        ("共3天。1月4日", "共4天。1月4日", "“元旦”的放假天数与日期对不上，请核对原文。"),
        ("1月4日（周日）", "1月4日（周六）", "1月4日不是星期六，请核对原文。"),
        ("1月4日（周日）", "2月30日（周日）", "没有2026年2月30日这一天，请核对原文。"),
        ("1月4日（周日）", "1月5日（周一）", "2026年的调休上班日要在周末，且不能同时放假，请核对原文。"),
        (
            "三、清明节",
            "清明节",
            "2026年的安排要正好写明元旦、春节、清明节、劳动节、端午节、中秋节、国庆节，请核对原文。",
        ),
        ("10月1日（周四）至7日（周三）放假调休，", "", "“国庆节”的放假天数与日期对不上，请核对原文。"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_in_words(old, new, sentence):
    assert old in text()

    with pytest.raises(DomainError) as caught:
        read_notice(text().replace(old, new))
    assert caught.value.message == sentence


def test_a_new_year_is_imported_and_counts_at_once(home, capsys):
    start = moment("2026-12-31 16:00")
    before = portal_calendar().version
    assert add_working_time(start, 4, "工作时") == Due(moment("2027-01-01 12:00"), provisional=True)

    call_command("import_calendar", EXAMPLE)

    assert add_working_time(start, 4, "工作时") == Due(moment("2027-01-05 12:00"))
    assert portal_calendar().version != before
    assert portal_calendar().is_published(2027)
    assert EXAMPLE_2027.work <= portal_calendar().years[2027].work
    assert capsys.readouterr().out.splitlines() == [
        "元旦：2027-01-01 至 2027-01-04 放假，上班：2027-01-09",
        "春节：2027-02-05 至 2027-02-12 放假，上班：2027-01-31、2027-02-20",
        "清明节：2027-04-03 至 2027-04-05 放假",
        "劳动节：2027-05-01 至 2027-05-05 放假，上班：2027-05-08",
        "端午节：2027-06-09 至 2027-06-09 放假",
        "中秋节：2027-09-15 至 2027-09-15 放假",
        "国庆节：2027-10-01 至 2027-10-07 放假，上班：2027-09-26、2027-10-09",
        "2027年的工作日历已启用（没有文号，2026-12-01）。",
    ]


def test_a_dry_run_writes_nothing(home, capsys):
    call_command("import_calendar", EXAMPLE, dry_run=True)

    assert list(home.iterdir()) == []
    assert capsys.readouterr().out.splitlines()[-1] == "只做了检查，没有写入。"


def test_a_corrected_notice_replaces_the_shipped_one(home, tmp_path):
    changed = tmp_path / "changed.txt"
    changed.write_text(
        text().replace("5月9日", "5月10日").replace("5月10日（周六）", "5月10日（周日）"), encoding="utf-8"
    )
    call_command("import_calendar", changed)

    worked = [day for day in (9, 10) if portal_calendar().is_working_day(date(2026, 5, day))]
    assert worked == [10]
    assert len(portal_calendar().notices) == 6


@pytest.mark.parametrize("content", [None, "节".encode("gb18030")])
def test_a_file_that_cannot_be_read_is_named(home, tmp_path, content):
    file = tmp_path / "notice.txt"
    if content:
        file.write_bytes(content)

    with pytest.raises(CommandError) as caught:
        call_command("import_calendar", file)
    assert str(caught.value) == f"文件 {file} 读不出来，请存成 UTF-8 文本后重试。"


def test_a_refused_text_ends_with_its_sentence(home, tmp_path):
    file = tmp_path / "notice.txt"
    file.write_text("放假啦", encoding="utf-8")

    with pytest.raises(CommandError, match="这不像国务院办公厅的节假日安排通知"):
        call_command("import_calendar", file)
    assert not (home / "calendar").exists()
