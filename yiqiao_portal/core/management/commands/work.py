"""The worker: runs background jobs until it is told to stop. Start one of them, and start it anew when it ends."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

from yiqiao_portal.core.jobs import take_back

INTERVAL = 0.2  # seconds between two looks at the queue


class Command(BaseCommand):
    """First takes back what a killed worker left, then hands over to django-tasks' own worker."""

    requires_system_checks = ()  # they would load every page: 40 MB and a second
    help = "运行后台任务（例如发送消息），直到被停止。同一时间只运行一个。"

    def handle(self, *_args, verbosity, **_options):
        taken = take_back()
        if taken:
            self.stdout.write(f"上次中断的任务 {taken} 个，重新排队。")
        call_command("db_worker", interval=INTERVAL, startup_delay=False, reload=False, verbosity=verbosity)
