"""Activities: who records, who confirms, who may look, who took part."""

from django.utils import timezone

from tests.contracts.rule import BUSINESS, OFFICE, READERS, RECORDERS, Rule, Send, key, these
from tests.factories.activities import AgendaItemFactory
from yiqiao_portal.activities.models import AgendaItem


def activity(stage, row) -> dict:
    """A complete record of a theme day."""
    return {
        "organisation": row.organisation_id if row else stage.party.pk,
        "title": "清洁家园",
        "held_on": timezone.localdate().isoformat(),
        "host": "王丙",
        "venue": "党群服务中心",
        "expected": "20",
        "present": "19",
        "content": "分组清理河道两岸。",
        "do": "draft",
        "agenda-TOTAL_FORMS": "0",
        "agenda-INITIAL_FORMS": "0",
        "decisions-TOTAL_FORMS": "0",
        "decisions-INITIAL_FORMS": "0",
        "idempotency_key": "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11",
        "version": row.version if row else "",
    }


def agenda_of_another(stage, row) -> tuple[dict, AgendaItem]:
    """Names an agenda item of a record that is out of reach, and the item."""
    foreign = AgendaItemFactory(activity=stage.rows["draft"]["other"].row)
    rows = {"agenda-TOTAL_FORMS": "1", "agenda-0-id": foreign.pk, "agenda-0-title": "改写别人的议题"}
    return activity(stage, row) | rows, foreign


def transition(name: str):
    """URL arguments of a step of the workflow."""
    return lambda stage, row: {"pk": row.pk, "name": name}


def reason(stage, row) -> dict:
    """Why something is sent back or not held."""
    return {"reason": "防汛期间全员在岗。"}


def token(stage, row) -> dict:
    """URL arguments of a file."""
    return {"token": row.token}


def period(stage, row) -> dict:
    """URL arguments of a cell of the matrix: last month's theme day."""
    last = timezone.localdate().replace(day=1) - timezone.timedelta(days=1)
    return {"organisation": row.pk, "kind": "theme_day", "year": last.year, "number": last.month}


RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "activities:list": Rule(BUSINESS, queries=("", "format=xlsx", "print=1", "state=draft", "page=99", "sort=title")),
    "activities:matrix": Rule(READERS, queries=("", "format=xlsx", "kind=congress", "print=1")),
    "activities:cells": Rule(READERS, queries=("", "format=xlsx", "verdict=not_met", "kind=congress&print=1")),
    "activities:explain": Rule(RECORDERS, "organisation", period, send=Send("branch", reason)),
    "activities:finish_decision": Rule(
        RECORDERS,
        "decision",
        key,
        send=Send("branch", lambda stage, row: {"done_on": timezone.localdate().isoformat()}),
    ),
    "activities:plan": Rule(
        RECORDERS,
        send=Send(
            "branch",
            lambda stage, row: {
                "organisation": stage.party.pk,
                "year": timezone.localdate().year + 1,
                "day": "20",
                "title": "主题党日",
                "venue": "党群服务中心",
                "idempotency_key": "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f12",
            },
        ),
    ),
    "activities:choose": Rule(RECORDERS),
    "activities:create": Rule(
        RECORDERS, arguments=lambda stage, row: {"kind": "theme_day"}, send=Send("branch", activity)
    ),
    "activities:detail": Rule(BUSINESS - these("talent"), "activity", key, participants=True, queries=("", "print=1")),
    "activities:update": (
        Rule(RECORDERS, "draft", key, send=Send("branch", activity, foreign=(agenda_of_another,))),
        Rule(RECORDERS, "returned", key, send=Send("branch", activity)),
        Rule(RECORDERS, "activity", key, ok=409),
        Rule(RECORDERS, "confirmed", key, ok=409),
    ),
    "activities:remove": (
        Rule(RECORDERS, "draft", key, send=Send("branch")),
        Rule(RECORDERS, "confirmed", key, ok=409),
    ),
    "activities:do": (
        Rule(RECORDERS, "draft", transition("submit"), send=Send("branch")),
        Rule(RECORDERS, "handed in", transition("withdraw"), send=Send("branch")),
        Rule(OFFICE, "activity", transition("confirm"), send=Send("leader")),
        Rule(
            OFFICE, "activity", transition("return"), send=Send("town", lambda stage, row: {"reason": "请补充议题。"})
        ),
    ),
    "activities:photo": Rule(BUSINESS - these("talent"), "photo", token, participants=True),
    "activities:photo_small": Rule(BUSINESS - these("talent"), "photo", token, participants=True),
    "activities:attachment": Rule(BUSINESS - these("talent"), "attachment", token, participants=True),
    "activities:remove_photo": Rule(RECORDERS, "draft photo", key, send=Send("branch")),
    "activities:remove_attachment": Rule(RECORDERS, "draft attachment", key, send=Send("branch")),
}
