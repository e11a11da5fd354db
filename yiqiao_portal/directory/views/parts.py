"""What the pages of the directory share."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yiqiao_portal.core.views.base import Action, Crumb
from yiqiao_portal.core.views.detail import Section


@dataclass
class Box(Section):
    """A section with a remark and a link in its head."""

    note: str = ""
    action: Action | None = None
    id: str = ""


def crumb(name: str, title: str, *args) -> Crumb:
    """A step of the way back, by URL name."""
    return Crumb(title, reverse(f"directory:{name}", args=args))


def organisations() -> Crumb:
    """The list to which organisations belong."""
    return crumb("organisations", "组织台账")


def people() -> Crumb:
    """The list to which people belong."""
    return crumb("people", "人员")


def rosters() -> Crumb:
    """The list to which the rosters belong."""
    return crumb("rosters", "党员名册")


def link(row) -> SafeString:
    """A row's name that leads to its page."""
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)


def chosen_id(request, name: str) -> int | None:
    """An id of the query string, None for anything else."""
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 16 else None
