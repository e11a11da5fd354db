"""Needs: list, page, form, the steps of their way."""

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.views import handover
from yiqiao_portal.core.views.base import Action, Crumb
from yiqiao_portal.core.views.detail import DetailPage
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, TransitionPage, UpdatePage
from yiqiao_portal.core.views.list import ListPage, Preset
from yiqiao_portal.directory.scope import scope_of
from yiqiao_portal.directory.views.imports import import_button

from ..choices import EDITABLE_NEEDS, MET_NEEDS, TAKEN_NEEDS, NeedState
from ..filters.lists import NeedFilter
from ..forms.lists import NeedForm
from ..models import Claim, Match, Need
from ..selectors import lists as selectors
from ..services import needs as services
from ..tables.lists import NeedTable
from ..workflow import NEED
from . import need_parts as parts
from .membership import MembersOnly

FLOW = ("需求清单", "镇党建办待审核", "成员单位的认领", "联盟台账", "年度报告")


def crumbs(row: Need | None = None) -> list[Crumb]:
    """The way to a need."""
    way = [Crumb("工作台", "/"), Crumb("需求清单", reverse("alliances:needs"))]
    return [*way, Crumb(str(row), row.get_absolute_url())] if row else way


class NeedList(ListPage):
    """What the villages and units within reach need."""

    model = Need
    table_class = NeedTable
    filter_class = NeedFilter
    permission = "alliances.view_need"
    title = "需求清单"
    lede = "村社和单位提需求，镇党建办审核发布，成员单位认领，办到验收、评价为止。"
    export_action = "need.export"
    empty_title = "还没有需求"
    empty_text = "村社和单位有事需要联盟帮忙，一分钟就能提出来。"
    presets = (
        Preset("全部", "", Q()),
        Preset("待审核", f"state={NeedState.RAISED}", Q(state=NeedState.RAISED)),
        Preset("待认领", f"state={NeedState.PUBLISHED}", Q(state=NeedState.PUBLISHED)),
        Preset("有单位认领", "state=taken", Q(state__in=TAKEN_NEEDS)),
        Preset("验收通过", "state=met", Q(state__in=MET_NEEDS)),
    )

    def get_queryset(self):
        return selectors.needs(self.request.user)

    def get_crumbs(self):
        return [Crumb("工作台", "/")]

    def get_actions(self):
        actions = import_button(self.request.user, "needs")
        if self.may_raise:
            actions.append(Action("提出需求", reverse("alliances:need_new"), icon="plus", primary=True))
        return actions

    @cached_property
    def may_raise(self) -> bool:
        """Whether there is an alliance to raise a need in; asked once for the buttons and for the empty list."""
        user = self.request.user
        return user.has_perm("alliances.add_need") and selectors.may_raise_somewhere(user)


class NeedPage(DetailPage):
    """One need: how far it is, who takes it on, what it uses, what came of it."""

    model = Need
    permission = "alliances.view_need"
    workflow = NEED
    transition_url = "alliances:need_do"
    timeline_models = (Claim, Match)

    def get_queryset(self):
        return selectors.needs(self.request.user)

    def get_crumbs(self):
        return crumbs()

    def get_lede(self):
        return f"{self.object.organisation} 提出 · {self.object.service_line}"

    def get(self, request, *args, **kwargs):
        self.parts = parts.NeedParts(self.object, request.user)
        return super().get(request, *args, **kwargs)

    def get_actions(self):
        return [*parts.other_steps(super().buttons()), *parts.actions(self.parts, taken=bool(self.buttons()))]

    def buttons(self):
        """The step that this user is waited for; the others stand among the actions, away from it."""
        return [button for button in super().buttons() if button["primary"]]

    def sections(self):
        return parts.sections(self.parts)

    def side(self):
        return handover.sections(self.object, self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(steps=parts.steps(self.object), **kwargs)


class EditableOnly:
    """Before it is published; afterwards the page says how to go on."""

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "organisation", "service_line", "area")

    def check_state(self):
        need, user = self.object, self.request.user
        acts = user.has_perm("alliances.resubmit_need", need) or user.has_perm("alliances.publish_need", need)
        if need.state not in EDITABLE_NEEDS and acts:
            way = "发布后的需求不能改写；确需更改请撤销后重新提出，或联系镇党建办。"
            raise Conflict(f"这条需求现在是“{need.get_state_display()}”，{way}")

    def get_crumbs(self):
        return crumbs(self.object)


class BlankNeed(MembersOnly, CreatePage):
    """A new need, filled in as far as the user's post and the page before it say."""

    permission = "alliances.add_need"
    title = "提出需求"
    model = Need
    form_class = NeedForm
    submits = ({"label": "提交审核", "name": "", "value": "", "primary": True},)
    flow_to = FLOW

    def get_crumbs(self):
        return crumbs()

    def form_options(self):
        own = self.request.user.post.organisation
        area = own.area_id if own and own.area_id else None
        initial = {"area": area, "organisation": scope_of(self.request.user).organisation_id}
        asked = self.request.GET.get("alliance", "")
        return {"initial": initial | ({"alliance": asked} if asked.isdecimal() else {})}

    def create(self, form):
        return services.create_need(form.cleaned_data, by=self.request.user)

    def done_message(self, row):
        return f"“{row}”已提交，镇党建办将会审核。编号 {row.serial}。"


class NeedNew(handover.ReceivesHandover, BlankNeed):
    """A new need, of itself or born from another record."""

    handover_code = "alliances.need"

    def brought(self):
        """The village that it concerns raises it, where the user may raise for that one; else the user's own unit."""
        facts = super().brought()
        raiser = selectors.raising_units(self.request.user).filter(pk=facts.pop("organisation", None)).first()
        return facts | ({"organisation": raiser.pk} if raiser else {})


class NeedEdit(EditableOnly, UpdatePage):
    """A change before it is published."""

    permission = "alliances.change_need"
    model = Need
    form_class = NeedForm

    def update(self, form):
        return services.update_need(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class NeedRemove(EditableOnly, RemovePage):
    """Into the recycle bin, before it is published."""

    permission = "alliances.delete_need"
    model = Need
    action = "need.remove"
    list_url = "alliances:needs"

    def act(self):
        services.remove_need(self.object, by=self.request.user)


class NeedDo(TransitionPage):
    """Publish, return, hand in again, withdraw, rate, archive."""

    model = Need
    workflow = NEED

    def get_queryset(self):
        return super().get_queryset().select_related("alliance")

    def get_crumbs(self):
        return crumbs(self.object)

    def perform(self, name, data):
        return services.perform_need(self.object, name, by=self.request.user, **data)
