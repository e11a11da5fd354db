"""The list: hostile addresses, the same rows in Excel and on paper."""

import io
from datetime import date, timedelta

import openpyxl
import pytest

from tests.activities.conftest import TODAY
from tests.factories.activities import ActivityFactory, DecisionFactory, kind
from tests.factories.directory import ServiceLineFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.audit.models import Entry

URL = "/activities/"


def titles(answer) -> list[str]:
    return [row.record.title for row in answer.context["table"].rows]


@pytest.fixture
def town(cast, client_for):
    return client_for(cast.town)


@pytest.fixture
def crowd(cast):
    """25 records, the last one held today, two a day: one page and a quarter."""
    facts = {"organisation": cast.party, "kind": kind("theme_day"), "state": State.CONFIRMED}
    days = [TODAY - timedelta(days=n // 2) for n in range(25)]
    return Activity.objects.bulk_create(
        Activity(serial=f"S-{n:02d}", title=f"第{n:02d}次", held_on=day, **facts) for n, day in enumerate(days)
    )


# --- hostile addresses ---

NO_PAGE = ["-1", "0", "3", "999999999999999999999", "abc", "1e3", "9" * 5000, "%FF", "", "2&page=1"]
SIZES = {"50": 25, "100": 25, "20": 20} | dict.fromkeys(["0", "-5", "7", "1000000", "abc", "9" * 5000, "٥٠"], 20)
SORTS = [
    "__class__",
    "-__class__",
    "organisation__path",
    "created_by__password",
    "id;drop",
    "-",
    "",
    "attended",
    "x" * 999,
]


def test_a_page_that_does_not_exist_is_the_first(town, crowd):
    answers = {page: town.get(f"{URL}?page={page}") for page in NO_PAGE}

    first = (200, 1, {"total": 25, "about": False, "first": 1, "last": 20})
    assert {
        page: (answer.status_code, answer.context["table"].page.number, answer.context["result"])
        for page, answer in answers.items()
    } == dict.fromkeys(NO_PAGE, first)


def test_only_three_sizes_of_a_page(town, crowd):
    answers = {size: town.get(f"{URL}?per_page={size}") for size in SIZES}

    assert {size: len(answer.context["table"].page.object_list) for size, answer in answers.items()} == SIZES


def test_only_columns_sort(town, crowd):
    answers = {sort: town.get(URL, {"sort": sort}) for sort in SORTS}

    assert {sort: (answer.status_code, answer.context["result"]["total"]) for sort, answer in answers.items()} == (
        dict.fromkeys(SORTS, (200, 25))
    )


def test_sorting_both_ways(town, crowd):
    up, down = (titles(town.get(f"{URL}?sort={sort}&per_page=50")) for sort in ("title", "-title"))

    assert up == [f"第{n:02d}次" for n in range(25)]
    assert down == up[::-1]


WRONG = [
    ("organisation", "0"),
    ("organisation", "999999999999999999999"),
    ("organisation", "9" * 5000),
    ("organisation", "abc"),
    ("organisation", "1 or 1=1"),
    ("kind", "no-such-kind"),
    ("kind", "1"),
    ("state", "everything"),
    ("held_from", "2026-02-30"),
    ("held_from", "abc"),
    ("held_to", "9" * 5000),
    ("service_lines", "0"),
    ("late_entry", "2"),
    ("counts_for", "other"),
    ("ledger", "0"),
    ("has_decisions", "yes"),
    ("q", "字" * 61),
]


def test_a_condition_that_cannot_be_says_so(town, crowd):
    answers = [(name, town.get(URL, {name: value})) for name, value in WRONG]

    assert [(answer.status_code, list(answer.context["filter"].form.errors)) for _, answer in answers] == [
        (200, [name]) for name, _ in WRONG
    ]
    for name, answer in answers:
        assert str(answer.context["filter"].form.errors[name][0]) in answer.content.decode()


def test_and_is_never_exported_as_if_it_were_not_there(town, crowd):
    answers = [town.get(URL, {name: value, "format": "xlsx"}) for name, value in WRONG]

    assert [(answer.status_code, "没有导出。请返回列表改正" in answer.content.decode()) for answer in answers] == [
        (400, True)
    ] * len(WRONG)
    assert Entry.objects.filter(action="activity.export").count() == 0


def test_a_place_out_of_reach_has_no_rows(cast, client_for, crowd):
    """`within` comes from links and has no field on the page that could say so."""
    client = client_for(cast.branch)

    answers = [client.get(URL, {"within": pk}) for pk in (cast.other_party.pk, cast.root.pk, 0, "abc", "9" * 5000)]

    assert [(answer.status_code, answer.context["result"]["total"]) for answer in answers] == [(200, 0)] * 5
    assert all("没有符合条件的记录" in answer.content.decode() for answer in answers)
    assert client.get(URL, {"within": cast.root.pk, "format": "xlsx"}).status_code == 400


def test_nul_is_400(town):
    answers = [town.get(f"{URL}?{query}") for query in ("q=%00", "organisation=%00", "sort=%00", "%00=1", "page=%00")]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert all("网址里有不能识别的字符，请返回上一页重新操作。" in answer.content.decode() for answer in answers)


ODD = [
    "q=%ED%A0%80",
    "q=%FF%FE",
    "q=%2500",
    "foo=bar",
    "organisation__path=0001",
    "deleted_at__isnull=0",
    "q=' OR 1=1 --",
    "q={{7*7}}",
    "q=<script>alert(1)</script>",
    "format=pdf",
    "print=yes",
    "state=draft&state=confirmed",
]


def test_other_oddities_are_answered(town, crowd):
    answers = [town.get(f"{URL}?{query}") for query in ODD]

    assert [(answer.status_code, "<script>alert" in answer.content.decode()) for answer in answers] == [
        (200, False)
    ] * len(ODD)


def test_a_lookup_in_the_address_is_no_condition(town, crowd):
    assert town.get(f"{URL}?title__startswith=第00&id=1").context["result"]["total"] == 25


# --- conditions ---


def one_row_of_each(cast, line) -> dict:
    """A named record for every condition that the list offers."""
    rows = {
        "plain": ActivityFactory(organisation=cast.party, title="清洁家园"),
        "late": ActivityFactory(organisation=cast.party, title="补记", late_entry=True),
        "draft": ActivityFactory(organisation=cast.party, title="草稿", state=State.DRAFT),
        "other": ActivityFactory(organisation=cast.other_party, title="别村", kind=kind("congress")),
        "below": ActivityFactory(organisation=cast.sub_party, title="下级", kind=kind("other")),
        "old": ActivityFactory(organisation=cast.party, title="旧的", held_on=date(2025, 3, 1)),
        "line": ActivityFactory(organisation=cast.party, title="环境"),
        "open": DecisionFactory(activity__organisation=cast.party, activity__title="有事").activity,
        "done": DecisionFactory(activity__organisation=cast.party, activity__title="办完", done_on=TODAY).activity,
    }
    rows["line"].service_lines.add(line)
    return rows


def test_conditions_find_what_they_say(cast, town):
    line = ServiceLineFactory()
    rows = one_row_of_each(cast, line)
    everything = set(rows)
    asked = {
        "": everything,
        "q=清洁": {"plain"},
        f"organisation={cast.other_party.pk}": {"other"},
        f"within={cast.party.pk}": everything - {"other"},
        f"within={cast.sub_party.pk}": {"below"},
        f"within={cast.root.pk}": everything,
        "ledger=1": everything - {"below"},
        "kind=congress": {"other"},
        "counts_for=congress": {"other"},
        "state=draft": {"draft"},
        "state=recorded": everything - {"draft"},
        "late_entry=1": {"late"},
        "late_entry=0": everything - {"late"},
        "held_from=2026-01-01": everything - {"old"},
        "held_to=2025.12.31": {"old"},
        "held_from=2025-03-01&held_to=2025-03-01": {"old"},
        f"service_lines={line.code}": {"line"},
        "has_decisions=1": {"open", "done"},
        "has_decisions=open": {"open"},
    }
    names = {row.pk: name for name, row in rows.items()}

    found = {
        query: {names[row.record.pk] for row in town.get(f"{URL}?{query}").context["table"].rows} for query in asked
    }

    assert found == asked


def test_two_open_decisions_are_one_row(cast, town):
    row = ActivityFactory(organisation=cast.party)
    DecisionFactory.create_batch(2, activity=row)

    answer = town.get(f"{URL}?has_decisions=open")

    assert (titles(answer), answer.context["result"]["total"]) == ([row.title], 1)


def test_the_newest_come_first(town, crowd):
    assert titles(town.get(f"{URL}?per_page=50")) == [row.title for row in Activity.objects.order_by("-held_on", "-pk")]


def test_pages_neither_repeat_nor_lose_a_row(town, cast):
    ActivityFactory.create_batch(45, organisation=cast.party)  # all on one day

    seen = [title for page in (1, 2, 3) for title in
            [row.record.title for row in town.get(f"{URL}?page={page}").context["table"].page.object_list]]  # fmt: skip

    assert (len(seen), len(set(seen))) == (45, 45)


def test_the_presets_count_what_they_open(cast, town):
    for number, state in enumerate(State, start=1):
        ActivityFactory.create_batch(number, organisation=cast.party, state=state, late_entry=number % 2 == 0)

    views = town.get(URL).context["views"]

    assert {view["title"]: view["count"] for view in views} == {
        view["title"]: town.get(URL + view["url"]).context["result"]["total"] for view in views
    }
    assert {view["title"]: view["count"] for view in views} == {
        "全部": 10, "待确认": 2, "退回补充": 4, "草稿": 1, "补录": 6,
    }  # fmt: skip


# --- Excel and paper ---


def sheet_of(answer) -> list[tuple]:
    """The table of the exported workbook: head, rows and nothing below."""
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == "活动名称")
    return [row for row in rows[start:] if row[0]]


def test_excel_holds_exactly_the_list(cast, town):
    rows = [
        ActivityFactory(organisation=cast.party, title="=1+1", held_on=date(2026, 11, 1)),
        ActivityFactory(organisation=cast.party, title="补记", held_on=date(2026, 11, 2), late_entry=True),
        ActivityFactory(organisation=cast.other_party, title="别村", present=None, expected=None),
        ActivityFactory(organisation=cast.party, title="草稿", state=State.DRAFT),
    ]
    query = f"{URL}?organisation={cast.party.pk}&state=recorded&sort=title"

    listed, (head, *exported) = town.get(query), sheet_of(town.get(f"{query}&format=xlsx"))

    assert head == ("活动名称", "类型", "党组织", "日期", "实到/应到", "状态", "编号")
    assert [row[0] for row in exported] == titles(listed) == ["=1+1", "补记"]
    assert [(row[2], row[3].date(), row[4], row[5], row[6]) for row in exported] == [
        ("渔浦社区党组织", row.held_on, "18/20", "待确认", row.serial) for row in rows[:2]
    ]
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.actor_id) == ("activity.export", cast.town.pk)


