"""How a row went: read from the history tables, never stored a second time."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

SKIPPED = {
    "id",
    "created_at",
    "updated_at",
    "version",
    "submitted_at",
    "submitted_by_id",
    "pgh_id",
    "pgh_label",
    "pgh_created_at",
}
MOST = 60
WHOLE = {"insert": "新增", "delete": "删除"}


@dataclass
class Step:
    """One entry: when, who, what, and the changes as 状态：草稿 → 待确认."""

    when: datetime
    who: str
    what: str
    text: str = ""
    changes: list[str] = field(default_factory=list)
    hot: bool = False


def timeline(row: models.Model, *related: type[models.Model], workflow=None) -> list[Step]:
    """Newest first. `related` are models that hang on the row; a change of state is named by its transition."""
    events = getattr(row, "events", None)
    if events is None:
        return []
    steps = _steps(_newest(events), type(row), name=str(row._meta.verbose_name), workflow=workflow)
    for model in related:
        link = next(f for f in model._meta.fields if f.related_model is type(row))
        steps += _related_steps(_newest(model.pgh_event_model.objects.filter(**{f"{link.name}_id": row.pk})), model)
    steps.reverse()  # of one transaction, what came later stands above
    steps.sort(key=lambda step: step[0], reverse=True)
    return _named(steps[:MOST])


def _newest(events) -> list:
    """The last events, the oldest first; one more than is shown, so that the first one's changes are known."""
    return list(events.select_related("pgh_context").order_by("-pgh_id")[: MOST + 1])[::-1]


def _steps(events: list, model: type[models.Model], *, name: str, workflow=None) -> list[tuple]:
    """Each event against the one before."""
    steps, before = [], None
    for event in events:
        word = WHOLE.get(event.pgh_label, "")
        changes = _changes(before, event, model) if before and not word else []
        what = f"{word}{name}" if word else _verb(before, event, workflow) or f"修改{name}"
        if word or changes:
            steps.append((event.pgh_created_at, _user_id(event), what, changes))
        before = event
    return steps


def _verb(before, after, workflow) -> str:
    """The label of the transition between two states; empty when the state stayed."""
    if workflow is None or before is None:
        return ""
    old, new = getattr(before, workflow.field), getattr(after, workflow.field)
    labels = [t.label for t in workflow.transitions if old in t.source and new == t.target]
    return labels[0] if old != new and labels else ""


def _related_steps(events: list, model: type[models.Model]) -> list[tuple]:
    """What happened to the rows that hang on it, grouped by row."""
    by_row: dict[int, list] = {}
    for event in events:
        by_row.setdefault(event.pgh_obj_id, []).append(event)
    name = str(model._meta.verbose_name)
    return _together([step for group in by_row.values() for step in _steps(group, model, name=name)])


def _together(steps: list[tuple]) -> list[tuple]:
    """Thirty rows added in one save are one line."""
    counts = Counter(step[:3] for step in steps if not step[3])
    merged = {(step[:3], tuple(step[3])): step for step in steps}
    return [
        (when, user_id, f"{what} {counts[when, user_id, what]} 条", [])
        if counts[when, user_id, what] > 1 and not changes
        else (when, user_id, what, changes)
        for when, user_id, what, changes in merged.values()
    ]


def _changes(before, after, model) -> list[str]:
    """Field by field, in the order of the model."""
    lines = []
    for model_field in model._meta.concrete_fields:
        name = model_field.attname
        if name in SKIPPED or not hasattr(after, name):
            continue
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            lines.append(f"{model_field.verbose_name}：{_word(model_field, old)} → {_word(model_field, new)}")
    return lines


def _word(model_field, value) -> str:
    if value in (None, "", []):
        return "--"
    if isinstance(value, list):
        return "、".join(_word(model_field.base_field, item) for item in value)
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if model_field.is_relation:
        return str(model_field.related_model._base_manager.filter(pk=value).first() or value)
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)[:80]


def _user_id(event) -> int | None:
    return (event.pgh_context.metadata or {}).get("user") if event.pgh_context else None


def _named(steps: list[tuple]) -> list[Step]:
    """Put the names in, one query for all."""
    users = get_user_model().objects.in_bulk({step[1] for step in steps if step[1]})
    made = [Step(when, str(users.get(user, "系统")), what, changes=changes) for when, user, what, changes in steps]
    if made:
        made[0].hot = True
    return made
