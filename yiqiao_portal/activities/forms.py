"""Forms of activities: they clean what was typed and never save."""

from django import forms
from django.db.models import Q

from yiqiao_portal.core.attach import TakesAttachments
from yiqiao_portal.core.forms import (
    CleanCharField,
    DateField,
    PortalForm,
    PortalModelForm,
)
from yiqiao_portal.core.phones import find_personal_numbers
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.places.models import Place

from .checks import contradictions, decision_faults
from .form_roll import TakesRoll
from .form_rows import AgendaRow, AgendaRows, DecisionRow, DecisionRows, is_written
from .models import Activity, AgendaItem, Decision
from .services import Draft

SUBMITTED_NEEDS = ("title", "host", "venue", "content")
PARTS = ("also", "partners", "service_lines")
FOLDED = (
    "starts_at", "ends_at", "recorder", "guests", "voters_expected", "voters_present", "also", "form", "theme_day",
    "service_lines", "partners", "attachments",
)  # fmt: skip
THEME_DAYS = 24  # the newest, two years of them


class ReturnForm(PortalForm):
    """What is missing, in a sentence."""

    reason = CleanCharField(label="退回原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ExplanationForm(PortalForm):
    """Why nothing was held."""

    reason = CleanCharField(
        label="未开展的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一句话写明即可，不写个人健康等情况",
    )


class FinishForm(PortalForm):
    """When it was done."""

    done_on = DateField(label="完成日期")


class ManyFiles(forms.ClearableFileInput):
    """An input for several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, none is required."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class ActivityForm(TakesAttachments, TakesRoll, PortalModelForm):
    """The record of one activity: six fields are enough, the rest may stay empty."""

    refused_rows = False  # the service found a row wrong
    photos = ManyFilesField(label="照片", required=False)
    attachments = ManyFilesField(label="附件", required=False, help_text="签到表、课件等，每个不超过 20MB")

    class Meta(PortalModelForm.Meta):
        model = Activity
        fields = (
            "organisation", "title", "held_on", "host", "venue", "expected", "present",
            "voters_expected", "voters_present", "content", "starts_at", "ends_at", "recorder", "guests", "form",
            "also", "partners", "service_lines", "theme_day",
        )  # fmt: skip
        widgets = {
            "content": forms.Textarea(attrs={"rows": 4}),
            "venue": forms.TextInput(attrs={"list": "venues", "autocomplete": "off"}),
            "service_lines": forms.CheckboxSelectMultiple,
            "also": forms.CheckboxSelectMultiple,
            "partners": forms.CheckboxSelectMultiple,
        }

    def __init__(self, data=None, files=None, *, kind, organisations, **kwargs):
        self.kind = kind
        super().__init__(data, files, **kwargs)
        self.submitting = data is None or data.get("do") != "draft"
        self._choices(organisations)
        self.offer_attachments()
        self._required()
        self.offer_roll()
        rows = self._rows()
        options = {"user": self.user, "kind": self.kind}
        self.agenda = AgendaRows(data, prefix="agenda", initial=rows["agenda"], form_kwargs=options)
        self.decisions = DecisionRows(data, prefix="decisions", initial=rows["decisions"], form_kwargs=options)

    def _choices(self, organisations) -> None:
        """Only what lies within reach can be chosen, whatever is posted."""
        fields = self.fields
        fields["organisation"].queryset = organisations
        if len(organisations[:2]) == 1:
            fields["organisation"].widget = forms.HiddenInput()
        fields["partners"].queryset = Organisation.objects.nameable_by(self.user).official()
        fields["also"].queryset = self.kind.combines_with.all()
        fields["theme_day"].queryset = self._theme_days(organisations)
        fields["theme_day"].label_from_instance = lambda day: f"{day.held_on} {day}"
        if not self.kind.combines_with.exists():
            del fields["also"]
            del fields["form"]
        for name in ("voters_expected", "voters_present") if self.kind.by_unit else ():
            del fields[name]
        if not self.kind.is_meeting or self.kind.code == "theme_day":
            del fields["theme_day"]

    def _theme_days(self, organisations):
        """Offered: the newest of the branch and the one already named. Taken: any within reach, the service decides."""
        days = Activity.objects.visible_to(self.user).filter(kind__code="theme_day", organisation__in=organisations)
        if self.is_bound:
            return days
        organisation = self.organisation()
        own = days.filter(organisation=organisation) if organisation else days
        newest = own.order_by("-held_on", "-pk").values("pk")[:THEME_DAYS]
        return days.filter(Q(pk__in=newest) | Q(pk=self.instance.theme_day_id)).order_by("-held_on", "-pk")

    def _required(self) -> None:
        for name in SUBMITTED_NEEDS:
            self.fields[name].required = self.submitting
            self.fields[name].error_messages["required"] = f"请填写{self.fields[name].label}。"
        self.fields["content"].help_text = "一两句话即可，可以用语音输入"

    def organisation(self):
        """The organisation of the record: chosen, given, or the only one."""
        if self.is_bound:
            chosen = self.data.get("organisation", "")
            known = chosen.isdecimal() and len(chosen) < 18
            return self.fields["organisation"].queryset.filter(pk=chosen).first() if known else None
        return self.initial.get("organisation") or (self.instance.organisation if self.instance.pk else None)

    def _rows(self) -> dict[str, list[dict]]:
        if self.instance.pk:
            return {
                "agenda": list(
                    AgendaItem.objects.alive().filter(activity=self.instance).values(*AgendaRow.base_fields)
                ),
                "decisions": list(
                    Decision.objects.alive().filter(activity=self.instance).values(*DecisionRow.base_fields)
                ),
            }
        return {"agenda": self.initial.get("agenda", []), "decisions": []}

    @property
    def more_open(self) -> bool:
        """The folded part opens by itself when something in it is filled or wrong."""
        wrong = self.is_bound and (self.agenda.total_error_count() or self.decisions.total_error_count())
        return bool(wrong or self.refused_rows or set(self.errors) & set(FOLDED) or self._filled_rows())

    def _filled_rows(self) -> bool:
        return bool(self.agenda.initial or self.decisions.initial)

    @property
    def formsets(self) -> list[dict]:
        """The rows that may be added."""
        return [
            {
                "title": "议题",
                "hint": "有表决的填票数，系统按规定判断是否通过",
                "formset": self.agenda,
                "add": "再加一个议题",
            },
            {
                "title": "议定事项",
                "hint": "写明负责人和期限，到期会提醒",
                "formset": self.decisions,
                "add": "再加一件议定事项",
            },
        ]

    def is_valid(self) -> bool:
        fine = all([super().is_valid(), self.agenda.is_valid(), self.decisions.is_valid()])
        return not self._wrong_decisions() and fine

    def _wrong_decisions(self) -> bool:
        """Say at each row of the decisions what cannot be true; the day stands in the form above them."""
        wrong = False
        for row in self.decisions:
            for name, sentence in decision_faults(row.cleaned_data, self.cleaned_data.get("held_on")):
                row.add_error(name, sentence)
                wrong = True
        return wrong

    def clean(self):
        data = super().clean()
        for name, sentence in contradictions(data.get):
            self.add_error(name, sentence)
        self.check_roll()
        return data

    @property
    def partner_groups(self) -> list[tuple[str, list[dict]]]:
        """The organisations that may be partners, by kind in the official order, with the ticks."""
        ticked = {str(value) for value in self["partners"].value() or ()}
        groups: dict[str, list[dict]] = {}
        for row in self.fields["partners"].queryset:
            chosen = {"pk": row.pk, "name": row.short_name, "ticked": str(row.pk) in ticked}
            groups.setdefault(row.get_kind_display(), []).append(chosen)
        return list(groups.items())

    @property
    def partner_count(self) -> int:
        """How many are ticked."""
        return len(self["partners"].value() or ())

    @property
    def lost_files(self) -> dict[str, int]:
        """How many pictures and papers came with this form: a browser never sends them again by itself."""
        sent = self.files.getlist if hasattr(self.files, "getlist") else lambda _name: ()
        return {name: len(sent(name)) for name in ("photos", "attachments")}

    def refuse(self, error) -> None:
        self.refused_rows = error.field in {"agenda", "decisions"}
        super().refuse(error)

    def warnings(self) -> tuple[str, ...]:
        """Numbers of persons in free text are said aloud, not forbidden."""
        return find_personal_numbers(self.cleaned_data.get("content", ""))

    def draft(self) -> Draft:
        """What the service takes."""
        data = self.cleaned_data
        files = ("photos", "attachments")
        values = {name: value for name, value in data.items() if name in self._meta.fields and name not in PARTS}
        values["title"] = values["title"] or self.kind.name
        return Draft(
            values={"kind": self.kind, **values},
            absences={row.who.pk: row.reason for row in self.roll if row.absent} if self.roll else None,
            shown={row.who.pk for row in self.roll} if self.roll else None,
            agenda=_filled(self.agenda, "title"),
            decisions=_filled(self.decisions, "text"),
            attached=self.attachments(),
            **{name: list(data.get(name) or ()) for name in (*PARTS, *files)},
        )

    def conflict_parts(self) -> dict[str, tuple[str, str]]:
        """Attendance, agenda and decisions as one part each, for the compare page."""
        return {
            "roll": ("缺席", self.absent_words()),
            "agenda": ("议题", _words(self.agenda, "title")),
            "decisions": ("议定事项", _words(self.decisions, "text")),
        }

    def saved_part(self, name: str) -> list[tuple[str, list[str]]]:
        """What the saved row would post for a part."""
        if name == "roll":
            return self.posted_roll()
        formset = getattr(self, name)
        management = formset.management_form
        pairs = [(management.add_prefix(key), [str(value)]) for key, value in management.initial.items()]
        return pairs + [pair for form in formset for pair in _posted(form)]


def _filled(formset, name: str) -> list[dict]:
    """The rows in which something was written; ids stay with their rows."""
    rows = []
    for form in formset:
        if form.cleaned_data.get(name):
            values = {key: value for key, value in form.cleaned_data.items() if key != "id"}
            rows.append(values | ({"id": form.cleaned_data["id"]} if form.cleaned_data.get("id") else {}))
    return rows


def _words(formset, name: str) -> str:
    return "\n".join(str(form[name].value()) for form in formset if form[name].value())


def _posted(form) -> list[tuple[str, list[str]]]:
    pairs = []
    for bound in form:
        value = bound.value()
        if is_written(value):
            pairs.append((bound.html_name, ["on" if value is True else str(value)]))
    return pairs


class PlanForm(PortalForm):
    """A year's theme days in one go: a day of each month."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="党组织")
    year = forms.IntegerField(label="年份", min_value=2021, max_value=2100)
    day = forms.IntegerField(label="每月几号", min_value=1, max_value=28, help_text="每月相对固定的一天")
    title = CleanCharField(label="主题", max_length=100, initial="主题党日")
    venue = CleanCharField(label="地点", max_length=80)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


def venues_for(user) -> list[str]:
    """Names of the places within reach, offered while typing."""
    return list(Place.objects.visible_to(user).values_list("name", flat=True)[:50])
