"""Lists and the page of one record."""

from django.db.models import Q
from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.forms import PortalForm
from yiqiao_portal.core.views.base import Action, Crumb, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage
from yiqiao_portal.core.views.edit import FormMixin
from yiqiao_portal.core.views.list import ListPage, Preset

from .. import selectors, services
from ..choices import RECORDED, State
from ..filters import ActivityFilter
from ..forms import FinishForm
from ..models import Activity, AgendaItem, Attendance, Decision
from ..tables import ActivityTable
from ..workflow import ACTIVITY
from . import parts

LIST = Crumb("活动记录", "/activities/")


class ActivityList(ListPage):
    """All records within reach."""

    model = Activity
    table_class = ActivityTable
    filter_class = ActivityFilter
    permission = "activities.view_activity"
    title = "活动记录"
    lede = "三会一课、主题党日与组织生活，一次录入，台账和年度报告都从这里取数。"
    export_action = "activity.export"
    empty_title = "还没有活动记录"
    empty_text = "活动举行之后，用手机一分钟就能记好。"
    presets = (
        Preset("全部", "", Q()),
        Preset("待确认", f"state={State.SUBMITTED}", Q(state=State.SUBMITTED)),
        Preset("退回补充", f"state={State.RETURNED}", Q(state=State.RETURNED)),
        Preset("草稿", f"state={State.DRAFT}", Q(state=State.DRAFT)),
        Preset("补录", "late_entry=1", Q(late_entry=True)),
    )

    def get_queryset(self):
        return super().get_queryset().select_related("kind", "organisation")

    def get_crumbs(self):
        return [Crumb("工作台", "/")]

    def get_template_names(self):
        return ["activities/ledger.html"] if self.request.GET.get("print") else super().get_template_names()

    def get_context_data(self, **kwargs):
        asked = self.request.GET.get("state", "")
        return super().get_context_data(has_open=asked not in {"recorded", *RECORDED}, **kwargs)

    def get_actions(self):
        if not self.request.user.has_perm("activities.add_activity"):
            return []
        return [Action("记录活动", reverse("activities:choose"), icon="plus", primary=True)]


class ActivityDetail(DetailPage):
    """One record: what was done, who was there, what was decided, how it went."""

    model = Activity
    permission = "activities.view_activity"
    workflow = ACTIVITY
    transition_url = "activities:do"
    timeline_models = (Attendance, AgendaItem, Decision)
    print_template = "activities/print.html"

    def get_queryset(self):
        return selectors.with_parts(self.request.user)

    def get_crumbs(self):
        return [Crumb("工作台", "/"), LIST]

    def get_lede(self):
        row, user = self.object, self.request.user
        own = row.state == State.SUBMITTED and services.refused_because("confirm", row, by=user)
        words = (str(row.kind), str(row.organisation), str(row.held_on), "自己记录的，须由另一位确认" if own else "")
        return " · ".join(word for word in words if word)

    def get_actions(self):
        user, pk = self.request.user, self.object.pk
        actions = []
        if user.has_perm("activities.change_activity", self.object):
            actions.append(Action("修改", reverse("activities:update", args=[pk])))
        if user.has_perm("activities.delete_activity", self.object):
            actions.append(Action("移入回收站", reverse("activities:remove", args=[pk])))
        if user.has_perm("activities.add_activity", self.object):
            actions.append(
                Action("照此再记", f"{reverse('activities:create', args=[self.object.kind.code])}?copy={pk}")
            )
        return actions

    def sections(self):
        return parts.sections(self.object, self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(agenda=parts.agenda_of(self.object), roll=parts.roll(self.object), **kwargs)


class FinishDecision(FormMixin, ObjectPage):
    """Tick off a decision."""

    model = Decision
    permission = "activities.finish_decision"
    form_class = FinishForm
    submits = ({"label": "办结", "name": "", "value": "", "primary": True},)

    def get_queryset(self):
        return super().get_queryset().select_related("activity")

    def guarded(self):
        return self.object.activity

    def get_form(self, data=None, files=None) -> PortalForm:
        return FinishForm(data, files, user=self.request.user, initial={"done_on": today()})

    def get_title(self):
        return f"办结：{self.object}"

    def get_crumbs(self):
        return [LIST, Crumb(str(self.object.activity), self.object.activity.get_absolute_url())]

    def write(self, form):
        return services.finish_decision(self.object, by=self.request.user, **form.cleaned_data)

    def done_message(self, row):
        return f"“{row}”已办结。"

    def done_url(self, row):
        return self.object.activity.get_absolute_url()
