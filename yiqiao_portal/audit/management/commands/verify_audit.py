"""Check that nobody has changed the action log."""

import sys

from django.core.management.base import BaseCommand
from django.db import connections

from yiqiao_portal.audit import grants
from yiqiao_portal.audit.verification import parse_head, verify

FOUND_FAULT, UNREADABLE_HEAD = 1, 2


class Command(BaseCommand):
    """Exit 0: all links fit; 1: the first one that does not is named; 2: the given head cannot be read."""

    help = "核对审计日志的每一条及其次序；发现改动时指出第一处。"

    def add_arguments(self, parser):
        parser.add_argument("--head", help="此前打印并另行留存的链头（序号:链值），一并核对")
        parser.add_argument("--database", default="default", help="数据库别名")

    def handle(self, *_args, head, database, **_options):
        printed = self._printed(head) if head else None
        report = verify(printed=printed, using=database)
        if report.fault:
            self.stderr.write(
                f"审计日志有误，第一处：{report.fault}。请保留现场，停止使用本库，用备份和另存的链头核对。"
            )
            sys.exit(FOUND_FAULT)
        self.stdout.write(
            f"审计日志完好：共 {report.count} 条，末条序号 {report.sequence}，"
            f"链值 {report.hash}。请把链头另行留存：{report.sequence}:{report.hash}"
        )
        if grants.may_change_log(connections[database]):
            self.stderr.write("提醒：本次所用的数据库账号可以改写日志表；应用应使用只能追加的账号。")

    def _printed(self, head):
        try:
            return parse_head(head)
        except ValueError:
            self.stderr.write("链头的写法应为“序号:64 位链值”，请照核对时打印的原样填写。")
            sys.exit(UNREADABLE_HEAD)
