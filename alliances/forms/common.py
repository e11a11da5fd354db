"""Forms that several parts of the pillar use."""

from django import forms

from yiqiao_portal.core.forms import CleanCharField, PortalForm


class ReasonForm(PortalForm):
    """Why, in a sentence that the other side will read."""

    reason = CleanCharField(
        label="原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一句话写明，对方会看到",
    )
