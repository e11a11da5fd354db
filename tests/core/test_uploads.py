"""Attachments: taken by content, kept under our names, shown under the user's (promises.md 6.2, I06)."""

import io

import openpyxl
import pytest
from PIL import Image

from tests.fixtures import xlsx, zips
from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.uploads import CONTENT_TYPES, clean_attachment, display_name

PDF = b"%PDF-1.7\n%%EOF\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def word(content_type: str = WORD) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{content_type}"/></Types>'.encode()
    return xlsx.pack({"[Content_Types].xml": types, "word/document.xml": b"<document/>"})


def picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PDF, "pdf"), (word(), "docx"), (xlsx.made(), "xlsx"), (picture("JPEG"), "jpg"), (picture("PNG"), "jpg")],
)
def test_the_usual_papers_are_taken_by_content(data, kind):
    taken = clean_attachment(io.BytesIO(data), "会议通知.exe")

    assert (taken.kind, taken.content_type) == (kind, CONTENT_TYPES[kind])
    assert taken.label == f"会议通知.exe.{kind}"
    assert taken.name.endswith(f".{kind}")
    assert len(taken.name) == 33 + len(kind)
    assert taken.size == len(taken.content)
    assert (taken.content == data) is (kind != "jpg")


def test_a_workbook_kept_as_attachment_still_opens():
    taken = clean_attachment(xlsx.book([["姓名"]]), "名册.xlsx")

    assert openpyxl.load_workbook(io.BytesIO(taken.content)).active["A1"].value == "姓名"


@pytest.mark.parametrize(
    ("data", "code", "remedy"),
    [
        (b"", "not_attachment_empty", "重新上传"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_attachment_ole", "另存为 .docx"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "not_attachment_encrypted",
            "取消密码",
        ),
        (b"\0\0\0\x18ftypheic" + bytes(64), "not_attachment_heic", "兼容性最佳"),
        (b"<html><script>", "not_attachment_html", "另存为 PDF"),
        (b"<svg onload=1>", "not_attachment_svg", "另存为 PDF"),
        (b"MZ\x90\x00\x03", "not_attachment_unknown", "另存为 PDF"),
        ("通知".encode(), "not_attachment_text", "另存为 PDF"),
        (zips.archive([zips.deflated("a.exe", b"MZ")]), "not_attachment_zip", "另存为 PDF"),
        (word("application/vnd.oasis.opendocument.text"), "not_attachment_zip", "另存为 PDF"),
        (word("application/vnd.ms-word.document.macroEnabled.main+xml"), "macro", "不带宏"),
        (xlsx.changed(word(), "word/vbaProject.bin", lambda _: b"x"), "macro", "不带宏"),
        (word()[:-30], "broken_archive", "另存一份"),
    ],
)
def test_everything_else_is_refused_with_the_remedy(data, code, remedy):
    with pytest.raises(Refused) as caught:
        clean_attachment(data, "通知.docx")

    assert (caught.value.code, caught.value.status) == (code, 400)
    assert remedy in caught.value.message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: PDF + bytes(20 * zips.MIB), "too_large"),
        (lambda: zips.archive([zips.repeated("word/document.xml", b" " * zips.MIB, 200)]), "zip_bomb"),
    ],
)
def test_oversized_papers_are_refused(data, code):
    with pytest.raises(Refused) as caught:
        clean_attachment(data(), "通知.docx")

    assert (caught.value.code, caught.value.status) == (code, 413)


@pytest.mark.parametrize(
    ("original", "kind", "label"),
    [
        ("照片 (1).JPG", "jpg", "照片 (1).jpg"),
        ("../../etc/x.jpg", "jpg", "x.jpg"),
        ("C:\\Users\\王\\通知.docx", "docx", "通知.docx"),
        ("a.jpg\x00.html", "jpg", "a.jpg.html.jpg"),
        ("CON", "pdf", "文件_CON.pdf"),
        ("con.txt.pdf", "pdf", "文件_con.txt.pdf"),
        ("com1.jpg", "jpg", "文件_com1.jpg"),
        ("通知\u202efdp.exe", "pdf", "通知fdp.exe.pdf"),
        ("<script>.jpg", "jpg", "_script_.jpg"),
        ('a"b:c?.pdf', "pdf", "a_b_c_.pdf"),
        ("扫描.png", "jpg", "扫描.jpg"),
        ("  ..  ", "pdf", "附件.pdf"),
        ("", "xlsx", "附件.xlsx"),
        ("a\nb\tc.pdf", "pdf", "a b c.pdf"),
        ("半\ud83d字.pdf", "pdf", "半字.pdf"),
        ("名" * 300 + ".docx", "docx", "名" * 115 + ".docx"),
    ],
)
def test_i06_the_users_name_is_a_harmless_label(original, kind, label):
    assert display_name(original, kind) == label
    assert len(label) <= 120
