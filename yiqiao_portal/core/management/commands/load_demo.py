"""Fill an empty portal with a made-up town."""

from argparse import ArgumentTypeError
from datetime import date

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import registry
from yiqiao_portal.core.dates import today as this_day
from yiqiao_portal.core.demo import HISTORY_BEGINS, DemoContext, Scale

DEFAULT_SEED = 1


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("日期请写成 2026-11-23 的样子") from None


class Command(BaseCommand):
    """All or nothing, in one transaction; the same seed and day give the same rows."""

    help = "载入演示数据（2021-01-01 至所给日期）；人员、号码和会议均为虚构。"

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=list(Scale), default=Scale.TOWN, help="规模：tiny、town 或 district")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="随机种子")
        parser.add_argument("--today", type=_day, help="截至日期（如 2026-11-23），默认今天")
        parser.add_argument("--once", action="store_true", help="已有演示账号时什么也不做")

    def handle(self, *_args, scale, seed, today, once, verbosity, **_options):
        if once and get_user_model().objects.filter(is_demo=True).exists():
            return
        context = DemoContext(seed=seed, scale=Scale(scale), today=today or this_day())
        self._refuse(context)
        self._load(context)
        self._analyse()
        if verbosity:
            self.stdout.write(
                f"演示数据已载入（{scale}，种子 {seed}，截至 {context.today}）。"
                "账号的密码取自 PORTAL_DEMO_PASSWORD，未设置时见数据目录下的 secrets/demo_password。"
            )

    @transaction.atomic
    def _load(self, context: DemoContext) -> None:
        for portal in sorted(registry.portals(), key=lambda portal: portal.demo_order):
            if portal.demo:
                portal.demo(context)
        record("demo.load", object_type="demo", object_id=f"{context.scale}-{context.seed}-{context.today}")

    def _analyse(self) -> None:
        """Tell the database how much there is now: until it knows, its plans are those for empty tables.

        Only the tables' owner may; for any other role the statement does nothing.
        """
        owner = settings.DATABASES["owner"]["USER"] != settings.DATABASES[DEFAULT_DB_ALIAS]["USER"]
        with connections["owner" if owner else DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("ANALYZE")

    def _refuse(self, context: DemoContext) -> None:
        """Demo data never mixes with a real town's."""
        users = get_user_model().objects
        if settings.PORTAL_PRODUCTION or not settings.PORTAL_DEMO:
            raise CommandError("正式环境不载入演示数据；如需演示，请另用一个数据目录和数据库，并设 PORTAL_DEMO=yes。")
        if users.filter(is_demo=False).exists():
            raise CommandError("数据库里已有正式账号，不载入演示数据；如需演示，请另用一个空的数据库。")
        if users.exists():
            raise CommandError("演示数据已载入过；要换一套，请另用一个空的数据库。")
        if context.today <= HISTORY_BEGINS:
            raise CommandError(f"截至日期要晚于 {HISTORY_BEGINS}，请核对 --today。")
