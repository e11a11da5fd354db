"""Every page pattern: readable for everybody, light, from this house alone, never wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.alliances.started import project_of
from tests.factories import alliances as make
from tests.factories.activities import ActivityFactory

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATTERNS = {
    "workbench": ("branch", "/"),
    "list": ("town", "/activities/"),
    "list-empty": ("branch", "/activities/?q=没有这样的记录"),
    "detail": ("town", "/activities/{activity}/"),
    "form": ("branch", "/activities/new/theme_day/"),
    "choose": ("branch", "/activities/new/"),
    "confirm": ("branch", "/activities/{activity}/do/withdraw/"),
    "matrix": ("town", "/activities/matrix/"),
    "explain": ("branch", "/activities/matrix/explain/{party}/theme_day/2025/3/"),
    "print": ("town", "/activities/{activity}/?print=1"),
    "ledger": ("town", "/activities/?print=1"),
    "report": ("town", "/reports/"),
    "search": ("town", "/search/?q=学习"),
    "recycle": ("branch", "/recycle/"),
    "organisations": ("town", "/directory/"),
    "people": ("town", "/directory/people/"),
    "person": ("town", "/directory/people/{person}/"),
    "import": ("town", "/directory/import/people/"),
    "login": (None, "/accounts/login/"),
    "security": ("branch", "/accounts/"),
    "users": ("sysadmin", "/accounts/users/"),
    "log": ("auditor", "/audit/"),
    "not-found": ("branch", "/activities/999999/"),
    "privacy": (None, "/about/privacy/"),
    "alliance": ("town", "/alliances/{alliance}/"),
    "alliance-ledger": ("town", "/alliances/contributions/{alliance}/"),
    "need": ("town", "/alliances/needs/{need}/"),
    "project": ("liaison", "/alliances/projects/{project}/"),
    "patrol": ("branch", "/alliances/patrols/{patrol}/"),
}
LOOKS = {"plain": {}, "xl": {"text_size": "text-xl"}, "contrast": {"contrast": "on"}}


@pytest.fixture
def stage(cast):
    """Rows for the pages."""
    assert cast.roster
    activity = ActivityFactory(organisation=cast.party, state="submitted", created_by=cast.branch, title="守护一江清水")
    rows = {"activity": activity.pk, "party": cast.party.pk, "person": cast.roster[0].person_id}
    return rows | _of_alliance(cast, activity)


def _of_alliance(cast, activity) -> dict:
    """A project with a note and an activity, its need, and a patrol with a problem."""
    project = project_of(cast)
    project.activities.add(activity)
    make.ProgressFactory(project=project)
    make.ChairTurnFactory(alliance=project.alliance, organisation=cast.partner)
    problem = make.PatrolProblemFactory(patrol__organisation=cast.party)
    keys = {"alliance": project.alliance_id, "need": project.need_id, "project": project.pk}
    return keys | {"patrol": problem.patrol_id}


def _violations(page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def _widest(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", ["pc", "phone"])
def test_every_pattern_is_accessible(visit, cast, stage, size, look):
    troubles = {}
    windows = {}
    for name, (who, path) in PATTERNS.items():
        if who not in windows:
            windows[who] = visit(getattr(cast, who) if who else None, size=size, cookies=LOOKS[look])
        window = windows[who]
        page = window.open(path.format(**stage))
        if look != "contrast":
            window.shot(f"{name}-{size}-{look}")
        found = _violations(page) + ([f"{_widest(page)} px too wide"] if _widest(page) > 0 else [])
        if found:
            troubles[name] = found
    assert troubles == {}
    assert [trouble for window in windows.values() for trouble in window.troubles] == []


@pytest.mark.parametrize("width", [360, 599, 600, 640, 768, 899, 900, 1366])
def test_the_largest_letters_fit_at_every_width(visit, cast, stage, width):
    """Between phone and desk too: neither the twelve months nor the dates of a project reach beyond the edge."""
    window = visit(cast.town, cookies=LOOKS["xl"])
    window.page.set_viewport_size({"width": width, "height": 768})
    paths = ["/activities/matrix/", f"/alliances/projects/{stage['project']}/"]

    assert [_widest(window.open(path)) for path in paths] == [0, 0]


def test_nothing_comes_from_elsewhere_and_pages_are_light(visit, cast, stage, live_server):
    budgets = {
        "login": 60,
        "workbench": 120,
        "list": 120,
        "detail": 90,
        "form": 120,
        "matrix": 160,
        "alliance": 120,
        "project": 90,
    }
    heavy, foreign = {}, []
    for name, limit in budgets.items():
        who, path = PATTERNS[name]
        window = visit(getattr(cast, who) if who else None, size="phone")
        sizes = []
        window.page.on("response", lambda response, sizes=sizes: sizes.append(len(_gz(response))))
        window.open(path.format(**stage))
        foreign += [url for url in window.requests if not url.startswith((live_server.url, "data:", "blob:"))]
        if sum(sizes) > limit * 1024:
            heavy[name] = sum(sizes) // 1024
    assert heavy == {}
    assert foreign == []


def _gz(response) -> bytes:
    """What the answer weighs when compressed, as production serves it."""
    import gzip

    try:
        return gzip.compress(response.body())
    except Exception:
        return b""


def test_pages_fit_320_pixels(visit, cast, stage):
    wide = {}
    for name, (who, path) in PATTERNS.items():
        window = visit(getattr(cast, who) if who else None, size="phone")
        window.page.set_viewport_size({"width": 320, "height": 640})
        page = window.open(path.format(**stage))
        if _widest(page) > 0:
            wide[name] = _widest(page)
        window.context.close()
    assert wide == {}
