"""The ten demo accounts, one for each role, with one password."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from yiqiao_portal.core.demo import DemoContext, insert, moment
from yiqiao_portal.supervisor import demo_password

from .models import User

ACCOUNTS = {
    "town": "王某",
    "leader": "赵某",
    "branch": "李某",
    "grid": "何某",
    "unit": "吴某",
    "liaison": "郑某",
    "teamlead": "孙某",
    "talent": "沈某",
    "sysadmin": "周某",
    "auditor": "徐某",
}


def fill(context: DemoContext) -> None:
    """Accounts that sign in at once: no first-login change, no second factor. Production refuses to start with them."""
    password = make_password(demo_password(settings.PORTAL_HOME))  # hashed once; ten times would take seconds
    add_users(context, ACCOUNTS, password=password)


def add_users(context: DemoContext, names: dict[str, str], *, password: str | None = None) -> None:
    """Add demo users by account name; without a password nobody can sign in as them, they only sign records."""
    password = password or make_password(None)
    users = [
        User(
            username=username,
            name=name,
            password=password,
            is_demo=True,
            created_at=context.opened,
            last_login=moment(context.yesterday - timedelta(days=number % 9), 17 * 60),
        )
        for number, (username, name) in enumerate(names.items())
    ]
    context.users |= {user.username: user for user in insert(users)}
