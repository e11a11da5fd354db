"""The pages of the import: what was brought survives every step, without script."""

import re
from io import BytesIO

import pytest
import xlsxwriter
from django.urls import reverse

from tests.factories.directory import PersonFactory
from yiqiao_portal.directory.models import ImportBatch, Organisation, Person

HEADER = "姓名\t所在组织\t职务\t手机号\n"
PHONE = "13812345678"
PASTE = "/directory/people/import/"


def text_of(response) -> str:
    return response.content.decode()


def workbook(*rows) -> BytesIO:
    """An .xlsx with these rows."""
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    file.seek(0)
    file.name = "名单.xlsx"
    return file


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch)


@pytest.fixture
def bring(branch):
    """Paste rows; the address of the preview."""
    return lambda rows: branch.post(PASTE, {"text": HEADER + rows}).headers["Location"]


def tiles(response) -> dict[str, int]:
    return {tile["word"]: tile["count"] for tile in response.context["preview"].tiles}


def test_the_page_names_its_columns(branch):
    page = text_of(branch.get(PASTE))

    assert "姓名\t所在组织\t职务\t手机号" in page
    assert "必填：姓名。不要有身份证号列" in page


def test_paste_look_correct_confirm(cast, branch, bring):
    PersonFactory(organisation=cast.party, name="李乙", duty="", phone="")
    place = bring(f"钱明\t\t委员\t138123456\n孙丽\t\t\t{PHONE}\n李乙\t\t书记\t\n孙丽\t\t\t{PHONE}\n")

    page = branch.get(place)
    assert tiles(page) == {"可新增": 1, "可更新": 1, "无变化": 0, "重复": 1, "错误": 1}
    assert "第 2 行：手机号应为 11 位数字，现在是 9 位，请核对。" in text_of(page)
    assert "写入：新增 1 条，更新 1 条" in text_of(page)
    assert Person.objects.count() == 1

    page = branch.post(place, {"c2-phone": "13912345678", "c2-name": "钱明", "do": "check"}, follow=True)
    assert tiles(page)["错误"] == 0

    page = branch.post(place, {"do": "confirm", "doubles": "skip"}, follow=True)
    assert "已导入：新增 2 条，更新 1 条，跳过 1 条。" in text_of(page)
    assert {person.name: person.phone_tail for person in Person.objects.all()} == {
        "钱明": "5678",
        "孙丽": "5678",
        "李乙": "",
    }


def test_a_second_press_imports_nothing_more(branch, bring):
    place = bring("钱明\t\t\t")

    for _ in range(2):
        page = branch.post(place, {"do": "confirm"}, follow=True)
        assert "已导入：新增 1 条，更新 0 条，跳过 0 条。" in text_of(page)

    assert Person.objects.count() == 1
    assert branch.get(place).headers["Location"] == reverse("directory:people")


def test_bad_rows_are_written_by_nobody_s_accident(branch, bring):
    place = bring("钱明\t\t\t\n\t\t委员\t")

    refused = branch.post(place, {"do": "confirm"})

    assert refused.status_code == 400
    assert "还有 1 行错误" in text_of(refused)
    assert Person.objects.count() == 0
    branch.post(place, {"do": "confirm", "skip_bad": "yes"})
    assert Person.objects.count() == 1


def test_the_rows_of_each_tile_and_masked_phones(branch, bring):
    place = bring(f"钱明\t\t\t{PHONE}\n\t\t\t")

    page = text_of(branch.get(f"{place}?show=new"))

    assert "138****5678" in page
    assert PHONE not in page


def test_what_is_typed_in_a_bad_row_is_kept(branch, bring):
    place = bring("钱明\t\t\t12")

    page = branch.post(place, {"c2-name": '钱"明<', "c2-phone": "34", "do": "check"}, follow=True)

    values = dict(re.findall(r'name="(c2-\w+)"[^>]*value="([^"]*)"', text_of(page)))
    assert values == {"c2-name": "钱&quot;明&lt;", "c2-organisation": "", "c2-duty": "", "c2-phone": "34"}


def test_an_upload_goes_the_same_way(branch):
    file = workbook(["序号", "姓名", "联系电话"], [1, "钱明", 13812345678], [2, "孙丽", "1390000"])

    page = branch.post(PASTE, {"file": file}, follow=True)

    assert tiles(page) == {"可新增": 1, "可更新": 0, "无变化": 0, "重复": 0, "错误": 1}
    assert "名单.xlsx" in text_of(page)
    assert "这些列用不到，没有读入：序号。" in text_of(page)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请粘贴内容，或选择一个 .xlsx 文件。"),
        ("  \n ", "请粘贴内容，或选择一个 .xlsx 文件。"),
        ("姓名\t所在组织\t身份证号\n钱明\t渔浦社区党组织\t1", "本平台不收集身份证号码，请删去该列后重新提交。"),
        ("姓名\t身份证号\n钱明\t1", "本平台不收集身份证号码，请删去该列后重新提交。"),
        ("姓名\t职务\n钱明\t330109199001011234", "第 2 行有像身份证号的内容。"),
        ("钱明\t渔浦社区党组织\t33010919900101123X", "第 1 行有像身份证号的内容。"),
        ("所在组织\t职务\n渔浦社区党组织\t委员", "没有找到“姓名”列。"),
        ("<html><table><tr><td>钱明", "粘贴的是网页代码。"),
        ("姓名\t职务\t职位\n钱明\t委员\t委员", "“职位”列出现了不止一次。"),
    ],
)
def test_what_cannot_be_read_is_said_kept_in_the_form_and_stored_nowhere(branch, text, words):
    response = branch.post(PASTE, {"text": text})

    assert response.status_code == 400
    assert words in "".join(response.context["form"].errors["text"])
    assert response.context["form"]["text"].value() == text
    assert ImportBatch.objects.count() == 0


