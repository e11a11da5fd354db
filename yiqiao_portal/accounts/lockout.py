"""Locking out by user and address: one person's slips never lock the town hall."""

from django.shortcuts import render


def username(request, credentials=None) -> str:
    """The typed user name, wherever the form of this page puts it."""
    given = credentials or {}
    posted = getattr(request, "POST", {})
    found = given.get("username") or given.get("login") or posted.get("login") or posted.get("username") or ""
    return found.strip().lower()


def page(request, _response=None, _credentials=None):
    """The page of a locked-out user: when to come back, whom to ask."""
    return render(request, "429.html", {"title": "暂停登录"}, status=429)
