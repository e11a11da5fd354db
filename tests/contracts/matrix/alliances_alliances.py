"""Alliances, members, turns, contributions, the public pages."""

from django.utils import timezone

from tests.contracts.rule import EVERYBODY, Rule, Send, key, these

# Roles with the right to look; which rows, says the stage.
SEES = these("town leader branch sub_branch other_branch grid unit liaison")
RUNS = these("town")
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f61"


def facts(stage, row) -> dict:
    """An alliance as its form sends it."""
    return {
        "name": "示例新联盟",
        "theme": "治水",
        "founded_on": "2024-07-06",
        "chair_period": "quarter",
        "idempotency_key": KEY,
        "version": row.version if row else "",
        "state": "active",
    }


def name(stage, row) -> dict:
    """A new name from today."""
    return {"name": "示例更名联盟", "since": timezone.localdate().isoformat(), "source": "会议纪要"}


def member(stage, row) -> dict:
    """A unit that is no member yet."""
    return {
        "organisation": stage.office.pk,
        "role": "rotating",
        "turn_order": "909",
        "joined_on": timezone.localdate().isoformat(),
        "idempotency_key": KEY,
    }


def changed_member(stage, row) -> dict:
    """Another role from now on."""
    return {
        "role": "lead",
        "turn_order": "903",
        "joined_on": row.joined_on.isoformat() if row else "",
        "version": row.version if row else "",
    }


def leaving(stage, row) -> dict:
    """No member any more from today."""
    return {"on": timezone.localdate().isoformat(), "version": row.version if row else ""}


def plan(stage, row) -> dict:
    """A year behind all that is planned."""
    year = timezone.localdate().year + 2
    return {"start": f"{year}-01-01", "until": f"{year}-12-31"}


def swap(stage, row) -> dict:
    """With the turn after it."""
    later = row.alliance.turns.order_by("starts_on").last()
    return {"other": later.pk, "note": "双方商定", "version": row.version}


def rows_of(stage, row) -> dict:
    """The town's own organisation: no unit, so that the answer depends on the alliance alone."""
    return {"pk": row.pk, "organisation": stage.root.pk, "what": "resources"}


def own_rows(stage, row) -> dict:
    """The numbers of the member unit."""
    return {"pk": row.pk, "organisation": stage.partner.pk, "what": "claims"}


def slug(stage, row) -> dict:
    """The public page of an alliance whose switch is on."""
    return {"slug": stage.rows["public alliance"]["own"].row.slug}


def charter(stage, row) -> dict:
    """The paper of an alliance."""
    return {"token": row.charter_token}


RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "alliances:list": Rule(SEES, queries=("", "format=xlsx", "print=1", "state=active", "page=99", "sort=name")),
    "alliances:alliance_new": Rule(RUNS, send=Send("town", facts)),
    "alliances:alliance": Rule(SEES, "alliance", key, participants=True),
    "alliances:alliance_edit": Rule(RUNS, "alliance", key, send=Send("town", facts)),
    "alliances:alliance_name": Rule(RUNS, "alliance", key, send=Send("town", name)),
    "alliances:alliance_remove": Rule(RUNS, "alliance", key, send=Send("town", on="elsewhere")),
    "alliances:members": Rule(SEES, "alliance", key, participants=True, queries=("", "format=xlsx")),
    "alliances:member_new": Rule(RUNS, "alliance", key, send=Send("town", member)),
    "alliances:member_edit": Rule(RUNS, "membership", key, send=Send("town", changed_member)),
    "alliances:member_leave": Rule(RUNS, "membership", key, send=Send("town", leaving)),
    "alliances:turns": Rule(SEES, "alliance", key, participants=True),
    "alliances:turns_plan": Rule(RUNS, "alliance", key, send=Send("town", plan)),
    "alliances:turn_swap": Rule(RUNS, "turn", key, send=Send("town", swap)),
    "alliances:contributions_home": Rule(SEES, ok=302),
    "alliances:contributions": Rule(SEES, "alliance", key, participants=True, queries=("", "format=xlsx")),
    "alliances:contribution_rows": (
        Rule(these("town leader"), "alliance", rows_of, refused=404, participants=True),
        Rule(these("town leader liaison"), "alliance", own_rows, refused=404, participants=True),
    ),
    "alliances:charter": Rule(SEES, "alliance with charter", charter, participants=True),
    "alliances_public:list": Rule(EVERYBODY, public=True),
    "alliances_public:alliance": Rule(EVERYBODY, arguments=slug, public=True),
}
