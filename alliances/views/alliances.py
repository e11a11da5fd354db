"""Alliances: list, the page of one, its forms, its charter."""

from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from yiqiao_portal.core.views.base import Action, Crumb, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage
from yiqiao_portal.core.views.edit import CreatePage, FormMixin, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage, Preset

from ..choices import AllianceState
from ..filters.alliances import AllianceFilter
from ..forms.alliances import AllianceEditForm, AllianceNewForm, NameForm
from ..models import Alliance, AllianceName
from ..selectors import alliances as selectors
from ..services import alliances as services
from ..tables.alliances import AllianceTable
from . import alliance_parts as parts

UNPAIRED = "本单位不是联盟成员，目前也没有结对的成员单位。需要结对或加入联盟，请联系镇党建办。"
SANDBOX = "sandbox; default-src 'none'"


def crumbs(row: Alliance | None = None) -> list[Crumb]:
    """The way to an alliance and to what hangs on it."""
    way = [Crumb("工作台", "/"), Crumb("党建联盟", reverse("alliances:list"))]
    return [*way, Crumb(str(row), row.get_absolute_url())] if row else way


class AllianceList(ListPage):
    """The alliances within reach."""

    permission = "alliances.view_alliance"
    title = "联盟概览"
    lede = "谁在联盟里、这期谁轮值、答应了什么、办成了什么。"
    model = Alliance
    table_class = AllianceTable
    filter_class = AllianceFilter
    export_action = "alliance.export"
    empty_title = "还没有联盟"
    empty_text = "建好联盟、加上成员单位，轮值、清单和台账就都有了。"
    presets = (
        Preset("全部", "", Q()),
        Preset("运行中", f"state={AllianceState.ACTIVE}", Q(state=AllianceState.ACTIVE)),
    )

    def get(self, request, *args, **kwargs):
        if not request.user.has_perm("alliances.add_alliance"):
            self.empty_title, self.empty_text = "目前没有可以查看的联盟", UNPAIRED
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        rows = selectors.with_members(super().get_queryset())
        return selectors.with_chair(rows).order_by("founded_on", "pk")

    def get_crumbs(self):
        return [Crumb("工作台", "/")]

    def get_actions(self):
        if not self.request.user.has_perm("alliances.add_alliance"):
            return []
        return [Action("新建联盟", reverse("alliances:alliance_new"), icon="plus", primary=True)]


class AlliancePage(DetailPage):
    """The whole of an alliance for one clerk: who is in, whose turn, what is open, what came of it."""

    template_name = "alliances/alliance.html"
    model = Alliance
    permission = "alliances.view_alliance"
    timeline_models = (AllianceName,)

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "created_by")

    def get_crumbs(self):
        return crumbs()

    def get_lede(self):
        return " · ".join(filter(None, (self.object.theme, f"{self.object.founded_on} 成立")))

    def get_actions(self):
        return parts.actions(self.object, self.request.user)

    def sections(self):
        return parts.sections(self.object, self.request.user)

    def side(self):
        return parts.side(self.object, self.request.user)

    def get_context_data(self, **kwargs):
        context = parts.overview(self.object, self.request.user)
        context["unpaired"] = selectors.is_unpaired(self.request.user, self.object)
        return super().get_context_data(**context, **kwargs)


class AllianceNew(CreatePage):
    """A new alliance, with its own organisation below 镇党委."""

    permission = "alliances.add_alliance"
    title = "新建联盟"
    model = Alliance
    form_class = AllianceNewForm
    flow_to = ("通讯录·组织", "需求、资源、项目的可选联盟", "贡献台账", "年度报告")

    def get_crumbs(self):
        return crumbs()

    def create(self, form):
        return services.create_alliance(form.values(), by=self.request.user, charter=form.cleaned_data["charter_file"])


class AllianceEdit(UpdatePage):
    """Facts of an alliance; the name has a page of its own."""

    permission = "alliances.change_alliance"
    model = Alliance
    form_class = AllianceEditForm

    def get_crumbs(self):
        return crumbs(self.object)

    def update(self, form):
        return services.update_alliance(
            self.object,
            form.values(),
            by=self.request.user,
            version=self.version(),
            charter=form.cleaned_data["charter_file"],
        )


class AllianceRename(FormMixin, ObjectPage):
    """A new name, or one of the past; reports of the time keep its words."""

    permission = "alliances.change_alliance"
    model = Alliance
    form_class = NameForm
    flow_to = ("联盟页的历年名称", "年度报告中当年的名称")

    def get_title(self):
        return f"更名或登记曾用名：{self.object}"

    def get_crumbs(self):
        return crumbs(self.object)

    def write(self, form):
        return services.name_alliance(self.object, by=self.request.user, **form.cleaned_data)

    def done_message(self, row):
        return f"名称已登记，现用名称是“{row}”。"


class AllianceRemove(RemovePage):
    """Into the recycle bin, when nothing hangs on it."""

    permission = "alliances.delete_alliance"
    model = Alliance
    action = "alliance.remove"
    list_url = "alliances:list"

    def get_crumbs(self):
        return crumbs(self.object)

    def consequence(self):
        return "只用于录错的联盟，30 天内可恢复；通讯录里的联盟组织保留。已停办的联盟请把状态改为“已结束”。"

    def act(self):
        services.remove_alliance(self.object, by=self.request.user)


class CharterFile(View):
    """The charter, always downloaded, for whoever sees the alliance."""

    http_method_names = ["get", "head"]
    permission = "alliances.view_alliance"

    def get(self, request, token):
        rows = Alliance.objects.visible_to(request.user)
        alliance = get_object_or_404(rows, charter_token=token)
        if not alliance.charter:
            raise Http404
        response = FileResponse(alliance.charter.open(), as_attachment=True, filename=alliance.charter_name)
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = SANDBOX
        return response
