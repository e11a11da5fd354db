"""What the preview page shows of a check."""

from django.http import QueryDict

from yiqiao_portal.core.phones import mask_phone

from ..choices import Doubles
from ..models import ImportBatch
from ..resources import columns
from .batches import brought, plan
from .rows import Checked, Verdict

INPUTS = 1200  # fields of one form; Django takes 3,000
FEW = 50
QUICK = 500  # rows whose write is done before anybody wonders


def typed_cells(posted: QueryDict) -> dict[tuple[int, str], str]:
    """The corrections of the grid: c12-phone → (12, "phone")."""
    found = {}
    for name, value in posted.items():
        number, dash, key = name.removeprefix("c").partition("-")
        if name.startswith("c") and dash and number.isdecimal() and len(number) < 9:
            found[int(number), key] = value
    return found


def chosen_doubles(posted: QueryDict) -> str:
    """What is to be done with doubles; skipping them is the safe answer to anything unknown."""
    asked = posted.get("doubles", "")
    return asked if asked in Doubles.values else Doubles.SKIP


class Preview:
    """Tiles, the rows of one tile, and the words of the button."""

    def __init__(self, batch: ImportBatch, lines: list[Checked], *, show: str, doubles: str):
        self.lines, self.doubles = lines, doubles
        source = brought(batch)
        self.alike = batch.spec.alike or "与已有的记录或前面的行相同"
        self.notes = source.notes
        self.columns = [(key, column.column_name) for key, column in columns(batch.kind).items() if key in source.keys]
        self.by_verdict = {verdict: [line for line in lines if line.verdict is verdict] for verdict in Verdict}
        self.shown = self._wanted(show)

    def _wanted(self, show: str) -> Verdict:
        """The tile asked for; else the errors, else the first that holds anything."""
        asked = next((verdict for verdict in Verdict if verdict.key == show), None)
        order = [Verdict.ERROR, Verdict.NEW, Verdict.UPDATE, Verdict.DOUBLE, Verdict.SAME]
        return asked or next((verdict for verdict in order if self.by_verdict[verdict]), Verdict.NEW)

    @property
    def tiles(self) -> list[dict]:
        """One per verdict: its word, its number and the rows behind it."""
        return [
            {
                "word": verdict.word,
                "icon": verdict.icon,
                "count": len(rows),
                "url": f"?show={verdict.key}",
                "current": verdict is self.shown,
                "bad": verdict is Verdict.ERROR and bool(rows),
            }
            for verdict, rows in self.by_verdict.items()
        ]

    @property
    def errors(self) -> int:
        return len(self.by_verdict[Verdict.ERROR])

    @property
    def repeated(self) -> int:
        return len(self.by_verdict[Verdict.DOUBLE])

    @property
    def editable(self) -> bool:
        """Only bad rows are corrected here."""
        return self.shown is Verdict.ERROR

    @property
    def limit(self) -> int:
        return INPUTS // max(len(self.columns), 1) if self.editable else FEW

    @property
    def rows(self) -> list[dict]:
        """The rows of the chosen tile, each cell with its text and what is wrong with it."""
        return [self._row(line) for line in self.by_verdict[self.shown][: self.limit]]

    @property
    def left_out(self) -> int:
        """How many rows of the tile are not shown."""
        return max(len(self.by_verdict[self.shown]) - self.limit, 0)

    def _row(self, checked: Checked) -> dict:
        faults: dict[str, str] = {}
        for fault in checked.faults:
            faults[fault.column] = faults.get(fault.column, "") + fault.message
        keys = {key for key, _ in self.columns}
        cells = [
            {"key": key, "label": label, "text": self._text(checked, key), "fault": faults.get(key, "")}
            for key, label in self.columns
        ]
        rest = "".join(message for key, message in faults.items() if key not in keys)
        return {"number": checked.line.number, "cells": cells, "rest": rest, "note": self._note(checked)}

    def _text(self, checked: Checked, key: str) -> str:
        """The cell as typed; a good phone is masked here as everywhere."""
        typed = checked.line.cells.get(key, "")
        return mask_phone(checked.values["phone"]) if key == "phone" and not self.editable and typed else typed

    def _note(self, checked: Checked) -> str:
        return f"更新：{checked.note}" if checked.verdict is Verdict.UPDATE else checked.note

    @property
    def summary(self) -> list[dict]:
        """The error summary: line, what is wrong, where to jump."""
        return [
            {
                "anchor": f"c{line.line.number}-{line.faults[0].column}",
                "text": f"第 {line.line.number} 行：" + "".join(fault.sentence for fault in line.faults),
            }
            for line in self.by_verdict[Verdict.ERROR][:FEW]
        ]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def takes_long(self) -> bool:
        """Whether somebody who waits for the write should be told that it takes its time."""
        return self.total > QUICK

    @property
    def writes(self) -> str:
        """What the button would do with the choices as they stand."""
        new, changed = plan(self.lines, self.doubles)
        parts = [f"新增 {len(new)} 条", f"更新 {len(changed)} 条"]
        return "，".join(parts)

    @property
    def writable(self) -> bool:
        """Whether anything would be written, or could be by another choice for the doubles."""
        new, changed = plan(self.lines, Doubles.CREATE)
        return bool(new or changed)
