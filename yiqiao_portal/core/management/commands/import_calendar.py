"""manage.py import_calendar FILE [--dry-run]: the notice of a new year, as text. Needs no database and no restart."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.worktime.reading import keep_notice, read_notice


class Command(BaseCommand):
    """Shows what it has understood; an earlier import of the same year is replaced."""

    requires_system_checks = ()
    help = "导入国务院办公厅的年度节假日安排通知（全文存成 UTF-8 文本），用于工作时、工作日的计算。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="通知全文，.txt")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")

    def handle(self, *_args, file, dry_run, **_options):
        try:
            year, row = read_notice(file.read_text(encoding="utf-8-sig"))
        except DomainError as error:
            raise CommandError(error.message) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"文件 {file} 读不出来，请存成 UTF-8 文本后重试。") from error
        for festival in row["festivals"]:
            worked = f"，上班：{'、'.join(festival['work'])}" if festival["work"] else ""
            self.stdout.write(f"{festival['name']}：{' 至 '.join(festival['off'])} 放假{worked}")
        if dry_run:
            self.stdout.write("只做了检查，没有写入。")
            return
        keep_notice(year, row)
        self.stdout.write(f"{year}年的工作日历已启用（{row['notice'] or '没有文号'}，{row['dated']}）。")
