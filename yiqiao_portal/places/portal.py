"""How places plug in; their menu entry stands under 通讯录 (directory)."""

from yiqiao_portal.core.portal import Portal, RecycleKind, SearchKind

from . import demo
from .selectors import find_places

portal = Portal(
    name="场所",
    search=(SearchKind("场所", "places.view_place", find_places),),
    recycle=(RecycleKind("场所", "places.Place", "places.delete_place"),),
    grants={
        "places.view": ("town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent"),
        "places.manage": ("town", "branch"),
    },
    actions={
        "place.create": "新增场所",
        "place.update": "修改场所",
        "place.remove": "场所移入回收站",
        "place.export": "导出场所台账",
    },
    demo=demo.fill,
    demo_order=30,
)
