"""Pages that give and end posts: the system administrator's, who sees names of places and no business row."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from yiqiao_portal.accounts.models import Role, User
from yiqiao_portal.core.views.base import Crumb, ObjectPage
from yiqiao_portal.core.views.edit import ConfirmPage, FormMixin

from .. import posts_services
from ..models import RoleAssignment
from ..posts_forms import FORMS


class OfUser(ObjectPage):
    """A page about the posts of the account named in the address."""

    model = User
    pk_url_kwarg = "user_pk"
    permission = "accounts.manage_users"

    def get_crumbs(self):
        return [Crumb("账号", reverse("accounts:list")), Crumb(self.object.name, self.object.get_absolute_url())]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"cancel_url": self.object.get_absolute_url()} | kwargs)


class ChooseRole(OfUser):
    """First the role: it decides what kind of place is asked for."""

    template_name = "accounts/choose_role.html"

    def get_title(self):
        return f"给岗位：{self.object}"

    def get_lede(self):
        return "先选角色，再选所在组织或区域。"

    def roles(self) -> list[dict]:
        """All roles; one that the user may not have beside a present one says why."""
        return [{"role": role, "url": self._url(role), "against": self._against(role)} for role in Role.objects.all()]

    def _url(self, role: Role) -> str:
        return reverse("posts:give", args=[self.object.pk, role.code])

    def _against(self, role: Role) -> str:
        post = posts_services.conflicting_post(self.object, role)
        return f"与现任“{post.label}”须由不同的人担任（三员分立）" if post else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(roles=self.roles(), **kwargs)


class GivePost(FormMixin, OfUser):
    """Then the place and the days."""

    warning = ""
    submits = ({"label": "给岗位", "name": "", "value": "", "primary": True},)

    @cached_property
    def role(self) -> Role:
        return get_object_or_404(Role, code=self.kwargs["role"])

    def get_title(self):
        return f"{self.role}：{self.object}"

    def get_lede(self):
        note = "；须启用两步验证" if self.role.privileged else ""
        return f"{self.role.description}{note}"

    def get_form(self, data=None, files=None):
        return FORMS[self.role.scope](data, files, user=self.request.user, role=self.role)

    def write(self, form):
        return posts_services.give_post(self.object, by=self.request.user, role=self.role, **form.cleaned_data)

    def done_message(self, row):
        return f"“{self.object}”现任：{row.label}。"

    def done_url(self, row):
        return self.object.get_absolute_url()


class EndPost(OfUser, ConfirmPage):
    """The person no longer stands for this place."""

    label = "结束岗位"
    danger = True

    @cached_property
    def held(self) -> RoleAssignment:
        posts = RoleAssignment.objects.select_related("user", "role", "organisation", "area")
        return get_object_or_404(posts, pk=self.kwargs["pk"], user=self.object)

    def get_title(self):
        return f"结束岗位：{self.object}"

    def question(self):
        return f"要结束“{self.object}”的岗位“{self.held.label}”吗？"

    def consequence(self):
        return "立即不能再以这个岗位查看和办理；已录入的记录不变。"

    def act(self):
        posts_services.end_post(self.held, by=self.request.user)

    def done_message(self):
        return f"“{self.object}”的岗位“{self.held.label}”已结束。"
