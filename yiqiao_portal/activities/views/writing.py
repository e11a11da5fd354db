"""Pages that write activity records."""

from datetime import date

from django.shortcuts import get_object_or_404
from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.text import parse_date
from yiqiao_portal.core.views.base import Action, Crumb, PortalPage
from yiqiao_portal.core.views.edit import NO_SECRETS, CreatePage, RemovePage, TransitionPage, UpdatePage
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

from .. import selectors, services
from ..choices import EDITABLE
from ..forms import ActivityForm, PlanForm, venues_for
from ..models import Activity, ActivityKind
from ..workflow import ACTIVITY
from .records import LIST

SUBMITS = (
    {"label": "提交确认", "name": "do", "value": "submit", "primary": True},
    {"label": "存草稿", "name": "do", "value": "draft", "primary": False},
)
FLOW = ("支部台账", "应记录一览", "镇党建办待确认", "年度报告")
COPIED = ("title", "venue", "host", "recorder", "guests", "content")
KEPT = ("venue", "host", "recorder")


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
        return super().get_context_data(kinds=ActivityKind.objects.all(), **kwargs)


class EditableOnly:
    """Drafts and returned records may be changed; of others the page says how to go on."""

    def check_state(self):
        activity = self.guarded()
        if activity.state not in EDITABLE and self.request.user.has_perm("activities.submit_activity", activity):
            raise Conflict(
                f"这条记录现在是“{activity.get_state_display()}”，不能修改。如需更正，请先撤回，或请镇党建办退回。"
            )


class ActivityFormMixin:
    """What new and changed records share."""

    template_name = "activities/form.html"
    form_class = ActivityForm
    submits = SUBMITS
    flow_to = FLOW
    warning = f"{NO_SECRETS}不必拍照、不必写心得。"

    def organisations(self):
        """Where this user may record."""
        return Organisation.objects.visible_to(self.request.user).party().official()

    def submitting(self) -> bool:
        return self.request.POST.get("do") != "draft"

    def get_crumbs(self):
        return [LIST]

    def done_message(self, row) -> str:
        return f"“{row}”已{'提交，镇党建办将会确认' if self.submitting() else '存为草稿'}。编号 {row.serial}。"

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

    def autosave_key(self) -> str:
        return f"{self.request.path}{self.chosen().pk if self.chosen() else ''}"

    def chosen(self) -> Organisation | None:
        """The organisation that the record is for: asked for in the link, the post's own, or the only one."""
        wanted = self.request.GET.get("organisation", "")
        rows = self.organisations()
        if wanted.isdecimal():
            return rows.filter(pk=wanted).first()
        own = scope_of(self.request.user).organisation_id
        return rows.filter(pk=own).first() or (rows.first() if rows.count() == 1 else None)

    def source(self) -> Activity | None:
        """The record to copy, if the link names one within reach."""
        wanted = self.request.GET.get("copy", "")
        rows = Activity.objects.visible_to(self.request.user)
        return rows.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 18 else None

    def initial(self) -> dict:
        organisation, source = self.chosen(), self.source()
        day = self.day()
        base = {"organisation": organisation, "held_on": day, "recorder": self.request.user.name}
        if source:
            agenda = [{"title": item.title} for item in source.agenda.all()]
            return base | {name: getattr(source, name) for name in COPIED} | {"agenda": agenda}
        last = selectors.last_of(self.request.user, organisation, self.kind) if organisation else None
        return base | ({name: getattr(last, name) for name in KEPT if getattr(last, name)} if last else {})

    def day(self) -> date:
        try:
            return parse_date(self.request.GET.get("held_on", "")) or today()
        except DomainError:
            return today()

    def get_form(self, data=None, files=None):
        return ActivityForm(
            data,
            files,
            kind=self.kind,
            organisations=self.organisations(),
            initial=self.initial(),
            user=self.request.user,
        )

    def get_lede(self):
        return str(self.chosen() or "")

    def get_actions(self):
        organisation = self.chosen()
        last = selectors.last_of(self.request.user, organisation, self.kind) if organisation else None
        return (
            [Action(f"复制上次（{last.held_on:%m-%d}）", f"?copy={last.pk}&organisation={organisation.pk}")]
            if last
            else []
        )

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
            organisations=self.organisations(),
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


class PlanPage(CreatePage):
    """A year's theme days as drafts, a fixed day of each month."""

    model = Activity
    permission = "activities.add_activity"
    title = "全年主题党日计划"
    lede = "每月相对固定一天，先排好，届时补上内容就能提交；已有记录的日子不会重复。"
    form_class = PlanForm
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
