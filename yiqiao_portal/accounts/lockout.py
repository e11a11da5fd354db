"""Locking out by user and address: one person's slips never lock the town hall."""

from axes.utils import reset
from django.conf import settings
from django.shortcuts import render

from .names import plain_name

REMEDY = "请 {minutes} 分钟后再试，或请系统管理员重置密码。"


def username(request, credentials=None) -> str:
    """The typed user name, wherever the form of this page puts it; spelling variants are one name."""
    given = credentials or {}
    posted = getattr(request, "POST", {})
    found = given.get("username") or given.get("login") or posted.get("login") or posted.get("username") or ""
    return plain_name(found).lower()


def page(request, _response=None, _credentials=None):
    """The page of a locked-out user: when to come back, whom to ask."""
    words = {"title": "暂停登录", "message": "尝试次数过多。", "remedy": REMEDY.format(minutes=pause_minutes())}
    return render(request, "429.html", words, status=429)


def pause_minutes() -> int:
    """How long the pause lasts."""
    return round(settings.AXES_COOLOFF_TIME * 60)


def tries_left(request) -> int:
    """How often this name may still be tried from this address; the same for names that do not exist."""
    failures = getattr(request, "axes_failures_since_start", None) or 0
    return max(settings.AXES_FAILURE_LIMIT - failures, 0)


def forgive(name: str) -> None:
    """Forget the failures of a name, from every address."""
    reset(username=plain_name(name).lower())
