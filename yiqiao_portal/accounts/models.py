"""Who may sign in, and the roles that exist."""

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from yiqiao_portal.core.tags import Tag

from .names import plain_name


class UserManager(BaseUserManager):
    """Users are made by services; this only finds them."""

    def get_by_natural_key(self, username):
        """Letter case, width and outer spaces do not matter when signing in."""
        return self.get(username__iexact=plain_name(username))

    def visible_to(self, user):
        """All accounts for the system administrator, none for anybody else."""
        return self.all() if user.has_perm("accounts.manage_users") else self.none()


class User(AbstractBaseUser):
    """One person who signs in. There is no superuser: every right comes from a post (directory.RoleAssignment)."""

    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    is_demo = models.BooleanField("演示账号", default=False)
    must_change_password = models.BooleanField("须改密码", default=False)
    first_password_until = models.DateTimeField("初始密码有效至", null=True, editable=False)
    password_changed_at = models.DateTimeField("改密时间", null=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    EMAIL_FIELD = None

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints = [models.UniqueConstraint(Lower("username"), name="accounts_user_username_once")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("accounts:user", args=[self.pk])

    @property
    def first_password_expired(self) -> bool:
        """The random first password was not replaced within its day."""
        until = self.first_password_until
        return bool(self.must_change_password and until and until < timezone.now())

    @property
    def tag(self) -> Tag:
        """How the account stands."""
        if not self.is_active:
            return Tag("已停用", "draft")
        return Tag("待首次登录", "due") if self.must_change_password else Tag("正常", "ok")

    def has_perm(self, permission: str, obj=None) -> bool:
        """Ask the app's predicate; an unknown permission is refused."""
        return self.is_active and rules.has_perm(permission, self, obj)

    def has_module_perms(self, _app_label: str) -> bool:
        """Django's admin is not used."""
        return False


class Role(models.Model):
    """A role of the town (design: mission, People). What it may do is said by each app's portal.py."""

    class Scope(models.TextChoices):
        ORGANISATION = "organisation", "组织及其下级"
        AREA = "area", "区域及其下级"
        NONE = "none", "不看业务数据"

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=40)
    scope = models.CharField("管辖方式", max_length=12, choices=Scope)
    privileged = models.BooleanField("须两步验证", default=False)
    description = models.CharField("做什么", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        ordering = ["order"]
        verbose_name = verbose_name_plural = "角色"

    def __str__(self):
        return self.name
