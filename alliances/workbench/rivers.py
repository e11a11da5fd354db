"""What the portal shows of rivers, patrols, samples: to-dos, figures, what can be found."""

from django.urls import reverse

from yiqiao_portal.core.portal import Figure, HandoverGiver, MenuItem, Quick, RecycleKind, SearchKind, Todo

from ..choices import ChiefLevel, ProblemState
from ..selectors import rivers as selectors
from ..services import patrols as services
from ..sheets.rivers import SHEETS as RIVER_SHEETS

MOST = 20
ACTIONS: dict[str, str] = {
    "river.create": "新增河道",
    "river.update": "修改河道",
    "river.remove": "河道移入回收站",
    "river.export": "导出河道台账",
    "section.create": "新增断面",
    "section.update": "修改断面",
    "section.remove": "断面移入回收站",
    "chief.appoint": "更换河长",
    "chief.end": "河长卸任",
    "patrol.create": "新增巡河记录",
    "patrol.update": "修改巡河记录",
    "patrol.remove": "巡河记录移入回收站",
    "patrol.export": "导出巡河台账",
    "problem.solve": "办结巡河问题",
    "problem.hand_over": "转办巡河问题",
    "problem.export": "导出巡河问题台账",
    "sample.create": "新增水质监测",
    "sample.update": "修改水质监测",
    "sample.remove": "水质监测移入回收站",
    "sample.export": "导出水质台账",
}
SEARCH = (
    SearchKind("河道", "alliances.view_river", selectors.find_rivers),
    SearchKind("断面（河段）", "alliances.view_river", selectors.find_sections),
)
RECYCLE = (
    RecycleKind("河道", "alliances.River", "alliances.manage_rivers"),
    RecycleKind("断面（河段）", "alliances.Section", "alliances.manage_rivers"),
    RecycleKind("巡河记录", "alliances.Patrol", "alliances.delete_patrol"),
    RecycleKind("水质监测", "alliances.WaterSample", "alliances.delete_sample"),
)
CHILDREN = (
    MenuItem("河道与水质", "alliances:rivers", "alliances.view_river"),
    MenuItem("巡河记录", "alliances:patrols", "alliances.view_patrol"),
)
QUICK = (Quick("记巡河", "alliances:patrol_new", "alliances.add_patrol", "pin"),)
SHEETS = RIVER_SHEETS
GIVERS = (HandoverGiver("alliances.PatrolProblem", services.check_open, services.hand_over_problem),)


def todos(user) -> list[Todo]:
    """Patrols that my unit's own posts still owe in the running period. Quiet: no counting, no other units."""
    if not user.has_perm("alliances.add_patrol"):
        return []
    return [_due(one) for one in selectors.due_now(user)[:MOST]]


def _due(one: selectors.Due) -> Todo:
    level = ChiefLevel(one.chief.level).label
    return Todo(
        kind="待巡河",
        title=f"{one.chief.section} {level}河长巡查",
        url=f"{reverse('alliances:patrol_new')}?section={one.chief.section_id}",
        sub=f"{one.chief.organisation} · {one.rule.get_period_display()} {one.rule.minimum} 次",
        due=one.span.end,
        button="记录",
    )


def figures(user) -> list[Figure]:
    """What was found on patrol and is not solved, with the list that shows its rows."""
    if not user.has_perm("alliances.view_patrol"):
        return []
    waiting = f"{reverse('alliances:problems')}?state={ProblemState.OPEN}"
    return [Figure("待处理的巡河问题", selectors.open_problems(user).count(), "个", waiting, "留到解决为止")]


def events(user, first, last) -> list:
    """Patrols have a period, not a day: nothing on the week's strip."""
    return []
