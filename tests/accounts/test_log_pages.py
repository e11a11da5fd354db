"""The auditor's pages: who did what, by ids; the check of the chain in words."""

import hashlib
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from tests.factories.activities import ActivityFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.services import record

LIST, VERIFY = "/audit/", "/audit/verify/"


def link_now():
    """Chain what was recorded in this test's transaction, as its commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def auditor(cast, client_for):
    return client_for(cast.auditor)


@pytest.fixture
def entries(cast):
    """Three things that happened."""
    record("user.create", by=cast.sysadmin, obj=cast.branch, fields=["username", "name"])
    record("user.disable", by=cast.sysadmin, obj=cast.branch, fields=["is_active"], reason="离岗")
    record("session.failed", object_type="accounts.typed_name", object_id="ab12", result="failed")
    link_now()


def actions(answer):
    return sorted(row.record.action for row in answer.context["table"].paginated_rows)


def found(answer):
    """The actions on the page without those of signing in and reading."""
    return [action for action in actions(answer) if action not in {"audit.view", "session.login"}]


TODAY = "since={today}&until={today}"
FOUND = [
    ("", ["session.failed", "user.create", "user.disable"]),
    ("q=sysadmin", ["user.create", "user.disable"]),
    ("q=张系统", ["user.create", "user.disable"]),
    ("q=nobody", []),
    ("action=user.create", ["user.create"]),
    ("object_type=accounts.user", ["user.create", "user.disable"]),
    ("object_type=accounts.typed_name", ["session.failed"]),
    ("object_id=ab12", ["session.failed"]),
    ("result=failed", ["session.failed"]),
    (TODAY, ["session.failed", "user.create", "user.disable"]),
    ("since={tomorrow}", []),
    ("until={yesterday}", []),
    ("q=sysadmin&action=user.disable&since={today}", ["user.disable"]),
]


@pytest.mark.parametrize(("query", "wanted"), FOUND)
def test_the_log_is_searched(auditor, entries, query, wanted):
    day, one = timezone.localdate(), timedelta(days=1)
    query = query.format(today=day, tomorrow=day + one, yesterday=day - one)

    assert found(auditor.get(f"{LIST}?{query}")) == wanted


def test_an_unknown_action_is_refused_in_words(auditor, entries):
    answer = auditor.get(f"{LIST}?action=no.such")

    assert answer.status_code == 200
    assert answer.context["filter"].form.errors["action"]


def test_a_row_is_read_in_chinese(auditor, entries, cast):
    row = next(row for row in auditor.get(LIST).context["table"].paginated_rows if row.record.action == "user.create")

    shown = dict(zip([column.name for column in row.table.columns], row, strict=True))
    assert shown["actor"] == f"{cast.sysadmin.name}（sysadmin）"
    assert (shown["action"], shown["names"]) == ("新建账号", "姓名、账号")
    assert shown["target"] == f"账号 {cast.branch.pk}"


def test_the_page_of_an_entry_says_all_of_it(auditor, entries, cast):
    entry = Entry.objects.get(action="user.disable")

    facts = {
        fact.label: fact.value
        for section in auditor.get(f"{LIST}{entry.pk}/").context["sections"]
        for fact in section.facts
    }

    assert (facts["操作"], facts["事由"], facts["涉及字段"]) == ("停用账号", "离岗", "启用")
    assert facts["序号"] == entry.link.sequence
    assert facts["链值"] == bytes(entry.link.hash).hex()


WORDS = [
    ("accounts.user", "7", ["since", "role", "until", "organisation"], "账号 7", "所在组织、角色、自、至"),
    ("directory.organisation", "7", ["parent", "order"], "组织 7", "上级、官方顺序"),
    ("activities.activity", "7", ["photo", "attachment", "held_on", "no_such"], "活动记录 7", "照片、附件、日期、其他"),
    ("activities.activity", "YQ-DC-1", ["tag", "numbers", "path"], "活动记录 YQ-DC-1", "状态、其他"),
    ("reports.annual", "YQ-NB-1", [], "年度报告 YQ-NB-1", "--"),
    ("activities.matrix", "", ["name", "p1"], "应记录一览", "其他"),
    ("demo", "town-1", [], "演示数据", "--"),
    ("accounts.typed_name", "ab12", [], "登录时输入的账号，代号 ab12", "--"),
    ("accounts.typed_name", "", [], "登录时输入的账号", "--"),
    ("sessions.session", "7", ["session_key"], "会话 7", "会话密钥"),
    ("no.such", "7", ["no_such"], "其他 7", "其他"),
]


@pytest.mark.parametrize("words", WORDS, ids=str)
def test_no_identifier_is_shown(auditor, cast, words):
    kind, number, fields, target, names = words
    record("user.update", by=cast.sysadmin, object_type=kind, object_id=number, fields=fields)

    row = next(iter(auditor.get(f"{LIST}?action=user.update").context["table"].paginated_rows))

    assert (row.get_cell("target"), sorted(row.get_cell("names").split("、"))) == (target, sorted(names.split("、")))


def test_the_list_says_what_a_failed_sign_in_keeps(auditor):
    assert "登录失败只记所输账号的代号：输入相同，代号相同。" in auditor.get(LIST).content.decode()


def test_times_and_addresses_are_not_broken(auditor):
    page = auditor.get(LIST).content.decode()

    assert '<span class="nowrap">127.0.0.1</span>' in page
    assert re.search(r'<span class="nowrap">\d{4}-\d\d-\d\d \d\d:\d\d</span></a>', page)


def test_pages_of_twenty_newest_first(auditor, cast):
    for number in range(25):
        record("user.update", by=cast.sysadmin, obj=cast.branch, fields=["name"], reason=f"第{number}次")

    first = auditor.get(f"{LIST}?action=user.update")
    second = auditor.get(f"{LIST}?action=user.update&page=2")

    reasons = [
        row.record.reason for row in [*first.context["table"].paginated_rows, *second.context["table"].paginated_rows]
    ]
    assert reasons == [f"第{number}次" for number in range(24, -1, -1)]
    assert first.context["result"] == {"total": 25, "about": False, "first": 1, "last": 20}


def test_its_order_cannot_be_changed(auditor, entries):
    assert actions(auditor.get(f"{LIST}?sort=action")) == actions(auditor.get(LIST))
    assert 'href="?sort=' not in auditor.get(LIST).content.decode()


def test_reading_is_logged_once_a_day_in_a_session(auditor, cast, client_for):
    for path in (LIST, f"{LIST}?q=x", f"{LIST}{Entry.objects.first().pk}/", LIST):
        auditor.get(path)
    client_for(cast.auditor).get(LIST)

    assert views() == [(cast.auditor.pk, "audit.entry")] * 2


def test_the_next_day_it_is_logged_again(cast, client_for, time_machine):
    time_machine.move_to("2026-11-23T23:30:00+08:00")
    client = client_for(cast.auditor)
    client.get(LIST)
    time_machine.move_to("2026-11-24T00:30:00+08:00")
    client.get(LIST)

    assert views() == [(cast.auditor.pk, "audit.entry")] * 2


def views():
    """Who has read the log."""
    return list(Entry.objects.filter(action="audit.view").values_list("actor", "object_type"))


def exported(client, query="") -> tuple[bytes, Entry]:
    """The exported file and its entry."""
    content = b"".join(client.get(f"{LIST}?action=user.create&format=xlsx{query}").streaming_content)
    return content, Entry.objects.get(action="audit.export")


def stamp_line(content: bytes) -> str:
    """The line of the file that says who took it, when and what for."""
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A2"].value


def test_the_log_recognises_an_exported_file(auditor, cast, entries):
    content, entry = exported(auditor)

    assert (entry.object_type, entry.rows) == ("audit.entry", 1)
    assert entry.sha256 == hashlib.sha256(content).hexdigest()
    assert entry.fields == ["action", "actor", "at", "filter.action", "ip", "names", "result", "role", "target"]
    assert f"导出人：{cast.auditor.name}" in stamp_line(content)
    assert stamp_line(content).endswith(f"　用途：日常工作　编号：{entry.object_id}")


def test_the_page_of_an_export_names_its_file(auditor, entries):
    _, entry = exported(auditor)

    page = auditor.get(f"{LIST}{entry.pk}/")

    section = next(section for section in page.context["sections"] if section.title == "导出的文件")
    facts = {fact.label: str(fact.value) for fact in section.facts}
    assert (facts["文件编号"], facts["导出行数"]) == (entry.object_id, "1")
    assert facts["文件摘要"].startswith(entry.sha256)


def test_an_entry_is_found_by_the_number_of_the_file(auditor, entries):
    _, entry = exported(auditor)

    assert found(auditor.get(f"{LIST}?object_id={entry.object_id}")) == ["audit.export"]


PURPOSES = [
    ("上级检查", "上级检查"),
    ("", "日常工作"),
    ("%20%0d%0a", "日常工作"),
    ("致电13812345678核实", "致电＊＊＊核实"),
    ("长" * 99, "长" * 40),
]


@pytest.mark.parametrize(("typed", "kept"), PURPOSES)
def test_a_purpose_may_be_said(auditor, entries, typed, kept):
    content, entry = exported(auditor, f"&purpose={typed}")

    assert entry.reason == f"用途：{kept}"
    assert f"　用途：{kept}　编号：" in stamp_line(content)


def test_too_large_an_export_is_refused_with_the_way_out(auditor, entries, monkeypatch):
    from yiqiao_portal.accounts.views import log

    monkeypatch.setattr(log, "MOST_EXPORTED", 2)

    answer = auditor.get(f"{LIST}?format=xlsx")

    assert answer.status_code == 400
    assert "请先用日期或操作缩小范围" in answer.content.decode()
    assert Entry.objects.filter(action="audit.export").count() == 0


@pytest.mark.parametrize("size", [1, 30])
def test_the_log_takes_the_same_few_queries(light, cast, client_for, size, django_assert_max_num_queries):
    auditor = client_for(cast.auditor)
    for _ in range(size):
        record("user.update", by=cast.sysadmin, obj=cast.branch, fields=["name"])
    auditor.get(LIST)

    with django_assert_max_num_queries(8):
        auditor.get(LIST)


# --- the check ---


def check(client, head=""):
    """The answer to the button; its report."""
    answer = client.post(VERIFY, {"head": head})
    return answer, answer.context["report"]


def test_a_whole_log_is_said_to_be_whole(auditor, entries):
    link_now()
    answer, report = check(auditor)

    assert (answer.status_code, report.fault) == (200, None)
    assert f"操作日志完好：共 {report.count} 条" in answer.content.decode()
    assert Entry.objects.get(action="audit.verify").result == "ok"


def test_a_changed_entry_is_named(auditor, entries, db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_entry SET reason = 'x' WHERE action = 'user.create'")
        link_now()
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")

    answer, report = check(auditor)

    sequence = Entry.objects.get(action="user.create").link.sequence
    assert f"第 {sequence} 条" in str(report.fault)
    assert str(report.fault) in answer.content.decode()
    assert Entry.objects.get(action="audit.verify").result == "failed"


def test_the_page_shows_the_head_to_be_kept(auditor, entries):
    link_now()
    page = auditor.get(VERIFY)

    head = f"{page.context['head'].sequence}:{page.context['digest']}"
    assert head in page.content.decode()
    assert check(auditor, head)[1].fault is None


def test_the_check_saves_nothing_and_says_so(auditor):
    page = auditor.get(VERIFY).content.decode()

    assert (f'href="{LIST}">返回</a>' in page, "不保存" in page) == (True, False)


def test_a_head_kept_before_that_does_not_fit_shows(auditor, entries):
    _, report = check(auditor, "1:" + "0" * 64)

    assert "此前留存的链头不符" in str(report.fault)


def test_a_head_that_cannot_be_read_is_refused_beside_its_field(auditor, entries):
    answer = auditor.post(VERIFY, {"head": "十二"})

    assert answer.status_code == 400
    assert "请照校验时显示的原样填写" in answer.content.decode()
    assert Entry.objects.filter(action="audit.verify").count() == 0


# --- who ---

OTHERS = ["town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent", "sysadmin", "stranger"]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_reads_the_log(cast, client_for, entries, role):
    client = client_for(getattr(cast, role))
    paths = [LIST, VERIFY, f"{LIST}?format=xlsx", f"{LIST}{Entry.objects.first().pk}/"]

    assert [client.get(path).status_code for path in paths] == [403, 403, 403, 404]
    assert client.post(VERIFY).status_code == 403


def test_the_log_shows_no_name_of_a_business_row(auditor, cast):
    row = ActivityFactory(organisation=cast.party, title="渔浦春日主题党日")
    record("activity.create", by=cast.branch, obj=row, fields=["title"])

    page = auditor.get(LIST).content.decode()

    assert f"活动记录 {row.pk}" in page
    assert ("渔浦春日主题党日" in page, "渔浦社区党组织" in page) == (False, False)


def test_the_auditor_sees_no_business_page(auditor):
    closed = ["/directory/organisations/", "/directory/people/", "/activities/", "/accounts/users/"]

    assert [auditor.get(path).status_code for path in closed] == [403] * 4


def test_the_menu_is_the_auditors(auditor):
    menu = auditor.get(LIST).context["frame"]["menu"]

    assert [(item["title"], [child["title"] for child in item["children"]]) for item in menu] == [
        ("工作台", []),
        ("审计", ["操作日志", "日志校验"]),
    ]
