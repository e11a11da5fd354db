"""How the alliances plug in: each part of the pillar declares its own piece (workbench/)."""

from itertools import chain

from yiqiao_portal.core.portal import MenuItem, MessageKind, Portal

from . import demo, reminders
from .importing.kinds import KINDS
from .selectors.alliances import invited
from .workbench import alliances, lists, projects, rivers

PARTS = (alliances, lists, projects, rivers)
EVERYBODY = ("town", "leader", "branch", "grid", "unit", "liaison")


def todos(user):
    """What waits for this user, of every part."""
    return chain.from_iterable(part.todos(user) for part in PARTS)


def figures(user):
    """The numbers of every part."""
    return chain.from_iterable(part.figures(user) for part in PARTS)


def events(user, first, last):
    """What falls between two days, of every part."""
    return chain.from_iterable(part.events(user, first, last) for part in PARTS)


def _all(name: str) -> tuple:
    return tuple(chain.from_iterable(getattr(part, name) for part in PARTS))


portal = Portal(
    name="党建联盟",
    menu=(
        MenuItem(
            "党建联盟",
            "alliances:list",
            "alliances.view_alliance",
            icon="bridge",
            order=20,
            children=_all("CHILDREN"),
        ),
    ),
    quick=_all("QUICK"),
    search=_all("SEARCH"),
    recycle=_all("RECYCLE"),
    sheets=_all("SHEETS"),
    messages=(
        MessageKind("alliances.lists", "需求与认领"),
        MessageKind("alliances.matches", "资源对接"),
        MessageKind("alliances.projects", "项目与节点"),
        MessageKind("alliances.turns", "联盟成员与轮值"),
        MessageKind("alliances.rivers", "河道"),
    ),
    ticks=reminders.TICKS,
    imports=KINDS,
    handovers=lists.HANDOVERS,
    givers=rivers.GIVERS,
    panels=projects.PANELS,
    attach=projects.ATTACH,
    grants={
        "alliances.view": EVERYBODY,
        "alliances.manage": ("town",),
        "alliances.review": ("town", "leader"),
        "alliances.raise": ("town", "branch", "unit", "liaison"),
        "alliances.offer": ("town", "unit", "liaison"),
        "alliances.claim": ("town", "unit", "liaison"),
        "alliances.patrol": ("town", "branch", "liaison"),
        "alliances.sample": ("town", "liaison"),
    },
    actions={code: label for part in PARTS for code, label in part.ACTIONS.items()},
    todos=todos,
    figures=figures,
    events=events,
    invited=invited,
    demo=demo.fill,
    demo_order=60,
)
