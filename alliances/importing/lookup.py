"""Finding by name what a cell names."""

import re
from collections import defaultdict

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.directory.checks import plain
from yiqiao_portal.directory.importing.lookup import hint

NAMES = ("name", "short_name", "code")
BETWEEN = re.compile("[、，,；;\n]")


def spoken(row) -> set[str]:
    """The names under which people write a row."""
    return {plain(str(name)) for name in (row, *(getattr(row, part, "") for part in NAMES)) if name}


class Names:
    """The rows that a form would offer, by each of their names."""

    def __init__(self, rows, label: str):
        self.label = label
        self.by_name: dict[str, dict] = defaultdict(dict)
        for row in rows:
            for name in spoken(row):
                self.by_name[name][row.pk] = row

    def find(self, typed: str):
        """The row meant; DomainError with the nearest name when there is none or more than one."""
        found = list(self.by_name.get(plain(typed), {}).values())
        if len(found) > 1:
            raise DomainError(f"有 {len(found)} 个{self.label}叫“{typed[:40]}”，请到页面上填写这一条。")
        if not found:
            raise DomainError(f"没有您能选的{self.label}叫“{typed[:40]}”，请核对{hint(typed, self.by_name)}。")
        return found[0]


class Units(Names):
    """Several units in one cell, as the file writes them: 示例一、示例二."""

    def find_all(self, typed: str, named: list) -> list:
        """The units meant, each once, in the order of their rows; those that are `named` already come first.

        DomainError for a name that nobody or more than one has.
        """
        if plain(typed) == plain(joined(named)):
            return named
        mine = Names(named, self.label)
        parts = [part for part in BETWEEN.split(typed) if plain(part)]
        return list({unit.pk: unit for unit in (self._one(part.strip(), mine) for part in parts)}.values())

    def _one(self, name: str, mine: Names):
        if len(mine.by_name.get(plain(name), {})) == 1:
            return mine.find(name)
        if len(self.by_name.get(plain(name), {})) > 1:
            raise DomainError(f"有几家{self.label}都叫“{name[:40]}”，请写单位全称或组织编号。")
        return self.find(name)


def joined(units) -> str:
    """Units as a file writes them."""
    return "、".join(unit.short_name for unit in units)
