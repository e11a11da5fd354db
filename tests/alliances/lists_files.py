"""The three lists as files: written as the pages write them, read as the import reads them."""

import io

import openpyxl
from django.urls import reverse

from tests.conftest import sign_in
from yiqiao_portal.core.spreadsheets import read_pasted, read_workbook
from yiqiao_portal.directory.importing import batches
from yiqiao_portal.directory.importing.checking import check
from yiqiao_portal.directory.importing.rows import bring
from yiqiao_portal.directory.resources import wanted


def exported(kind: str, user) -> bytes:
    """The workbook of a list."""
    response = sign_in(user).get(reverse(f"alliances:{kind}"), {"format": "xlsx"})
    return b"".join(response.streaming_content)


def read(kind: str, content: bytes):
    return bring(kind, read_workbook(content, wanted=wanted(kind)))


def pasted(kind: str, text: str):
    return bring(kind, read_pasted(text, wanted=wanted(kind)))


def changed(content: bytes, serial: str, **cells) -> bytes:
    """The workbook with other words in the row of a number, by header."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(book.worksheets[0].iter_rows())
    header = next(row for row in rows if "编号" in [cell.value for cell in row])
    places = {cell.value: at for at, cell in enumerate(header)}
    row = next(row for row in rows if row[places["编号"]].value == serial)
    for label, value in cells.items():
        row[places[label]].value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def said(kind: str, brought, user) -> list[tuple[str, str]]:
    """Verdict with note or faults of every line."""
    return [
        (line.verdict.name, "".join(fault.sentence for fault in line.faults) or line.note)
        for line in check(kind, brought, user=user)
    ]


def confirm(kind: str, brought, user, **options):
    return batches.confirm(batches.stage(kind, brought, by=user, source="表"), by=user, **options)
