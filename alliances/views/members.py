"""Members: who is in, who was in a year; join, change, leave."""

from django.urls import reverse
from django.utils.functional import cached_property

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.views.base import Action, ObjectPage
from yiqiao_portal.core.views.edit import CreatePage, FormMixin, UpdatePage, sent_version
from yiqiao_portal.core.workbooks import Column

from ..choices import AllianceState
from ..forms.alliances import LeaveForm, MemberEditForm, MemberNewForm
from ..models import Alliance, Membership
from ..selectors import alliances as selectors
from ..selectors.leaving import Leaving
from ..services import members as services
from .alliances import crumbs
from .years import YearPage

ENDED = "“{}”已结束，不再变动。确需修改，请先把联盟状态改为“运行中”。"
COLUMNS = (
    Column("organisation", "成员单位", width=24, total="count"),
    Column("role", "角色", "short"),
    Column("phase", "治水环节", "short"),
    Column("contact", "联络员", "short"),
    Column("villages", "结对村社", width=34),
    Column("turn_order", "轮值顺序", "integer"),
    Column("joined_on", "加入日期", "date"),
    Column("left_on", "退出日期", "date"),
)


class MembersPage(YearPage):
    """Who was a member at some time of a year; this year unless another is asked for."""

    template_name = "alliances/members.html"
    permission = "alliances.view_alliance"
    word = "成员单位"
    export_action = "member.export"

    def get_lede(self):
        return f"{self.year} 年内是过成员的单位，按镇定顺序；退出的保留在当年名单里。"

    def get_actions(self):
        export = Action("导出 Excel", "", method="export")
        if not self.request.user.has_perm("alliances.change_members", self.object):
            return [export]
        return [
            export,
            Action("新增成员", reverse("alliances:member_new", args=[self.object.pk]), "plus", primary=True),
        ]

    def columns(self):
        return COLUMNS

    def rows(self):
        return [_excel_row(member) for member in selectors.members_of_year(self.object, self.year)]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            members=list(selectors.members_of_year(self.object, self.year)),
            may_change=self.request.user.has_perm("alliances.change_members", self.object),
            **kwargs,
        )


def _excel_row(member: Membership) -> list:
    villages = "、".join(str(village) for village in member.villages.all())
    contact = str(member.contact) if member.contact else ""
    phase = member.get_phase_display()
    order = member.turn_order or None
    days = [member.joined_on, member.left_on]
    return [member.organisation.name, member.get_role_display(), phase, contact, villages, order, *days]


class OfAlliance:
    """Pages about a part of an alliance: the right is asked for the alliance, and one that has ended is closed."""

    def guarded(self):
        return self.object.alliance

    def check_state(self):
        if self.guarded().state != AllianceState.ACTIVE:
            raise Conflict(ENDED.format(self.guarded()))

    def get_crumbs(self):
        return crumbs(self.guarded())


class MemberNew(CreatePage, ObjectPage):
    """A unit joins the alliance of the address."""

    permission = "alliances.change_members"
    model = Membership
    form_class = MemberNewForm
    flow_to = ("联盟概览", "轮值顺序", "贡献台账", "年度报告")

    def get_queryset(self):
        return Alliance.objects.visible_to(self.request.user)

    def check_state(self):
        if self.object.state != AllianceState.ACTIVE:
            raise Conflict(ENDED.format(self.object))

    def get_title(self):
        return f"新增成员单位：{self.object}"

    def get_crumbs(self):
        return crumbs(self.object)

    def form_options(self):
        return {"alliance": self.object}

    def create(self, form):
        return services.join(self.object, form.cleaned_data, by=self.request.user)

    def done_message(self, row):
        return f"“{row}”已加入。参加轮值的，请到轮值表重新排期。"


class MemberEdit(OfAlliance, UpdatePage):
    """Role, phase, order, contact, pairing of a member."""

    permission = "alliances.change_members"
    model = Membership
    form_class = MemberEditForm

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "organisation")

    def form_options(self):
        return super().form_options() | {"alliance": self.object.alliance}

    def update(self, form):
        return services.change_member(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class MemberLeave(OfAlliance, FormMixin, ObjectPage):
    """A unit leaves; its years stay."""

    permission = "alliances.change_members"
    model = Membership
    form_class = LeaveForm
    template_name = "alliances/leave_form.html"
    submits = ({"label": "登记退出", "name": "", "value": "", "primary": True},)

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "organisation")

    def get_title(self):
        return f"退出联盟：{self.object}"

    def form_options(self):
        return {"initial": {"on": today()}, "open_affairs": self.open}

    @cached_property
    def open(self) -> Leaving:
        """What the unit still has in the alliance."""
        return Leaving(self.object)

    def get(self, request, *args, **kwargs):
        if self.object.left_on:
            raise Conflict(f"{self.object}已登记 {self.object.left_on} 退出；如有误，请修改这一条。")
        return super().get(request, *args, **kwargs)

    def write(self, form):
        version = sent_version(self.request)
        return services.leave(self.object, by=self.request.user, version=version, **form.cleaned_data)

    def done_message(self, row):
        return f"“{row}”自 {row.left_on} 起不再是成员，以后的轮值已由下一家接上。"

    def get_context_data(self, **kwargs):
        return super().get_context_data(version=self.object.version, open=self.open, **kwargs)
