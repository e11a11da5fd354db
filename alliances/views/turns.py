"""轮值: the calendar, planning it, exchanging two turns."""

from django.urls import reverse

from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.views.base import Action, ObjectPage
from yiqiao_portal.core.views.edit import FormMixin, sent_version

from ..choices import AllianceState
from ..forms.alliances import PlanForm, SwapForm
from ..models import Alliance, ChairTurn
from ..selectors import alliances as selectors
from ..services import turns as services
from .alliance_parts import turn_line
from .alliances import crumbs
from .members import ENDED, OfAlliance

EMPTY = {"title": "还没有排轮值", "text": "排好以后，轮到哪家单位，这家单位的待办里就会有。", "action": None}


class TurnsPage(ObjectPage):
    """The whole calendar of an alliance, and the order that it follows."""

    template_name = "alliances/turns.html"
    permission = "alliances.view_alliance"
    model = Alliance

    def get_title(self):
        return f"轮值表：{self.object}"

    def get_lede(self):
        return f"{self.object.get_chair_period_display()}一轮，按成员的轮值顺序；退出的跳过，调换的两期都留下原定单位。"

    def get_crumbs(self):
        return crumbs(self.object)

    def get_actions(self):
        if not self.request.user.has_perm("alliances.change_turns", self.object):
            return []
        return [Action("排轮值", reverse("alliances:turns_plan", args=[self.object.pk]), icon="cal", primary=True)]

    def lines(self) -> list[dict]:
        """The turn that runs and those that come, then those that are over, the newest first."""
        lines = [turn_line(turn) for turn in selectors.turns_of(self.object)]
        over = [line for line in lines if line["over"]]
        return [line for line in lines if not line["over"]] + over[::-1]

    def get_context_data(self, **kwargs):
        members = [member for member in selectors.members_of(self.object) if member.turn_order]
        return super().get_context_data(
            alliance=self.object,
            lines=self.lines(),
            order=sorted(members, key=lambda member: member.turn_order),
            may_change=self.request.user.has_perm("alliances.change_turns", self.object),
            empty={
                "title": "还没有排轮值",
                "text": "排好以后，每一期轮到哪家单位，这家单位的待办里都会有。",
                "action": None,
            },
            **kwargs,
        )


class TurnsPlan(FormMixin, ObjectPage):
    """Plan the turns of a time; what was planned for it is planned anew."""

    permission = "alliances.change_turns"
    model = Alliance
    form_class = PlanForm
    submits = ({"label": "排好轮值", "name": "", "value": "", "primary": True},)
    flow_to = ("轮值单位的待办", "联盟概览和公开页", "年度报告的轮值表")

    def check_state(self):
        if self.object.state != AllianceState.ACTIVE:
            raise Conflict(ENDED.format(self.object))

    def get_title(self):
        return f"排轮值：{self.object}"

    def get_crumbs(self):
        return crumbs(self.object)

    def form_options(self):
        return {"alliance": self.object}

    def write(self, form):
        self.made = services.plan_turns(self.object, by=self.request.user, **form.cleaned_data)
        return self.object

    def done_message(self, row):
        return f"已排好 {len(self.made)} 期，到 {self.made[-1].ends_on}。"

    def done_url(self, row):
        return reverse("alliances:turns", args=[row.pk])


class TurnSwap(OfAlliance, FormMixin, ObjectPage):
    """Exchange a turn with another one."""

    permission = "alliances.change_turns"
    model = ChairTurn
    form_class = SwapForm
    submits = ({"label": "调换", "name": "", "value": "", "primary": True},)

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "organisation")

    def get_title(self):
        return f"调换轮值：{self.object}"

    def form_options(self):
        return {"turn": self.object}

    def write(self, form):
        return services.swap_turns(
            self.object,
            form.cleaned_data["other"],
            by=self.request.user,
            note=form.cleaned_data["note"],
            version=sent_version(self.request),
        )[0]

    def done_message(self, row):
        return f"已调换：{row.starts_on} 这一期由{row.organisation}轮值。"

    def done_url(self, row):
        return reverse("alliances:turns", args=[row.alliance_id])

    def get_context_data(self, **kwargs):
        return super().get_context_data(version=self.object.version, **kwargs)
