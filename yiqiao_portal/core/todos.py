"""What waits for the user, from every app, once per request."""

from collections.abc import Iterable
from datetime import date, timedelta
from time import time

from . import registry
from .dates import today
from .portal import Todo
from .tags import Tag

SOON = timedelta(days=3)
KEPT, KEPT_SECONDS = "todo_count", 60


def todos_of(request) -> list[Todo]:
    """All to-dos of the signed-in user: overdue first, then by due date, then newest."""
    if not hasattr(request, "_todos"):
        found = [todo for portal in registry.portals() for todo in portal.todos(request.user)]
        request._todos = sorted(found, key=_urgency)
    return request._todos


def todo_count(request) -> int:
    """The badge of the top bar: counted at most once a minute, and anew after anything was sent or shown."""
    kept = request.session.get(KEPT, {})
    fresh = kept.get("post") == getattr(request.user.post, "pk", None) and time() - kept.get("at", 0) < KEPT_SECONDS
    if fresh and not hasattr(request, "_todos"):
        return kept["count"]
    count = len(groups(todos_of(request))["mine"])
    if not fresh or kept["count"] != count:
        request.session[KEPT] = {"post": getattr(request.user.post, "pk", None), "at": time(), "count": count}
    return count


def forget_count(request) -> None:
    """Something was sent: the badge counts anew."""
    request.count_before = request.session.pop(KEPT, None)


def keep_count(request) -> None:
    """What was sent is refused as a whole and has changed nothing: the number from before is still true."""
    if getattr(request, "count_before", None) and not hasattr(request, "_todos"):
        request.session[KEPT] = request.count_before


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