def test_excel_holds_all_pages(town, crowd):
    assert len(sheet_of(town.get(f"{URL}?format=xlsx&page=2&per_page=20"))) == 26


@pytest.mark.parametrize("role", ["town", "branch", "sub_branch", "other_branch", "liaison", "grid"])
def test_everybody_exports_what_they_see(cast, client_for, role):
    ActivityFactory(organisation=cast.party, title="甲", partners=[cast.partner])
    ActivityFactory(organisation=cast.sub_party, title="乙")
    ActivityFactory(organisation=cast.other_party, title="丙", state=State.DRAFT, partners=[cast.partner])
    client = client_for(getattr(cast, role))

    listed, exported = titles(client.get(URL)), sheet_of(client.get(f"{URL}?format=xlsx"))

    expected = {
        "town": "甲乙丙",
        "branch": "甲乙",
        "sub_branch": "乙",
        "other_branch": "丙",
        "liaison": "甲",
        "grid": "",
    }
    assert sorted(listed) == sorted(row[0] for row in exported[1:]) == sorted(expected[role])


def test_the_printed_ledger_has_every_row(town, crowd):
    answer = town.get(f"{URL}?print=1")

    assert "generic/ledger.html" in [template.name for template in answer.templates]
    assert all(row.title in answer.content.decode() for row in crowd)


def test_nobody_changes_the_size_of_the_ledger(town, crowd):
    answers = [town.get(f"{URL}?print=1&per_page={size}") for size in ("0", "-1", "5", "1000000")]

    assert [len(answer.context["table"].page.object_list) for answer in answers] == [25] * 4


OPEN = "不作为正式记录"


@pytest.mark.parametrize(
    ("query", "said"), [("", True), ("&state=draft", True), ("&state=recorded", False), ("&state=confirmed", False)]
)
def test_a_printed_ledger_says_what_is_no_record_yet(cast, client_for, query, said):
    ActivityFactory(organisation=cast.party, state=State.DRAFT, title="一份草稿")

    page = client_for(cast.branch).get(f"/activities/?print=1{query}").content.decode()

    assert ("一份草稿" in page, OPEN in page) == ("state=c" not in query and "recorded" not in query, said)


@pytest.mark.parametrize("state", State)
def test_a_printed_draft_is_marked(cast, client_for, state):
    row = ActivityFactory(organisation=cast.party, state=state)

    page = client_for(cast.branch).get(f"/activities/{row.pk}/?print=1").content.decode()

    assert (OPEN in page) == (state in {State.DRAFT, State.RETURNED})
