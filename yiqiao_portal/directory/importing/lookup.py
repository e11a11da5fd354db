"""Finding by name what a cell names, within the user's reach only: what lies outside is as if it did not exist."""

from collections import defaultdict
from difflib import get_close_matches
from functools import lru_cache

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.pinyin import pinyin_key

from ..checks import plain
from ..choices import AreaLevel
from ..models import Area, Organisation

CLOSE = 0.6


def hint(typed: str, names) -> str:
    """“是不是…”: a name that sounds the same (鱼浦, 渔浦), else one that looks alike, else nothing."""
    sound = pinyin_key(plain(typed))
    same = next((name for name in names if _sound(name) == sound), None)
    close = [same] if same else get_close_matches(plain(typed), names, n=1, cutoff=CLOSE)
    return f"，是不是“{close[0]}”" if close else ""


@lru_cache(maxsize=4096)
def _sound(name: str) -> str:
    return pinyin_key(name)


class OrganisationNames:
    """The organisations in reach by full name, short name and number."""

    def __init__(self, user):
        self.by_name: dict[str, set[int]] = defaultdict(set)
        self.rows: dict[int, Organisation] = {}
        for row in Organisation.objects.visible_to(user).official():
            self.add(row)

    def add(self, row: Organisation) -> None:
        """Make a row findable."""
        self.rows[row.pk] = row
        for name in (row.name, row.short_name, row.code):
            self.by_name[plain(name)].add(row.pk)

    def find(self, typed: str) -> Organisation:
        """The organisation meant; DomainError when it is out of reach, unknown or not the only one."""
        found = self.by_name.get(plain(typed), set())
        if len(found) == 1:
            return self.rows[next(iter(found))]
        if found:
            raise DomainError(f"有 {len(found)} 个组织叫“{typed}”，请写全称或组织编号。")
        raise DomainError(f"“{typed[:40]}”不在您的管辖范围，请核对名称{hint(typed, self.by_name)}。")


class AreaNames:
    """The town and its villages by name, short name and code."""

    def __init__(self, user):
        self.rows = {}
        for row in Area.objects.visible_to(user).of_level(AreaLevel.TOWN, AreaLevel.VILLAGE):
            self.rows |= {plain(name): row for name in (row.name, row.short_name, row.code)}

    def find(self, typed: str) -> Area:
        """The village meant; DomainError with the nearest name otherwise."""
        if plain(typed) in self.rows:
            return self.rows[plain(typed)]
        raise DomainError(f"没有叫“{typed[:40]}”的村社，请核对{hint(typed, self.rows)}。")