def test_without_a_header_the_columns_are_taken_in_order(branch):
    page = branch.post(PASTE, {"text": f"钱明\t渔浦社区党组织\t委员\t{PHONE}"}, follow=True)

    assert tiles(page)["可新增"] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的，请选择有内容的 .xlsx 文件。"),
        (b"PK\x03\x04broken", "文件不完整或已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为"),
        ("姓名,手机\n钱明,138".encode("gb18030"), "请在 Excel 或 WPS 中打开"),
    ],
    ids=["empty", "broken", "old", "csv"],
)
def test_a_file_that_is_no_workbook(branch, content, words):
    file = BytesIO(content)
    file.name = "名单.xlsx"

    response = branch.post(PASTE, {"file": file})

    assert response.status_code == 400
    assert words in "".join(response.context["form"].errors["file"])


def test_a_paste_beyond_the_limit_is_413_and_kept(branch):
    rows = HEADER + "".join(f"张{number}\t\t\t\n" for number in range(2001))

    response = branch.post(PASTE, {"text": rows})

    assert response.status_code == 413
    assert "粘贴的内容超过 2000 行。请分几次粘贴，或改为上传 .xlsx 文件。" in response.context["form"].errors["text"]
    assert response.context["form"]["text"].value() == rows


@pytest.mark.parametrize(
    ("name", "code"), [("leader", 403), ("unit", 403), ("grid", 403), ("sysadmin", 403), ("town", 200)]
)
def test_who_may_import(cast, client_for, name, code):
    assert client_for(getattr(cast, name)).get(PASTE).status_code == code


def test_organisations_are_the_office_s(cast, client_for):
    url = reverse("directory:import_organisations")

    assert client_for(cast.branch).get(url).status_code == 403
    assert client_for(cast.town).get(url).status_code == 200


def test_nobody_sees_what_another_has_brought(cast, client_for, bring):
    place = bring("钱明\t\t\t")

    for name in ("town", "other_branch", "sub_branch"):
        assert client_for(getattr(cast, name)).get(place).status_code in {403, 404}
    assert client_for(cast.town).post(place, {"do": "confirm"}).status_code == 404
    assert Person.objects.count() == 0


def test_another_post_may_not_finish_it(cast, client_for):
    """Brought as the branch, looked at in a post that may not import."""
    several = cast.several
    client = client_for(several)
    place = client.post(PASTE, {"text": HEADER + "钱明\t\t\t"}).headers["Location"]
    several.assignments.all().delete()

    assert client.post(place, {"do": "confirm"}).status_code in {403, 404}
    assert Person.objects.count() == 0


def test_a_row_naming_another_branch_writes_nothing_there(cast, branch, bring):
    place = bring(f"钱明\t{cast.other_party.name}\t\t\n孙丽\t渔浦社区党组织\t\t")

    branch.post(place, {"do": "confirm", "skip_bad": "yes"})

    assert {person.name: person.organisation for person in Person.objects.all()} == {"孙丽": cast.party}


def test_organisations_from_a_file(cast, client_for):
    client = client_for(cast.town)
    file = workbook(
        ["义桥镇党组织情况表"],
        ["党组织名称", "组织类别", "党组织类别", "正式党员数", "换届时间", "备注"],
        ["新坝村党支部", "村社党组织", "支部", 46, "2022-03-10", "=1+1"],
        ["合计", "", "", 46, "", ""],
    )

    place = client.post(reverse("directory:import_organisations"), {"file": file}).headers["Location"]
    page = client.get(place)
    assert tiles(page)["可新增"] == 1, page.context["preview"].summary
    client.post(place, {"do": "confirm"})

    made = Organisation.objects.get(name="新坝村党支部")
    assert (made.formal_members, made.party_form, str(made.expires_on)) == (46, "branch", "2027-03-10")
    assert Organisation.objects.get_parent(made) == cast.root


@pytest.mark.parametrize(("rows", "said"), [(500, False), (501, True)])
def test_who_brings_many_rows_is_told_that_it_takes_its_time(branch, bring, rows, said):
    page = text_of(branch.get(bring("\n".join(f"张三{number}" for number in range(rows)))))

    assert ("行数较多，检查和写入各需约半分钟，按下后请等待，不用重复点击" in page) == said
