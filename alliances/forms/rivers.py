"""Forms of rivers, 河长, patrols and samples: they clean what was typed and never save."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.forms import formset_factory

from yiqiao_portal.core.forms import CleanCharField, DateField, PortalForm, PortalFormSet, PortalModelForm
from yiqiao_portal.directory.models import Area, Person

from .. import water
from ..choices import Body, ProblemState
from ..models import Patrol, PatrolItem, PatrolProblem, River, RiverChief, Section, WaterSample
from ..selectors import rivers as selectors
from ..services.patrols import Walk
from ..services.samples import NOTHING_MEASURED

FOLDED = ("organisation", "starts_at", "ends_at", "note")
PARTS = ("items",)
MOST_PROBLEMS = 20


def layout(*rows) -> FormHelper:
    """Fields one below the other; a tuple stands side by side where there is room."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(*(Div(*row, css_class="field-row") if isinstance(row, tuple) else row for row in rows))
    return helper


class PlainForm(PortalModelForm):
    """The service asks what the database would refuse, and names the field."""

    rows: tuple = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.rows:
            self.helper = layout(*self.rows)

    def validate_constraints(self):
        """See services."""


class RiverForm(PlainForm):
    """A river with what its sign says."""

    rows = (
        ("name", "code"), ("body", "alliance"), ("length_m", "surface_m2"), ("hotline", "order"),
        "duty", "goal", "protection",
    )  # fmt: skip

    class Meta(PortalModelForm.Meta):
        model = River
        fields = (
            "name", "code", "body", "alliance", "length_m", "surface_m2", "hotline", "order", "duty", "goal",
            "protection",
        )  # fmt: skip
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("duty", "goal", "protection")}
        help_texts = {"name": "例如“里河”", "order": "列表和台账里的先后，按镇里定的顺序"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alliance"].queryset = selectors.alliances_to_choose(self.user)
        self.fields["alliance"].empty_label = "不属于联盟"
        self.fields["body"].choices = Body.choices


class SectionForm(PlainForm):
    """A section with the class it is to reach."""

    rows = ("name", ("area", "target"), "order")

    class Meta(PortalModelForm.Meta):
        model = Section
        fields = ("name", "area", "target", "order")
        help_texts = {"name": "例如“入河口断面”“村委会段”"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(self.user).of_level("village")
        self.fields["area"].empty_label = "不填"
        self.fields["target"].choices = [("", "不设目标"), *Section._meta.get_field("target").choices]


class ChiefForm(PlainForm):
    """Who looks after a section from a day on."""

    rows = (("level", "organisation"), ("person", "duty"), ("since", "until"))

    class Meta(PortalModelForm.Meta):
        model = RiverChief
        fields = ("level", "organisation", "person", "duty", "since", "until")
        help_texts = {
            "person": "公示牌上的姓名；名单里没有的，请先在通讯录登记职务",
            "since": "同级的现任河长自动到前一天为止",
            "until": "只在补录已卸任的河长时填写",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(self.user).exclude(duty="")
        self.fields["person"].queryset = people.select_related("organisation").order_by(
            "organisation__order", "pinyin", "pk"
        )
        self.fields["person"].label_from_instance = lambda person: f"{person.name}（{person.organisation}）"
        self.fields["person"].empty_label = "不填"
        self.fields["organisation"].queryset = selectors.patrolling(self.user)
        self.fields["organisation"].empty_label = "请选择"
        self.fields["level"].choices = [("", "请选择"), *RiverChief._meta.get_field("level").choices]


class EndChiefForm(PortalForm):
    """The last day in office."""

    until = DateField(label="任职结束", help_text="在任的最后一天")


# --- patrols ---


class ProblemRow(PortalForm):
    """Something wrong that was seen."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = CleanCharField(label="发现的问题", max_length=200, required=False)
    item = forms.ModelChoiceField(PatrolItem.objects.none(), label="类别", required=False, empty_label="不选")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = PatrolItem.objects.all()

    def clean(self):
        data = super().clean()
        if not data.get("text") and data.get("id"):
            self.add_error("text", "已记下的问题要留到解决为止，请补上文字；已经处理的，请在记录页点“办结”。")
        elif not data.get("text") and data.get("item"):
            self.add_error("text", "请写明发现的问题，或不选类别。")
        return data


ProblemRows = formset_factory(
    ProblemRow, formset=PortalFormSet, extra=1, max_num=MOST_PROBLEMS, absolute_max=25, validate_max=True
)


class PatrolForm(PlainForm):
    """One patrol: four answers and the ticked items; the rest may stay folded."""

    class Meta(PortalModelForm.Meta):
        model = Patrol
        fields = ("section", "level", "day", "by_whom", "items", "organisation", "starts_at", "ends_at", "note")
        widgets = {"items": forms.CheckboxSelectMultiple, "note": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"items": "看过的打勾"}

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(data, files, **kwargs)
        self.fields["section"].queryset = selectors.open_sections(self.user)
        self.fields["section"].empty_label = "请选择"
        self.fields["section"].label = "河段"
        self.fields["level"].choices = [("", "请选择"), *Patrol._meta.get_field("level").choices]
        self.fields["items"].queryset = PatrolItem.objects.all()
        self.fields["organisation"].queryset = selectors.patrolling(self.user)
        self.fields["organisation"].empty_label = "请选择"
        self.problems = ProblemRows(data, prefix="problems", initial=self._kept())

    def _kept(self) -> list[dict]:
        """Open problems may be corrected; those taken on or solved stand on the record's page."""
        if not self.instance.pk:
            return []
        rows = PatrolProblem.objects.visible_to(self.user).filter(patrol=self.instance, state=ProblemState.OPEN)
        return list(rows.values("id", "text", "item"))

    @property
    def formsets(self) -> list[dict]:
        """The rows that may be added."""
        return [
            {
                "title": "发现的问题",
                "hint": "没有发现问题就空着；写下的会留到解决为止，并可转办",
                "formset": self.problems,
                "add": "再加一个问题",
            }
        ]

    @property
    def more_open(self) -> bool:
        """The folded part opens by itself when something in it is wrong or has to be chosen."""
        return bool(set(self.errors) & set(FOLDED)) if self.is_bound else not self["organisation"].value()

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.problems.is_valid()])

    def walk(self) -> Walk:
        """What the service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in PARTS}
        rows = [form.cleaned_data for form in self.problems if form.cleaned_data.get("text")]
        return Walk(values, items=list(self.cleaned_data["items"]), problems=rows)

    def conflict_parts(self) -> dict[str, tuple[str, str]]:
        """The problems as one part of the compare page."""
        words = [str(form["text"].value()) for form in self.problems if form["text"].value()]
        return {"problems": ("发现的问题", "\n".join(words))}

    def saved_part(self, name: str) -> list[tuple[str, list[str]]]:
        """What the saved row would post for the problems."""
        management = self.problems.management_form
        pairs = [(management.add_prefix(key), [str(value)]) for key, value in management.initial.items()]
        fields = [bound for form in self.problems for bound in form]
        return pairs + [(bound.html_name, [str(bound.value())]) for bound in fields if bound.value()]


class SolveForm(PortalForm):
    """What was done about a problem."""

    solved_on = DateField(label="解决日期")
    answer = CleanCharField(label="处理情况", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


# --- samples ---


# The portal's decision: the value is kept as the limit itself, which never makes the water look better than it is.
BELOW_DETECTION = "低于检出限的（如 0.02L），请填检出限的数值 0.02，并在数据来源里注明“低于检出限”。"


class SampleForm(PlainForm):
    """One sampling; an empty reading was not measured."""

    rows = (
        "section", ("taken_on", "organisation"),
        ("ph", "do"), ("codmn", "cod"), ("bod5", "nh3n"), ("tp", "tn"), "source",
    )  # fmt: skip

    class Meta(PortalModelForm.Meta):
        model = WaterSample
        fields = ("section", "taken_on", "organisation", *water.CODES, "source")
        help_texts = {"source": "例如检测报告编号；有低于检出限的，填检出限的数值，并在这里注明是哪几项"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = selectors.open_sections(self.user)
        self.fields["section"].empty_label = "请选择"
        self.fields["organisation"].queryset = selectors.patrolling(self.user)
        self.fields["organisation"].empty_label = "请选择"
        for code in water.CODES:
            self._reading(code)

    def _reading(self, code: str) -> None:
        """A reading as people type it, with its unit and sentences of its own."""
        field, item = self.fields[code], water.item(code)
        field.label = f"{item.name}（{item.unit}）" if item.unit else item.name
        field.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        places = field.decimal_places
        field.error_messages |= {
            "invalid": f"{item.name}请写数字，例如 0.62；没有测就空着。{BELOW_DETECTION}",
            "max_decimal_places": f"{item.name}最多写 {places} 位小数，请按检测报告修约后填写。",
            "max_digits": f"{item.name}的位数太多，请核对检测报告。",
            "max_whole_digits": f"{item.name}的数值太大，请核对检测报告。",
            "min_value": f"{item.name}不能小于 0，请核对检测报告。",
            "max_value": f"{item.name}不能大于 %(limit_value)s，请核对检测报告。",
        }

    def clean(self):
        data = super().clean()
        if not set(water.CODES) & set(self.errors) and all(data.get(code) is None for code in water.CODES):
            self.add_error(None, NOTHING_MEASURED)
        return data
