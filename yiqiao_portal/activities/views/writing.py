"""Pages that write activity records."""

from datetime import date
from functools import cached_property

from django.shortcuts import get_object_or_404
from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.views.base import Action, Crumb, PortalPage
from yiqiao_portal.core.views.edit import NO_SECRETS, CreatePage, RemovePage, TransitionPage, UpdatePage
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

from .. import selectors, services
from ..choices import EDITABLE
from ..forms import ActivityForm, PlanForm, venues_for
from ..models import Activity, ActivityKind
from ..prefill import Prefill
from ..workflow import ACTIVITY, way_to_change
from .records import LIST

SUBMITS = (
    {"label": "提交确认", "name": "do", "value": "submit", "primary": True},
    {"label": "存草稿", "name": "do", "value": "draft", "primary": False},
)
FLOW = ("支部台账", "应记录一览", "镇党建办待确认", "年度报告")


def twin_hint(activity: Activity, remedy: str) -> str:
    """Perhaps the same meeting twice; empty when there is no other record of the branch, kind and day."""
    twin = selectors.twin_of(activity)
    return f"提示：当天已有一条同类记录 {twin.serial}，如有重复，{remedy}。" if twin else ""


class ChooseKind(PortalPage):
    """What shall be recorded?"""

    template_name = "activities/choose.html"
    permission = "activities.add_activity"
    title = "记录活动"
    lede = "先选类型，接着填写。"

    def get_crumbs(self):
        return [LIST]

    def get_actions(self):
        return [Action("做全年计划", reverse("activities:plan"))]

    def get_context_data(self, **kwargs):
        kinds = [kind for kind in ActivityKind.objects.all() if not kind.by_unit or self._holds(kind)]
        return super().get_context_data(kinds=kinds, **kwargs)

    def _holds(self, kind: ActivityKind) -> bool:
        return selectors.recorders(self.request.user, kind).exists()


class EditableOnly:
    """Drafts and returned records may be changed; of others the page says how to go on."""

    def check_state(self):
        activity = self.guarded()
        if activity.state not in EDITABLE and self.request.user.has_perm("activities.submit_activity", activity):
            way = way_to_change(self.request.user, activity)
            raise Conflict(f"这条记录现在是“{activity.get_state_display()}”，不能修改。如需更正，{way}。")


class ActivityFormMixin:
    """What new and changed records share."""

    template_name = "activities/form.html"
    form_class = ActivityForm
    submits = SUBMITS
    flow_to = FLOW
    warning = f"{NO_SECRETS}不必拍照、不必写心得。"

    def submitting(self) -> bool:
        return self.request.POST.get("do") != "draft"

    def get_crumbs(self):
        return [LIST]

    def done_message(self, row) -> str:
        done = "提交，镇党建办将会确认" if self.submitting() else "存为草稿"
        return f"“{row}”已{done}。编号 {row.serial}。{twin_hint(row, '请把其中一条移入回收站')}"

    def get_context_data(self, **kwargs):
        form = kwargs["form"]
        context = super().get_context_data(formsets=form.formsets, venues=venues_for(self.request.user), **kwargs)
        return context | {"lede_needed": sum(field.required for field in form.fields.values())}


class ActivityCreate(ActivityFormMixin, CreatePage):
    """A new record of one kind; place and host come from the last one."""

    model = Activity
    permission = "activities.add_activity"

    def dispatch(self, request, *args, **kwargs):
        self.kind = get_object_or_404(ActivityKind, code=kwargs["kind"])
        return super().dispatch(request, *args, **kwargs)

    def get_title(self):
        return f"记录{self.kind}"

    def get_template_names(self):
        """With script the list of those expected follows the day and the organisation; nothing else is sent again."""
        alone = self.request.htmx and not self.request.htmx.boosted
        return ["activities/expected.html"] if alone else super().get_template_names()

    @cached_property
    def prefill(self) -> Prefill:
        return Prefill(self.request.user, self.kind, self.request.GET)

    def autosave_key(self) -> str:
        """A draft of one branch, or of what a link presets, must not cover another's."""
        parts = [getattr(self.prefill.organisation, "pk", ""), *self.prefill.attached.values()]
        return self.request.path + "-".join(map(str, parts))

    def get_form(self, data=None, files=None):
        user = self.request.user
        options = {"kind": self.kind, "organisations": selectors.recorders(user, self.kind), "user": user}
        return ActivityForm(data, files, initial=self.prefill.initial(), **options)

    def get_lede(self):
        return str(self.prefill.organisation or "")

    def get_actions(self):
        last = self.prefill.last
        if last is None:
            return []
        return [Action(f"复制上次（{last.held_on:%m-%d}）", f"?copy={last.pk}&organisation={last.organisation_id}")]

    def create(self, form):
        return services.create_activity(form.draft(), by=self.request.user, submit=self.submitting())


