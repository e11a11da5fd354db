"""What every page shows around its content: menu, to-dos, post, appearance."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from . import registry
from .messages.selectors import unread_count
from .todos import todo_count

SIZES = ("text-lg", "text-xl")


def frame(request):
    """The context variable `frame` (templates/base.html)."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request) -> dict:
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return appearance(request) | {
        "menu": _menu(request) if signed_in else [],
        "tabs": _tabs(request) if signed_in else [],
        "todo_count": todo_count(request) if signed_in else 0,
        "unread_count": unread_count(request) if signed_in else 0,
        "post": str(user.post.label) if signed_in and getattr(user, "post", None) else "",
        "posts": _posts(user) if signed_in else [],
    }


def appearance(request) -> dict:
    """What a page needs even when nobody is signed in."""
    size = request.COOKIES.get("text_size", "")
    return {
        "demo": settings.PORTAL_DEMO,
        "version": settings.PORTAL_VERSION,
        "office": settings.PORTAL_OFFICE,
        "hotline": settings.PORTAL_HOTLINE,
        "text_size": size if size in SIZES else "",
        "contrast": request.COOKIES.get("contrast") == "on",
    }


def _posts(user) -> list[dict]:
    current = user.post.pk if user.post else None
    return [{"id": post.pk, "label": post.label, "current": post.pk == current} for post in user.posts]


def _menu(request) -> list[dict]:
    items = sorted((item for portal in registry.portals() for item in portal.menu), key=lambda item: item.order)
    home = {"title": "工作台", "url": reverse("core:workbench"), "icon": "home", "children": []}
    home["current"] = request.path == home["url"]
    return [home] + [_entry(request, item) for item in items if request.user.has_perm(item.permission)]


def _entry(request, item) -> dict:
    children = [
        {"title": child.title, "url": reverse(child.url), "icon": child.icon}
        for child in item.children
        if request.user.has_perm(child.permission)
    ]
    urls = [child["url"] for child in children] or [reverse(item.url)]
    best = max((url for url in urls if request.path.startswith(url)), key=len, default=None)
    for child in children:
        child["current"] = child["url"] == best
    return {
        "title": item.title,
        "url": reverse(item.url),
        "icon": item.icon,
        "children": children,
        "current": best is not None,
    }


def _tabs(request) -> list[dict]:
    """The five items of the phone's bottom bar; 记录 appears for whoever may record."""
    always = [q for portal in registry.portals() for q in portal.quick if q.when is None]
    quick = [q for q in always if request.user.has_perm(q.permission)]
    tabs = [{"title": "工作台", "url": reverse("core:workbench"), "icon": "home"}]
    lists = [item for portal in registry.portals() for item in portal.menu if request.user.has_perm(item.permission)]
    if lists:
        first = min(lists, key=lambda item: item.order)
        tabs.append(
            {"title": first.title if len(first.title) <= 4 else "台账", "url": reverse(first.url), "icon": "folder"}
        )
    if quick:
        tabs.append({"title": "记录", "url": reverse(quick[0].url) + quick[0].query, "icon": "plus", "plus": True})
    tabs.append({"title": "搜索", "url": reverse("core:search"), "icon": "search"})
    tabs.append({"title": "我的", "url": "#menu", "icon": "user"})
    for tab in tabs:
        tab["current"] = tab["url"] == request.path
    return tabs
