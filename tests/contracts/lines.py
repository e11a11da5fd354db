"""The lines of the matrix, one by one."""

from dataclasses import dataclass

import pytest

from tests.contracts.matrix import RULES
from tests.contracts.rule import Rule
from tests.contracts.stage import Row, Stage

NEAREST = {"own", "below", "other", "shared"}


@dataclass(frozen=True)
class Line:
    """One rule of one address."""

    name: str
    rule: Rule
    number: int = 0

    def __str__(self):
        return f"{self.name}-{self.number}" if self.number else self.name

    def url(self, stage: Stage, row: Row | None, query: str = "") -> str:
        """The address for one row."""
        return self.rule.url(self.name, stage, row) + (f"?{query}" if query else "")

    def cases(self, stage: Stage) -> list[tuple[str, Row | None]]:
        """The rows for which it is tried; a further state of the same address is tried for the nearest ones."""
        return [case for case in self.rule.cases(stage) if not self.number or case[0] in NEAREST]

    def first(self, stage: Stage) -> Row | None:
        """The first row of its group."""
        return next(iter(stage.rows[self.rule.rows].values())) if self.rule.rows else None

    def prepared(self, stage: Stage) -> tuple[str, dict]:
        """Address and valid body, for the row that the sender may write."""
        row = stage.rows[self.rule.rows][self.rule.send.on] if self.rule.rows else None
        return self.url(stage, row), self.rule.send.body(stage, row and row.row)


LINES = [
    Line(name, rule, number)
    for name, rules in RULES.items()
    for number, rule in enumerate(rules if isinstance(rules, tuple) else (rules,))
]
SENT = [line for line in LINES if line.rule.send]


def none(wrong: list[str]) -> None:
    """Nothing may be wrong; else the first lines of what is."""
    if wrong:
        pytest.fail("\n".join([*wrong[:5], f"… {len(wrong)} in all"]), pytrace=False)
