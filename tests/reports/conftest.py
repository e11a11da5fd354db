"""A year of a small town, and its workbook as other programs read it."""

import io
from datetime import date

import openpyxl
import pytest
import time_machine

from tests.factories.activities import ActivityCountFactory, ActivityFactory, DecisionFactory, ExplanationFactory, kind
from tests.factories.activities import AgendaItemFactory as Item
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.core import recycle
from yiqiao_portal.core.workbooks import Stamp
from yiqiao_portal.directory.choices import Field, PartyForm
from yiqiao_portal.reports.annual import Report, write

STAMP = Stamp(by="测试", serial="YQ-NB-000001", purpose="年度统计")
SHEETS = [
    "封面与口径", "党组织情况", "组织生活达标", "三会一课明细", "党建联盟", "三张清单明细", "五水共治", "校验",
]  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    """It is Monday, 23 November 2026, noon in the town."""
    with time_machine.travel("2026-11-23 12:00+08:00") as traveller:
        yield traveller


@pytest.fixture
def town_year(cast):
    """2025 in five branches of which one is gone, one new, one below another; 2026 as far as it went."""
    party, other, sub = cast.party, cast.other_party, cast.sub_party
    facts = {"field": Field.RURAL, "formal_members": 31, "probationary_members": 2, "groups": 2, "committee_size": 3}
    _set(party, **facts, elected_on=date(2021, 1, 15), term_years=5, note="=1+1")
    _set(other, field=Field.COMMUNITY, formal_members=7, elected_on=date(2019, 5, 1), term_years=5)
    _set(sub, formal_members=5, founded_on=date(2025, 8, 20))
    gone = OrganisationFactory(code="YQ-00", name="已撤销支部", order=0, dissolved_on=date(2025, 3, 3))
    OrganisationFactory(
        code="YQ-99", name="新成立支部", order=99, party_form=PartyForm.JOINT, founded_on=date(2026, 1, 1)
    )
    OrganisationFactory(code="YQ-98", name="早已撤销", order=98, dissolved_on=date(2024, 12, 31))
    _records(cast, party, other, sub)
    ActivityFactory(organisation=gone, held_on=date(2025, 2, 6), title="撤销前的党日")


def _set(organisation, **facts) -> None:
    for name, value in facts.items():
        setattr(organisation, name, value)
    organisation.save()


def _records(cast, party, other, sub) -> None:
    for month in (1, 2, 3, 3, 4, 6):
        ActivityFactory(organisation=party, held_on=date(2025, month, 10), state=State.CONFIRMED, title="@SUM(1)")
    ActivityFactory(organisation=party, held_on=date(2025, 5, 31), late_entry=True)
    ActivityFactory(organisation=party, held_on=date(2025, 7, 1), state=State.DRAFT)
    ActivityFactory(organisation=party, held_on=date(2025, 8, 1), state=State.RETURNED)
    removed = ActivityFactory(organisation=party, held_on=date(2025, 9, 1), state=State.DRAFT)
    recycle.remove(removed, by=cast.town, action="activity.remove")
    ActivityFactory(organisation=party, kind=kind("other"), held_on=date(2025, 9, 9))
    ActivityFactory(organisation=party, kind=kind("committee"), held_on=date(2025, 12, 31), expected=0, present=0)
    life = ActivityFactory(
        organisation=party, kind=kind("life_meeting"), held_on=date(2025, 11, 8), expected=None, present=None
    )
    ActivityCountFactory(activity=life, kind=kind("appraisal"))
    ActivityCountFactory(activity=life, kind=kind("congress"))
    congress = ActivityFactory(organisation=other, kind=kind("congress"), held_on=date(2025, 3, 31), partners=[party])
    Item(activity=congress, title="转正", vote_rule="ordinary", votes_for=11, votes_against=1)
    Item(activity=congress, title="汇报")
    DecisionFactory(activity=congress, text="月底前公示")
    DecisionFactory(activity=congress, text="整理资料")
    day = ActivityFactory(organisation=other, held_on=date(2025, 3, 31))
    congress.theme_day = day
    congress.save()
    ActivityFactory(organisation=sub, held_on=date(2025, 9, 30))
    for number in (6, 7):
        ExplanationFactory(organisation=other, year=2025, number=number)
    ActivityFactory(organisation=party, held_on=date(2026, 11, 20))
    ActivityFactory(organisation=other, held_on=date(2024, 12, 31))


class Book:
    """A workbook with what was written into it."""

    def __init__(self, data: bytes):
        self.data = data
        self.values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        self.formulas = openpyxl.load_workbook(io.BytesIO(data))

    def grid(self, name: str) -> list[list]:
        """All cells of a sheet as values."""
        return [list(row) for row in self.values[name].iter_rows(values_only=True)]

    def table(self, name: str, first: str) -> list[dict]:
        """The records under the header row that begins with `first`, without the total."""
        rows = self.grid(name)
        at = next(number for number, row in enumerate(rows) if row[0] == first)
        keys = rows[at]
        ends = (number for number, row in enumerate(rows) if number > at and (row[0] is None or _closes(row)))
        return [dict(zip(keys, row, strict=True)) for row in rows[at + 1 : next(ends, len(rows))]]

    def link(self, name: str, row: int, column: int) -> str | None:
        """Where a cell leads, as a path of the portal."""
        link = self.formulas[name].cell(row, column).hyperlink
        return link.target.removeprefix("http://127.0.0.1:8000") if link else None


def _closes(row) -> bool:
    return "合计" in row or str(row[0]).startswith("资料来源")


@pytest.fixture
def workbook(cast, town_year):
    """workbook(year, place): the workbook and its checks."""

    def make(year=2025, place=None) -> tuple[Book, list]:
        target = io.BytesIO()
        checks = write(Report(year, place or cast.root, made_by="张镇党建办"), target, stamp=STAMP)
        return Book(target.getvalue()), checks

    return make
