"""Projects with their progress, programmes with their milestones: who leads, who helps, who inspects, who may look."""

from django.utils import timezone

from alliances.models import Membership
from tests.contracts.rule import BUSINESS, OFFICE, Rule, Send, key, these
from tests.factories import alliances as make

SEES = BUSINESS - these("teamlead talent")
RAISERS = SEES - these("leader grid")
DOERS = these("town leader unit liaison")
TOWN = these("town")
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f22"


def today() -> str:
    return timezone.localdate().isoformat()


def project(stage, row) -> dict:
    """A whole project; a new one without a need."""
    alliance = Membership.objects.get(organisation=stage.partner).alliance
    return {
        "title": "里河岸线修复",
        "alliance": alliance.pk,
        "organisation": stage.partner.pk,
        "service_line": make.line().pk,
        "starts_on": today(),
        "due_on": make.day(90).isoformat(),
        "idempotency_key": KEY,
        "version": row.version if row else "",
    }


def step(name: str):
    """URL arguments of a step of the workflow."""
    return lambda stage, row: {"pk": row.pk, "name": name}


def token(stage, row) -> dict:
    """URL arguments of a picture."""
    return {"token": row.token}


def result(stage, row) -> dict:
    return {"result": "修复岸线 1.2 公里。", "beneficiaries": "1200"}


def reason(stage, row) -> dict:
    return {"reason": "请补栽两处绿化。"}


def note(stage, row) -> dict:
    return {"text": "完成清淤 300 米。", "day": today(), "idempotency_key": KEY}


def chosen(stage, row) -> dict:
    """A recorded activity of the leading unit's own partnership."""
    return {"activities": [stage.rows["activity"]["shared"].row.pk], "version": row.version}


def foreign(stage, row) -> tuple:
    """An activity of nobody involved."""
    activity = stage.rows["activity"]["below"].row
    return {"activities": [activity.pk], "version": row.version}, activity


def programme(stage, row) -> dict:
    return {
        "name": "示例行动",
        "organisation": stage.root.pk,
        "goals": "一村一景",
        "idempotency_key": KEY,
        "version": row.version if row else "",
    }


def milestone(stage, row) -> dict:
    return {
        "title": "方案会审",
        "organisation": stage.root.pk,
        "due_on": make.day(40).isoformat(),
        "idempotency_key": KEY,
        "version": row.version,
    }


LIST = ("", "format=xlsx", "print=1", "page=99", "sort=title")
RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "alliances:projects": Rule(SEES, queries=(*LIST, "light=late", "state=done")),
    "alliances:project": Rule(SEES, "project", key, participants=True),
    "alliances:project_new": Rule(DOERS, send=Send("liaison", project)),
    "alliances:project_edit": (
        Rule(DOERS, "project", key, send=Send("liaison", project)),
        Rule(DOERS, "project in inspection", key, ok=409),
    ),
    "alliances:project_activities": Rule(
        DOERS, "reported project", key, send=Send("liaison", chosen, foreign=(foreign,))
    ),
    "alliances:project_do": (
        Rule(DOERS, "project", step("hand_in"), send=Send("liaison", result)),
        Rule(RAISERS | OFFICE, "project to inspect", step("pass"), send=Send("branch")),
        Rule(RAISERS | OFFICE, "project to inspect", step("return"), send=Send("branch", reason)),
        Rule(OFFICE, "project", step("stop"), send=Send("leader", reason)),
    ),
    "alliances:progress_new": (
        Rule(DOERS, "reported project", key, send=Send("unit", note)),
        Rule(DOERS, "finished project", key, ok=409),
    ),
    "alliances:progress_remove": Rule(DOERS, "progress", key, send=Send("liaison")),
    "alliances:progress_photo": Rule(SEES, "progress photo", token, participants=True),
    "alliances:progress_photo_small": Rule(SEES, "progress photo", token, participants=True),
    "alliances:programmes": Rule(SEES, queries=("", "format=xlsx", "print=1", "page=99", "target=yupu")),
    "alliances:programme": Rule(SEES, "programme", key),
    "alliances:programme_new": Rule(TOWN, send=Send("town", programme)),
    "alliances:programme_edit": Rule(TOWN, "programme", key, send=Send("town", programme)),
    "alliances:programme_remove": Rule(TOWN, "programme", key, send=Send("town")),
    "alliances:milestone_new": Rule(TOWN, "programme", key, send=Send("town", milestone)),
    "alliances:milestone_edit": Rule(TOWN, "milestone", key, send=Send("town", milestone)),
    "alliances:milestone_remove": Rule(TOWN, "milestone", key, send=Send("town")),
    "alliances:milestone_done": (
        Rule(RAISERS, "milestone", key, send=Send("liaison", lambda stage, row: {"done_on": today()})),
        Rule(RAISERS, "done milestone", key, ok=409),
    ),
}
