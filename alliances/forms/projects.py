"""Forms of projects, progress, programmes and milestones: they clean what was typed and never save."""

from django import forms

from yiqiao_portal.activities.forms import ManyFilesField
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.core.forms import CleanTextField, PortalForm, PortalModelForm
from yiqiao_portal.directory.models import Organisation

from ..choices import Target
from ..models import Milestone, Need, Programme, Progress, Project
from ..selectors import projects as selectors


def in_order(form, first: str, last: str, words: str) -> None:
    """Say at the later day's field that it lies before the other."""
    days = [form.cleaned_data.get(name) for name in (first, last)]
    if all(days) and days[1] < days[0]:
        form.add_error(last, words)


class ProjectForm(PortalModelForm):
    """A project: five fields are enough. For a need the units are known already."""

    class Meta(PortalModelForm.Meta):
        model = Project
        fields = (
            "alliance", "title", "organisation", "service_line", "starts_on", "due_on",
            "detail", "programme", "helpers",
        )  # fmt: skip
        widgets = {"detail": forms.Textarea(attrs={"rows": 3}), "helpers": forms.CheckboxSelectMultiple}
        help_texts = {"title": "例如“里河 1.2 公里岸线修复”", "detail": "一两句话即可"}

    def __init__(self, *args, need: Need | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.need = need or self.instance.need
        self._units()
        self.fields["service_line"].empty_label = "请选择"
        self.fields["programme"].queryset = Programme.objects.visible_to(self.user)
        self.fields["programme"].empty_label = "不属于任何工程"

    def _units(self) -> None:
        """Only alliances and units within reach; the alliance of a project never changes, nor the lead of a need's."""
        fields, started = self.fields, self.instance if self.instance.pk else None
        alliances = [started.alliance] if started else selectors.alliances_for_starting(self.user)
        known = [*started.helpers.all(), started.organisation] if started else []
        fields["alliance"].queryset = selectors.alliances_for_starting(self.user)
        fields["organisation"].queryset = selectors.leads_for(self.user, alliances, known)
        fields["helpers"].queryset = selectors.units_of(alliances, known)
        for name in ("alliance", "organisation"):
            self._single(name)
        for name in self._settled(started):
            del fields[name]

    def _settled(self, started: Project | None) -> tuple[str, ...]:
        if started:
            return ("alliance", "organisation") if self.need else ("alliance",)
        return ("alliance", "organisation", "helpers") if self.need else ()

    def _single(self, name: str) -> None:
        """Where there is one choice, nobody has to make it."""
        field = self.fields[name]
        field.empty_label = "请选择"
        only = list(field.queryset[:2])
        if len(only) == 1 and not self.instance.pk:
            field.widget, self.initial[name] = forms.HiddenInput(), only[0].pk
            helpers = self.fields["helpers"]
            helpers.queryset = helpers.queryset.exclude(pk=only[0].pk) if name == "organisation" else helpers.queryset

    def clean(self):
        data = super().clean()
        in_order(self, "starts_on", "due_on", "计划完成日期不能早于开始日期，请核对。")
        return data


class HandInForm(PortalForm):
    """What came of it, and how many it reached."""

    result = CleanTextField(
        label="成果", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="做成了什么，一两句话即可"
    )
    beneficiaries = forms.IntegerField(label="受益人次", required=False, min_value=0, max_value=9_999_999)


class ProgressForm(PortalModelForm):
    """Three fields, and the picture may stay out."""

    photos = ManyFilesField(label="照片", required=False)

    class Meta(PortalModelForm.Meta):
        model = Progress
        fields = ("text", "day")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        labels = {"text": "做了什么"}
        help_texts = {"text": "一两句话即可，可以用语音输入"}

    def values(self) -> dict:
        """What the service takes, without the pictures."""
        return {name: self.cleaned_data[name] for name in ("text", "day")}


class ActivityChoice(forms.ModelMultipleChoiceField):
    """Activities by day and title."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, activity: Activity) -> str:
        return f"{activity.held_on} {activity}（{activity.organisation}）"


def project_choice(user, activity: Activity | None) -> forms.Field | None:
    """“所属项目” on the form of an activity: the open projects of the user's units, and the one chosen already."""
    if not user.has_perm("alliances.view_project"):
        return None
    chosen = selectors.projects_of(user, activity).first() if activity else None
    fitting = [
        row for row in selectors.open_projects(user) if not activity or activity.held_on >= selectors.first_day(row)
    ]
    rows = {str(row.pk): row for row in (*([chosen] if chosen else ()), *fitting)}
    if not rows:
        return None
    words = [(key, f"{row}（{row.organisation}牵头）") for key, row in rows.items()]
    return forms.TypedChoiceField(
        label="所属项目",
        choices=[("", "不属于任何项目"), *words],
        coerce=rows.get,
        empty_value=None,
        required=False,
        initial=str(chosen.pk) if chosen else "",
    )


class ActivitiesForm(PortalModelForm):
    """The activities that belong to a project: ticked, not typed again."""

    activities = ActivityChoice(Activity.objects.none(), label="相关活动", required=False)

    class Meta(PortalModelForm.Meta):
        model = Project
        fields = ("activities",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = selectors.activities_for if self.is_bound else selectors.offered_activities
        self.fields["activities"].queryset = rows(self.user, self.instance).select_related("organisation")


class ProgrammeForm(PortalModelForm):
    """A programme of the town."""

    targets = forms.MultipleChoiceField(
        label="对应目标", choices=Target, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta(PortalModelForm.Meta):
        model = Programme
        fields = ("name", "organisation", "summary", "goals", "targets", "starts_on", "ends_on", "source")
        widgets = {"goals": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"source": "出自哪份文件或报道，写明日期"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.visible_to(self.user).official()
        self.fields["organisation"].empty_label = "请选择"

    def clean(self):
        data = super().clean()
        in_order(self, "starts_on", "ends_on", "结束日期不能早于开始日期，请核对。")
        return data


class MilestoneForm(PortalModelForm):
    """A step of a programme; the day of completion stands in the form of one that is done."""

    class Meta(PortalModelForm.Meta):
        model = Milestone
        fields = ("title", "organisation", "due_on", "note", "done_on")
        help_texts = {"done_on": "填错了可以清空，节点就重新变为未完成"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.visible_to(self.user).official()
        self.fields["organisation"].empty_label = "请选择"
        if not self.instance.done_on:
            del self.fields["done_on"]
