"""manage.py import_records KIND FILE --by USER [--dry-run] [--skip-bad-rows]: the import of the page, for large files.

Exit code 0: nothing wrong; 1: row errors, all listed, nothing written unless bad rows are skipped;
2: the file cannot be read, or the account may not import.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from yiqiao_portal.accounts.models import User
from yiqiao_portal.core import registry
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.spreadsheets import COMMAND_ROWS, read_workbook

from ...choices import Doubles
from ...importing import batches
from ...importing.checking import check
from ...importing.rows import Brought, Checked, Verdict, bring
from ...resources import wanted

ROW_ERRORS, UNREADABLE = 1, 2
WORDS = (Verdict.NEW, Verdict.UPDATE, Verdict.SAME, Verdict.DOUBLE, Verdict.ERROR)


class Command(BaseCommand):
    help = "从 .xlsx 导入组织、人员和各应用的清单：先检查全部行，没有错误才写入。"

    def add_arguments(self, parser):
        kinds = registry.imports()
        words = "，".join(f"{code} {spec.title}" for code, spec in kinds.items())
        parser.add_argument("kind", choices=list(kinds), help=words)
        parser.add_argument("file", type=Path, help=".xlsx 文件")
        parser.add_argument("--by", required=True, metavar="USER", help="以哪个账号的名义和管辖范围导入")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--skip-bad-rows", action="store_true", help="跳过错误行，写入其余行")
        parser.add_argument(
            "--doubles",
            choices=Doubles.values,
            default=Doubles.SKIP,
            help="可能重复的行：skip 跳过，update 更新，create 新增",
        )

    def handle(self, *_args, **options):
        user = self._user(options)
        brought = self._read(options["kind"], options["file"])
        lines = check(options["kind"], brought, user=user)
        for note in brought.notes:
            self.stdout.write(note)
        bad = self._report(lines)
        if options["dry_run"]:
            self.stdout.write("只做了检查，没有写入。")
        elif not bad or options["skip_bad_rows"]:
            self._write(brought, user, options)
        else:
            self.stdout.write("有错误行，没有写入任何数据。请改好后重试，或加上 --skip-bad-rows 跳过错误行。")
        if bad:
            raise CommandError(f"有 {bad} 行错误。", returncode=ROW_ERRORS)

    def _user(self, options) -> User:
        """The account, which must be allowed to import this kind."""
        user = User.objects.filter(username=options["by"]).first()
        if user is None:
            raise CommandError(f"没有账号 {options['by']}，请核对 --by。", returncode=UNREADABLE)
        if not user.has_perm(registry.imports()[options["kind"]].permission):
            raise CommandError(f"账号 {options['by']} 没有导入这类数据的权限，请换一个账号。", returncode=UNREADABLE)
        return user

    def _read(self, kind: str, file: Path) -> Brought:
        try:
            data = file.read_bytes()
            return bring(kind, read_workbook(data, wanted=wanted(kind), max_rows=COMMAND_ROWS))
        except OSError as error:
            raise CommandError(f"读不到文件 {file}：{error.strerror}。请核对路径。", returncode=UNREADABLE) from None
        except DomainError as error:
            raise CommandError(error.message, returncode=UNREADABLE) from None

    def _report(self, lines: list[Checked]) -> int:
        """Every fault as row, column, reason; then the counts. How many lines are bad."""
        for line in lines:
            for fault in line.faults:
                self.stdout.write(f"第 {line.line.number} 行　{fault.label}　{fault.message}")
        counts = {verdict: sum(line.verdict is verdict for line in lines) for verdict in WORDS}
        self.stdout.write("，".join(f"{verdict.word} {counts[verdict]} 行" for verdict in WORDS) + "。")
        return counts[Verdict.ERROR]

    def _write(self, brought: Brought, user: User, options) -> None:
        """Through the same door as the page: stage, confirm, one entry in the log."""
        batch = batches.stage(options["kind"], brought, by=user, source=options["file"].name)
        try:
            batch = batches.confirm(batch, by=user, doubles=options["doubles"], skip_bad=options["skip_bad_rows"])
        except DomainError as error:
            raise CommandError(error.message, returncode=ROW_ERRORS) from None
        self.stdout.write(f"已写入：{batches.outcome(batch)}")
