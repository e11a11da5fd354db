"""Spreadsheets made to hurt: refused with the remedy, quickly, and by no other exception (promises.md 6.1)."""

import contextlib
import io
import os
import time
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures import xlsx, zips
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.spreadsheets import read_workbook
from yiqiao_portal.core.unpacking.archive import open_archive

SHEET = "xl/worksheets/sheet1.xml"
ROW = f'<row r="1">{xlsx.text("A1", "姓名")}</row>'


def refusal(data: bytes, **options) -> Refused:
    started = time.monotonic()
    with pytest.raises(Refused) as caught:
        read_workbook(data, **options)
    assert time.monotonic() - started < 5
    assert caught.value.message.endswith("。")
    assert "请" in caught.value.message
    return caught.value


def with_member(member: zips.Member) -> bytes:
    honest = [zips.deflated(name, content) for name, content in xlsx.parts(ROW).items() if name != member.name]
    return zips.archive([*honest, member])


def test_x01_a_bomb_is_refused_from_its_directory():
    bomb = with_member(zips.repeated(SHEET, b"<row></row>" + b" " * (zips.MIB - 11), 1000))
    assert len(bomb) < 3 * zips.MIB

    started = time.monotonic()
    with pytest.raises(Refused) as caught:
        open_archive(bomb)

    assert time.monotonic() - started < 0.5
    assert (caught.value.code, caught.value.status) == ("zip_bomb", 413)
    assert refusal(bomb).code == "zip_bomb"


def test_x01_a_member_packed_beyond_the_ratio_is_refused():
    assert refusal(with_member(zips.repeated(SHEET, b" " * zips.MIB, 2))).code == "zip_bomb"


def test_x02_a_directory_that_lies_is_refused():
    short = zips.deflated(SHEET, xlsx.parts(ROW)[SHEET] + b" " * 10 * zips.MIB)
    short.size = 100

    assert refusal(with_member(short)).code == "broken_archive"


def overlapping() -> bytes:
    first, second = zips.deflated("a.xml", b"<a/>" * 100), zips.deflated("b.xml", b"<a/>" * 100)
    second.at = 0
    return zips.archive([first, second])


def twice() -> bytes:
    members = [zips.deflated(name, content) for name, content in xlsx.parts(ROW).items()]
    return zips.archive([*members, zips.deflated(SHEET.upper(), b"<worksheet/>")])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(overlapping, "broken_archive", id="overlapping"),
        pytest.param(twice, "broken_archive", id="duplicate-name"),
        pytest.param(lambda: zips.archive([zips.deflated(f"{n}.xml", b"") for n in range(201)]), "zip_bomb", id="201"),
        pytest.param(
            lambda: zips.archive([zips.Member(str(n), b"", 0, 0, 0) for n in range(70_000)]),
            "too_many_members",
            id="70000",
        ),
        pytest.param(lambda: zips.archive([zips.deflated("a.xlsx", xlsx.made(ROW))]), "not_xlsx", id="nested"),
        pytest.param(lambda: zips.archive([zips.deflated("word/document.xml", b"<a/>")]), "not_xlsx", id="word"),
        pytest.param(lambda: b"PK\3\4" + bytes(200) + xlsx.made(ROW), "broken_archive", id="prefix"),
        pytest.param(lambda: xlsx.made(ROW)[: len(xlsx.made(ROW)) // 2], "broken_archive", id="truncated"),
        pytest.param(lambda: zips.archive([zips.Member("xl/", b"", 0, 0, 0)]), "not_xlsx", id="folder-only"),
        pytest.param(lambda: b"PK\5\6" + bytes(18), "broken_archive", id="no-member"),
        pytest.param(lambda: b"", "not_xlsx_empty", id="empty"),
        pytest.param(lambda: os.urandom(11 * zips.MIB), "too_large", id="11-MiB"),
    ],
)
def test_x03_x15_archives_out_of_order_are_refused(data, code):
    assert refusal(data()).code == code


@pytest.mark.parametrize(
    ("far", "code"),
    [("XFD1048576", "too_many_rows"), ("A1048576", "too_many_rows"), ("XFD1", "too_many_columns")],
)
def test_x04_a_far_corner_is_refused_whatever_the_dimension_says(far, code):
    number = far.lstrip("XFDA")
    sheet = f"{ROW}<row r='{number}'>{xlsx.text(far, '角')}</row>"
    bomb = xlsx.changed(
        xlsx.made(sheet), SHEET, lambda part: part.replace(b"<sheetData", b'<dimension ref="A1"/><sheetData')
    )

    assert len(bomb) < 4_700
    assert (refusal(bomb).code, refusal(bomb).status) == (code, 413)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_x05_a_document_type_is_refused_in_every_part(part, encoding):
    def infect(content: bytes) -> bytes:
        return content.decode().replace("?>", f"?>{LAUGHS}", 1).replace("UTF-8", encoding.upper()).encode(encoding)

    # A content-types part in UTF-16 is not recognised at all.
    expected = "not_xlsx" if (part, encoding) == ("[Content_Types].xml", "utf-16") else "xml_dtd"
    assert refusal(xlsx.changed(xlsx.made(ROW), part, infect)).code == expected


