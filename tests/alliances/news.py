"""Who was told what: reads the outbox, and looks whether each recipient may open what the message leads to."""

from collections import defaultdict

from tests.conftest import sign_in
from yiqiao_portal.accounts.models import User
from yiqiao_portal.core.models import Outbox


class News:
    """What was told since it was last asked."""

    def __init__(self):
        self.last = 0

    def __call__(self) -> dict[str, list[str]]:
        """Model and stage, without ids and marks → user names. Fails when somebody may not open the address."""
        found = defaultdict(set)
        rows = list(Outbox.objects.filter(pk__gt=self.last).order_by("pk"))
        for row in rows:
            users = list(User.objects.filter(pk__in=row.recipients))
            model, _pk, name = row.stage.split(":")[:3]
            found[f"{model}:{name}"] |= {user.username for user in users}
            shut = [f"{user.username} {row.url}" for user in users if not opens(user, row.url)]
            assert shut == [], row.title
        self.last = rows[-1].pk if rows else self.last
        return {stage: sorted(names) for stage, names in found.items()}


def opens(user: User, url: str) -> bool:
    """Whether the page answers this user as she is now."""
    return sign_in(user).get(url.partition("#")[0]).status_code == 200


def everybody(cast) -> None:
    """All of the cast exist, so that anybody could be told by mistake. Those with two posts stay away."""
    names = ("town", "leader", "branch", "sub_branch", "other_branch", "grid", "unit", "liaison", "teamlead", "talent")
    for name in (*names, "sysadmin", "auditor", "stranger", "former", "inactive"):
        getattr(cast, name)
