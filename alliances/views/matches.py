"""Matches: the five resources that suit a need, asking for one, the owner's answer."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.views.base import Action, ObjectPage
from yiqiao_portal.core.views.edit import CreatePage, TransitionPage

from ..forms.lists import MatchForm
from ..models import Match, Need
from ..selectors import lists as selectors
from ..services import matches as services
from ..workflow import MATCH
from .needs import crumbs


class OfNeed(ObjectPage):
    """A page about a need that may still use resources."""

    permission = "alliances.add_match"
    pk_url_kwarg = "need"

    def get_queryset(self):
        related = ("alliance", "organisation", "service_line", "area")
        return Need.objects.visible_to(self.request.user).select_related(*related)

    def get_crumbs(self):
        return crumbs(self.object)

    def get(self, request, *args, **kwargs):
        need = self.object
        if need.state not in selectors.MATCHABLE:
            raise Conflict(f"这条需求现在是“{need.get_state_display()}”，不能申请对接。请刷新页面查看最新情况。")
        return super().get(request, *args, **kwargs)


class Matching(OfNeed):
    """The five resources that suit best, each with the reasons in words."""

    model = Need
    template_name = "alliances/match_suggestions.html"

    def get_title(self):
        return f"找资源：{self.object}"

    def get_lede(self):
        need = self.object
        wanted = f"需要 {need.amount} {need.get_unit_display()}"
        days = f" · {need.starts_on or '尽快'} 至 {need.due_on or '不限'}" if need.starts_on or need.due_on else ""
        return f"{need.organisation} · {need.service_line} · {wanted}{days} · {need.area or '不限村社'}"

    def get_actions(self):
        return [Action("返回需求", self.object.get_absolute_url())]

    def get_context_data(self, **kwargs):
        user = self.request.user
        live = [row for row in selectors.matches_of(user, need=self.object) if row.state in selectors.LIVE_MATCHES]
        return super().get_context_data(
            object=self.object, suggestions=selectors.suggestions(self.object, user), matches=live, **kwargs
        )


class MatchNew(CreatePage, OfNeed):
    """Ask the owner of a resource for some of it."""

    model = Match
    form_class = MatchForm
    template_name = "alliances/match_form.html"
    submits = ({"label": "申请对接", "name": "", "value": "", "primary": True},)
    lede = "对方同意之后才算数；同意之前不占用余量。"

    @cached_property
    def resource(self):
        rows = selectors.resources(self.request.user).filter(alliance=self.object.alliance_id)
        return get_object_or_404(rows, pk=self.kwargs["resource"])

    def dispatch(self, request, *args, **kwargs):
        kwargs["resource"] = min(kwargs["resource"], 2**62)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        services.check_owner(self.resource)
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return f"申请对接：{self.resource}"

    def form_options(self):
        same = self.resource.unit == self.object.unit
        amount = max(1, min(self.object.amount if same else 1, self.resource.left))
        return {"resource": self.resource, "initial": {"amount": amount}}

    def create(self, form):
        return services.ask_for(self.object, self.resource, by=self.request.user, **form.cleaned_data)

    def done_message(self, row):
        return f"已向{row.organisation}申请，对方答复后您会在需求页看到。"

    def get_context_data(self, **kwargs):
        reasons = selectors.reasons_for(self.object, self.resource)
        return super().get_context_data(resource=self.resource, reasons=reasons, object=self.object, **kwargs)


class MatchDo(TransitionPage):
    """The owner says yes or no; either side lets go."""

    model = Match
    workflow = MATCH

    def get_queryset(self):
        return super().get_queryset().select_related("resource", "need__alliance", "organisation")

    def get_crumbs(self):
        return crumbs(self.object.need)

    def perform(self, name, data):
        return services.perform_match(self.object, name, by=self.request.user, **data)