def test_x06_outer_links_and_connections_are_not_read():
    data = xlsx.made(ROW)
    for part in ("xl/externalLinks/externalLink1.xml", "xl/connections.xml", "customXml/item1.xml"):
        data = xlsx.changed(data, part, lambda _: LAUGHS.encode() + b"<a>&f;</a>")

    assert read_workbook(data).headers == ("姓名",)


@pytest.mark.parametrize(
    ("data", "code", "remedy"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_xlsx_ole", "另存为"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "not_xlsx_encrypted",
            "取消密码",
        ),
        (b"<html><body><table><tr><td>1</td></tr></table>", "not_xlsx_html", "另存为"),
        ("\ufeff<table>".encode(), "not_xlsx_html", "另存为"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas"/>', "not_xlsx_xml", "另存为"),
        ("姓名,电话\r\n张三,1\r\n".encode("gbk"), "not_xlsx_text", "从 Excel 粘贴"),
        ("姓名,电话\r\n".encode("utf-16"), "not_xlsx_text", "从 Excel 粘贴"),
        (b"%PDF-1.7\n", "not_xlsx_pdf", "xlsx"),
        (b"\x00\x01\x02\x03", "not_xlsx_unknown", "xlsx"),
    ],
)
def test_x07_other_files_named_xlsx_are_told_by_content(data, code, remedy):
    refused = refusal(data)

    assert refused.code == code
    assert remedy in refused.message


def test_x07_macros_are_refused_by_part_and_by_type():
    macro = xlsx.changed(xlsx.made(ROW), "xl/vbaProject.bin", lambda _: b"\xd0\xcf\x11\xe0")
    typed = xlsx.changed(
        xlsx.made(ROW),
        "[Content_Types].xml",
        lambda part: part.replace(b"openxmlformats-officedocument.spreadsheetml.sheet", b"ms-excel.sheet.macroEnabled"),
    )

    assert (refusal(macro).code, refusal(typed).code) == ("macro", "macro")
    assert "去掉宏" in refusal(macro).message


def test_x14_a_cell_of_five_megabytes_is_refused():
    data = xlsx.made(f'<row r="7">{xlsx.text("C7", "长" * 1_700_000)}</row>')
    refused = refusal(stored(data))

    assert (refused.code, refused.status) == ("cell_too_long", 413)
    assert "第 7 行第 3 列" in refused.message


def stored(data: bytes) -> bytes:
    """The same workbook stored, so that only the cell is beyond a limit."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zips.archive([zips.Member(name, part, zlib.crc32(part), len(part), 0) for name, part in members.items()])


def test_x14_text_multiplied_by_shared_strings_is_refused():
    cells = "".join(f'<c r="{chr(65 + column)}{{row}}" t="s"><v>0</v></c>' for column in range(20))
    rows = "".join(f'<row r="{row}">{cells.format(row=row)}</row>' for row in range(1, 5001))

    refused = refusal(xlsx.made(rows, shared=f"<si><t>{'长' * 32_000}</t></si>"))

    assert refused.code == "heavy"
    assert "分成几份" in refused.message


def test_x16_pictures_beyond_the_limit_are_refused_and_small_ones_ignored():
    huge = zips.Member("xl/media/image1.png", b"\x89PNG", 0, 200 * zips.MIB, 0)

    assert refusal(with_member(huge)).code == "zip_bomb"
    assert read_workbook(with_member(zips.deflated("xl/media/image1.png", os.urandom(zips.MIB)))).headers == ("姓名",)


def test_x16_styles_names_and_links_without_measure_do_not_slow_the_reading():
    many = "<xf/>" * 65_000
    styles = f'<styleSheet xmlns="{xlsx.MAIN}"><cellXfs>{many}</cellXfs></styleSheet>'.encode()
    data = xlsx.changed(xlsx.made(ROW), "xl/styles.xml", lambda _: styles)
    name = (
        b"<definedNames><definedName name='n'>" + os.urandom(500_000).hex().encode() + b"</definedName></definedNames>"
    )
    data = xlsx.changed(data, "xl/workbook.xml", lambda part: part.replace(b"</workbook>", name + b"</workbook>"))
    link = b'<hyperlinks><hyperlink ref="A1" location="file:///etc/passwd"/></hyperlinks></worksheet>'
    data = xlsx.changed(data, SHEET, lambda part: part.replace(b"</worksheet>", link))

    started = time.monotonic()
    assert read_workbook(data).headers == ("姓名",)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "sheet",
    [
        "<row r='1'><c r='A999999999999'><v>1</v></c></row>",
        "<row r='-1'><c><v>1</v></c></row>",
        "<row r='1'><c r='ZZZZ1'><v>1</v></c></row>",
        "<row r='1'><c r='1A'><v>1</v></c></row>",
        "<row r='1'><c r='A1' t='s'><v>99</v></c></row>",
        "<row r='1'><c r='A1'><v>1</v></row>",
    ],
)
def test_nonsense_inside_a_sheet_is_a_broken_file(sheet):
    with pytest.raises(Refused):
        read_workbook(xlsx.made(sheet))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_to_an_archive_raises_anything_else(data):
    content = bytearray(xlsx.made(ROW))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))
    content = bytes(content[: data.draw(st.integers(1, len(content)))])
    with contextlib.suppress(DomainError):
        open_archive(content)
