"""The directory of a zip file, judged before one byte is unpacked (OWASP ASVS 5.2.3).

Office programs write plain archives: no comment, no zip64, no prefix, no overlap. Everything else is refused, so that
two programs can never see two different contents in one file.
"""

import io
import struct
import zipfile
import zlib

from yiqiao_portal.core.sandbox import MIB, Refused, RefusedTooLarge

END = b"PK\x05\x06"
END_SIZE = 22
LOCAL_SIZE = 30
UNPACKED_LIMIT = 100 * MIB
RATIO_LIMIT = 100
RATIO_FLOOR = MIB  # a member below this size can do no harm, however well it packs
MEMBER_LIMIT = 200
DIRECTORY_LIMIT = MIB
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN = "文件不完整或已损坏。请在 Excel 或 WPS 中打开原文件，另存一份后重新上传。"
BOMB = "文件解开后超过 100 MB，无法读取。请删去图片和多余的工作表，只留需要的内容，另存后上传。"
PROTECTED = "文件设有密码。请先取消密码，另存一份后上传。"
ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    KeyError,
    OverflowError,
)


def broken() -> Refused:
    """The refusal for an archive that is damaged or pretends to be another."""
    return Refused(BROKEN, code="broken_archive")


def open_archive(data: bytes, *, members: int = MEMBER_LIMIT) -> zipfile.ZipFile:
    """The archive in `data` after its directory has passed every check; Refused or RefusedTooLarge otherwise."""
    _check_end(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        spans = sorted(_span(data, member) for member in archive.infolist())
    except ERRORS as error:
        raise broken() from error
    _check_members(archive.infolist(), members)
    _check_spans(spans, archive.start_dir)
    return archive


def read_member(archive: zipfile.ZipFile, name: str, limit: int = MIB) -> bytes:
    """The first `limit` bytes of one member; Refused when it is absent or does not hold what the directory says."""
    try:
        with archive.open(name) as stream:
            return stream.read(limit)
    except ERRORS as error:
        raise broken() from error


def _check_end(data: bytes) -> None:
    """The directory must end the file and be short: zipfile would else build objects for every entry of a liar."""
    tail = data[-END_SIZE:]
    if len(tail) < END_SIZE or not tail.startswith(END) or tail[-2:] != b"\x00\x00":
        raise broken()
    size, offset = struct.unpack("<LL", tail[12:20])
    if size > DIRECTORY_LIMIT:
        raise RefusedTooLarge(BOMB, code="too_many_members")
    if offset + size + END_SIZE != len(data):
        raise broken()


def _check_members(members: list[zipfile.ZipInfo], limit: int) -> None:
    names = {member.filename.replace("\\", "/").casefold() for member in members}
    if not members or len(names) != len(members):
        raise broken()
    if len(members) > limit or sum(member.file_size for member in members) > UNPACKED_LIMIT:
        raise RefusedTooLarge(BOMB, code="zip_bomb")
    for member in members:
        _check_member(member)


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x1:
        raise Refused(PROTECTED, code="encrypted")
    if member.compress_type not in METHODS:
        raise broken()
    if member.file_size > RATIO_FLOOR and member.file_size > RATIO_LIMIT * member.compress_size:
        raise RefusedTooLarge(BOMB, code="zip_bomb")


def _span(data: bytes, member: zipfile.ZipInfo) -> tuple[int, int]:
    """First and last byte of a member, from its own local header."""
    start = member.header_offset
    header = data[start : start + LOCAL_SIZE]
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    name, extra = struct.unpack("<HH", header[26:30])
    return start, start + LOCAL_SIZE + name + extra + member.compress_size


def _check_spans(spans: list[tuple[int, int]], directory: int) -> None:
    starts = [*[start for start, _ in spans[1:]], directory]
    if any(end > following for (_, end), following in zip(spans, starts, strict=True)):
        raise broken()
