"""Search over everything the user may see, a few of each kind."""

from itertools import islice

from .. import registry
from ..exceptions import DomainError
from ..text import clean_text
from .base import PortalPage

EACH = 5


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
        found = [
            {"title": kind.title, "rows": list(islice(kind.find(self.request.user, words), EACH))}
            for kind in kinds
            if self.request.user.has_perm(kind.permission)
        ]
        return [group for group in found if group["rows"]]

    def get_context_data(self, **kwargs):
        words = self.words()
        return super().get_context_data(words=words, groups=self.groups(words) if words else [], **kwargs)
