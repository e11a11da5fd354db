"""Which fields a page shows is declared; phones are masked wherever they appear (ISO-12)."""

import io

import openpyxl
import pytest
from django.db import connection

from tests.contracts.lines import LINES, Line, none
from tests.contracts.page import Page
from tests.contracts.walker import addresses
from tests.factories.directory import PersonFactory
from yiqiao_portal.core.views.list import ListPage

pytestmark = pytest.mark.django_db
NUMBER = "序号"
TITLE_ROWS = 2  # of a workbook: its title, who took it when
# List → its columns, on the page, on paper and in the workbook, for every role alike.
COLUMNS = {
    "accounts:list": ["姓名", "账号", "现任岗位", "上次登录", "状态"],
    "activities:cells": ["应记录", "党组织", "结论", "说明"],
    "activities:list": ["活动名称", "类型", "党组织", "日期", "实到/应到", "状态", "编号"],
    "alliances:list": ["名称", "成立日期", "成员单位", "本期轮值", "状态"],
    "alliances:needs": ["需求名称", "提出单位", "九联类别", "数量", "希望完成", "认领单位", "状态", "编号"],
    "alliances:programmes": ["名称", "对应目标", "牵头单位", "节点完成", "进度"],
    "alliances:projects": ["项目名称", "牵头单位", "九联类别", "计划完成", "受益人次", "进度", "编号"],
    "alliances:resources": ["资源名称", "提供单位", "九联类别", "数量", "余量", "可用至", "状态", "编号"],
    "alliances:patrols": ["河段", "巡查日期", "河长级别", "巡查人", "巡查单位", "发现问题", "待处理"],
    "alliances:problems": ["发现的问题", "类别", "河段", "巡查日期", "巡查单位", "状态"],
    "alliances:rivers": ["河道名称", "水体类型", "断面（河段）", "现任河长", "所属联盟", "今年水质"],
    "alliances:samples": ["断面", "采样日期", "目标", "是否达标", "主要污染指标", "填报单位", "水质类别"],
    "audit:list": ["时间", "操作人", "当时岗位", "操作", "对象", "涉及字段", "来源地址", "结果"],
    "core:messages": ["标题", "类型", "时间", "状态"],
    "directory:organisations": ["名称", "类别", "形式", "所属村社", "正式党员", "预备党员", "届满日期", "状态"],
    "directory:people": ["姓名", "所在组织", "职务", "手机号", "状态"],
    "directory:rosters": ["姓名", "党组织", "类别", "有表决权"],
    "places:places": ["名称", "所属村社", "更新"],
}
# List → the columns that only its workbook has, by which it comes back in (directory/import).
ONLY_IN_THE_FILE = {
    "alliances:needs": ["计量单位", "希望开始", "所在村社", "联盟", "具体内容"],
    "alliances:projects": ["开始日期", "联盟", "所属工程", "配合单位", "实施内容"],
    "alliances:resources": ["计量单位", "可用开始", "所在村社", "联盟", "内容说明"],
}
# Page of one row → the facts that it lays open.
FACTS = {
    "directory:person": {"姓名", "所在组织", "职务", "录入"},
    "directory:roster": set(),
    "places:place": {"名称", "所属村社", "录入人", "录入时间"},
}
LISTS = [
    line
    for line in LINES
    if addresses()[line.name].view_class and issubclass(addresses()[line.name].view_class, ListPage)
]


def _readers(line: Line) -> list[str]:
    """One of each kind of reader."""
    kinds = ["town", "leader", "branch", "unit", "liaison", "teamlead", "talent", "grid", "sysadmin", "auditor"]
    return [actor for actor in kinds if actor in line.rule.may]


def test_every_list_declares_its_columns():
    assert {line.name for line in LISTS} == set(COLUMNS)
    assert set(ONLY_IN_THE_FILE) <= set(COLUMNS)


@pytest.mark.parametrize("line", LISTS, ids=str)
def test_a_list_shows_exactly_its_columns(stage, line: Line):
    declared, wrong = COLUMNS[line.name], []
    for actor in _readers(line):
        page, paper = (Page.of(stage.get(actor, line.url(stage, None, query))) for query in ("", "print=1"))
        file = openpyxl.load_workbook(io.BytesIO(stage.get(actor, line.url(stage, None, "format=xlsx")).body))
        header = [cell.value for cell in file.worksheets[0][TITLE_ROWS + 1]]
        found = {"page": page.rows[0] if page.rows else declared, "paper": paper.rows[0], "xlsx": header}
        in_file = [*declared, *ONLY_IN_THE_FILE.get(line.name, [])]
        expected = {"page": declared, "paper": [NUMBER, *declared], "xlsx": in_file}
        wrong += [f"{actor} {where}: {found[where]}" for where in found if found[where] != expected[where]]
        wrong += [f"{actor}: {len(file.worksheets)} sheets"] * (len(file.worksheets) != 1)

    none(wrong)


@pytest.mark.parametrize("line", [line for line in LINES if line.name in FACTS], ids=str)
def test_a_page_lays_open_exactly_its_facts(stage, line: Line):
    row = line.first(stage)
    wrong = []
    for actor in sorted(row.owners & line.rule.may):
        found = set(Page.of(stage.get(actor, line.url(stage, row))).facts)
        wrong += [f"{actor}: {sorted(found)}"] if found != FACTS[line.name] else []

    none(wrong)


def test_the_stage_has_phones_that_could_leak(stage):
    """They are looked for in every answer to a GET (test_access.py)."""
    assert len(stage.people) >= 10
    assert all(len(person.phone) == 11 for person in stage.people)


def test_a_phone_is_shown_to_who_gives_a_reason_and_to_nobody_else(stage):
    row = stage.rows["person"]["own"].row
    url = f"/directory/people/{row.pk}/phone/"

    shown = {
        actor: row.phone in stage.ask(actor, "post", url, {"purpose": "工作联系"}).content.decode()
        for actor in ("town", "leader", "branch", "other_branch", "sub_branch", "talent", "liaison", "sysadmin")
    }

    assert shown == dict.fromkeys(shown, False) | {"town": True, "leader": True, "branch": True}


def test_without_a_reason_it_stays_hidden(stage):
    row = stage.rows["person"]["own"].row

    response = stage.ask("town", "post", f"/directory/people/{row.pk}/phone/", {"purpose": ""})

    assert (response.status_code, row.phone in response.content.decode()) == (400, False)


def test_the_database_does_not_know_the_number():
    person = PersonFactory(phone="13912345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM directory_person t WHERE id = %s", [person.pk])
        (stored,) = cursor.fetchone()

    assert ("13912345678" in stored, "5678" in stored) == (False, True)
