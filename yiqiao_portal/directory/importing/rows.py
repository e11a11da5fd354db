"""What an import works on: the cells of one row as text, and what the check found."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import Enum

from yiqiao_portal.core.phones import holds_identity_number
from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.spreadsheets import Sheet, match_headers

from ..resources import columns, wanted


class Verdict(Enum):
    """What would happen to a row: word and icon of its tile."""

    NEW = ("可新增", "plus")
    UPDATE = ("可更新", "back")
    SAME = ("无变化", "check")
    DOUBLE = ("重复", "people")
    ERROR = ("错误", "alert")

    def __init__(self, word: str, icon: str):
        self.word = word
        self.icon = icon

    @property
    def key(self) -> str:
        """Its name in an address."""
        return self.name.lower()


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: the reason with its remedy."""

    column: str
    label: str
    message: str

    @property
    def sentence(self) -> str:
        """The reason with its column, which is not said twice."""
        return self.message if self.label in self.message else f"{self.label}：{self.message}"


@dataclass
class Line:
    """One row as brought: its number and its cells as text. `broken` are cells that the reader could not take."""

    number: int
    cells: dict[str, str]
    broken: dict[str, str] = field(default_factory=dict)


@dataclass
class Checked:
    """A line with the verdict on it. `target` is the row that would change; `values` what would be written."""

    line: Line
    verdict: Verdict = Verdict.NEW
    faults: list[Fault] = field(default_factory=list)
    values: dict = field(default_factory=dict)
    target: int | None = None
    note: str = ""

    def fail(self, column: str, label: str, message: str) -> None:
        """Note a fault; a line with faults is never written."""
        self.faults.append(Fault(column, label, message))
        self.verdict = Verdict.ERROR


@dataclass
class Brought:
    """All that was brought: which columns were recognised, the lines, sentences about the whole."""

    keys: list[str]
    lines: list[Line]
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict:
        """For the staging table."""
        return {
            "keys": self.keys,
            "notes": self.notes,
            "lines": [[line.number, line.cells, line.broken] for line in self.lines],
        }

    @classmethod
    def from_json(cls, data: dict) -> "Brought":
        """Back from the staging table."""
        return cls(data["keys"], [Line(*line) for line in data["lines"]], data["notes"])


def bring(kind: str, sheet: Sheet) -> Brought:
    """The lines of a sheet that was read; Refused when a required column is missing or one is forbidden."""
    match = match_headers(sheet.headers, wanted(kind))
    match.require()
    _refuse_identity_numbers(sheet, kind)
    keys = [key for key in columns(kind) if key in match.mapping]
    places = {at: key for key, at in match.mapping.items()}
    lines = {
        row.number: Line(row.number, {key: text(row.values[match.mapping[key]]) for key in keys}) for row in sheet.rows
    }
    for problem in sheet.problems:
        if problem.column in places and problem.row in lines:
            lines[problem.row].broken[places[problem.column]] = problem.message
    notes = list(sheet.notes)
    if match.unknown:
        notes.append(f"这些列用不到，没有读入：{'、'.join(match.unknown)}。")
    return Brought(keys, list(lines.values()), notes)


def _refuse_identity_numbers(sheet: Sheet, kind: str) -> None:
    """They have no place here, neither under a header that was not recognised nor in any other column."""
    if sheet.header_row is None and sheet.rows:
        top = replace(
            match_headers([text(value) for value in sheet.rows[0].values], wanted(kind)), missing=(), repeated=()
        )
        top.require()
    for row in sheet.rows:
        if any(holds_identity_number(text(value)) for value in row.values):
            raise Refused(
                f"第 {row.number} 行有像身份证号的内容。本平台不收集身份证号码，请删去后重新提交。",
                code="identity_number",
            )


def text(value) -> str:
    """A cell's value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
