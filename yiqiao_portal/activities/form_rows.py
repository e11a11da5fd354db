"""The rows of an activity's form: points of the agenda, and what was decided."""

from django import forms
from django.forms import formset_factory

from yiqiao_portal.core.forms import CleanCharField, CleanTextField, DateField, PortalForm, PortalFormSet
from yiqiao_portal.directory.models import Organisation

from .choices import UNIT_VOTES, VoteRule

VOTES = ("votes_for", "votes_against", "votes_abstain")


class AgendaRow(PortalForm):
    """One point of the agenda."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = CleanCharField(label="议题", max_length=100, required=False)
    outcome = CleanTextField(label="讨论情况", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    vote_rule = forms.ChoiceField(label="表决方式", required=False, choices=[("", "没有表决"), *VoteRule.choices])
    votes_for = forms.IntegerField(label="赞成票", required=False, min_value=0, max_value=9999)
    votes_against = forms.IntegerField(label="反对票", required=False, min_value=0, max_value=9999)
    votes_abstain = forms.IntegerField(label="弃权票", required=False, min_value=0, max_value=9999)
    of_congress = forms.BooleanField(label="属于党员大会议题", required=False)
    major = forms.BooleanField(label="村社重要事项（须经党员大会讨论）", required=False)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind.by_unit:
            offered = [(rule.value, rule.label) for rule in UNIT_VOTES]
            self.fields["vote_rule"].choices = [("", "没有表决"), *offered]

    def clean(self):
        data = super().clean()
        if not data.get("title") and any(is_written(data.get(name)) for name in set(self.fields) - {"id", "title"}):
            self.add_error("title", "请填写议题，或清空这一行。")
        votes = [data.get(name) for name in VOTES]
        if data.get("vote_rule") and votes[0] is None and "votes_for" not in self.errors:
            self.add_error("votes_for", "选了表决方式，请填写赞成票数。")
        if data.get("vote_rule") == "" and any(count is not None for count in votes):
            self.add_error("vote_rule", "填了票数，请选择表决方式，或清空票数。")
        return data


def is_written(value) -> bool:
    """No votes are something, an empty box is not."""
    return value not in {None, ""} and value is not False


class DecisionRow(PortalForm):
    """One thing that was decided."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = CleanCharField(label="议定事项", max_length=200, required=False)
    owner = CleanCharField(label="负责人", max_length=40, required=False)
    unit = forms.ModelChoiceField(Organisation.objects.none(), label="责任单位", required=False)
    due_on = DateField(label="完成期限", required=False)
    no_action = forms.BooleanField(label="无需办理", required=False)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind.needs_tasks:
            self.fields["unit"].queryset = Organisation.objects.nameable_by(self.user).official()
            self.fields["owner"].label = "负责人（选填）"
        else:
            del self.fields["unit"]
            del self.fields["no_action"]

    def clean(self):
        data = super().clean()
        filled = any(is_written(data.get(name)) for name in ("owner", "unit", "due_on", "no_action"))
        if filled and not data.get("text"):
            self.add_error("text", "请填写议定事项，或清空这一行。")
        return data


ROWS = {"formset": PortalFormSet, "extra": 1, "max_num": 20, "absolute_max": 25, "validate_max": True}
AgendaRows = formset_factory(AgendaRow, **ROWS)
DecisionRows = formset_factory(DecisionRow, **ROWS)
