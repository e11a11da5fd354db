"""Attachments: which kinds are taken, judged by content, and under which names they are kept and shown."""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from yiqiao_portal.core import sandbox
from yiqiao_portal.core.images import clean_photo
from yiqiao_portal.core.sandbox import MIB, Refused
from yiqiao_portal.core.sniff import sniff
from yiqiao_portal.core.text import INVISIBLE, SURROGATES
from yiqiao_portal.core.unpacking import archive

SIZE_LIMIT = 20 * MIB
NAME_LIMIT = 120  # characters, extension included
MEMBER_LIMIT = 2_000  # parts of an office document: each picture in it is one
PICTURE_SIDE = 3000  # a scanned signature list must stay legible
PICTURE_QUALITY = 85
OFFICE = "application/vnd.openxmlformats-officedocument."
OFFICE_KINDS = {"docx": f"{OFFICE}wordprocessingml.document", "xlsx": f"{OFFICE}spreadsheetml.sheet"}
CONTENT_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg"} | OFFICE_KINDS
FAMILIES = {  # extensions that may stand for each kind in the name a user gave
    "pdf": {".pdf"},
    "jpg": {".jpg", ".jpeg", ".png", ".webp"},
    "docx": {".docx"},
    "xlsx": {".xlsx"},
}
TAKEN = "可以上传 PDF、Word（.docx）、Excel（.xlsx）和 JPG、PNG 图片"
TOO_BIG = "附件超过 20 MB。请压缩图片或拆成几份后重新上传。"
REFUSALS = {
    "empty": "附件是空的。请确认文件能正常打开后重新上传。",
    "ole": "这是旧格式的文件（.doc、.xls、.wps 或 .et）。请用 Word 或 WPS 打开，另存为 .docx、.xlsx 或 PDF 后上传。",
    "encrypted": "文件设有打开密码。请先取消密码，另存一份后上传。",
    "heic": "这是苹果手机的高效格式，无法读取。请在相机设置中选“兼容性最佳”，重新拍摄，或截图后上传。",
}
OTHER = f"不能上传这种文件。{TAKEN}；其他文件请另存为 PDF 后上传。"
MACRO = "文件含有宏，不能上传。请另存为不带宏的 .docx 或 .xlsx，或另存为 PDF 后上传。"

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # device names of Windows
UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f]+')


@dataclass(frozen=True)
class CleanAttachment:
    """What is stored: bytes, our own `name` on disk, the user's name cleaned for `label`, and the true content type."""

    content: bytes
    kind: str
    content_type: str
    name: str
    label: str

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


def clean_attachment(file: BinaryIO | bytes, original_name: str = "") -> CleanAttachment:
    """A PDF, Word, Excel or picture upload, checked by content; pictures are made anew without metadata.

    Raises Refused or RefusedTooLarge (20 MB) with the remedy. `original_name` serves the label alone.
    """
    data = sandbox.read_limited(file, SIZE_LIMIT, TOO_BIG)
    kind = sniff(data)
    if kind in {"jpeg", "png", "webp"}:
        kind, data = "jpg", clean_photo(data, long_side=PICTURE_SIDE, quality=PICTURE_QUALITY).jpeg
    elif kind == "zip":
        kind = _office_kind(data)
    elif kind != "pdf":
        raise Refused(REFUSALS.get(kind, OTHER), code=f"not_attachment_{kind}")
    label = display_name(original_name or getattr(file, "name", "") or "", kind)
    return CleanAttachment(data, kind, CONTENT_TYPES[kind], f"{uuid.uuid4().hex}.{kind}", label)


def _office_kind(data: bytes) -> str:
    source = archive.open_archive(data, members=MEMBER_LIMIT)
    names = {name.casefold(): name for name in source.namelist()}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise Refused(MACRO, code="macro")
    if "[content_types].xml" not in names:
        raise Refused(OTHER, code="not_attachment_zip")
    types = archive.read_member(source, names["[content_types].xml"])
    if b"macroEnabled" in types:
        raise Refused(MACRO, code="macro")
    kinds = [kind for kind, content_type in OFFICE_KINDS.items() if f"{content_type}.main+xml".encode() in types]
    if len(kinds) != 1:
        raise Refused(OTHER, code="not_attachment_zip")
    return kinds[0]


def display_name(original: str, kind: str) -> str:
    """The user's own name of a file as a label and a download name: at most 120 characters, with the true extension.

    Folders, invisible and direction-turning characters, and what Windows cannot save are gone. The label still must be
    escaped where it is shown, and is never used as a path.
    """
    text = unicodedata.normalize("NFC", SURROGATES.sub("", INVISIBLE.sub("", original)))
    text = " ".join(re.split(r"[/\\]", text)[-1].split())
    text = UNSAFE.sub("_", text).strip(". ")
    stem = _stem(text, kind).strip(". ") or "附件"
    if RESERVED.fullmatch(stem.split(".")[0]):
        stem = f"文件_{stem}"
    ending = f".{kind}"
    return stem[: NAME_LIMIT - len(ending)].rstrip(". ") + ending


def _stem(text: str, kind: str) -> str:
    path = PurePosixPath(text)
    return path.stem if path.suffix.casefold() in FAMILIES[kind] else text
