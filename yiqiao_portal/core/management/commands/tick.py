"""The scheduler: runs the recurring jobs that are due."""

import signal
import sys
import time
from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections

from yiqiao_portal.core.ticks import run_due


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 3600:
        raise ArgumentTypeError("间隔请写成 1 到 3600 之间的秒数，例如 30")
    return seconds


class Command(BaseCommand):
    """Once (for a timer of the system), or in a loop until it is told to stop."""

    requires_system_checks = ()  # they would load every page: 40 MB and a second
    help = "运行到期的定时任务；几处同时运行时，每项任务在一期内也只执行一次。"

    def add_arguments(self, parser):
        parser.add_argument("--loop", type=_seconds, metavar="秒", help="每隔若干秒检查一次，直到被停止")

    def handle(self, *_args, loop, **_options):
        if loop is None:
            failed = [tick.code for tick, well in self._report() if not well]
            if failed:
                raise CommandError(f"没有成功：{'、'.join(failed)}。原因见上，稍后会再试。")
            return
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
        while True:
            self._look()
            time.sleep(loop)

    def _look(self) -> None:
        """One round; a database that does not answer is asked again in the next."""
        close_old_connections()
        try:
            self._report()
        except (OperationalError, InterfaceError) as error:
            self.stderr.write(f"数据库没有回应，稍后再试：{type(error).__name__}")

    def _report(self) -> list:
        ran = run_due()
        for tick, well in ran:
            if not well or tick.code != "core.outbox":  # which runs every minute
                self.stdout.write(f"{tick.title}（{tick.code}）：{'完成' if well else '没有成功，稍后再试'}")
        return ran
