"""Who may take reports."""

import rules

from yiqiao_portal.directory.permissions import granted

rules.add_perm("reports.annual", granted("reports.annual"))
