"""Template tags of the portal: icons, state tags, links that keep the query, values, forms and tables."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

register = template.Library()

ICON = '<svg class="ico" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
EMPTY = "--"
EMPTY_VALUES = (None, "", [], ())


class FormError(NamedTuple):
    """One line of the error summary: `anchor` is empty when the sentence belongs to the whole form."""

    anchor: str
    label: str
    text: str


# --- icons and states ---


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture of the sprite; hidden from screen readers, so a word always stands beside it."""
    return format_html(ICON, static("img/icons.svg"), name)


@register.simple_tag(name="tag")
def tag_mark(tag) -> SafeString | str:
    """A state (`core.tags.Tag`) as word, shape and colour; nothing for None."""
    if not tag:
        return ""
    return format_html('<span class="tag tag-{}">{}{}</span>', tag.look, icon(tag.shape), tag.word)


# --- values ---


@register.filter
def dash(value) -> object:
    """An empty value as `--`; zero stays zero."""
    return EMPTY if value in EMPTY_VALUES else value


@register.filter
def thousands(value) -> str:
    """1284 → 1,284."""
    return EMPTY if value in EMPTY_VALUES else f"{value:,}"


@register.filter
def money(value) -> str:
    """Yuan with separators and two places: 1234.5 → 1,234.50."""
    return EMPTY if value in EMPTY_VALUES else f"{Decimal(str(value)):,.2f}"


@register.filter
def show(value) -> object:
    """Any value as a page shows it: empty `--`, yes or no, ISO days, local time to the minute, a state as its tag."""
    if value in EMPTY_VALUES:
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    if hasattr(value, "look") and hasattr(value, "word"):
        return tag_mark(value)
    return moment(value) if isinstance(value, date | time) else value


@register.filter
def moment(value) -> str:
    """A day as 2026-11-23, a moment as 2026-11-23 14:03 local time, a time as 14:03."""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else dash(value)


@register.filter
def marked(extra_tags: str | None, name: str) -> str:
    """The value of `name:value` among a message's extra tags: `undo:/x/ saved:key`."""
    words = (extra_tags or "").split()
    return next((word.partition(":")[2] for word in words if word.startswith(f"{name}:")), "")


@register.simple_tag
def setting(name: str) -> object:
    """A setting of the portal, for pages that render without a request (errors). Only PORTAL_ names."""
    if not name.startswith("PORTAL_"):
        raise template.TemplateSyntaxError("Only PORTAL_ settings may be shown.")
    return getattr(settings, name, "")


# --- links ---


@register.simple_tag(takes_context=True)
def query(context, **changes) -> str:
    """A link to this page with some parameters changed; None removes one. Anything but `page=` goes to page 1."""
    params = context["request"].GET.copy()
    if "page" not in changes:
        params.pop("page", None)
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params[name] = value
    return "?" + params.urlencode()


@register.simple_tag(takes_context=True)
def sort_url(context, column) -> str:
    """The link in a column's head: sorts by it, or turns the order round; keeps the filters, goes to page 1."""
    table = context["table"]
    params = context["request"].GET.copy()
    params.pop(table.prefixed_page_field, None)
    params[table.prefixed_order_by_field] = column.order_by_alias.next
    return "?" + params.urlencode()


@register.simple_tag
def path_with(path: str, **params) -> str:
    """A path with parameters, empty ones left out."""
    kept = {name: value for name, value in params.items() if value not in EMPTY_VALUES}
    return f"{path}?{urlencode(kept)}" if kept else path


# --- tables (django-tables2) ---


def _own_classes(column, part: str) -> str:
    """The classes that the table's author gave; django-tables2 adds the column's name, which is no class of ours."""
    return str(column.column.attrs.get(part, {}).get("class", ""))


@register.simple_tag
def row_header(table) -> str:
    """Name of the column that names the row: the first one that is not a checkbox."""
    named = (column.name for column in table.columns if "pick" not in _own_classes(column, "td").split())
    return next(named, "")


