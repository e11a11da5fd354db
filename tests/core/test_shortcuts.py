"""常用 on the workbench: which shortcuts a post has, also when more apps plug in."""

import pytest

from tests.factories import alliances as make
from yiqiao_portal.core import registry
from yiqiao_portal.core.portal import MenuItem, Portal, Quick
from yiqiao_portal.core.views.workbench import MOST_SHORTCUTS, shortcuts

pytestmark = pytest.mark.django_db
OPEN = "core.signed_in"


@pytest.fixture
def only():
    """only(*portals): nothing else is plugged in, whatever the order in which they were found."""
    kept = list(registry._portals)

    def plug(*portals):
        registry._portals[:] = portals

    yield plug
    registry._portals[:] = kept


def app(name: str, order: int, count: int, permission: str = OPEN) -> Portal:
    quick = tuple(Quick(f"{name}{number}", "core:search", permission, "doc") for number in range(1, count + 1))
    return Portal(name=name, menu=(MenuItem(name, "core:search", OPEN, order=order),), quick=quick)


def titles(user) -> list[str]:
    return [quick.title for quick in shortcuts(user)]


def test_a_branch_finds_all_of_its_own(cast, client_for):
    make.MembershipFactory(organisation=cast.partner, villages=[cast.party])
    shown = [item["title"] for item in client_for(cast.branch).get("/").context["quick"]]

    assert shown == [
        "记主题党日",
        "记党员大会",
        "记支委会",
        "应记录一览",
        "全年计划",
        "提出联盟需求",
        "记巡河",
        "年度报告",
    ]


def test_the_administrator_has_none(cast):
    assert titles(cast.sysadmin) == []


def test_every_app_has_a_turn_when_room_is_short(cast, only):
    """With three more pillars each shows its first; the app with many gives way; the menu's order stays."""
    only(app("丁", 60, 2), app("甲", 10, 5), app("乙", 20, 2), app("丙", 50, 1), app("戊", 70, 3), app("己", 80, 1))

    assert titles(cast.branch) == ["甲1", "甲2", "乙1", "乙2", "丙1", "丁1", "戊1", "己1"]


def test_one_app_alone_takes_the_room(cast, only):
    only(app("甲", 10, 12))

    assert titles(cast.branch) == [f"甲{number}" for number in range(1, MOST_SHORTCUTS + 1)]


def test_what_is_closed_takes_no_room(cast, only):
    only(app("甲", 10, 5, permission="accounts.view_log"), app("乙", 20, 9))

    assert titles(cast.branch) == [f"乙{number}" for number in range(1, 9)]
