"""Sheet 12 of the annual workbook: 三张清单明细."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from alliances.choices import ClaimState, NeedState, ProjectState
from alliances.models import Need
from alliances.sheets.lists import COLUMNS
from tests.alliances.lists_town import town_of
from tests.factories import alliances as make
from yiqiao_portal.core.workbooks import Stamp
from yiqiao_portal.reports.annual import Report, write

pytestmark = pytest.mark.django_db
NAME = "三张清单明细"


@pytest.fixture
def town(cast):
    return town_of(cast)


def workbook(place, year: int):
    """The rows of the sheet below its head, and the checks about it."""
    target = io.BytesIO()
    checks = write(Report(year, place), target, stamp=Stamp(by="测试", serial="YQ-NB-000001"))
    rows = list(openpyxl.load_workbook(target)[NAME].iter_rows())
    titles = [column.title for column in COLUMNS]
    at = next(n for n, row in enumerate(rows) if [cell.value for cell in row][: len(titles)] == titles)
    table = [row for row in rows[at + 1 :] if str(row[0].value or "").startswith("YQ-")]
    return table, [check for check in checks if check.title.startswith(NAME)]


def met_need(town):
    """A need that two units took on and that was found good, with its project."""
    need = town.need(title="里河清淤", amount=3, due_on=make.day(30), state=NeedState.RATED,
                     accepted_on=make.day(-3), satisfaction="good")  # fmt: skip
    town.claim(need=need, organisation=town.member(), state=ClaimState.ACCEPTED)
    town.claim(need=need, state=ClaimState.ACCEPTED, lead=True)
    return need


def test_the_three_lists_stand_one_below_the_other(town, cast):
    year = timezone.localdate().year
    need, resource = met_need(town), town.resource(title="清淤船", capacity=2)
    helper = need.claims.get(lead=False).organisation
    project = make.ProjectFactory(need=need, alliance=town.alliance, organisation=cast.partner,
                                  state=ProjectState.DONE, accepted_on=make.day(-3),
                                  starts_on=timezone.localdate().replace(month=1, day=1))  # fmt: skip
    project.helpers.add(helper)

    rows, checks = workbook(cast.root, year)

    values = [[cell.value for cell in row[: len(COLUMNS)]] for row in rows]
    assert [value[:6] for value in values] == [
        [resource.serial, "资源", "示例单位一", "清淤船", "环境联守", "2 次"],
        [need.serial, "需求", "渔浦社区党组织", "里河清淤", "环境联守", "3 次"],
        [project.serial, "项目", "示例单位一", project.title, "环境联守", "1 项"],
    ]
    assert values[1][7] == f"示例单位一、{helper.short_name}" == values[2][7]
    assert [(value[8], value[10]) for value in values[1:]] == [("已评价", "满意"), ("已完成", "满意")]
    assert rows[1][0].hyperlink.target.endswith(need.get_absolute_url())
    assert (len(checks), [check.title for check in checks if check.off]) == (6, [])


def test_what_was_never_published_and_other_years_do_not_count(town, cast):
    year = timezone.localdate().year
    for state in (NeedState.RAISED, NeedState.RETURNED, NeedState.WITHDRAWN):
        town.need(state=state)
    old = town.need()
    Need.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=366))
    town.resource(state="draft")

    assert [workbook(cast.root, when)[0] != [] for when in (year, year - 1)] == [False, True]


def test_a_village_reports_its_own(town, cast):
    year = timezone.localdate().year
    need = town.need()
    town.resource()

    rows, checks = workbook(cast.party, year)

    assert [row[0].value for row in rows] == [need.serial]
    assert [check.title for check in checks if check.off] == []


def test_the_checks_find_a_need_that_nobody_took_and_one_without_its_day(town, cast):
    town.need(state=NeedState.ACCEPTED)

    _, checks = workbook(cast.root, timezone.localdate().year)

    assert [(check.expected, check.got) for check in checks if check.off] == [(0, 1), (0, 1)]
