"""The action log in words: what an auditor reads are ids and field names, never the rows behind them."""

from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone

from yiqiao_portal.audit.choices import Result
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.signals import TYPED_NAME
from yiqiao_portal.core.tags import Tag

from .models import Role

OWN = "yiqiao_portal."
TYPED, OTHER = "登录时输入的账号", "其他"
LOOKS = {Result.OK: "ok", Result.FAILED: "due", Result.DENIED: "late"}


def object_types() -> list[tuple[str, str]]:
    """Object types that the log can name, with their Chinese names."""
    models = [model for model in apps.get_models() if model.__module__.startswith(OWN) and _has_name(model)]
    named = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in models]
    return sorted([*named, (TYPED_NAME, TYPED)], key=lambda pair: pair[1])


def object_label(entry: Entry) -> str:
    """组织 31; a type that no app knows (any more) is 其他."""
    if not entry.object_type:
        return ""
    name = TYPED if entry.object_type == TYPED_NAME else _model_name(entry.object_type)
    return f"{name} {entry.object_id}".strip()


def field_labels(entry: Entry) -> str:
    """The names of the fields concerned, as their forms call them."""
    model = _model(entry.object_type)
    return "、".join(_field_label(model, name) for name in entry.fields)


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


def _model_name(label: str) -> str:
    model = _model(label)
    return str(model._meta.verbose_name) if model else OTHER


def _field_label(model, name: str) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name
    except (FieldDoesNotExist, AttributeError):
        return name
