"""What an alliance is for, end to end: a need typed once on a phone, and at last in every list, ledger and workbook."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from alliances.models import Need, Project
from tests.alliances.lists_town import town_of
from tests.conftest import sign_in
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory

TITLE = "里河驿站增设直饮净水点"
HELD = "里河净水点选址现场会"
DUE = str(timezone.localdate() + timedelta(days=40))


class Clerk:
    """Somebody at a browser window; notes down what is typed."""

    typed: list[str] = []

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page
        self.page.set_default_timeout(8000)

    def open(self, path: str) -> None:
        self.visitor.open(path)

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.typed.append(text)
            self.page.locator(f"[name={name}]").fill(text)

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def reads(self, *words: str, at: str = "main") -> bool:
        """Whether all of this stands on the page."""
        text = self.page.locator(at).inner_text()
        return all(word in text for word in words)

    def shot(self, name: str) -> None:
        self.visitor.shot(f"alliance-{name}")


@pytest.fixture
def town(visit, cast):
    """An alliance whose switch is on, a member with its paired village, and an activity that was held."""
    town = town_of(cast)
    town.alliance.public = True
    town.alliance.save()
    assert cast.office
    ActivityFactory(organisation=cast.party, partners=[cast.partner], state="confirmed", title=HELD)
    return town


@pytest.fixture
def clerks(visit, cast, town):
    """branch and liaison on phones, the office at a computer."""
    Clerk.typed = []
    sizes = {"branch": "phone", "town": "pc", "liaison": "phone"}
    return {who: Clerk(visit(getattr(cast, who), size=size)) for who, size in sizes.items()}


def test_a_need_becomes_a_result(clerks, cast, town):
    branch, office, liaison = clerks["branch"], clerks["town"], clerks["liaison"]
    _raise(branch)
    _publish(office)
    _claim(liaison)
    _accept(office)
    _start(liaison)
    _report(liaison)
    _hand_in(liaison)
    _inspect(branch)
    _rate(branch)

    need, project = Need.objects.get(), Project.objects.get()
    assert (need.state, need.satisfaction, need.accepted_on) == ("rated", "good", timezone.localdate())
    assert (project.title, project.state, project.organisation) == (TITLE, "done", cast.partner)
    assert [text for text in Clerk.typed if TITLE in text] == [TITLE]
    _appears_everywhere(branch, office, need, project)
    _in_workbook(cast, need, project)
    assert [trouble for clerk in clerks.values() for trouble in clerk.visitor.troubles] == []


def _raise(branch) -> None:
    branch.open("/alliances/needs/")
    branch.follow("提出需求")
    branch.shot("1-need-form-phone")
    branch.fill(title=TITLE, detail="夏季沿河散步的居民多，希望增设两处。")
    branch.page.get_by_label("九联类别").select_option(index=1)
    branch.press("提交审核")
    assert branch.reads(TITLE, "待审核")


def _publish(office) -> None:
    office.open("/")
    assert office.reads(TITLE, at=".queue")
    office.follow(TITLE)
    office.follow("审核并发布")
    office.press("审核并发布")
    assert office.reads("待认领")


def _claim(liaison) -> None:
    liaison.open("/alliances/needs/")
    liaison.follow(TITLE)
    liaison.follow("认领")
    liaison.fill(plan="派两名技术人员勘查，月底前装好。")
    liaison.press("认领")


def _accept(office) -> None:
    office.open("/")
    office.follow(TITLE)
    office.shot("4-claimed-pc")
    office.follow("确认认领")
    office.page.get_by_text("牵头：负责立项").click()
    office.press("确认认领")


def _start(liaison) -> None:
    """All that the need says is in the form already; only the day is new."""
    liaison.open("/")
    liaison.follow(TITLE)
    assert liaison.page.locator("[name=title]").input_value() == TITLE
    liaison.fill(due_on=DUE)
    liaison.press("保存")
    liaison.shot("5-project-phone")


def _report(liaison) -> None:
    liaison.follow("填进展")
    liaison.fill(text="已完成选址和水质检测。")
    liaison.press("保存进展")
    liaison.follow("选择活动")
    liaison.page.get_by_text(HELD).click()
    liaison.shot("6-activities-phone")
    liaison.press("保存")
    assert liaison.reads("已完成选址和水质检测。", HELD)


def _hand_in(liaison) -> None:
    liaison.follow("申请验收")
    liaison.fill(result="两处净水点装好，水质检测合格。", beneficiaries="1200")
    liaison.press("申请验收")


def _inspect(branch) -> None:
    branch.open("/")
    branch.follow(TITLE)
    branch.shot("8-inspect-phone")
    branch.follow("验收通过")
    branch.press("验收通过")


def _rate(branch) -> None:
    branch.open("/")
    branch.follow(TITLE)
    branch.follow("评价")
    branch.page.get_by_text("满意", exact=True).click()
    branch.press("评价")
    branch.shot("9-need-rated-phone")


def _appears_everywhere(branch, office, need, project) -> None:
    """In the lists, the alliance's results inside and outside, the ledger, the activity's page, the year's workbook."""
    alliance = need.alliance
    office.open(project.get_absolute_url())
    office.shot("10-project-pc")
    office.open("/alliances/needs/?state=met")
    assert office.reads(TITLE, "已评价", at="#results")
    office.open(f"/alliances/projects/?alliance={alliance.pk}&state=done")
    assert office.reads(TITLE, at="#results")
    office.open(alliance.get_absolute_url())
    assert office.page.locator(".needs li", has_text="已完成").locator("b").inner_text() == "1"
    branch.open(f"/p/alliances/{alliance.slug}/")
    branch.shot("10-public-phone")
    assert branch.reads(TITLE, "1,200 人次")
    _in_ledger(office, need)
    _at_activity(office, project)


