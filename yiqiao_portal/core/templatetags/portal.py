"""Template tags of the portal: icons, state tags, links that keep the query, values, forms and tables."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from django import template
from django.forms import BaseForm, fields
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..purposes import PURPOSES

register = template.Library()

ICON = '<svg class="ico" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
EMPTY = "--"
NOT_EXPORTED = {"page", "format", "purpose", "all"}  # parameters that the way to the Excel file leaves out
EMPTY_VALUES = (None, "", [], ())
# No eval, no inline style, nothing personal in the browser's storage; a form with errors (422) is shown.
HTMX_CONFIG = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "timeout": 15_000,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}
# Names of fields in the forms that allauth makes, in the portal's words.
LIBRARY_LABELS = {
    "login": "账号",
    "password": "密码",
    "oldpassword": "现在的密码",
    "password1": "新密码",
    "password2": "再输一次新密码",
    "code": "验证码",
}


class FormError(NamedTuple):
    """One line of the error summary: `anchor` is empty when the sentence belongs to the whole form."""

    anchor: str
    label: str
    text: str

    @property
    def name(self) -> str:
        """The label without its unit: a sentence that has it need not be led in by it."""
        return self.label.partition("（")[0]


# --- icons and states ---


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture of the sprite; hidden from screen readers, so a word always stands beside it."""
    return format_html(ICON, static("img/icons.svg"), name)


@register.simple_tag
def tag(state) -> SafeString | str:
    """A state (`core.tags.Tag`) as word, shape and colour; nothing for None."""
    if not state:
        return ""
    return format_html('<span class="tag tag-{}">{}{}</span>', state.look, icon(state.shape), state.word)


@register.filter
def button_look(item) -> str:
    """The classes of a button: `primary` or `danger` of an action, a transition or a submit."""
    for name in ("primary", "danger"):
        if item.get(name) if isinstance(item, dict) else getattr(item, name, False):
            return f"btn btn-{name}"
    return "btn"


@register.simple_tag
def htmx_config() -> str:
    """What htmx reads from the page's head."""
    return json.dumps(HTMX_CONFIG)


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
        return tag(value)
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


STRIPS = {"success": (" strip-ok", "check"), "warning": (" strip-due", "alert"), "error": (" strip-due", "alert")}


@register.filter
def strip_look(level: str) -> str:
    """The class of a message by its level."""
    return STRIPS.get(level, ("", "info"))[0]


@register.filter
def strip_icon(level: str) -> str:
    """The picture of a message by its level."""
    return STRIPS.get(level, ("", "info"))[1]


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


@register.simple_tag(takes_context=True)
def saved_draft(context) -> str:
    """The key of the form that was just saved, told once: the browser may forget its draft."""
    session = getattr(context.get("request"), "session", None)
    return session.pop("saved", "") if session and "saved" in session else ""


# --- tables (django-tables2) ---


def _declared(column, part: str) -> dict:
    """The attributes that the table's author gave; django-tables2 would add the column's name as a class."""
    return column.column.attrs.get(part, {})


@register.simple_tag
def row_header(table) -> str:
    """Name of the column that names the row: the first one that is not a checkbox."""
    named = (column.name for column in table.columns if "pick" not in _declared(column, "td").get("class", "").split())
    return next(named, "")


@register.simple_tag
def cell_attrs(column, value="") -> SafeString | str:
    """The attributes of a cell as its author declared them; an empty value is marked, so that a card leaves it out."""
    declared = _declared(column, "td")
    if show(value) == EMPTY:
        declared = declared | {"class": f"{declared.get('class', '')} none".strip()}
    return format_html_join("", ' {}="{}"', declared.items()) if declared else ""


@register.simple_tag
def head_class(column) -> SafeString | str:
    """The classes of a column's head: its own, and those of its cells that also matter there."""
    shared = {"num", "pc-cell"} & set(_declared(column, "td").get("class", "").split())
    words = shared | set(_declared(column, "th").get("class", "").split())
    return format_html(' class="{}"', " ".join(sorted(words))) if words else ""


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
        for text in sentences(field):
            yield FormError(anchor(field), where + label_of(field), text)


