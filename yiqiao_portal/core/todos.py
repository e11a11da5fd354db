"""What waits for the user, from every app, once per request."""

from collections.abc import Iterable
from datetime import date, timedelta

from . import registry
from .dates import today
from .portal import Todo
from .tags import Tag

SOON = timedelta(days=3)


def todos_of(request) -> list[Todo]:
    """All to-dos of the signed-in user: overdue first, then by due date, then newest."""
    if not hasattr(request, "_todos"):
        found = [todo for portal in registry.portals() for todo in portal.todos(request.user)]
        request._todos = sorted(found, key=_urgency)
    return request._todos


def _urgency(todo: Todo):
    return (todo.due is None, todo.due or date.max, -(todo.created.timestamp() if todo.created else 0))


def groups(todos: Iterable[Todo]) -> dict[str, list[Todo]]:
    """The four tiles of the workbench: their numbers are the lengths of these lists."""
    todos, now = list(todos), today()
    mine = [todo for todo in todos if not todo.mine]
    return {
        "mine": mine,
        "soon": [todo for todo in mine if todo.due and now <= todo.due <= now + SOON],
        "late": [todo for todo in mine if todo.due and todo.due < now],
        "sent": [todo for todo in todos if todo.mine],
    }


def due_tag(due: date | None) -> Tag:
    """How long is left, in words, shape and colour."""
    if due is None:
        return Tag("不限时", "draft")
    days = (due - today()).days
    if days < 0:
        return Tag(f"超期 {-days} 天", "late")
    if days == 0:
        return Tag("今天到期", "due")
    return Tag(f"剩 {days} 天", "due" if days <= SOON.days else "run")
