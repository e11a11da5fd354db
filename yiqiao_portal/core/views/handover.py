"""The two sides of a handover on pages: buttons and outcome at the giver, a filled-in form at the receiver."""

from functools import cached_property

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
    lines = [{"title": b.title, "row": b.row, "tag": Tag(b.outcome.word, b.outcome.look), "b": b} for b in born]
    return [Section("转办", template="components/handover.html", context={"origin": origin, "born": lines})]


class ReceivesHandover:
    """A create page that may be opened from another row's page (`handover_code` names its target)."""

    handover_code = ""

    @cached_property
    def origin(self):
        """The giver, or None when the form was opened by itself."""
        return handover.read_origin(self.request.GET.get("origin", ""), self.request.user)

    def form_options(self):
        options = super().form_options()
        if self.origin is None:
            return options
        return options | {"initial": options.get("initial", {}) | self.origin.handover_facts()}

    def create(self, form):
        row = super().create(form)
        if self.origin is not None:
            handover.link(self.origin, row, code=self.handover_code, by=self.request.user)
        return row

    def get_lede(self):
        if self.origin is None:
            return super().get_lede()
        return f"来自：{self.origin}。已带入的内容可以修改，保存后两边都能看到办理情况。"
