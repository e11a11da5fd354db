"""What a browser sends for the form of an activity."""

from uuid import uuid4


def rows(prefix: str, *given: dict, initial: int = 0) -> dict[str, str]:
    """The fields of a formset with these rows."""
    data = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(given):
        data |= {f"{prefix}-{number}-{name}": str(value) for name, value in row.items()}
    return data


def shown(*keys: int) -> dict[str, str]:
    """The selects of everybody on the list of those expected, nobody absent."""
    return {f"roll-{key}": "" for key in keys}


def typed(branch, /, **changes) -> dict:
    """A complete theme day of last Friday; `changes` replace fields, None takes one away."""
    data = {
        "organisation": str(branch.pk),
        "title": "清洁家园",
        "held_on": "2026-11-20",
        "host": "王丙",
        "venue": "党群服务中心",
        "expected": "20",
        "present": "18",
        "content": "分组清理河道两岸。",
        "do": "draft",
        "idempotency_key": str(uuid4()),
        **rows("agenda"),
        **rows("decisions"),
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def facts_of(activity) -> dict:
    """The fields that a browser shows of a saved record, to be sent again."""
    return typed(
        activity.organisation,
        title=activity.title,
        held_on=activity.held_on.isoformat(),
        host=activity.host,
        venue=activity.venue,
        content=activity.content,
        expected=str(activity.expected or ""),
        present=str(activity.present or ""),
        version=str(activity.version),
        idempotency_key=None,
    )
