"""What the portal shows of alliances, members, turns, meetings, contributions: to-dos, figures, what can be found."""

ACTIONS: dict[str, str] = {"alliance.remove": "联盟移入回收站"}
SEARCH = ()
RECYCLE = ()
CHILDREN = ()
QUICK = ()
SHEETS = ()


def todos(user) -> list:
    """What waits for this user."""
    return []


def figures(user) -> list:
    """Numbers, each with the list that shows its rows."""
    return []


def events(user, first, last) -> list:
    """What falls on the days of the week's strip."""
    return []
