"""Taking the annual workbook out of the house: logged, with a number that the file carries."""

from tempfile import TemporaryFile
from typing import BinaryIO

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.export import log_export, new_stamp
from yiqiao_portal.core.portal import Check
from yiqiao_portal.directory.models import Organisation

from .annual import FIRST_YEAR, Report, fill, workbook


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


def write_annual(report: Report, target, *, name: str, by=None) -> list[Check]:
    """Write the workbook to a path or stream and log it; returns the checks. `name` stands in the file."""
    stamp = new_stamp(name, series="NB", purpose="年度统计")
    book = workbook(report, target, stamp=stamp)
    checks = fill(book, report)
    log_export("report.annual", book, stamp, by=by, object_type="reports.annual")
    return checks


def export_annual(place: Organisation, year: int, *, by) -> BinaryIO:
    """The workbook as an open file at its beginning."""
    report = Report(check_year(year), place, made_by=by.name)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_annual(report, file, name=by.name, by=by)
    file.seek(0)
    return file
