"""The tree, the villages and the nine lines: what everybody of the town may look up."""

from django.urls import reverse

from yiqiao_portal.core.views.base import Action, PortalPage

from .. import selectors
from .imports import import_button


class Home(PortalPage):
    """The organisations as a tree; posts that have none are led to the villages."""

    template_name = "directory/tree.html"
    permission = "directory.view_area"
    title = "组织"
    lede = "按官方顺序排列；点名称看详情。"

    def get_actions(self):
        user, actions = self.request.user, []
        if user.has_perm("directory.view_organisation"):
            actions.append(Action("列表与导出", reverse("directory:organisations"), icon="cols"))
        actions += import_button(user, "organisations")
        if user.has_perm("directory.add_organisation"):
            actions.append(Action("新增组织", reverse("directory:organisation_new"), icon="plus", primary=True))
        return actions

    def get_context_data(self, **kwargs):
        empty = {
            "title": "您的岗位没有管辖的组织",
            "text": "可以查看村社与场所。",
            "action": Action("查看区域", reverse("directory:areas")),
        }
        nodes = selectors.organisation_tree(self.request.user)
        return super().get_context_data(nodes=nodes, total=selectors.size(nodes), empty=empty, **kwargs)


class AreaTree(PortalPage):
    """The town and its 26 villages and communities with their official codes."""

    template_name = "directory/areas.html"
    permission = "directory.view_area"
    title = "区域"
    lede = "镇、村和社区，按统计用区划代码的官方顺序。"

    def get_context_data(self, **kwargs):
        return super().get_context_data(town=selectors.town(), villages=selectors.villages(self.request.user), **kwargs)


class ServiceLines(PortalPage):
    """The nine lines of 联心桥."""

    template_name = "directory/service_lines.html"
    permission = "directory.view_area"
    title = "服务线（九联）"
    lede = "记录活动时勾选，台账和年报按线统计；名称和顺序由镇里确定。"

    def get_context_data(self, **kwargs):
        return super().get_context_data(lines=selectors.service_lines(), **kwargs)
