"""Form fields that take what people type, and the base of all forms."""

from django import forms
from django.core.exceptions import ValidationError

from . import registry
from .exceptions import DomainError
from .phones import holds_identity_number, normalise_phone
from .sentences import NUL, reword
from .text import clean_text, parse_date, parse_time

IDENTITY_REFUSED = "{label}里有像身份证号的内容。本平台不收集身份证号码，请删去后重新提交。"


class CleanCharField(forms.CharField):
    """Text without control characters; rare Chinese characters stay."""

    multiline = False

    def to_python(self, value):
        value = super().to_python(value)
        return _ask(clean_text, value, max_length=self.max_length or 200, multiline=self.multiline) if value else value


class CleanTextField(CleanCharField):
    """Several lines of text."""

    multiline = True
    widget = forms.Textarea


class DateField(forms.DateField):
    """A date as people write it: 2026-11-23, 20261123, 2026.11.23, 11月23日."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value):
        return _ask(parse_date, value) if isinstance(value, str) and value.strip() else super().to_python(value)


class TimeField(forms.TimeField):
    """A time of day: 14:30, 1430, 下午2点半."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def to_python(self, value):
        return _ask(parse_time, value) if isinstance(value, str) and value.strip() else super().to_python(value)


class PhoneField(forms.CharField):
    """A phone number; blanks, dashes and full-width digits are forgiven."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def to_python(self, value):
        value = super().to_python(value)
        return _ask(normalise_phone, value) if value else value


def _ask(parser, value, **options):
    """A parser's sentence as the field's error."""
    try:
        return parser(value, **options)
    except DomainError as error:
        raise ValidationError(error.message) from None


class PortalForm(forms.Form):
    """Base of all forms: clean text, Chinese sentences, a service's refusal beside its field.

    No text that it keeps holds the number of an identity card; `keeps_text` is False where nothing is kept of it.
    """

    blank_choice = "请选择"
    keeps_text = True

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            reword(field, blank=self.blank_choice)

    def add_error(self, field, error):
        """Selects ask for NUL past their own sentences."""
        if field in self.fields and getattr(error, "code", "") == NUL:
            error = ValidationError(self.fields[field].error_messages[NUL], code=NUL)
        super().add_error(field, error)

    def _post_clean(self):
        """After all other checks, so that no other sentence takes the place of this one."""
        for name, value in list(self.cleaned_data.items()) if self.keeps_text else ():
            if is_free_text(self.fields.get(name)) and holds_identity_number(str(value)):
                self.add_error(name, IDENTITY_REFUSED.format(label=self.fields[name].label or "这一项"))
        super()._post_clean()

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal at its field, or above the form."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


def is_free_text(field: forms.Field | None) -> bool:
    """Whether a field takes whatever is typed; a password is nobody's to read."""
    return isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)


class PortalFormSet(forms.BaseFormSet):
    """Rows that may be added, with sentences of our own."""

    default_error_messages = {
        "missing_management_form": "页面不完整，请刷新页面后再提交，已填内容会保留。",
        "too_many_forms": "最多 %(num)d 行，请删减后再提交。",
        "too_few_forms": "至少 %(num)d 行，请补充后再提交。",
    }


def formfield(db_field, **kwargs):
    """The portal's form field for a model's field: clean text, lenient dates and times."""
    name = db_field.get_internal_type()
    if name == "DateField":
        return db_field.formfield(form_class=DateField, **kwargs)
    if name == "TimeField":
        return db_field.formfield(form_class=TimeField, **kwargs)
    if name == "TextField":
        return db_field.formfield(form_class=CleanTextField, **kwargs)
    if name == "CharField" and not db_field.choices:
        return db_field.formfield(form_class=CleanCharField, **kwargs)
    return db_field.formfield(**kwargs)


class PortalModelForm(PortalForm, forms.ModelForm):
    """A form whose labels, limits and constraints come from the model; it validates and never saves."""

    class Meta:
        formfield_callback = formfield

    def save(self, commit=True):
        raise TypeError("forms validate; services save")


class MessageSettingsForm(PortalForm):
    """Every kind of message with a box to tick."""

    kinds = forms.MultipleChoiceField(label="在消息里提醒", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind.code, kind.label) for kind in registry.message_kinds().values()]