def _formset_errors(formset) -> list[FormError]:
    if not formset.is_bound:
        return []
    found = [FormError("", "", str(text)) for text in formset.non_form_errors()]
    for number, form in enumerate(formset.forms, start=1):
        found += _form_errors(form, f"第 {number} 行 ")
    return found


@register.filter
def label_of(field: BoundField) -> str:
    """A field's name as the page writes it."""
    return LIBRARY_LABELS.get(field.name, str(field.label))


@register.filter
def sentences(field: BoundField) -> list[str]:
    """The errors of a field, the same at the field and in the summary; an empty one is named in our words."""
    empty = str(fields.Field.default_error_messages["required"])
    return [f"请填写{label_of(field)}。" if str(text) == empty else str(text) for text in field.errors]


@register.filter
def anchor(field: BoundField) -> str:
    """The id that a link to this field jumps to: the input, or the first of several."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def split_filters(filterset) -> dict[str, list[BoundField]]:
    """A filter form in two parts, the bar and the `extra` behind 更多筛选; `set` is what has been chosen."""
    visible = list(filterset.form.visible_fields())
    extra = getattr(filterset, "extra", ())
    return {
        "bar": [field for field in visible if field.name not in extra],
        "more": [field for field in visible if field.name in extra],
        "set": [field for field in visible if field.data not in (*EMPTY_VALUES, False)],
    }


@register.simple_tag
def styled(field: BoundField, css: str) -> SafeString:
    """The widget of a field, drawn with our classes besides its own."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{css} {own}".strip()})


@register.simple_tag(takes_context=True)
def entry_input(context, field: BoundField) -> str:
    """The input of a library's form in our dress; `kind`, `hint` and `autocomplete` stand in the context."""
    attrs = {
        "class": "form-control is-invalid" if field.errors else "form-control",
        "autocomplete": context.get("autocomplete", "off"),
        "autocapitalize": "none",
        "spellcheck": "false",
        "placeholder": False,
    }
    if context.get("kind") == "code":
        attrs["inputmode"] = "numeric"
    described = [f"{field.auto_id}_hint"] if context.get("hint") else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    return field.as_widget(attrs=attrs | ({"aria-describedby": " ".join(described)} if described else {}))


@register.filter
def kind_of(field: BoundField) -> str:
    """How a field is drawn: check, radio, checks, file, password, select or text."""
    names = {"checkbox": "check", "radioselect": "radio", "checkboxselectmultiple": "checks", "password": "password"}
    kinds = (cls.__name__.lower().removesuffix("input") for cls in type(field.field.widget).__mro__)
    known = names | {"file": "file", "select": "select"}
    return next((known[kind] for kind in kinds if kind in known), "text")


# --- parts of pages ---


@register.simple_tag(takes_context=True)
def render_section(context, section) -> SafeString:
    """A section's own template, with the section's `context` on top of the page's."""
    with context.push(**section.context):
        return context.template.engine.get_template(section.template).render(context)


@register.filter
def nth(items, place: int) -> object:
    """One item of a list by its place."""
    return items[place]


@register.inclusion_tag("components/export.html", takes_context=True)
def export_form(context, look: str) -> dict:
    """The form that takes this list with its conditions as an Excel file; `look` are the classes of its button."""
    request = context["request"]
    kept = [(name, value) for name, values in request.GET.lists() if name not in NOT_EXPORTED for value in values]
    return {"path": request.path, "kept": kept, "purposes": PURPOSES, "look": look}


BROWSERS = (
    ("MicroMessenger", "微信"),
    ("QIHU", "360 浏览器"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "谷歌内核浏览器"),
    ("Safari", "Safari 浏览器"),
)
SYSTEMS = (
    ("Android", "安卓手机"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows", "Windows 电脑"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


@register.filter
def device(agent: str) -> str:
    """A browser's own name for itself in words that its user knows."""
    system = next((word for mark, word in SYSTEMS if mark in agent), "未知设备")
    browser = next((word for mark, word in BROWSERS if mark in agent), "未知浏览器")
    return f"{system}，{browser}"
