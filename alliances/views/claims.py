"""Claims: a member unit takes on a need, the office answers."""

from django.core.exceptions import PermissionDenied
from django.utils.functional import cached_property

from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.views.base import ObjectPage
from yiqiao_portal.core.views.edit import CreatePage, TransitionPage

from ..forms.lists import ClaimForm
from ..models import Claim, Need
from ..selectors import lists as selectors
from ..services import claims as services
from ..workflow import CLAIM
from .needs import crumbs

NO_UNIT = "您的单位现在不是这个联盟的成员单位，不能认领。如工作需要，请联系镇党建办。"


class ClaimNew(CreatePage, ObjectPage):
    """A claim on a published need."""

    model = Claim
    permission = "alliances.add_claim"
    pk_url_kwarg = "need"
    form_class = ClaimForm
    submits = ({"label": "认领", "name": "", "value": "", "primary": True},)
    lede = "认领后由镇党建办确认，可以几家一起认领，其中一家牵头。"
    flow_to = ("镇党建办待确认", "需求的认领单位", "项目的牵头与配合单位", "年度台账")

    def get_queryset(self):
        return Need.objects.visible_to(self.request.user).select_related("alliance", "organisation")

    def guarded(self):
        """Whether the role claims at all; for which units, the form and the service say."""

    def get_title(self):
        return f"认领：{self.object}"

    def get_crumbs(self):
        return crumbs(self.object)

    @cached_property
    def units(self):
        return selectors.claiming_units(self.request.user, self.object)

    def get(self, request, *args, **kwargs):
        need = self.object
        if need.state not in selectors.CLAIMABLE:
            raise Conflict(f"这条需求现在是“{need.get_state_display()}”，不能认领。请刷新页面查看最新情况。")
        if not self.units:
            if selectors.member_units(request.user, need.alliance_id).exists():
                raise Conflict("您的单位已认领这条需求，请返回需求查看进展。")
            raise PermissionDenied(NO_UNIT)
        return super().get(request, *args, **kwargs)

    def form_options(self):
        return {"units": self.units}

    def create(self, form):
        unit, plan = form.cleaned_data["organisation"], form.cleaned_data["plan"]
        return services.claim_need(self.object, unit, by=self.request.user, plan=plan)

    def done_message(self, row):
        return f"{row.organisation}已认领，等镇党建办确认。"


class ClaimDo(TransitionPage):
    """Accept, decline, withdraw."""

    model = Claim
    workflow = CLAIM

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "need__alliance")

    def get_crumbs(self):
        return crumbs(self.object.need)

    def get_form(self, data=None, files=None):
        form = super().get_form(data, files)
        if "lead" in form.fields:
            form.initial["lead"] = "0" if selectors.lead_of(self.object.need) else "1"
        return form

    def perform(self, name, data):
        return services.perform_claim(self.object, name, by=self.request.user, **data)
