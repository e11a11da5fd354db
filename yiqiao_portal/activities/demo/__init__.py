"""Made-up organisational life of every branch since the history begins, by the same rules as real records."""

from collections.abc import Iterator

from yiqiao_portal.core.demo import DemoContext, Scale

from . import facts, process, store
from .branches import Branch, branches
from .calendar import occasions, silences
from .records import Entry, Words, entry_of, plans


def fill(context: DemoContext) -> None:
    """Activities with all that hangs on them, and the reasons for what was not held."""
    words = Words.load()
    own = branches(context)
    entries = [entry for branch in own for entry in _entries(context, branch, words)]
    process.leave_open(context, entries, words.texts["returns"])
    entries += [entry for branch in own for entry in plans(context, branch, words)]
    if context.scale != Scale.TINY:
        entries += facts.entries(context, words)
    store.save(context, entries)
    store.explain(context, words, [(branch, silence) for branch in own for silence in silences(context, branch)])


def _entries(context: DemoContext, branch: Branch, words: Words) -> Iterator[Entry]:
    """The branch's records up to yesterday; what is held on a theme day points at it."""
    theme_days = {}
    for occasion in sorted(occasions(context, branch), key=lambda occasion: occasion.kind != "theme_day"):
        entry = entry_of(context, branch, occasion, words)
        if entry is None:
            continue
        if occasion.kind == "theme_day":
            theme_days[occasion.day] = entry.activity
        elif occasion.on_theme_day:
            entry.theme_day = theme_days.get(occasion.day)
        yield entry
