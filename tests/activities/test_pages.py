"""The page of a record, its paper, and how it went."""

from datetime import date, time

import pytest

from tests.activities.typed import facts_of
from tests.factories.activities import ActivityFactory, AttendanceFactory, DecisionFactory
from tests.factories.directory import PersonFactory
from yiqiao_portal.activities.choices import State

VOTES = {"votes_for": 15, "votes_against": 1, "votes_abstain": 0}


@pytest.fixture
def full(cast, recorded):
    """A congress with everything on it."""
    return recorded(
        "congress",
        absences={cast.roster[0].person_id: "leave", cast.roster[1].person_id: "duty"},
        starts_at=time(14, 30),
        ends_at=time(16),
        recorder="赵丁",
        guests="镇联村干部王甲",
        partners=[cast.partner],
        agenda=[{"title": "讨论转正", "outcome": "一致同意", "major": True, "vote_rule": "ordinary"} | VOTES],
        decisions=[{"text": "月底前公示", "owner": "王丙", "due_on": date(2026, 11, 30)}],
        submit=True,
    )


def absent_in_order(cast) -> list[str]:
    """The two absentees with their reasons, as a list of names is ordered."""
    pairs = zip((row.person for row in cast.roster[:2]), ("请假", "公出"), strict=True)
    return [f"{person}（{word}）" for person, word in sorted(pairs, key=lambda pair: (pair[0].pinyin, pair[0].pk))]


def words_of(answer) -> str:
    """The page without its blanks."""
    return "".join(answer.content.decode().split())


def test_the_page_tells_everything(cast, client_for, full):
    page = words_of(client_for(cast.branch).get(f"/activities/{full.pk}/"))

    first, second = absent_in_order(cast)
    for said in (
        full.serial, "清洁家园", "2026-11-2014:30–16:00", "党群服务中心", "王丙", "赵丁", "镇联村干部王甲",
        "示例单位一", "应到<b>20</b>", "缺席<b>2</b>", "实到<b>18</b>", "其中有表决权：应到18人，实到16人",
        f"缺席：{first}、{second}", "讨论转正", "村社重要事项", "赞成15，反对1，弃权0",
        "赞成15票，须超过应到人数的半数（至少10票），通过。",
        "月底前公示", "期限2026-11-30", "分组清理河道两岸。",
    ):  # fmt: skip
        assert said in page, said


def test_the_paper_tells_the_same(cast, client_for, full):
    answer = client_for(cast.branch).get(f"/activities/{full.pk}/?print=1")
    paper = words_of(answer)

    assert "activities/print.html" in [template.name for template in answer.templates]
    first, second = absent_in_order(cast)
    for said in (
        "渔浦社区党组织党员大会记录", full.serial, "待确认", "清洁家园", "2026-11-2014:30–16:00", "20（有表决权18）",
        "18（有表决权16）", f"{first}、{second}", "镇联村干部王甲",
        "讨论转正：一致同意（赞成15，反对1，弃权0；通过）", "月底前公示，负责人王丙，期限2026-11-30",
    ):  # fmt: skip
        assert said in paper, said


def test_a_bare_record_has_dashes_and_no_empty_boxes(cast, client_for):
    row = ActivityFactory(organisation=cast.party, expected=None, present=None, recorder="", state=State.CONFIRMED)
    client = client_for(cast.branch)

    page, paper = words_of(client.get(f"/activities/{row.pk}/")), words_of(client.get(f"/activities/{row.pk}/?print=1"))

    assert "应到<b>--</b>" in page
    assert "<h2>议题" not in page
    assert "<td>--</td>" in paper
    assert "None" not in page + paper


@pytest.mark.parametrize("suffix", ["", "?print=1"])
@pytest.mark.parametrize(
    ("role", "status"),
    [("town", 200), ("leader", 200), ("branch", 200), ("liaison", 200), ("sub_branch", 404), ("other_branch", 404),
     ("grid", 404), ("sysadmin", 404), ("stranger", 404)],
)  # fmt: skip
def test_who_reads_page_and_paper(cast, client_for, full, role, status, suffix):
    assert client_for(getattr(cast, role)).get(f"/activities/{full.pk}/{suffix}").status_code == status


def test_a_partner_reads_but_changes_nothing(cast, client_for, full):
    client = client_for(cast.liaison)

    page = client.get(f"/activities/{full.pk}/")

    assert page.context["transitions"] == []
    assert [action.title for action in page.context["page"].actions] == ["会议纪要 PDF"]
    assert client.post(f"/activities/{full.pk}/do/withdraw/").status_code == 403


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 40])
def test_a_record_that_is_not_there_is_404(cast, client_for, pk):
    client = client_for(cast.town)

    pages = [f"/activities/{pk}/{part}" for part in ("", "edit/", "remove/", "do/confirm/")]

    assert [client.get(page).status_code for page in pages] == [404] * 4


def test_what_is_written_is_shown_as_written(cast, client_for):
    evil = "<script>alert(1)</script>\"'&{{7*7}}"
    row = ActivityFactory(organisation=cast.party, title=evil, host=evil[:40], venue=evil, guests=evil, content=evil)
    DecisionFactory(activity=row, text=evil, owner=evil[:40])
    AttendanceFactory(activity=row, present=False, absence="leave",
                      person=PersonFactory(name="<b>甲</b>", organisation=cast.party))  # fmt: skip
    client = client_for(cast.town)

    page_and_paper = [f"/activities/{row.pk}/", f"/activities/{row.pk}/?print=1"]
    for url in [*page_and_paper, "/activities/", "/activities/?print=1", "/"]:
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<b>甲</b>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, url


# --- how it went ---


def steps(client, row) -> list[tuple[str, str]]:
    return [(step.who, step.what) for step in client.get(f"/activities/{row.pk}/").context["timeline"]]


def test_the_way_of_a_record_is_told_newest_first(cast, client_for):
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT, content="清理河道。")
    branch, town = client_for(cast.branch), client_for(cast.town)
    branch.post(f"/activities/{row.pk}/edit/", facts_of(row) | {"title": "新的题"})
    branch.post(f"/activities/{row.pk}/do/submit/")
    town.post(f"/activities/{row.pk}/do/return/", {"reason": "缺列席人员"})
    branch.post(f"/activities/{row.pk}/do/submit/")
    town.post(f"/activities/{row.pk}/do/confirm/")

    told = steps(town, row)

    assert told == [
        (cast.town.name, "确认"),
        (cast.branch.name, "提交确认"),
        (cast.town.name, "退回补充"),
        (cast.branch.name, "提交确认"),
        (cast.branch.name, "修改活动记录"),
        ("系统", "新增活动记录"),
    ]
    changes = town.get(f"/activities/{row.pk}/").context["timeline"][4].changes
    assert f"主题：{row.title} → 新的题" in changes


def test_twenty_names_are_one_line(cast, client_for, full):
    told = steps(client_for(cast.town), full)

    assert ("系统", "新增出席 20 条") in told
    assert ("系统", "新增议题") in told
