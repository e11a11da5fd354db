"""What the portal shows of projects, progress, programmes: to-dos, figures, what can be found."""

ACTIONS: dict[str, str] = {}
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
