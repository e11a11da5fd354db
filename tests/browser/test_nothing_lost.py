"""What was typed survives: a crash, a lapsed session, another editor; and all of it works without JavaScript."""

from datetime import timedelta
from io import BytesIO

from django.contrib.sessions.models import Session
from django.utils import timezone
from PIL import Image

from tests.factories.activities import ActivityFactory
from yiqiao_portal.activities.models import Activity

FORM = "/activities/new/theme_day/"


def _picture() -> dict:
    file = BytesIO()
    Image.new("RGB", (64, 48), "#8899aa").save(file, "JPEG")
    return {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_a_draft_comes_back_after_a_crash(visit, cast):
    assert cast.roster
    visitor = visit(cast.branch, size="phone")
    page = visitor.open(FORM)
    page.get_by_label("主题", exact=True).fill("还没有写完的主题")
    page.get_by_text("勾选缺席人员").click()
    page.locator(f"label[for=roll-{cast.roster[2].person_id}]").click()
    page.wait_for_selector(".saved:has-text('已自动保存')")
    page.close(run_before_unload=False)

    visitor.page = visitor.context.new_page()
    page = visitor.open(FORM)
    page.get_by_role("button", name="恢复").click()
    assert page.get_by_label("主题", exact=True).input_value() == "还没有写完的主题"
    assert page.locator(f"#roll-{cast.roster[2].person_id}").is_checked()


def test_another_user_of_the_same_machine_never_sees_it(visit, cast):
    from tests.conftest import sign_in

    visitor = visit(cast.branch)
    page = visitor.open(FORM)
    page.get_by_label("主题", exact=True).fill("本支部的草稿")
    page.wait_for_selector(".saved:has-text('已自动保存')")
    key = sign_in(cast.other_branch).cookies["sessionid"].value
    visitor.context.add_cookies([{"name": "sessionid", "value": key, "url": visitor.address}])

    page = visitor.open(FORM)
    assert page.get_by_role("button", name="恢复").count() == 0
    assert "本支部的草稿" not in page.content()


def test_a_lapsed_session_loses_nothing(visit, cast):
    visitor = visit(cast.branch)
    page = visitor.open(FORM)
    page.get_by_label("主题", exact=True).fill("登录过期也不丢")
    page.get_by_label("主持人").fill("李某")
    page.get_by_label("地点").fill("渔浦里")
    page.get_by_label("主要内容").fill("很长的内容")
    Session.objects.all().delete()
    page.get_by_role("button", name="存草稿").click()
    page.wait_for_selector("text=登录已过期")
    assert "很长的内容" in page.content()

    from tests.conftest import sign_in

    key = sign_in(cast.branch).cookies["sessionid"].value
    visitor.context.add_cookies([{"name": "sessionid", "value": key, "url": visitor.address}])
    page.get_by_role("button", name="重新提交").click()
    page.wait_for_url("**/activities/*/")
    assert Activity.objects.get().title == "登录过期也不丢"


def test_two_editors_choose_field_by_field(visit, cast):
    activity = ActivityFactory(
        organisation=cast.party, state="draft", created_by=cast.branch, title="旧主题", venue="旧地点", host="李某"
    )
    first, second = visit(cast.branch), visit(cast.town)
    path = f"/activities/{activity.pk}/edit/"
    one, two = first.open(path), second.open(path)
    one.get_by_label("主题", exact=True).fill("甲改的主题")
    one.get_by_role("button", name="存草稿").click()
    one.wait_for_url(f"**/activities/{activity.pk}/")

    two.get_by_label("主题", exact=True).fill("乙改的主题")
    two.get_by_label("地点").fill("乙改的地点")
    two.get_by_role("button", name="存草稿").click()
    two.wait_for_selector("table.compare")
    second.shot("conflict-pc")
    two.locator("label[for=take-title-theirs]").click()
    two.get_by_role("button", name="按所选保存").click()
    two.wait_for_url(f"**/activities/{activity.pk}/")

    activity.refresh_from_db()
    assert (activity.title, activity.venue) == ("甲改的主题", "乙改的地点")


def test_a_double_tap_makes_one_record(visit, cast):
    visitor = visit(cast.branch, size="phone", java_script_enabled=False)
    page = visitor.open(FORM)
    page.get_by_label("主题", exact=True).fill("连点两下")
    page.get_by_role("button", name="存草稿").dblclick()
    page.wait_for_url("**/activities/*/")
    assert Activity.objects.count() == 1


def test_the_main_journeys_work_without_javascript(visit, cast):
    assert cast.roster
    branch = visit(cast.branch, java_script_enabled=False)
    page = branch.open(FORM)
    page.get_by_label("主题", exact=True).fill("没有脚本也能记")
    page.get_by_label("日期").fill(str(timezone.localdate() - timedelta(days=1)))
    page.get_by_label("主持人").fill("李某")
    page.get_by_label("地点").fill("渔浦里")
    page.get_by_label("主要内容").fill("学习与护河")
    page.set_input_files("input[name=photos]", _picture())
    page.get_by_role("button", name="提交确认").click()
    page.wait_for_url("**/activities/*/")
    activity = Activity.objects.get()
    assert (activity.photos.count(), activity.state) == (1, "submitted")

    town = visit(cast.town, java_script_enabled=False)
    page = town.open("/activities/?state=submitted")
    page.get_by_label("名称或编号").fill("脚本")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="没有脚本也能记").click()
    page.get_by_role("link", name="确认", exact=True).click()
    page.get_by_role("button", name="确认").click()
    page.wait_for_url(f"**/activities/{activity.pk}/")
    activity.refresh_from_db()
    assert activity.state == "confirmed"
    town.open("/activities/")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    assert download.value.suggested_filename == "活动记录.xlsx"
