"""Resources: list, page, form."""

from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property

from yiqiao_portal.core.views.base import Action, Crumb
from yiqiao_portal.core.views.detail import DetailPage, Fact, Section, fact
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, TransitionPage, UpdatePage
from yiqiao_portal.core.views.list import ListPage, Preset
from yiqiao_portal.directory.views.imports import import_button

from ..choices import ResourceState
from ..filters.lists import ResourceFilter
from ..forms.lists import ResourceForm
from ..models import Resource
from ..selectors import lists as selectors
from ..services import resources as services
from ..tables.lists import ResourceTable
from ..workflow import MATCH, RESOURCE
from .membership import MembersOnly
from .need_parts import step_links

SUBMITS = (
    {"label": "发布", "name": "do", "value": "publish", "primary": True},
    {"label": "先存着", "name": "do", "value": "draft", "primary": False},
)
FLOW = ("资源清单", "需求的对接推荐", "联盟台账", "年度报告")


def crumbs(row: Resource | None = None) -> list[Crumb]:
    """The way to a resource."""
    way = [Crumb("工作台", "/"), Crumb("资源清单", reverse("alliances:resources"))]
    return [*way, Crumb(str(row), row.get_absolute_url())] if row else way


class ResourceList(ListPage):
    """What the alliances within reach can offer."""

    model = Resource
    table_class = ResourceTable
    filter_class = ResourceFilter
    permission = "alliances.view_resource"
    title = "资源清单"
    lede = "成员单位能提供什么、还剩多少。提需求的单位可从需求页申请对接。"
    export_action = "resource.export"
    empty_title = "还没有资源"
    empty_text = "成员单位把能提供的设备、人员、场地登记在这里，提需求的村社就能找到。"
    presets = (
        Preset("全部", "", Q()),
        Preset("有余量", "state=left", Q(state=ResourceState.OPEN, promised__lt=F("capacity"))),
        Preset("可对接", f"state={ResourceState.OPEN}", Q(state=ResourceState.OPEN)),
        Preset("待发布", f"state={ResourceState.DRAFT}", Q(state=ResourceState.DRAFT)),
        Preset("已停用", f"state={ResourceState.CLOSED}", Q(state=ResourceState.CLOSED)),
    )

    def get_queryset(self):
        return selectors.resources(self.request.user)

    def get_crumbs(self):
        return [Crumb("工作台", "/")]

    def get_actions(self):
        actions = import_button(self.request.user, "resources")
        if self.may_offer:
            actions.append(Action("新增资源", reverse("alliances:resource_new"), icon="plus", primary=True))
        return actions

    @cached_property
    def may_offer(self) -> bool:
        """Whether there is an alliance to offer something in; asked once for the buttons and for the empty list."""
        user = self.request.user
        return user.has_perm("alliances.add_resource") and selectors.may_offer_somewhere(user)


class ResourcePage(DetailPage):
    """One resource: how much is left, and for whom it is used."""

    model = Resource
    permission = "alliances.view_resource"
    workflow = RESOURCE
    transition_url = "alliances:resource_do"

    def get_queryset(self):
        return selectors.resources(self.request.user)

    def get_crumbs(self):
        return crumbs()

    def get_lede(self):
        row = self.object
        return f"{row.organisation} 提供 · {row.service_line} · 余 {row.left} {row.get_unit_display()}"

    def get_actions(self):
        user, pk = self.request.user, self.object.pk
        actions = []
        if user.has_perm("alliances.delete_resource", self.object):
            actions.append(Action("移入回收站", reverse("alliances:resource_remove", args=[pk])))
        if user.has_perm("alliances.change_resource", self.object):
            actions.append(Action("修改", reverse("alliances:resource_edit", args=[pk]), icon="edit"))
        return actions

    def sections(self):
        matches = selectors.matches_of(self.request.user, resource=self.object)
        rows = [(match, step_links(MATCH, match, self.request.user, "alliances:match_do")) for match in matches]
        return [
            Section("资源", facts(self.object)),
            Section("对接情况", template="alliances/resource_matches.html", context={"matches": rows}),
        ]


def facts(row: Resource) -> list[Fact]:
    """What is offered, how much, when, where."""
    unit = row.get_unit_display()
    days = f"{row.starts_on or '即日'} 至 {row.ends_on or '长期'}"
    return [
        *(fact(row, name) for name in ("organisation", "alliance", "service_line")),
        Fact("数量", f"{row.capacity} {unit}"),
        Fact("已对接", f"{row.promised} {unit}"),
        Fact("余量", f"{row.left} {unit}"),
        Fact("可用时间", days),
        Fact("所在村社", row.area or "全镇可用"),
        fact(row, "detail", full=True),
    ]


class ResourceNew(MembersOnly, CreatePage):
    """A new resource."""

    permission = "alliances.add_resource"
    title = "新增资源"
    model = Resource
    form_class = ResourceForm
    submits = SUBMITS
    flow_to = FLOW

    def get_crumbs(self):
        return crumbs()

    def publishing(self) -> bool:
        return self.request.POST.get("do") != "draft"

    def create(self, form):
        return services.create_resource(form.cleaned_data, by=self.request.user, publish=self.publishing())

    def done_message(self, row):
        return f"“{row}”已{'发布' if row.state == ResourceState.OPEN else '存为待发布'}。编号 {row.serial}。"


class ResourceEdit(UpdatePage):
    """A change of what is offered."""

    permission = "alliances.change_resource"
    model = Resource
    form_class = ResourceForm

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "organisation")

    def get_crumbs(self):
        return crumbs(self.object)

    def update(self, form):
        return services.update_resource(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class ResourceRemove(RemovePage):
    """Into the recycle bin, unless somebody counts on it."""

    permission = "alliances.delete_resource"
    model = Resource
    action = "resource.remove"
    list_url = "alliances:resources"

    def get_queryset(self):
        return super().get_queryset().select_related("alliance")

    def get_crumbs(self):
        return crumbs(self.object)

    def act(self):
        services.remove_resource(self.object, by=self.request.user)


class ResourceDo(TransitionPage):
    """Publish or close."""

    model = Resource
    workflow = RESOURCE

    def get_queryset(self):
        return super().get_queryset().select_related("alliance")

    def get_crumbs(self):
        return crumbs(self.object)

    def perform(self, name, data):
        return services.perform_resource(self.object, name, by=self.request.user, **data)
