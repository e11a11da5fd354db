"""A third program reckons the workbook anew and finds the same figures."""

import re
import shutil
import subprocess
from datetime import datetime

import openpyxl
import pytest

from tests.fixtures import xlsx
from tests.reports.conftest import SHEETS


def without_results(data: bytes) -> bytes:
    """The workbook with every formula still to be reckoned."""
    for number in range(1, len(SHEETS) + 1):
        part = f"xl/worksheets/sheet{number}.xml"
        data = xlsx.changed(data, part, lambda xml: re.sub(rb"</f><v>[^<]*</v>", b"</f>", xml))
    return data


def plain(cell):
    """A value without the dust of reckoning; an empty text is no value."""
    return round(cell, 9) if isinstance(cell, float) else None if cell == "" else cell


def grid(book, name) -> list[list]:
    """Rounded values; no text and no value are the same, empty rows do not matter."""
    values = book[name].iter_rows(values_only=True)
    rows = [[plain(cell) for cell in row] for row in values]
    return [row for row in rows if any(cell is not None for cell in row)]


@pytest.mark.libreoffice
def test_libreoffice_reckons_the_same_figures(workbook, tmp_path):
    book, _ = workbook()
    source, target = tmp_path / "book.xlsx", tmp_path / "out"
    source.write_bytes(without_results(book.data))
    blank = openpyxl.load_workbook(source, data_only=True)
    assert grid(blank, "校验") != grid(book.values, "校验")

    office = [shutil.which("soffice"), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    subprocess.run([*office, "xlsx", "--outdir", target, source], check=True, timeout=120, capture_output=True)

    reckoned = openpyxl.load_workbook(target / "book.xlsx", data_only=True)
    assert reckoned.sheetnames == SHEETS
    for name in SHEETS:
        assert grid(reckoned, name) == grid(book.values, name), name
    assert any(isinstance(cell, datetime) for row in grid(reckoned, "三会一课明细") for cell in row)
