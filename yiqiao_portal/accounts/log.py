"""The action log in words: what an auditor reads are ids and field names, never the rows behind them."""

from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone

from yiqiao_portal.audit.choices import Result
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.services import FILTER
from yiqiao_portal.audit.signals import TYPED_NAME
from yiqiao_portal.core import registry
from yiqiao_portal.core.tags import Tag

from .models import Role

OWN = "yiqiao_portal."
TYPED, OTHER = "登录时输入的账号", "其他"
WORDS = {TYPED_NAME: TYPED, "demo": "演示数据"}
FILTER_WORDS = {"filter.q": "关键词", "filter.year": "年份", "filter.kind": "类型", "filter.state": "状态"}
FORM_WORDS = {"parent": "上级", "tag": "状态", "posts": "岗位"}
LOOKS = {Result.OK: "ok", Result.FAILED: "due", Result.DENIED: "late"}


def object_types() -> list[tuple[str, str]]:
    """Object types that the log can name, with their Chinese names."""
    models = [model for model in apps.get_models() if model.__module__.startswith(OWN) and _has_name(model)]
    named = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in models]
    return sorted([*named, *WORDS.items()], key=lambda pair: pair[1])


def object_label(entry: Entry) -> str:
    """组织 31; a type that no app knows (any more) is 其他."""
    if not entry.object_type:
        return ""
    if entry.object_type == TYPED_NAME:
        return f"{TYPED}，代号 {entry.object_id}" if entry.object_id else TYPED
    if entry.object_type in WORDS:
        return WORDS[entry.object_type]
    return f"{_type_name(entry.object_type)} {entry.object_id}".strip()


def field_labels(entry: Entry) -> str:
    """The names of the fields concerned, as their forms call them; never an identifier."""
    model = _model(entry.object_type)
    labels = dict.fromkeys(_label(model, name) for name in entry.fields)
    return "、".join(sorted(labels, key=OTHER.__eq__))


def role_label(entry: Entry) -> str:
    """The role that the person had then."""
    return Role.objects.filter(code=entry.role).values_list("name", flat=True).first() or entry.role


def result_tag(entry: Entry) -> Tag:
    """How the action ended, as word, shape and colour."""
    return Tag(entry.get_result_display(), LOOKS[entry.result])


def midnight(day: date, *, days: int = 0) -> datetime:
    """The local start of a day, or of one some days later."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


def _has_name(model) -> bool:
    """Event tables and other machinery have no Chinese name."""
    return not str(model._meta.verbose_name).isascii()


def _model(label: str):
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _type_name(label: str) -> str:
    """Chinese name of a model, of a page of the menu, or of one of the few other things that are logged."""
    model = _model(label)
    if model:
        return str(model._meta.verbose_name) if _has_name(model) else OTHER
    return WORDS.get(label) or _pages().get(label, OTHER)


def _pages() -> dict[str, str]:
    """What has no row of its own is logged under the address of its page: reports.annual is 年度报告."""
    items = [item for portal in registry.portals() for group in portal.menu for item in (group, *group.children)]
    pages = {item.url.replace(":", "."): item.title for item in items}
    return {label: title for label, title in pages.items() if _model(label) is None}


def _label(model, name: str) -> str:
    """Of a field, or of a filter that the exported list had."""
    if name.startswith(FILTER):
        return f"筛选条件“{_field_label(model, name.removeprefix(FILTER)) or FILTER_WORDS.get(name, OTHER)}”"
    return _field_label(model, name) or OTHER


def _field_label(model, name: str) -> str:
    """The field's own name; else that of a part that hangs on the row: a user's post, an activity's photo."""
    if model is None:
        return ""
    parts = [relation.related_model for relation in model._meta.related_objects]
    named = [_named_field(each, name) for each in (model, *parts)]
    return next(filter(None, named), "") or _part_name(model, name)


def _named_field(model, name: str) -> str:
    """The Chinese name of a model's field, or nothing."""
    try:
        label = str(getattr(model._meta.get_field(name), "verbose_name", ""))
    except FieldDoesNotExist:
        return ""
    return "" if label.isascii() else label


def _part_name(model, name: str) -> str:
    """A part of a row that is named by its model, or a word that forms use and models do not."""
    part = _model(f"{model._meta.app_label}.{name}")
    return str(part._meta.verbose_name) if part and _has_name(part) else FORM_WORDS.get(name, "")
