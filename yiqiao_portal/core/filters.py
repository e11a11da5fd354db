"""The base of all list filters: a bad value filters nothing away silently, it says so."""

import django_filters
from django import forms

from . import registry
from .bigrams import containing
from .forms import DateField, PortalForm
from .models import Message


class WordsFilter(django_filters.CharFilter):
    """Words that the title contains."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label", "关键词")
        kwargs.setdefault("max_length", 60)
        super().__init__(*args, **kwargs)

    def filter(self, qs, value):
        return containing(qs, self.field_name, value) if value else qs


class MatchingFilter(WordsFilter):
    """Words that the rows' own `matching` understands: what the search finds by, the list finds by too."""

    def filter(self, qs, value):
        return qs.matching(value) if value else qs


class DateFilter(django_filters.Filter):
    """A date in any of the usual ways of writing."""

    field_class = DateField


class FilterForm(PortalForm):
    """The form of a filter: an empty choice leaves everything in."""

    blank_choice = "全部"
    keeps_text = False  # what is looked for is written nowhere


class ListFilter(django_filters.FilterSet):
    """Base of all filters. The query string is the state: it can be shared and goes back."""

    extra: tuple[str, ...] = ()  # names under 更多筛选

    def get_form_class(self):
        """Fields of the filters in a form with our sentences."""
        fields = {name: condition.field for name, condition in self.filters.items()}
        return type(f"{type(self).__name__}Form", (FilterForm,), fields)

    def filter_queryset(self, queryset):
        """A hidden condition that is wrong finds nothing: nobody would see its sentence."""
        hidden = {field.name for field in self.form.hidden_fields()}
        return queryset.none() if hidden & set(self.form.errors) else super().filter_queryset(queryset)

    def used(self) -> dict:
        """What is set, by the name of the filter; nothing when a condition is wrong."""
        cleaned = self.form.cleaned_data if self.form.is_valid() else {}
        return {name: value for name, value in cleaned.items() if _is_set(value)}

    def chips(self) -> list[dict]:
        """What is set, each with the address of the list without it."""
        chips = []
        for name, value in self.used().items():
            rest = self.data.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            label = f"{self.form.fields[name].label}：{self._shown(name, value)}"
            chips.append({"label": label, "url": f"?{rest.urlencode()}"})
        return chips

    def _shown(self, name: str, value) -> str:
        field = self.form.fields[name]
        if value is True:
            return "是"
        if isinstance(field, forms.ChoiceField) and not hasattr(value, "pk"):
            return dict(field.choices).get(value, str(value)) if isinstance(value, str) else "、".join(map(str, value))
        return str(value)


def _is_set(value) -> bool:
    """Something was chosen; an empty list of rows is nothing."""
    return value not in (None, "", [], False) and not (hasattr(value, "count") and not value)


def message_kinds() -> list[tuple[str, str]]:
    """The kinds of message as choices."""
    return [(kind.code, kind.label) for kind in registry.message_kinds().values()]


class MessageFilter(ListFilter):
    """By kind, and what is still unread."""

    kind = django_filters.ChoiceFilter(label="类型", choices=message_kinds, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", choices=[("unread", "未读"), ("read", "已读")], method="of_state", empty_label="全部"
    )

    class Meta:
        model = Message
        fields = ()

    def of_state(self, rows, _name, value):
        return rows.filter(read_at__isnull=value == "unread")
