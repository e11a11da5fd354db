"""Who may do what with an activity record."""

import rules

from yiqiao_portal.directory.permissions import granted
from yiqiao_portal.directory.scope import scope_of

from .choices import EDITABLE, RECORDED


@rules.predicate
def is_editable(user, activity=None):
    """Drafts and returned records may be changed."""
    return activity is None or activity.state in EDITABLE


@rules.predicate
def is_not_own(user, activity=None):
    """Nobody confirms what they recorded themselves."""
    return activity is None or user.pk not in {activity.created_by_id, activity.submitted_by_id}


@rules.predicate
def took_part(user, activity=None):
    """An organisation within reach is a partner of a recorded activity."""
    if activity is None:
        return scope_of(user).sees_business
    if activity.state not in RECORDED:
        return False
    return activity.partners.filter(pk__in=scope_of(user).organisation_ids).exists()


@rules.predicate
def is_of_own_post(user, activity=None):
    """The record belongs to the very organisation for which the current post stands, not to one below it."""
    return activity is None or activity.organisation_id == scope_of(user).organisation_id


can_record = granted("activities.record")

rules.add_perm("activities.view_activity", granted("activities.view") | took_part)
rules.add_perm("activities.add_activity", can_record)
rules.add_perm("activities.change_activity", can_record & is_editable)
rules.add_perm("activities.delete_activity", can_record & is_editable)
rules.add_perm("activities.restore_activity", can_record)
rules.add_perm("activities.submit_activity", can_record)
rules.add_perm("activities.withdraw_activity", can_record & is_of_own_post)
rules.add_perm("activities.confirm_activity", granted("activities.confirm") & is_not_own)
rules.add_perm("activities.return_activity", granted("activities.confirm"))
rules.add_perm("activities.finish_decision", can_record)
rules.add_perm("activities.view_matrix", granted("activities.view"))
rules.add_perm("activities.explain", granted("activities.explain"))
