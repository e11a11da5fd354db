"""The specification of access: every address, who may open it, who may send it, for which rows.

A new address fails tests/contracts/test_access.py until it has a line here. Read a line as: *these* actors have the
function; of the named group of rows each actor reaches what tests/contracts/stage.py says.
"""

from tests.contracts.matrix import (
    accounts,
    activities,
    alliances_alliances,
    alliances_lists,
    alliances_projects,
    alliances_rivers,
    directory,
    frame,
)
from tests.contracts.rule import Rule

RULES: dict[str, Rule | tuple[Rule, ...]] = frame.RULES | accounts.RULES | directory.RULES | activities.RULES
RULES |= alliances_alliances.RULES
RULES |= alliances_lists.RULES
RULES |= alliances_projects.RULES
RULES |= alliances_rivers.RULES

# Forms whose body the matrix does not send → where they are tested instead.
NOT_SENT: dict[str, str] = accounts.NOT_SENT
