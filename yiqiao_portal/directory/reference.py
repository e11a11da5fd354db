"""The town's official areas, the nine lines and the root of the organisations, after every migrate."""

import csv
from pathlib import Path

from django.db import transaction

from yiqiao_portal.core.reference import load_json, upsert

from .choices import AreaLevel, OrganisationKind
from .models import Area, Organisation, ServiceLine

DATA = Path(__file__).parent / "data"
TOWN_CODE = "330109106000"
ROOT_CODE = "YQ-DW"


@transaction.atomic
def sync(using: str) -> None:
    """Idempotent; names and official order follow the data files, everything else stays the town's own."""
    upsert(ServiceLine, load_json("directory", "service_lines")["lines"], using=using)
    root = {"name": "义桥镇", "short_name": "义桥镇", "level": AreaLevel.TOWN, "kind": "镇", "order": 0}
    _put_area(using, TOWN_CODE, Area._get_path("", 1, 1), **root)
    for number, row in enumerate(villages(), start=1):
        facts = {"name": row["名称"], "short_name": row["简称"], "kind": row["类型"], "order": number}
        _put_area(using, row["统计用区划代码"], Area._get_path("", 1, 1), number, level=AreaLevel.VILLAGE, **facts)
    _put_root(using)


def villages() -> list[dict]:
    """The 26 villages and communities in official order (data/README.md names the source)."""
    with (DATA / "yiqiao-villages.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _put_area(using: str, code: str, parent: str, number: int = 0, **facts) -> None:
    """Update the area with this code, or add it at its place in the tree."""
    areas = Area.objects.using(using)
    if areas.filter(code=code).update(**facts) or (not number and areas.filter(path=parent).exists()):
        return
    path = Area._get_path(parent, 2, number) if number else parent
    areas.create(code=code, path=path, depth=2 if number else 1, numchild=0 if number else len(villages()), **facts)


def _put_root(using: str) -> None:
    """镇党委, under which the office hangs all organisations."""
    organisations = Organisation.objects.using(using)
    if not organisations.filter(depth=1).exists():
        organisations.create(
            code=ROOT_CODE,
            name="中共杭州市萧山区义桥镇委员会",
            short_name="义桥镇党委",
            kind=OrganisationKind.TOWN_COMMITTEE,
            area=Area.objects.using(using).get(code=TOWN_CODE),
            path=Organisation._get_path("", 1, 1),
            depth=1,
        )
