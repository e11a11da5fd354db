"""Taking the annual workbook out of the house: logged, with a number that the file carries."""

from tempfile import TemporaryFile
from typing import BinaryIO

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.workbooks import Stamp
from yiqiao_portal.directory.models import Organisation

from .annual import FIRST_YEAR, Report, write


def read_year(typed: str | int) -> int:
    """A year that the portal has, as people write it; raises DomainError otherwise."""
    typed = str(typed)
    if not typed.isdecimal() or len(typed) != 4:
        raise DomainError("年份要写成四位数字，例如 2022。", field="year")
    return check_year(int(typed))


def check_year(year: int) -> int:
    """A year that the portal has; raises DomainError otherwise."""
    if not FIRST_YEAR <= year <= today().year:
        raise DomainError(f"只有 {FIRST_YEAR} 年至 {today().year} 年的年报，请重新选择年份。", field="year")
    return year


def stamp_for(name: str, *, by=None) -> Stamp:
    """The stamp of a new export, after its audit entry."""
    entry = record("report.annual", by=by, object_type="reports.annual")
    return Stamp(by=name, serial=f"YQ-NB-{entry.pk:06d}", purpose="年度统计")


def export_annual(place: Organisation, year: int, *, by) -> BinaryIO:
    """The workbook as an open file at its beginning."""
    report = Report(check_year(year), place, made_by=by.name)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write(report, file, stamp=stamp_for(by.name, by=by))
    file.seek(0)
    return file
