"""The main job end to end: typed once on a phone, then in the ledger, the matrix, the town's list and the workbook."""

from datetime import date, timedelta
from io import BytesIO

from django.utils import timezone
from openpyxl import load_workbook

from tests.conftest import sign_in
from yiqiao_portal.activities.models import Activity

TITLE = "守护一江清水，共建美丽渔浦"


def last_friday() -> date:
    today = timezone.localdate()
    return today - timedelta(days=(today.weekday() - 4) % 7 or 7)


class Counted:
    """Counts what the clerk does: one for each field typed in, box ticked, list chosen or button pressed."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def fill(self, label: str, text: str) -> None:
        self.count += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, locator) -> None:
        self.count += 1
        locator.click()

    def choose(self, label: str, word: str) -> None:
        self.count += 1
        self.page.get_by_label(label).select_option(label=word)


def test_branch_records_last_fridays_theme_day_on_a_phone(visit, cast):
    assert cast.roster
    visitor = visit(cast.branch, size="phone")
    page = visitor.open("/")
    hand = Counted(page)
    hand.press(page.get_by_role("link", name="记主题党日"))

    required = page.locator("form[data-autosave] [required]:visible").count()
    hand.fill("主题", TITLE)
    hand.fill("日期", str(last_friday()))
    hand.fill("主持人", "李某")
    hand.fill("地点", "联心桥·渔浦里 党员活动室")
    hand.press(page.get_by_text("勾选缺席人员"))
    absent = [(cast.roster[0], "请假"), (cast.roster[3], "公出"), (cast.roster[5], "其他")]
    for member, reason in absent:
        hand.press(page.locator(f"label[for=roll-{member.person_id}]"))
        hand.choose(f"{member.person.name} 缺席原因", reason)
    hand.fill("主要内容", "集中学习后，沿里河开展护河清洁。")
    visitor.shot("story-form-phone")
    hand.press(page.get_by_role("button", name="提交确认"))

    page.wait_for_url("**/activities/*/")
    visitor.shot("story-detail-phone")
    activity = Activity.objects.get()
    assert hand.count <= 20
    assert required <= 6
    assert (activity.title, activity.held_on, activity.state) == (TITLE, last_friday(), "submitted")
    assert (activity.expected, activity.present) == (20, 17)
    reasons = {row.person_id: row.get_absence_display() for row in activity.attendances.filter(present=False)}
    assert reasons == {member.person_id: reason for member, reason in absent}
    assert visitor.troubles == []
    _appears_everywhere(visit, cast, visitor, activity)


def _appears_everywhere(visit, cast, branch, activity) -> None:
    """Typed once."""
    assert TITLE in branch.open("/activities/").locator("#results").inner_text()
    page = branch.open(f"/activities/matrix/?kind=theme_day&year={activity.held_on.year}")
    cell = page.locator(f'td[data-label="{activity.held_on.month}月"] a')
    assert cell.inner_text().strip() in {"已记", "补录"}
    cell.click()
    assert TITLE in page.locator("#results").inner_text()

    town = visit(cast.town)
    assert TITLE in town.open("/activities/").locator("#results").inner_text()
    answer = sign_in(cast.town).get(f"/reports/?year={activity.held_on.year}&format=xlsx")
    book = load_workbook(BytesIO(answer.getvalue()))
    serials = [row[0].value for row in book["三会一课明细"].iter_rows()]
    assert activity.serial in serials


def test_town_returns_and_branch_completes(visit, cast):
    from tests.factories.activities import ActivityFactory

    activity = ActivityFactory(
        organisation=cast.party, state="submitted", created_by=cast.branch, title="第四季度党员大会", content="讨论"
    )
    town = visit(cast.town)
    page = town.open(f"/activities/{activity.pk}/")
    page.get_by_role("link", name="退回补充").click()
    page.get_by_label("退回原因").fill("请补上议定事项")
    page.get_by_role("button", name="退回补充").click()

    branch = visit(cast.branch, size="phone")
    page = branch.open("/")
    assert "请补上议定事项" in page.locator(".queue").inner_text()
    page.get_by_role("link", name="第四季度党员大会").first.click()
    page.get_by_role("link", name="修改").click()
    page.get_by_text("再补充几项").click()
    page.get_by_label("议定事项").first.fill("每周巡河一次")
    page.get_by_role("button", name="提交确认").click()
    page.wait_for_url(f"**/activities/{activity.pk}/")

    activity.refresh_from_db()
    assert activity.state == "submitted"
    assert [decision.text for decision in activity.decisions.all()] == ["每周巡河一次"]