def _in_ledger(office, need) -> None:
    """Each unit's row: what it brought, what it received."""
    office.open(reverse("alliances:contributions", args=[need.alliance_id]))
    office.shot("11-ledger-pc")
    rows = {
        row.locator("th").inner_text().split()[0]: [cell.split()[0] for cell in row.locator("td").all_inner_texts()]
        for row in office.page.locator("main tbody tr").all()
    }
    assert rows == {
        "示例单位一": ["0", "0", "1", "1", "0", "1", "0", "0", "0", "0"],  # claimed, led, reported
        "渔浦社区党组织": ["0", "0", "0", "0", "0", "0", "0", "1", "1", "1,200"],  # raised, met, people reached
    }


def _at_activity(office, project) -> None:
    activity = project.activities.get()
    assert activity.title == HELD
    office.open(activity.get_absolute_url())
    office.shot("12-activity-pc")
    assert office.page.get_by_role("link", name=TITLE).count() == 1


def _in_workbook(cast, need, project) -> None:
    """Sheet 12 of the year."""
    answer = sign_in(cast.town).get(f"/reports/?year={need.accepted_on.year}&format=xlsx")
    sheet = load_workbook(BytesIO(answer.getvalue()))["三张清单明细"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = {row[0]: (row[3], row[7], row[8], row[10]) for row in rows if row[0] in {need.serial, project.serial}}
    assert found == {
        need.serial: (TITLE, "示例单位一", "已评价", "满意"),
        project.serial: (TITLE, "示例单位一", "已完成", "满意"),
    }


def test_a_problem_becomes_a_need_without_scripts(visit, cast, town):
    """From the patrol's page to the need and back; what the form needs comes along, nothing is typed but the line."""
    section = make.SectionFactory(river=make.RiverFactory(alliance=town.alliance, name="里河"), area=cast.area)
    walked = {"patrol__section": section, "patrol__organisation": cast.party}
    problem = make.PatrolProblemFactory(text="驿站下游岸坡坍塌约十米，需要勘查加固。", **walked)
    branch = Clerk(visit(cast.branch, size="phone", java_script_enabled=False))

    branch.open(reverse("alliances:problems"))
    branch.open(problem.patrol.get_absolute_url())
    branch.follow("转为联盟需求")
    branch.shot("20-handover-form-phone")
    branch.page.get_by_label("九联类别").select_option(index=1)
    branch.press("提交审核")
    branch.shot("20-need-born-phone")
    branch.follow(problem.text)
    branch.shot("20-patrol-phone")

    need = Need.objects.get()
    assert (need.title, need.organisation, need.alliance) == (problem.text.rstrip("。"), cast.party, town.alliance)
    assert branch.page.get_by_role("link", name=need.title, exact=True).count() == 1
    assert branch.reads("待审核", "已转办")
    assert branch.page.get_by_role("link", name="转为联盟需求").count() == 0
