"""A state as word + shape + colour."""

from dataclasses import dataclass

ICONS = {"ok": "check", "due": "clock", "run": "dot", "late": "alert", "draft": "dash"}


@dataclass(frozen=True)
class Tag:
    """`look` is ok, due, run, late or draft; the icon follows from it unless given."""

    word: str
    look: str
    icon: str = ""

    @property
    def shape(self) -> str:
        return self.icon or ICONS[self.look]
