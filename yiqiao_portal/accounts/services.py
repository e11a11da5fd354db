"""Writes on accounts."""

import secrets

from django.db import transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.exceptions import DomainError

from .models import User

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def random_password() -> str:
    """A first password: 14 characters without look-alikes, three kinds for certain."""
    return "".join(secrets.choice(ALPHABET) for _ in range(11)) + "aB7"


@transaction.atomic
def create_user(*, by, username: str, name: str) -> tuple[User, str]:
    """A new account with a random first password, which must be changed at the first sign-in."""
    if User.objects.filter(username__iexact=username).exists():
        raise DomainError("这个账号名已有人使用，请换一个。", field="username")
    password = random_password()
    user = User(username=username, name=name, must_change_password=True)
    user.set_password(password)
    user.save()
    record("user.create", by=by, obj=user, fields=["username", "name"])
    return user, password


@transaction.atomic
def reset_password(user: User, *, by) -> str:
    """A new random password, told once to the administrator; ends the user's sessions."""
    password = random_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user)
    record("user.reset_password", by=by, obj=user, fields=["password"])
    return password


@transaction.atomic
def set_active(user: User, *, by, active: bool) -> User:
    """Enable or disable an account; disabling ends its sessions at once."""
    if user == by:
        raise DomainError("不能停用自己的账号，请由另一位系统管理员操作。")
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user)
    record("user.enable" if active else "user.disable", by=by, obj=user, fields=["is_active"])
    return user


@transaction.atomic
def password_changed(user: User) -> User:
    """Note that the user chose an own password."""
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["must_change_password", "password_changed_at"])
    record("user.change_password", by=user, obj=user, fields=["password"])
    return user


def end_sessions(user: User) -> None:
    """Sign the user out everywhere."""
    for session in user.usersession_set.all():
        session.end()
