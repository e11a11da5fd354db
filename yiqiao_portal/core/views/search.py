"""Search over everything the user may see: a few of each kind, how many there are, and the list of them all."""

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import Resolver404, resolve

from .. import registry
from ..exceptions import DomainError
from ..pagination import ListPaginator
from ..text import clean_text
from .base import PortalPage
from .list import ListPage

EACH = 5


@dataclass(frozen=True)
class All:
    """The list that shows all that was found: how many it has (about: at least so many), and its address."""

    total: int
    about: bool
    url: str


def list_of(request, row_url: str, words: str) -> All | None:
    """The list right above a row's address, filtered by the words: its total is what it will show."""
    address = row_url.rstrip("/").rpartition("/")[0] + "/"
    try:
        view_class = getattr(resolve(address).func, "view_class", None)
    except Resolver404:
        return None
    if not _may_list(request.user, view_class):
        return None
    page = view_class()
    page.setup(request)
    query = urlencode({"q": words})
    found = ListPaginator(page.filter_class(QueryDict(query), queryset=page.get_queryset(), request=request).qs, EACH)
    return All(found.count, found.about, f"{address}?{query}")


def _may_list(user, view_class: type | None) -> bool:
    """A list that takes words and is open to the user."""
    is_list = view_class is not None and issubclass(view_class, ListPage)
    return is_list and "q" in view_class.filter_class.base_filters and user.has_perm(view_class.permission)


class SearchPage(PortalPage):
    """By name, number or the last four digits of a phone."""

    template_name = "core/search.html"
    permission = "core.signed_in"
    title = "搜索"

    def words(self) -> str:
        typed = self.request.GET.get("q", "")[:60]
        try:
            return clean_text(typed, max_length=60, multiline=False) if typed.strip() else ""
        except DomainError:
            return ""

    def groups(self, words: str) -> list[dict]:
        kinds = [kind for portal in registry.portals() for kind in portal.search]
        found = [self.group(kind, words) for kind in kinds if self.request.user.has_perm(kind.permission)]
        return [group for group in found if group["rows"]]

    def group(self, kind, words: str) -> dict:
        """The first rows of a kind; a list that finds less by other means than the search is not offered."""
        rows = list(islice(kind.find(self.request.user, words), EACH))
        whole = list_of(self.request, rows[0].url, words) if rows else None
        if whole is None or whole.total < len(rows):
            whole = All(len(rows), about=len(rows) == EACH, url="")
        return {"title": kind.title, "rows": rows, "all": whole, "more": whole.total > len(rows)}

    def get_context_data(self, **kwargs):
        words = self.words()
        groups = self.groups(words) if words else []
        return super().get_context_data(
            words=words, groups=groups, single=any(len(word) == 1 for word in words.split()), **kwargs
        )
