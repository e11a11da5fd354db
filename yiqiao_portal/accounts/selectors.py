"""Reading accounts, for the system administrator. Posts and their places are names only, never a business row."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Now

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.tags import Tag

from .models import User

UNUSED_DAYS = 60  # promises 8.1: accounts that nobody used for so long are shown
SINCE = Now() - timedelta(days=UNUSED_DAYS)

NORMAL = Q(is_active=True, must_change_password=False)
FIRST = Q(is_active=True, must_change_password=True)
DISABLED = Q(is_active=False)
UNUSED = Q(is_active=True) & (Q(last_login__lt=SINCE) | Q(last_login=None, created_at__lt=SINCE))
POSTLESS = Q(is_active=True, assignments=None)
STATES = {"normal": NORMAL, "first": FIRST, "disabled": DISABLED, "unused": UNUSED, "postless": POSTLESS}


def posts() -> QuerySet:
    """The table of posts, which hangs on users from above (directory.RoleAssignment)."""
    return User._meta.get_field("assignments").related_model.objects.all()


def users(user: User) -> QuerySet[User]:
    """The accounts that this user may see, with their valid posts in one more query (`current_posts`)."""
    held = Prefetch("assignments", posts().with_place(), to_attr="current_posts")
    return User.objects.visible_to(user).prefetch_related(held)


@dataclass(frozen=True)
class Held:
    """A post as a page shows it."""

    pk: int
    label: str
    since: date | None
    until: date | None

    @property
    def ended(self) -> bool:
        """Its last day is over."""
        return bool(self.until and self.until < today())

    @property
    def tag(self) -> Tag:
        """How the post stands today."""
        if self.ended:
            return Tag("已结束", "draft")
        return Tag("未开始", "due") if self.since and self.since > today() else Tag("在任", "ok")


def posts_of(user: User) -> list[Held]:
    """All posts of a user, ended ones too, newest first."""
    rows = user.assignments.select_related("role", "organisation", "area").order_by("-pk")
    return [Held(post.pk, post.label, post.since, post.until) for post in rows]


def has_second_factor(user: User) -> bool:
    """Whether an authenticator is bound."""
    return user.authenticator_set.exists()
