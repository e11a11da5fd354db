"""Who is expected at an activity, with the ticks of its form: nobody counts as there whom the form did not show."""

from contextlib import suppress
from copy import copy
from dataclasses import dataclass

from django import forms

from yiqiao_portal.directory.models import Organisation, Person

from . import selectors
from .choices import Absence
from .models import Activity
from .services import expected, whose

MOST_NAMED = 5
STRANGERS = "缺席人员里有不在应到名单的人，请刷新页面后重新勾选。"
CHANGED = "{day}应到名单与刚才显示的不同：{what}。名单已更新，其他内容都还在，请核对缺席后再提交。"


@dataclass
class RollRow:
    """A person or unit expected, with the tick of the form; `added` when the form that was sent did not show it."""

    who: Person | Organisation
    votes: bool
    absent: bool
    reason: str
    added: bool = False
    error: str = ""

    @property
    def name(self) -> str:
        """Of the input that holds the reason."""
        return f"roll-{self.who.pk}"


class TakesRoll:
    """The part of an activity's form that asks who was there (`roll`), by exception."""

    absences = Absence.choices
    roll: list[RollRow] = []
    shown: frozenset[str] = frozenset()  # the ids that the form that was sent had on its list

    def offer_roll(self) -> None:
        """Everybody expected, with the ticks as posted, as a link presets them, or as saved."""
        organisation = self.organisation()
        people = expected(self._probe(organisation)) if organisation or self.instance.pk else {}
        if people and self._numbers_typed():
            people = {}
        if self.is_bound:
            self.shown = self._listed()
        saved = self._saved_absences()
        self.roll = [self._row(who, people[who.pk], saved) for who in selectors.expected_rows(self.kind, people)]
        for name in ("expected", "present", "voters_expected", "voters_present") if self.roll else ():
            self.fields.pop(name, None)
        for name in ("expected", "present") if not self.roll and self.kind.is_meeting else ():
            self.fields[name].required = self.submitting

    def _probe(self, organisation: Organisation | int | None) -> Activity:
        """The record as far as it is known: who is expected may depend on its day."""
        row = copy(self.instance) if self.instance.pk else Activity(kind=self.kind)
        typed = self.data.get("held_on", "") if self.is_bound else self.initial.get("held_on")
        with suppress(forms.ValidationError):  # the field itself says what is wrong
            row.held_on = self.fields["held_on"].to_python(typed) or row.held_on
        if organisation:
            row.organisation_id = getattr(organisation, "pk", organisation)
        return row

    def _listed(self) -> frozenset[str]:
        """The ids for which the form that was sent has a field; a name that no page of ours has says nothing."""
        names = (name.removeprefix("roll-") for name in self.data if name.startswith("roll-"))
        return frozenset(name for name in names if name.isascii() and name.isdecimal())

    def _numbers_typed(self) -> bool:
        """The page was opened without a roll (the branch was chosen later): the numbers count as they were typed."""
        if not self.is_bound or self._listed():
            return False
        kept = self.instance.pk and self.instance.attendances.exists()
        return not kept and any(self.data.get(name) for name in ("expected", "present"))

    def _saved_absences(self) -> dict[int, str]:
        rows = self.instance.attendances.filter(present=False) if self.instance.pk else ()
        return {getattr(row, whose(self.instance)): row.absence for row in rows}

    def _row(self, who, votes: bool, saved: dict) -> RollRow:
        ticks = self.data if self.is_bound else self.initial.get("ticks")
        if not ticks:
            return RollRow(who, votes, who.pk in saved, saved.get(who.pk, ""))
        added = self.is_bound and str(who.pk) not in self.shown
        return RollRow(who, votes, str(who.pk) in ticks.getlist("roll"), ticks.get(f"roll-{who.pk}", ""), added)

    def check_roll(self) -> None:
        """Refuse a list that is no longer the right one, strangers on it, and absentees without a reason."""
        posted, known = set(self.data.getlist("roll")), {str(row.who.pk) for row in self.roll}
        if "held_on" not in self.errors and "organisation" not in self.errors and (changes := self._changes(known)):
            day = f"{self.cleaned_data['held_on']} 的" if self.kind.by_unit else ""
            self.add_error(None, CHANGED.format(day=day, what="，".join(changes)))
        elif posted - known:
            self.add_error(None, STRANGERS)
        for row in self.roll:
            if row.absent and row.reason not in Absence.values:
                self._ask_reason(row)

    def _changes(self, known: set[str]) -> list[str]:
        """How the list differs from the one that the user saw; those who left it stay unnamed."""
        measure = "家" if self.kind.by_unit else "人"
        added, gone = [str(row.who) for row in self.roll if row.added], self.shown - known
        names = "、".join(added[:MOST_NAMED]) + ("等" if len(added) > MOST_NAMED else "")
        said = [f"增加 {len(added)} {measure}（{names}）"] if added else []
        return said + ([f"减少 {len(gone)} {measure}"] if gone else [])

    def _ask_reason(self, row: RollRow) -> None:
        """The sentence belongs to the select of this person, so that the summary leads there."""
        row.error = f"请给 {row.who} 选择缺席原因：请假、公出或其他。"
        self.fields[row.name] = forms.ChoiceField(label=str(row.who), choices=Absence, required=False)
        self.add_error(row.name, row.error)

    @property
    def absent_count(self) -> int:
        """How many are ticked."""
        return sum(row.absent for row in self.roll)

    @property
    def present_count(self) -> int:
        """How many are there."""
        return len(self.roll) - self.absent_count

    @property
    def roll_open(self) -> bool:
        """Whether there is something to look at among the ticks."""
        return any(row.absent or row.added for row in self.roll)

    def absent_words(self) -> str:
        """Who is absent and why, for the compare page."""
        words = dict(Absence.choices)
        return "、".join(f"{row.who}（{words.get(row.reason, '')}）" for row in self.roll if row.absent)

    def posted_roll(self) -> list[tuple[str, list[str]]]:
        """What a browser would send of this roll."""
        ticks = [("roll", [str(row.who.pk) for row in self.roll if row.absent])]
        return ticks + [(row.name, [row.reason]) for row in self.roll]
