"""Forms of resources, needs, claims and matches: they clean what was typed and never save."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms

from yiqiao_portal.core.forms import CleanCharField, PortalForm, PortalModelForm
from yiqiao_portal.directory.models import Organisation

from ..choices import Satisfaction
from ..models import Need, Resource
from ..selectors import lists as selectors

LEADS = (("1", "牵头：负责立项和申请验收"), ("0", "配合：与牵头单位一起办"))


def _layout(*rows) -> FormHelper:
    """Fields one below the other; a tuple stands side by side."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(*(Row(*row) if isinstance(row, tuple) else row for row in rows))
    return helper


def choose(field: forms.ModelChoiceField, rows) -> None:
    """Offer these rows; the only one is chosen already."""
    field.queryset, field.empty_label = rows, "请选择"
    only = list(rows[:2])
    if len(only) == 1:
        field.initial = only[0]


class ListForm(PortalModelForm):
    """What resources and needs share: alliance, unit, line, amount, village."""

    anywhere = "全镇"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choose(self.fields["alliance"], self.alliances())
        choose(self.fields["organisation"], self.organisations())
        self.fields["area"].queryset = selectors.villages(self.user)
        self.fields["area"].empty_label = self.anywhere
        self.fields["service_line"].empty_label = "请选择"
        self.helper = _layout(*self.rows)

    def validate_constraints(self):
        """The service asks, and names the field."""


class ResourceForm(ListForm):
    """What a unit can offer."""

    rows = (
        "title", ("alliance", "organisation"), ("service_line", "area"), ("capacity", "unit"),
        ("starts_on", "ends_on"), "detail",
    )  # fmt: skip

    class Meta(PortalModelForm.Meta):
        model = Resource
        fields = ("title", "alliance", "organisation", "service_line", "area", "capacity", "unit", "starts_on",
                  "ends_on", "detail")  # fmt: skip
        labels = {"unit": "计量单位"}
        help_texts = {
            "title": "例如“便携式水质快检仪”“科普讲师”",
            "capacity": "能提供的总数，同意对接后自动扣减，不会超约",
        }
        widgets = {"detail": forms.Textarea(attrs={"rows": 4})}

    def alliances(self):
        return selectors.offering(self.user)

    def organisations(self):
        return selectors.member_units(self.user)


class NeedForm(ListForm):
    """What somebody needs."""

    anywhere = "不限"
    rows = (
        "title", ("alliance", "organisation"), ("service_line", "area"), ("amount", "unit"),
        ("starts_on", "due_on"), "detail",
    )  # fmt: skip

    class Meta(PortalModelForm.Meta):
        model = Need
        fields = ("title", "alliance", "organisation", "service_line", "area", "amount", "unit", "starts_on", "due_on",
                  "detail")  # fmt: skip
        labels = {"unit": "计量单位"}
        help_texts = {"title": "一句话说清要什么，例如“沿河驿站增设净水点”"}
        widgets = {"detail": forms.Textarea(attrs={"rows": 4})}

    def alliances(self):
        return selectors.working(self.user)

    def organisations(self):
        return selectors.raising_units(self.user)


class ClaimForm(PortalForm):
    """Which unit takes it on, and how."""

    organisation = forms.ModelChoiceField(label="认领单位", queryset=Organisation.objects.none())
    plan = CleanCharField(
        label="怎么做",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一两句话：谁来做、什么时候、需要对方配合什么",
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        choose(self.fields["organisation"], units)


class AcceptClaimForm(PortalForm):
    """The first accepted one leads."""

    lead = forms.TypedChoiceField(
        label="分工", choices=LEADS, coerce=lambda value: value == "1", widget=forms.RadioSelect
    )


class MatchForm(PortalForm):
    """How much of it."""

    amount = forms.IntegerField(label="申请数量", min_value=1, max_value=2_000_000_000)

    def __init__(self, *args, resource, **kwargs):
        super().__init__(*args, **kwargs)
        unit = resource.get_unit_display()
        self.fields["amount"].help_text = f"单位：{unit}；现余 {resource.left} {unit}"


class RateForm(PortalForm):
    """How the raiser found what was done."""

    satisfaction = forms.ChoiceField(label="评价", choices=Satisfaction.choices, widget=forms.RadioSelect)
    comment = CleanCharField(
        label="说明",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可以不写；不满意的请写一句哪里要改进",
    )

    def clean(self):
        data = super().clean()
        if data.get("satisfaction") == Satisfaction.POOR and not data.get("comment"):
            self.add_error("comment", "评价为不满意，请写一句哪里要改进。")
        return data
