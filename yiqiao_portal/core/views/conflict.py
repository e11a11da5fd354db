"""Two editors: the second sees both versions side by side and chooses field by field."""

from django.forms import FileField
from django.http import QueryDict
from django.shortcuts import render

from ..locking import saved_only_by

MINE, THEIRS = "mine", "theirs"
IGNORED = {"csrfmiddlewaretoken", "version", "idempotency_key"}
KEPT = "您打开之后，{who}已保存过这条记录。请逐项选择保留哪一边，您填写的内容没有丢。"
# who saved → head of that side, its choice, head of the other side, its choice
SIDES = {
    "别人": ("别人已保存", "保留别人的", "您填写的", "用我的"),
    "您在另一个窗口": ("另一个窗口已保存", "保留已保存的", "这个窗口填写的", "用这里填写的"),
}
FILES_GONE = "选好的照片和附件没有保存，请保存后再补选。"  # a page cannot send files a second time


def sent_version(request) -> int:
    """The version that a posted form was opened with; 0, which no row has, for anything else."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 9 else 0


def conflict_page(view, form):
    """The compare page (409): what is saved now beside what this user typed; nothing typed is lost."""
    row = view.get_queryset().get(pk=view.object.pk)
    view.object = row
    saved = view.get_form()
    own = saved_only_by(view.request.user, row, since=sent_version(view.request))
    who = "您在另一个窗口" if own else "别人"
    kept = KEPT.format(who=who)
    context = view.get_context_data(form=form) | {
        "rows": compare(saved, form),
        "typed": typed(view.request.POST),
        "version": row.version,
        "message": kept + FILES_GONE if view.request.FILES else kept,
        "sides": SIDES[who],
    }
    return render(view.request, "generic/conflict.html", context, status=409)


def compare(saved, mine) -> list[dict]:
    """The parts that differ. A form may name more than its own fields in `conflict_parts()`."""
    theirs_parts, my_parts = parts(saved), parts(mine)
    return [
        {"field": name, "label": label, "theirs": theirs_parts[name][1] or "--", "mine": my_parts[name][1] or "--"}
        for name, (label, _) in theirs_parts.items()
        if theirs_parts[name][1] != my_parts[name][1]
    ]


def parts(form) -> dict[str, tuple[str, str]]:
    """Name → label and readable value of each part of a form."""
    fields = [field for field in form if field.name not in IGNORED and not isinstance(field.field, FileField)]
    found = {field.name: (str(field.label), readable(field)) for field in fields}
    extra = getattr(form, "conflict_parts", None)
    return found | (extra() if extra else {})


def readable(field) -> str:
    """A bound field's value in words."""
    value = field.value()
    choices = dict(getattr(field.field, "choices", ())) if not hasattr(field.field, "queryset") else {}
    if hasattr(field.field, "queryset"):
        keys = value if isinstance(value, list | tuple) else [value]
        keys = [getattr(key, "pk", key) for key in keys if key not in (None, "")]
        return "、".join(str(row) for row in field.field.queryset.filter(pk__in=keys))
    if isinstance(value, list | tuple):
        return "、".join(str(choices.get(item, item)) for item in value)
    if value in choices:
        return str(choices[value])
    return (
        {True: "是", False: "否", None: ""}.get(value, _text(value))
        if not isinstance(value, int) or isinstance(value, bool)
        else str(value)
    )


def _text(value) -> str:
    return value.strftime("%H:%M") if hasattr(value, "hour") and not hasattr(value, "year") else str(value or "")


def typed(data: QueryDict) -> list[tuple[str, str]]:
    """All that was posted, for hidden fields."""
    return [(name, value) for name, values in data.lists() if name not in IGNORED for value in values]


def merged_post(view, data: QueryDict) -> QueryDict:
    """The posted data, in which the parts that the user gave up are replaced by what is saved."""
    asked = {name.removeprefix("take_") for name, side in data.items() if name.startswith("take_") and side == THEIRS}
    if not asked:
        return data
    merged, saved = data.copy(), view.get_form()
    for name in asked & set(parts(saved)):
        for key in [key for key in merged if key == name or key.startswith(f"{name}-")]:
            del merged[key]
        for key, values in saved_values(saved, name):
            if values:
                merged.setlist(key, values)
    return merged


def saved_values(form, name: str) -> list[tuple[str, list[str]]]:
    """What the saved row would post for one part."""
    if name in form.fields:
        value = form[name].value()
        values = value if isinstance(value, list | tuple) else [value]
        return [(name, [_sent(item) for item in values if item not in {None, ""} and item is not False])]
    return form.saved_part(name)


def _sent(item) -> str:
    """A value as a browser sends it; 0 is one."""
    item = getattr(item, "pk", item)
    return _text(item) if hasattr(item, "hour") else str(item)
