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
    """An organisation within reach is a partner of a recorded activity, or was expected there as a unit."""
    if activity is None:
        return scope_of(user).sees_business
    if activity.state not in RECORDED:
        return False
    reach = scope_of(user).organisation_ids
    invited = activity.attendances.filter(organisation__in=reach)
    return invited.exists() or activity.partners.filter(pk__in=reach).exists()


@rules.predicate
def is_of_own_post(user, activity=None):
    """The record belongs to the very organisation for which the current post stands, not to one below it."""
    return activity is None or activity.organisation_id == scope_of(user).organisation_id


@rules.predicate
def is_responsible(user, decision=None):
    """The decision's responsible unit lies within reach."""
    return decision is None or decision.unit_id in scope_of(user).organisation_ids


@rules.predicate
def records_its_activity(user, decision=None):
    """May record for the organisation that decided."""
    return can_record(user, decision and decision.activity)


can_record = granted("activities.record")
can_finish = rules.predicate(lambda user, _row=None: "activities.finish" in scope_of(user).grants)

rules.add_perm("activities.view_activity", granted("activities.view") | took_part)
rules.add_perm("activities.add_activity", can_record)
rules.add_perm("activities.change_activity", can_record & is_editable)
rules.add_perm("activities.delete_activity", can_record & is_editable)
rules.add_perm("activities.restore_activity", can_record)
rules.add_perm("activities.submit_activity", can_record)
rules.add_perm("activities.withdraw_activity", can_record & is_of_own_post)
rules.add_perm("activities.confirm_activity", granted("activities.confirm") & is_not_own)
rules.add_perm("activities.return_activity", granted("activities.confirm"))
rules.add_perm("activities.finish_decision", can_finish & (records_its_activity | is_responsible))
rules.add_perm("activities.view_matrix", granted("activities.view"))
rules.add_perm("activities.explain", granted("activities.explain"))
