"""The two sides of a handover on pages: buttons and outcome at the giver, a filled-in form at the receiver."""

from functools import cached_property

from django.http import Http404

from .. import handover
from ..tags import Tag
from .base import Action
from .detail import Section


def actions(row, user) -> list[Action]:
    """A button for each place where the row may be handed over to."""
    return [Action(target.title, url) for target, url in handover.targets_for(row, user)]


def sections(row, user) -> list[Section]:
    """Where the row came from and what came of it, for the side of its page."""
    origin, born = handover.origin_of(row, user), handover.born_of(row, user)
    if not origin and not born:
        return []
    return [Section("转办", template="components/handover.html", context={"origin": origin, "born": lines(born)})]


def lines(born: list[handover.Born]) -> list[dict]:
    """What came of a row, as components/handover.html shows it."""
    return [{"title": b.title, "row": b.row, "tag": Tag(b.outcome.word, b.outcome.look), "b": b} for b in born]


class ReceivesHandover:
    """A create page that may be opened from another row's page (`handover_code` names its target)."""

    handover_code = ""

    @property
    def asks_again(self) -> bool:
        """A row is handed over once anyway, and the refusal says so better than “the same content”."""
        return self.origin is None

    @cached_property
    def origin(self):
        """The giver, or None when the form was opened by itself; an address that was tampered with is no page."""
        token = self.request.GET.get("origin", "")
        if not token:
            return None
        found = handover.read_origin(token, self.request.user)
        if found is None:
            raise Http404
        return found

    def get(self, request, *args, **kwargs):
        if self.origin is not None:
            handover.check_free(self.origin, self.handover_code)
        return super().get(request, *args, **kwargs)

    def form_options(self):
        options = super().form_options()
        if self.origin is None:
            return options
        return options | {"initial": options.get("initial", {}) | self.brought()}

    def brought(self) -> dict:
        """What the form starts from; a receiver leaves out what this user could not choose."""
        return self.origin.handover_facts()

    def create(self, form):
        row = super().create(form)
        if self.origin is not None:
            handover.link(self.origin, row, code=self.handover_code, by=self.request.user)
        return row

    def autosave_key(self):
        """A draft of the empty form must not cover what was brought along."""
        origin = self.origin
        return super().autosave_key() + (f"{origin._meta.label_lower}{origin.pk}" if origin is not None else "")

    def get_lede(self):
        if self.origin is None:
            return super().get_lede()
        return f"由“{self.origin}”转来，已带入的内容可以修改，保存后两边都能看到办理情况。"
