"""The first system administrator of a new portal."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from yiqiao_portal.accounts.forms import UserForm
from yiqiao_portal.accounts.models import Role
from yiqiao_portal.accounts.services import FIRST_PASSWORD_LIFE, create_user
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.directory.posts_services import give_post

LIFE = int(FIRST_PASSWORD_LIFE.total_seconds() // 3600)


class Command(BaseCommand):
    """All further accounts are made in the browser, where the log knows who made them."""

    help = "新建一位系统管理员，打印一次初始密码；其余账号由这位管理员在网页上建。"

    def add_arguments(self, parser):
        parser.add_argument("username", help="账号")
        parser.add_argument("name", help="姓名")

    @transaction.atomic
    def handle(self, *_args, username, name, **_options):
        form = UserForm({"username": username, "name": name})
        if not form.is_valid():
            raise CommandError("".join(text for texts in form.errors.values() for text in texts))
        try:
            user, password = create_user(by=None, **form.cleaned_data)
            give_post(user, by=None, role=Role.objects.get(code="sysadmin"))
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"账号：{user.username}\n初始密码：{password}\n")
        self.stdout.write(f"密码只显示这一次，请在 {LIFE} 小时内登录并改成自己的密码。")