class ActivityUpdate(EditableOnly, ActivityFormMixin, UpdatePage):
    """Change a draft or returned record."""

    model = Activity
    permission = "activities.change_activity"

    def get_queryset(self):
        return super().get_queryset().select_related("kind", "organisation")

    def get_crumbs(self):
        return [LIST, Crumb(str(self.object), self.object.get_absolute_url())]

    def get_form(self, data=None, files=None):
        instance = self.get_queryset().get(pk=self.object.pk)
        return ActivityForm(
            data,
            files,
            kind=instance.kind,
            organisations=selectors.recorders(self.request.user, instance.kind),
            instance=instance,
            user=self.request.user,
        )

    def update(self, form):
        options = {"version": self.version(), "submit": self.submitting()}
        return services.update_activity(self.object, form.draft(), by=self.request.user, **options)


class ActivityRemove(EditableOnly, RemovePage):
    """Move a draft or returned record into the recycle bin."""

    model = Activity
    permission = "activities.delete_activity"
    action = "activity.remove"
    list_url = "activities:list"

    def get_crumbs(self):
        return [LIST, Crumb(str(self.object), self.object.get_absolute_url())]


class ActivityTransition(TransitionPage):
    """Hand in, take back, confirm, return."""

    model = Activity
    workflow = ACTIVITY

    def get_crumbs(self):
        return [LIST, Crumb(str(self.object), self.object.get_absolute_url())]

    def perform(self, name, data):
        return services.perform(self.object, name, by=self.request.user, **data)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        remedies = {"submit": "请不要提交，把它移入回收站", "confirm": "请退回补充，写明重复"}
        remedy = remedies.get(self.transition.name)
        return context | {"consequence": context["consequence"] + (twin_hint(self.object, remedy) if remedy else "")}

    def denied_message(self) -> str:
        row = self.object
        said = services.refused_because(self.transition.name, row, by=self.request.user) if row else ""
        return said or super().denied_message()


class PlanPage(CreatePage):
    """A year's theme days as drafts, a fixed day of each month."""

    model = Activity
    permission = "activities.add_activity"
    title = "全年主题党日计划"
    lede = "每月相对固定一天，先排好，届时补上内容就能提交；已有记录的日子不会重复。"
    form_class = PlanForm
    asks_again = False
    submits = ({"label": "排好全年", "name": "", "value": "", "primary": True},)

    def get_crumbs(self):
        return [LIST]

    def get_form(self, data=None, files=None):
        rows = Organisation.objects.visible_to(self.request.user).party().official()
        own = rows.filter(pk=scope_of(self.request.user).organisation_id).first()
        initial = {"organisation": own, "year": today().year + (today().month == 12), "day": 20}
        return PlanForm(data, files, organisations=rows, user=self.request.user, initial=initial)

    def create(self, form):
        data = form.cleaned_data
        days = [date(data["year"], month, data["day"]) for month in range(1, 13)]
        days = [day for day in days if day >= today()]
        kind = ActivityKind.objects.get(code="theme_day")
        made = services.plan_year(
            data["organisation"], kind, by=self.request.user, days=days, title=data["title"], venue=data["venue"]
        )
        if not made:
            raise DomainError("这一年剩下的月份都已排好或已过去，请改年份或日期。", field="year")
        return made[0]

    def done_message(self, row):
        return f"{row.held_on.year} 年剩余月份的主题党日已排好，可在草稿中查看。"

    def done_url(self, row):
        return f"{reverse('activities:list')}?state=draft"
