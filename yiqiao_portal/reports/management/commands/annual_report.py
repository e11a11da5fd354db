"""manage.py annual_report --year 2022 --out r.xlsx [--organisation CODE]: the same workbook as the page."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.reports.annual import Report
from yiqiao_portal.reports.services import read_year, write_annual


class Command(BaseCommand):
    help = "写出一年的年度统计台账（.xlsx）"

    def add_arguments(self, parser):
        parser.add_argument("--year", required=True, help="四位数字，例如 2022")
        parser.add_argument("--out", required=True)
        parser.add_argument("--organisation", default="", help="组织编号；不写则为全镇")

    def handle(self, *, year, out, organisation, **_):
        try:
            report = Report(read_year(year), self._place(organisation), made_by="")
            self._check_target(out)
            with transaction.atomic():
                checks = write_annual(report, out, name="命令行")
        except DomainError as error:
            raise CommandError(error.message) from None
        except OSError:
            raise CommandError(f"文件写不进去，请换一个可写的位置：{printable(out)}") from None
        off = sum(check.off for check in checks)
        self.stdout.write(f"已写出 {out}：{len(report.organisations)} 个党组织，校验 {len(checks)} 项，不符 {off} 项。")

    def _place(self, code: str) -> Organisation:
        rows, asked = Organisation.objects.alive(), printable(code)[:40]
        place = rows.filter(code=asked).first() if code else rows.filter(depth=1).first()
        if place is None:
            raise DomainError(f"没有编号为 {asked} 的组织，请到通讯录核对组织编号。")
        return place

    def _check_target(self, out: str) -> None:
        """A file name in a folder, before the work is done."""
        if "\x00" in out or not Path(out).name or Path(out).is_dir():
            raise IsADirectoryError(out)


def printable(text: str) -> str:
    """What a terminal may show and the database may be asked."""
    return "".join(sign for sign in text if sign.isprintable())
