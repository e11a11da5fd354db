"""Rivers, patrols, samples: the office keeps the rivers, units record what they saw and measured, all may look."""

from django.utils import timezone

from alliances.models import Section
from tests.contracts.rule import BUSINESS, Rule, Send, key, these
from tests.factories import alliances as make

SEES = BUSINESS - these("teamlead talent")
PATROLLERS = these("town branch sub_branch other_branch liaison")
SAMPLERS = these("town liaison")
TOWN = these("town")
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f32"


def today() -> str:
    return timezone.localdate().isoformat()


def sent(row) -> dict:
    """What every form carries."""
    return {"idempotency_key": KEY, "version": row.version if row else ""}


def a_section() -> Section:
    """One that exists; where the stage has none, a new one."""
    return Section.objects.alive().order_by("pk").first() or make.SectionFactory()


def river(stage, row) -> dict:
    return sent(row) | {"name": "里河（新名）", "body": "river", "order": "3", "hotline": "0571-00000000"}


def section(stage, row) -> dict:
    return sent(row) | {"name": "入河口断面", "target": "III", "order": "2"}


def chief(stage, row) -> dict:
    return sent(None) | {"level": "district", "organisation": stage.root.pk, "since": today()}


def patrol(stage, row) -> dict:
    """A patrol of the village with one thing found."""
    return (
        sent(row)
        | {
            "section": row.section_id if row else a_section().pk,
            "level": "village",
            "day": today(),
            "by_whom": "李四",
            "organisation": stage.party.pk,
            "problems-TOTAL_FORMS": "1",
            "problems-INITIAL_FORMS": "0",
            "problems-0-text": "" if row else "岸边有漂浮物",
        }
        | (kept(row) if row else {})
    )


def kept(row) -> dict:
    """The open problems as the page sends them back."""
    problems = list(row.problems.filter(state="open").order_by("pk"))
    found = {"problems-TOTAL_FORMS": str(len(problems)), "problems-INITIAL_FORMS": str(len(problems))}
    for number, problem in enumerate(problems):
        found |= {f"problems-{number}-id": problem.pk, f"problems-{number}-text": problem.text}
    return found


def problem_of_another(stage, row) -> tuple:
    """Names a problem of a patrol that is out of reach."""
    theirs = stage.rows["problem"]["foreign"].row
    more = {"problems-TOTAL_FORMS": "1", "problems-0-id": theirs.pk, "problems-0-text": "改写别人的问题"}
    return patrol(stage, row) | more, theirs


def solved(stage, row) -> dict:
    return {"solved_on": today(), "answer": "已清理。"}


def sample(stage, row) -> dict:
    """Readings of class Ⅲ."""
    return sent(row) | {
        "section": row.section_id if row else a_section().pk,
        "taken_on": row.taken_on.isoformat() if row else today(),
        "organisation": row.organisation_id if row else stage.root.pk,
        "do": "5.1",
        "nh3n": "0.91",
    }


LIST = ("", "format=xlsx", "print=1", "page=99", "sort=title")
RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "alliances:rivers": Rule(SEES, queries=(*LIST, "body=lake")),
    "alliances:river": Rule(SEES, "river", key, queries=("", "print=1", "year=2025", "year=x")),
    "alliances:river_new": Rule(TOWN, send=Send("town", river)),
    "alliances:river_edit": Rule(TOWN, "river", key, send=Send("town", river)),
    "alliances:river_remove": Rule(TOWN, "bare river", key, send=Send("town")),
    "alliances:section": Rule(SEES, "section", key, queries=("", "year=2025")),
    "alliances:section_new": Rule(TOWN, "river", key, send=Send("town", section)),
    "alliances:section_edit": Rule(TOWN, "section", key, send=Send("town", section)),
    "alliances:section_remove": Rule(TOWN, "bare section", key, send=Send("town")),
    "alliances:chief_new": Rule(TOWN, "section", key, send=Send("town", chief)),
    "alliances:chief_end": (
        Rule(TOWN, "chief", key, send=Send("town", lambda stage, row: {"until": today()})),
        Rule(TOWN, "ended chief", key, ok=409),
    ),
    "alliances:patrols": Rule(SEES, queries=(*LIST, "found=1", "level=village", "sort=-day")),
    "alliances:patrol": Rule(SEES, "patrol", key, participants=True),
    "alliances:patrol_new": Rule(PATROLLERS, queries=("", "section=1", "river=x"), send=Send("branch", patrol)),
    "alliances:patrol_edit": Rule(
        PATROLLERS, "patrol", key, send=Send("branch", patrol, foreign=(problem_of_another,))
    ),
    "alliances:patrol_remove": Rule(PATROLLERS, "patrol", key, send=Send("branch")),
    "alliances:problems": Rule(SEES, queries=(*LIST, "state=open", "item=outlet")),
    "alliances:problem_solve": (
        Rule(PATROLLERS, "problem", key, send=Send("branch", solved)),
        Rule(PATROLLERS, "solved problem", key, ok=409),
    ),
    "alliances:samples": Rule(SEES, queries=(*LIST, "day_from=2025-01-01", "sort=-taken_on")),
    "alliances:sample": Rule(SEES, "sample", key, participants=True),
    "alliances:sample_new": Rule(SAMPLERS, queries=("", "section=1"), send=Send("town", sample)),
    "alliances:sample_edit": Rule(SAMPLERS, "sample", key, send=Send("liaison", sample)),
    "alliances:sample_remove": Rule(SAMPLERS, "sample", key, send=Send("liaison")),
}
