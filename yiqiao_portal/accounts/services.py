"""Writes on accounts."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.exceptions import Conflict, DomainError

from .lockout import forgive
from .models import User
from .names import plain_name

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
FIRST_PASSWORD_LIFE = timedelta(hours=24)  # ASVS 5.0, 6.4.1
TAKEN = "这个账号名已有人使用，请换一个。"
NOT_OWN = "不能{what}自己的账号，请由另一位系统管理员操作。"


def random_password() -> str:
    """A first password: 14 characters without look-alikes, three kinds for certain."""
    return "".join(secrets.choice(ALPHABET) for _ in range(11)) + "aB7"


@transaction.atomic
def create_user(*, by: User | None, username: str, name: str) -> tuple[User, str]:
    """A new account with a random first password, which must be changed at the first sign-in within a day."""
    user = User(username=plain_name(username), name=name)
    password = _give_first_password(user)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise DomainError(TAKEN, field="username") from None
    record("user.create", by=by, obj=user, fields=["username", "name"])
    return user, password


@transaction.atomic
def rename_user(user: User, *, by: User, name: str) -> User:
    """Correct a person's name; the user name stays, because the log knows it."""
    user.name = name
    user.save(update_fields=["name"])
    record("user.update", by=by, obj=user, fields=["name"])
    return user


@transaction.atomic
def reset_password(user: User, *, by: User) -> str:
    """A new random password, told once to the administrator; ends the user's sessions and pauses."""
    _refuse_own(user, by, "重置")
    password = _give_first_password(user)
    user.save(update_fields=["password", "must_change_password", "first_password_until"])
    end_sessions(user)
    forgive(user.username)
    record("user.reset_password", by=by, obj=user, fields=["password"])
    return password


@transaction.atomic
def set_active(user: User, *, by: User, active: bool) -> User:
    """Enable or disable an account; disabling ends its sessions at once. Conflict when it is so already."""
    _refuse_own(user, by, "启用" if active else "停用")
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == active:
        raise Conflict(f"这个账号已经是{'启用' if active else '停用'}状态，请刷新页面查看。")
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user)
    record("user.enable" if active else "user.disable", by=by, obj=user, fields=["is_active"])
    return user


@transaction.atomic
def reset_second_factor(user: User, *, by: User) -> User:
    """Unbind a lost phone: authenticator and recovery codes go, sessions end, a new one must be bound."""
    _refuse_own(user, by, "解除")
    removed, _ = user.authenticator_set.all().delete()
    if not removed:
        raise Conflict("这个账号没有启用两步验证，不需要解除。")
    end_sessions(user)
    record("user.reset_second_factor", by=by, obj=user)
    return user


@transaction.atomic
def password_changed(user: User, *, session_key: str | None = None) -> User:
    """Note that the user chose an own password; ends all sessions but the one named."""
    user.must_change_password = False
    user.first_password_until = None
    user.password_changed_at = timezone.now()
    user.save(update_fields=["must_change_password", "first_password_until", "password_changed_at"])
    end_sessions(user, keep=session_key)
    record("user.change_password", by=user, obj=user, fields=["password"])
    return user


def end_sessions(user: User, *, keep: str | None = None) -> None:
    """Sign the user out everywhere, or everywhere else."""
    for session in user.usersession_set.exclude(session_key=keep or ""):
        session.end()


def _give_first_password(user: User) -> str:
    """Set a random password that must be changed; the caller saves."""
    password = random_password()
    user.set_password(password)
    user.must_change_password = True
    user.first_password_until = timezone.now() + FIRST_PASSWORD_LIFE
    return password


def _refuse_own(user: User, by: User, what: str) -> None:
    if user == by:
        raise DomainError(NOT_OWN.format(what=what))
