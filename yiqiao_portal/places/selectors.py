"""Questions about places."""

from dataclasses import dataclass

from yiqiao_portal.core.bigrams import containing

from .models import Place


@dataclass(frozen=True)
class Found:
    """A line of the search page."""

    title: str
    url: str
    sub: str


def find_places(user, words: str):
    """Places by name."""
    for row in containing(Place.objects.visible_to(user), "name", words).select_related("area"):
        yield Found(row.name, row.get_absolute_url(), str(row.area))
