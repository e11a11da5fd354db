"""Giving and ending posts. Three kinds of posts are held by different people (三员分立)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from yiqiao_portal.accounts.models import Role, User
from yiqiao_portal.audit.services import record
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed

from .models import Area, Organisation, RoleAssignment

BUSINESS = "business"
OWN = "不能变更自己的岗位，请由另一位系统管理员操作。"
SEPARATE = (
    "系统管理员、安全审计员和业务岗位须由不同的人担任（三员分立）。这个账号已有“{post}”，请另建账号，或先结束原岗位。"
)


def kind_of(role: Role) -> str:
    """sysadmin and auditor are kinds of their own; every role with a place is business."""
    return role.code if role.scope == Role.Scope.NONE else BUSINESS


@transaction.atomic
def give_post(
    user: User,
    *,
    by: User | None,
    role: Role,
    place: Organisation | Area | None = None,
    since: date | None = None,
    until: date | None = None,
) -> RoleAssignment:
    """Give a post at an organisation or area (`role.scope` says which); both days are included, none means open.

    NotAllowed for a post of one's own; Conflict for a post that the user has; DomainError when the place or the days do
    not fit, or when the user would hold two kinds at once (GB/T 22239-2019 7.1.5: 系统管理、审计管理分设).
    """
    _refuse_own(user, by)
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_ready(user, since, until)
    where = _where(role, place)
    _check_kinds(user, role, since, until)
    post = _held_before(user, role, where) or RoleAssignment(user=user, role=role, **where)
    post.since, post.until = since or today(), until
    post.save()
    fields = ["role", "since", "until", *(name for name, value in where.items() if value)]
    record("post.give", by=by, obj=user, fields=fields, reason=role.name)
    return post


@transaction.atomic
def end_post(post: RoleAssignment, *, by: User) -> RoleAssignment:
    """End a post now: yesterday was its last day; one that had not begun before today is taken back."""
    _refuse_own(post.user, by)
    post = RoleAssignment.objects.select_for_update(of=("self",)).select_related("user", "role").get(pk=post.pk)
    yesterday = today() - timedelta(days=1)
    if post.until and post.until <= yesterday:
        raise Conflict("这个岗位已经结束，请刷新页面查看。")
    if post.since and post.since > yesterday:
        post.delete()
    else:
        post.until = yesterday
        post.save(update_fields=["until"])
    record("post.end", by=by, obj=post.user, fields=["until"], reason=post.role.name)
    return post


def conflicting_post(
    user: User, role: Role, *, since: date | None = None, until: date | None = None
) -> RoleAssignment | None:
    """A post of another kind that the user holds between these days; from today when no day is given."""
    since = since or today()
    held = RoleAssignment.objects.filter(user=user).select_related("role", "organisation", "area")
    held = held.filter(Q(until=None) | Q(until__gte=since))
    if until:
        held = held.filter(Q(since=None) | Q(since__lte=until))
    return next((post for post in held if kind_of(post.role) != kind_of(role)), None)


def _refuse_own(user: User, by: User | None) -> None:
    if user == by:
        raise NotAllowed(OWN)


def _check_ready(user: User, since: date | None, until: date | None) -> None:
    if not user.is_active:
        raise DomainError("这个账号已停用，请先启用再给岗位。")
    if since and until and until < since:
        raise DomainError("结束日期不能早于开始日期，请核对。", field="until")
    if until and until < today():
        raise DomainError("结束日期已经过去，请填今天或以后的日期，或不填。", field="until")


def _where(role: Role, place) -> dict:
    """The columns of the place; the role says what kind of place it needs."""
    wanted = {Role.Scope.ORGANISATION: Organisation, Role.Scope.AREA: Area}.get(role.scope)
    if wanted is None and place is not None:
        raise DomainError("这个岗位不对应组织或区域，请不要选择。", field="place")
    if wanted and not isinstance(place, wanted):
        raise DomainError(f"请选择{'组织' if wanted is Organisation else '区域'}。", field="place")
    return {"organisation": place if wanted is Organisation else None, "area": place if wanted is Area else None}


def _check_kinds(user: User, role: Role, since: date | None, until: date | None) -> None:
    other = conflicting_post(user, role, since=since, until=until)
    if other:
        raise DomainError(SEPARATE.format(post=other.label))


def _held_before(user: User, role: Role, where: dict) -> RoleAssignment | None:
    """The same post, if the user had it and it is over: its row begins anew."""
    post = RoleAssignment.objects.filter(user=user, role=role, **where).first()
    if post and (post.until is None or post.until >= today()):
        raise Conflict("这个账号已有这个岗位。要改期限，请先结束再重新给。")
    return post