@register.simple_tag
def cell_attrs(column, part: str = "td") -> SafeString | str:
    """The attributes of a cell (`td`) or of a column's head (`th`) as its author declared them."""
    given = {name: value for name, value in column.attrs.get(part, {}).items() if name != "class"}
    classes = _own_classes(column, part) or (_own_classes(column, "td") if part == "th" else "")
    if part == "th":
        classes = " ".join(word for word in classes.split() if word in ("num", "pc-cell"))
        given.pop("data-label", None)
    if classes:
        given["class"] = classes
    return format_html_join("", ' {}="{}"', given.items())


@register.simple_tag
def aria_sort(column) -> str:
    """`ascending`, `descending` or nothing: the state of a column that may be sorted by."""
    if not column.is_ordered:
        return ""
    return "descending" if column.order_by_alias.is_descending else "ascending"


# --- forms ---


@register.simple_tag(takes_context=True)
def collect_errors(context) -> list[FormError]:
    """All errors of `form` and `formsets` in the context, in the order of the page: the error summary."""
    found = list(_form_errors(context.get("form")))
    for block in context.get("formsets") or ():
        found += _formset_errors(block["formset"])
    return found


def _form_errors(form, where: str = "") -> Iterable[FormError]:
    if not isinstance(form, BaseForm) or not form.is_bound:
        return
    for text in form.non_field_errors():
        yield FormError("", where, str(text))
    for field in form:
        for text in field.errors:
            yield FormError(anchor(field), f"{where}{field.label}", str(text))


def _formset_errors(formset) -> list[FormError]:
    if not formset.is_bound:
        return []
    found = [FormError("", "", str(text)) for text in formset.non_form_errors()]
    for number, form in enumerate(formset.forms, start=1):
        found += _form_errors(form, f"第 {number} 行 ")
    return found


@register.filter
def anchor(field: BoundField) -> str:
    """The id that a link to this field jumps to: the input, or the first of several."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def split_filters(form) -> dict[str, list[BoundField]]:
    """A filter form in two parts: what stands in the bar, and what waits behind 更多筛选.

    The filter's form may name the bar's fields in `main`; else they are the first four.
    """
    fields = list(form.visible_fields())
    main = getattr(form, "main", None) or [field.name for field in fields[:4]]
    return {
        "bar": [field for field in fields if field.name in main],
        "more": [field for field in fields if field.name not in main],
        "set": [field for field in fields if field.data not in (None, "", [])],
    }


@register.filter
def is_range(field: BoundField) -> bool:
    """Whether a field is two inputs, from and to."""
    return len(getattr(field.field.widget, "widgets", ())) == 2


@register.simple_tag
def range_inputs(field: BoundField) -> list[SafeString]:
    """The two inputs of a range, each with its own name for screen readers."""
    widget, values = field.field.widget, field.value()
    values = values if isinstance(values, list | tuple) else widget.decompress(values)
    names = [field.html_name + suffix for suffix in widget.widgets_names]
    parts = zip(widget.widgets, names, values or (None, None), ("开始", "结束"), strict=True)
    return [
        part.render(name, value, {"class": "form-control", "id": f"id_{name}", "aria-label": f"{field.label} {word}"})
        for part, name, value, word in parts
    ]


@register.simple_tag
def styled(field: BoundField, css: str) -> SafeString:
    """The widget of a field, drawn with our classes besides its own."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{css} {own}".strip()})


@register.filter
def kind_of(field: BoundField) -> str:
    """How a field is drawn: check, radio, checks, file, password, select or text."""
    names = {"checkbox": "check", "radioselect": "radio", "checkboxselectmultiple": "checks", "password": "password"}
    kinds = (cls.__name__.lower().removesuffix("input") for cls in type(field.field.widget).__mro__)
    known = names | {"file": "file", "select": "select"}
    return next((known[kind] for kind in kinds if kind in known), "text")


# --- parts of pages ---


@register.simple_tag(takes_context=True)
def render_section(context, section: dict) -> SafeString:
    """A section's own template, with the section's `context` on top of the page's."""
    with context.push(**(section.get("context") or {})):
        return context.template.engine.get_template(section["template"]).render(context)
