"""The import: every row checked, everything wrong said, nothing written before, all or chosen rows written once."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories.directory import OrganisationFactory, PersonFactory
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed
from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.spreadsheets import read_pasted
from yiqiao_portal.directory import services
from yiqiao_portal.directory.choices import Doubles, OrganisationKind, PartyForm
from yiqiao_portal.directory.importing import batches
from yiqiao_portal.directory.importing.checking import check
from yiqiao_portal.directory.importing.rows import Verdict, bring
from yiqiao_portal.directory.models import ImportBatch, Organisation, Person
from yiqiao_portal.directory.resources import wanted

PEOPLE = "姓名\t所在组织\t职务\t手机号\n"
ORGANISATIONS = "组织全称\t类别\t上级组织\t党组织形式\t正式党员数\t上次换届日期\t组织编号\n"
PHONE = "13812345678"
KINDS = "、".join(OrganisationKind.labels)
FORMS = "、".join(PartyForm.labels)


def brought(text: str, kind: str = "people"):
    return bring(kind, read_pasted(text, wanted=wanted(kind)))


def beyond(name: str, near: str = "") -> str:
    """What is said of an organisation out of reach."""
    hint = f"，是不是“{near}”" if near else ""
    return f"所在组织：“{name}”不在您的管辖范围，请核对名称{hint}。"


def verdicts(text: str, user, kind: str = "people") -> list[tuple]:
    """(verdict, note or faults) of every line."""
    return [
        (line.verdict.name, "".join(fault.sentence for fault in line.faults) or line.note)
        for line in check(kind, brought(text, kind), user=user)
    ]


def staged(text: str, user, kind: str = "people") -> ImportBatch:
    return batches.stage(kind, brought(text, kind), by=user, source="粘贴的内容")


# --- people: what is said of a row ---


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("钱明\t渔浦社区党组织\t委员\t138 1234 5678", ("NEW", "")),
        ("钱明\tYQ-03\t\t", ("NEW", "")),
        ("钱明\t\t\t", ("NEW", "")),
        ("\t渔浦社区党组织\t\t", ("ERROR", "请填写姓名。")),
        ("钱\ufffd明\t\t\t", ("ERROR", "姓名：第 2 个字是乱码，请从原文件重新复制，粘贴后再提交。")),
        ("𠮷野\t\t\t", ("NEW", "")),
        ("钱明\t罗峰社区党组织\t\t", ("ERROR", beyond("罗峰社区党组织", "渔浦社区党组织"))),
        ("钱明\t并不存在的组织甲\t\t", ("ERROR", beyond("并不存在的组织甲"))),
        ("钱明\t鱼浦社区党组织\t\t", ("ERROR", beyond("鱼浦社区党组织", "渔浦社区党组织"))),
        ("钱明\t渔浦社区党组织\t\t138123456", ("ERROR", "手机号应为 11 位数字，现在是 9 位，请核对。")),
        (
            "钱明\t渔浦社区党组织\t\t1.38E+10",
            ("ERROR", "手机号：号码被表格改成了“1.38E+10”，请把这一列设为文本后重新录入。"),
        ),
        ("甲" * 41 + "\t渔浦社区党组织\t\t", ("ERROR", "姓名：最多 40 个字，现在是 41 个字，请删减。")),
    ],
)
def test_a_row_of_a_branch(cast, row, expected):
    assert [cast.party, cast.other_party]

    assert verdicts(PEOPLE + row, cast.branch) == [expected]


def test_the_office_must_name_the_organisation(cast):
    assert verdicts(PEOPLE + "钱明\t\t\t", cast.town) == [("ERROR", "请填写所在组织的全称。")]


def test_an_organisation_out_of_reach_is_as_if_it_did_not_exist(cast):
    """ISO-4, ISO-8: the same sentence for a foreign organisation and for none."""
    OrganisationFactory(name="甲乙丙丁", short_name="甲乙丙丁")

    found = verdicts(PEOPLE + "钱明\t甲乙丙丁\t\t\n钱明\t戊己庚辛\t\t", cast.branch)

    assert {note.replace("甲乙丙丁", "…").replace("戊己庚辛", "…") for _, note in found} == {
        "所在组织：“…”不在您的管辖范围，请核对名称。"
    }


def test_all_that_is_wrong_is_said_at_once(cast):
    assert verdicts(PEOPLE + "\t没有\t\t12", cast.branch) == [
        (
            "ERROR",
            "请填写姓名。所在组织：“没有”不在您的管辖范围，请核对名称。手机号应为 11 位数字，现在是 2 位，请核对。",
        )
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"钱明\t渔浦社区党组织\t委员\t{PHONE}", ("SAME", "")),
        (f"钱明\t渔浦社区党组织\t书记\t{PHONE}", ("UPDATE", "职务")),
        ("钱明\t渔浦社区党组织\t\t", ("SAME", "")),
        ("钱明\t渔浦社区党组织\t\t13900000000", ("DOUBLE", "已有同名人员，手机尾号 5678")),
    ],
)
def test_a_row_about_somebody_known(cast, row, expected):
    PersonFactory(organisation=cast.party, name="钱明", duty="委员", phone=PHONE)

    assert verdicts(PEOPLE + row, cast.branch) == [expected]


def test_somebody_without_a_phone_gets_one(cast):
    PersonFactory(organisation=cast.party, name="钱明", phone="")

    assert verdicts(PEOPLE + f"钱明\t\t\t{PHONE}", cast.branch) == [("UPDATE", "手机号")]


def test_namesakes_are_told_apart_by_phone_only(cast):
    PersonFactory(organisation=cast.party, name="钱明", phone=PHONE, duty="")
    PersonFactory(organisation=cast.party, name="钱明", phone="13900000000")

    found = verdicts(PEOPLE + f"钱明\t\t书记\t{PHONE}\n钱明\t\t书记\t", cast.branch)

    assert found == [("UPDATE", "职务"), ("DOUBLE", "已有 2 位同名人员，分不清是哪一位")]


def test_the_same_person_twice_in_the_file(cast):
    found = verdicts(PEOPLE + f"钱明\t\t\t{PHONE}\n钱明\t\t\t{PHONE}\n钱明\t\t\t13900000000", cast.branch)

    assert found == [("NEW", ""), ("DOUBLE", "与第 2 行相同"), ("NEW", "")]


def test_the_same_person_elsewhere_is_not_betrayed(cast):
    PersonFactory(organisation=cast.other_party, name="钱明", phone=PHONE)

    assert verdicts(PEOPLE + f"钱明\t\t\t{PHONE}", cast.branch) == [("NEW", "")]


# --- headers ---


@pytest.mark.parametrize(
    "header",
    [
        "姓名\t所属党支部\t联系电话",
        "＊姓名\t所在单位\t手机（必填）",
        "党员姓名\t组织\t手机号码",
        " 姓 名 \t支部名称\t电话",
    ],
)
def test_headers_as_people_write_them(cast, header):
    found = brought(f"{header}\n钱明\t渔浦社区党组织\t{PHONE}")

    assert found.keys == ["name", "organisation", "phone"]


def test_columns_that_nobody_needs_are_named_and_left_out(cast):
    found = brought("姓名\t所在组织\t民族\t学历\n钱明\t渔浦社区党组织\t汉\t大专")

    assert found.notes == ["这些列用不到，没有读入：民族、学历。"]
    assert "汉" not in json.dumps(found.as_json(), ensure_ascii=False)


@pytest.mark.parametrize("label", ["身份证号", "身份证号码", "公民身份号码", "证件号码", "身份证"])
def test_identity_numbers_are_refused_by_name(label):
    with pytest.raises(Refused, match="本平台不收集身份证号码，请删去该列后重新提交"):
        brought(f"姓名\t所在组织\t{label}\n钱明\t渔浦社区党组织\t330101199001011234")


# --- organisations ---


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("新坝村党支部\t村社党组织\t\t支部\t46人\t2024.3.10\t", ("NEW", "")),
        ("新坝村党支部\t\t\t\t\t\t", ("ERROR", f"新增组织要填类别，可填：{KINDS}。")),
        (
            "新坝村党支部\t村社党组织\t\t\t\t\t",
            ("ERROR", "党组织形式：党组织请选择形式：党委、总支、支部、联合支部或临时支部。"),
        ),
        ("新坝村党支部\t村社党组织\t\t大支部\t\t\t", ("ERROR", f"党组织形式：没有“大支部”这一项，可填：{FORMS}。")),
        ("新坝村党支部\t村社党组织\t\t支部\t许多\t\t", ("ERROR", "正式党员数：看不懂数字“许多”，请写成 12 的样子。")),
        ("新坝村党支部\t村社党组织\t\t支部\t\t2099-1-1\t", ("ERROR", "上次换届日期不能晚于今天，请核对。")),
        (
            "新坝村党支部\t村社党组织\t没有这个\t支部\t\t\t",
            ("ERROR", "上级组织：“没有这个”不在您的管辖范围，请核对名称。"),
        ),
        ("渔浦社区党组织\t\t\t\t46\t\t", ("UPDATE", "正式党员数")),
        ("渔浦社区党组织\t\t\t\t20\t\t", ("SAME", "")),
        ("换个名字\t\t\t\t\t\tYQ-03", ("UPDATE", "组织全称")),
        ("渔浦社区党组织\t\t党建办公室\t\t\t\t", ("UPDATE", "上级组织")),
        ("党建办公室\t\t\t\t\t\tYQ-03", ("ERROR", "这个组织编号属于“渔浦社区党组织”，请核对编号和全称。")),
    ],
)
def test_a_row_of_organisations(cast, row, expected):
    assert [cast.party, cast.office]

    assert verdicts(ORGANISATIONS + row, cast.town, "organisations") == [expected]


def test_a_line_may_hang_below_an_earlier_one_and_not_below_a_later(cast):
    rows = ["甲总支\t村社党组织\t\t总支", "甲一支部\t村社党组织\t甲总支\t支部", "乙支部\t村社党组织\t乙总支\t支部"]
    rows.append("乙总支\t村社党组织\t\t总支")

    found = verdicts(ORGANISATIONS + "\n".join(rows), cast.town, "organisations")

    assert [verdict for verdict, _ in found] == ["NEW", "NEW", "ERROR", "NEW"]
    assert found[2][1] == "上级组织：“乙总支”在第 5 行，请先改好那一行，并排在本行前面。"


def test_the_same_organisation_twice_in_the_file(cast):
    row = "新坝村党支部\t村社党组织\t\t支部\t\t\t\n"

    found = verdicts(ORGANISATIONS + row * 2, cast.town, "organisations")

    assert found == [("NEW", ""), ("ERROR", "与第 2 行的组织全称相同，请只留一行。")]


def test_a_chain_of_new_organisations_is_written(cast):
    assert cast.party
    rows = "甲总支\t村社党组织\t\t总支\t\t2022-3-1\t\n甲一支部\t村社党组织\t甲总支\t支部\t12\t\t\n"
    rows += "渔浦社区党组织\t\t甲总支\t\t46\t\t"

    batch = batches.confirm(staged(ORGANISATIONS + rows, cast.town, "organisations"), by=cast.town)

    top = Organisation.objects.get(name="甲总支")
    assert (batch.added, batch.changed, batch.skipped) == (2, 1, 0)
    assert Organisation.objects.get_parent(top) == cast.root
    assert [row.name for row in Organisation.objects.below(top).order_by("name")] == ["渔浦社区党组织", "甲一支部"]
    assert (top.term_years, Organisation.objects.get(code="YQ-03").formal_members) == (5, 46)
    assert Organisation.objects.find_problems() == ([], [], [], [], [])


# --- between paste and confirmation ---


def test_nothing_is_written_before(cast):
    before = (Person.objects.count(), Entry.objects.count())

    batches.checked_lines(staged(PEOPLE + f"钱明\t\t\t{PHONE}", cast.branch), user=cast.branch)

    assert (Person.objects.count(), Entry.objects.count()) == before


def test_what_waits_is_encrypted(cast):
    batch = staged(PEOPLE + f"钱明\t\t\t{PHONE}", cast.branch)

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM directory_importbatch WHERE id = %s", [batch.pk])
        (stored,) = cursor.fetchone()
    assert stored.startswith("v1:")
    assert PHONE not in stored


def test_what_waits_is_its_owners_and_for_a_day(cast):
    batch = staged(PEOPLE + "钱明\t\t\t", cast.branch)
    assert ImportBatch.objects.visible_to(cast.branch).get() == batch
    assert not ImportBatch.objects.visible_to(cast.town).exists()

    ImportBatch.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert not ImportBatch.objects.visible_to(cast.branch).exists()
    with pytest.raises(Conflict, match="已过期"):
        batches.confirm(batch, by=cast.branch)
    staged(PEOPLE + "孙丽\t\t\t", cast.branch)
    assert ImportBatch.objects.count() == 1


def test_a_batch_is_written_once(cast):
    batch = staged(PEOPLE + f"钱明\t\t委员\t{PHONE}\n孙丽\t\t\t", cast.branch)

    first = batches.confirm(batch, by=cast.branch)
    second = batches.confirm(batch, by=cast.branch)

    assert (first.added, second.added, Person.objects.count()) == (2, 2, 2)
    assert second.content == ""
    entry = Entry.objects.get(action="records.import")
    assert (entry.object_type, entry.reason) == ("directory.person", "新增 2 条，更新 0 条")
    person = Person.objects.get(name="钱明")
    assert (person.phone, person.initials, person.duty, person.created_by) == (PHONE, "qm", "委员", cast.branch)


def test_bad_rows_stop_everything_unless_skipped(cast):
    batch = staged(PEOPLE + "钱明\t\t\t\n\t\t委员\t", cast.branch)

    with pytest.raises(DomainError, match="还有 1 行错误"):
        batches.confirm(batch, by=cast.branch)
    assert Person.objects.count() == 0

    done = batches.confirm(batch, by=cast.branch, skip_bad=True)
    assert (done.added, done.skipped, Person.objects.count()) == (1, 1, 1)


def test_an_update_keeps_what_the_file_leaves_blank_and_raises_the_version(cast, refetch):
    person = PersonFactory(organisation=cast.party, name="钱明", duty="委员", phone="")

    batches.confirm(staged(PEOPLE + f"钱明\t\t\t{PHONE}", cast.branch), by=cast.branch)

    now = refetch(person)
    assert (now.duty, now.phone, now.phone_tail, now.incomplete, now.version) == ("委员", PHONE, "5678", False, 2)
    assert Person.objects.visible_to(cast.branch).matching(PHONE).get() == person


@pytest.mark.parametrize(
    ("doubles", "phones"), [("skip", ["5678"]), ("update", ["0000"]), ("create", ["0000", "5678"])]
)
def test_doubles_are_the_users_choice(cast, doubles, phones):
    PersonFactory(organisation=cast.party, name="钱明", phone=PHONE)

    batches.confirm(staged(PEOPLE + "钱明\t\t\t13900000000", cast.branch), by=cast.branch, doubles=Doubles(doubles))

    assert sorted(Person.objects.values_list("phone_tail", flat=True)) == phones


def test_what_changed_since_the_check_is_seen(cast):
    """Both bring the same person; the second finds him there."""
    text = PEOPLE + f"钱明\t\t\t{PHONE}"
    first, second = staged(text, cast.branch), staged(text, cast.town)
    batches.confirm(first, by=cast.branch)

    lines = batches.checked_lines(second, user=cast.town)

    assert [line.verdict for line in lines] == [Verdict.ERROR]  # the office has to name the organisation
    again = staged(text.replace("\t\t\t", "\t渔浦社区党组织\t\t"), cast.town)
    assert batches.confirm(again, by=cast.town).skipped == 1
    assert Person.objects.count() == 1


def test_corrections_are_kept_and_checked(cast):
    batch = staged(PEOPLE + "钱明\t\t\t138123456", cast.branch)

    batches.correct(batch, by=cast.branch, cells={(2, "phone"): PHONE, (9, "phone"): "x", (2, "nothing"): "x"})

    (line,) = batches.checked_lines(ImportBatch.objects.get(), user=cast.branch)
    assert (line.verdict, line.values["phone"]) == (Verdict.NEW, PHONE)


def test_who_has_lost_the_right_writes_nothing(cast, refetch):
    batch = staged(PEOPLE + "钱明\t\t\t", cast.branch)
    cast.branch.assignments.all().delete()

    with pytest.raises(NotAllowed):
        batches.confirm(batch, by=refetch(cast.branch))
    assert Person.objects.count() == 0


def test_a_move_of_the_branch_takes_the_right_along(cast, refetch):
    """Staged while in reach, confirmed when no longer: the check at the end decides."""
    batch = staged(PEOPLE + "钱明\t渔浦社区第一支部\t\t".replace("渔浦社区第一支部", cast.sub_party.name), cast.branch)
    services.move_organisation(cast.sub_party, by=cast.town, parent=cast.other_party)

    with pytest.raises(DomainError, match="还有 1 行错误"):
        batches.confirm(batch, by=refetch(cast.branch))


def test_two_thousand_rows_take_few_queries_to_add_and_to_change(cast, django_assert_max_num_queries):
    for duty in ("", "委员"):
        rows = "".join(f"张{number}\t\t{duty}\t139{number:08d}\n" for number in range(1999))
        batch = staged(PEOPLE + rows, cast.branch)

        with django_assert_max_num_queries(25):
            done = batches.confirm(batch, by=cast.branch)

        assert (done.added + done.changed, Person.objects.filter(duty=duty).count()) == (1999, 1999)


def test_history_of_an_import_names_its_author(cast, client_for):
    client = client_for(cast.branch)
    place = client.post("/directory/people/import/", {"text": PEOPLE + "钱明\t\t\t"}).headers["Location"]

    client.post(place, {"do": "confirm"})

    event = Person.objects.get().events.get()
    assert event.pgh_context.metadata["user"] == cast.branch.pk


def test_dates_of_all_kinds_are_read(cast):
    text = ORGANISATIONS + "甲\t村社党组织\t\t支部\t\t2024年3月10日\t\n乙\t村社党组织\t\t支部\t\t20240310\t"

    lines = check("organisations", brought(text, "organisations"), user=cast.town)

    assert [line.values["elected_on"] for line in lines] == [date(2024, 3, 10)] * 2
