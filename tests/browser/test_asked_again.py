"""What a form may not do behind somebody's back: count units that it never showed, make a second record by itself."""

from tests.factories.alliances import AllianceFactory, MembershipFactory, day
from yiqiao_portal.activities.models import Activity

FORM = "/activities/new/theme_day/"
MEETING = "/activities/new/joint_meeting/"


def test_the_list_of_units_follows_the_day(visit, cast):
    alliance = AllianceFactory()
    stayed, left = (MembershipFactory(alliance=alliance) for _ in "12")
    left.left_on = day(-30)
    left.save()
    visitor = visit(cast.town)
    page = visitor.open(f"{MEETING}?organisation={alliance.organisation_id}")
    page.get_by_label("主题", exact=True).fill("第一次联席会议")
    page.get_by_text("勾选缺席单位").click()
    page.locator(f"#roll-{stayed.organisation_id}").check()
    assert page.locator("[data-tally=expected]").inner_text() == "1"

    page.get_by_label("日期", exact=True).fill(day(-60).isoformat())
    page.get_by_label("日期", exact=True).blur()
    page.locator(f"#roll-{left.organisation_id}").wait_for(state="visible")

    def tally():
        return [page.locator(f"[data-tally={name}]").inner_text() for name in ("expected", "absent", "present")]

    assert page.locator(f"#roll-{stayed.organisation_id}").is_checked()
    assert tally() == ["2", "1", "1"]
    page.locator(f"#roll-{left.organisation_id}").check()
    assert tally() == ["2", "2", "0"]
    assert page.get_by_label("主题", exact=True).input_value() == "第一次联席会议"
    visitor.shot("joint-meeting-another-day")
    assert visitor.troubles == []


def test_back_and_sent_again_asks_first(visit, cast):
    """No page is kept (Cache-Control no-store): Back fetches the form anew, and with it a new key."""
    visitor = visit(cast.branch, size="phone", java_script_enabled=False)
    page = visitor.open(FORM)
    page.get_by_label("主题", exact=True).fill("清洁家园")
    key = page.locator("[name=idempotency_key]").input_value()
    page.get_by_role("button", name="存草稿").click()
    page.wait_for_url("**/activities/*/")
    page.go_back()
    assert page.locator("[name=idempotency_key]").input_value() != key
    page.get_by_label("主题", exact=True).fill("清洁家园")  # as far as the browser has not put it back
    page.get_by_role("button", name="存草稿").click()

    page.get_by_text("您刚刚提交过一条内容相同的记录“清洁家园”").wait_for()
    visitor.shot("asked-again")
    assert Activity.objects.count() == 1
    page.get_by_label("仍要提交").check()
    page.get_by_role("button", name="存草稿").click()
    page.wait_for_url("**/activities/*/")
    assert Activity.objects.count() == 2
