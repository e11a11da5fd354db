"""Where the demo's activities are held: two places of each village, and those that public reports name."""

from yiqiao_portal.core.demo import DemoContext, insert
from yiqiao_portal.directory.choices import AreaLevel
from yiqiao_portal.directory.models import Area, Organisation

from .models import Place

# Named in public reports (萧山日报 2021-12-29, 萧山网 2018-12-10); all others are plain demo.
REPORTED = {"復兴村": ("潘山净水公园",), "义桥村": ("里河公园",), "渔浦社区": ("渔浦公园",)}


def fill(context: DemoContext) -> None:
    """Places of the villages that have a Party organisation, in official order."""
    insert(
        Place(name=name, area=area, created_at=context.opened, created_by=context.users["town"])
        for area in Area.objects.filter(organisation__in=Organisation.objects.party()).official().distinct()
        for name in names_of(area)
    )


def names_of(area: Area) -> tuple[str, ...]:
    """党群服务中心 first: that is where most meetings are held."""
    if area.level != AreaLevel.VILLAGE:
        return ()
    hall = f"{area.short_name}{'文化家园' if area.kind == '社区' else '文化礼堂'}"
    return (f"{area.short_name}党群服务中心", hall, *REPORTED.get(area.short_name, ()))
