"""Who may do what in the alliances.

The town's office runs the alliances that lie within its reach. A member unit acts for itself: it offers, claims and
reports. Whoever raised a need inspects and rates what came of it.
"""

import rules

from yiqiao_portal.directory.permissions import granted
from yiqiao_portal.directory.scope import scope_of

from .choices import EDITABLE_NEEDS, AllianceState


def runs(code: str) -> rules.Predicate:
    """True when the role has `code` and the row's alliance (or the row, when it is one) lies within reach."""

    @rules.predicate(name=f"alliances:runs:{code}")
    def predicate(user, row=None):
        scope = scope_of(user)
        return code in scope.grants and (row is None or scope.covers(alliance_of(row).organisation_id))

    return predicate


def holds(code: str) -> rules.Predicate:
    """True when the role has `code`; which rows it is for, `visible_to` has said already."""

    @rules.predicate(name=f"alliances:holds:{code}")
    def predicate(user, row=None):
        return code in scope_of(user).grants

    return predicate


def alliance_of(row):
    """The alliance that a row belongs to."""
    if row._meta.model_name == "alliance":
        return row
    for part in ("alliance", "need", "project", "resource"):
        if getattr(row, f"{part}_id", None):
            return alliance_of(getattr(row, part))
    raise TypeError(f"{row._meta.label} belongs to no alliance")


def of_need(code: str) -> rules.Predicate:
    """True when the role has `code` and the need behind the row was raised within reach."""

    @rules.predicate(name=f"alliances:need:{code}")
    def predicate(user, row=None):
        scope = scope_of(user)
        need = row if row is None or row._meta.model_name == "need" else row.need
        return code in scope.grants and (row is None or (need is not None and scope.covers(need.organisation_id)))

    return predicate


@rules.predicate
def need_is_editable(user, need=None):
    """Before it is published."""
    return need is None or need.state in EDITABLE_NEEDS


@rules.predicate
def helps(user, project=None):
    """A helping unit reports and joins its activities, as the leading one does."""
    return project is not None and project.helpers.filter(pk__in=scope_of(user).organisation_ids).exists()


@rules.predicate
def alliance_is_active(user, row=None):
    """An alliance that has ended is kept, and nothing new is added."""
    return row is None or alliance_of(row).state == AllianceState.ACTIVE


@rules.predicate
def is_town_wide(user, row=None):
    """For rows that belong to an organisation of the town office's reach, not to an alliance."""
    return row is None or scope_of(user).covers(getattr(row, "organisation_id", None))


view = holds("alliances.view")
manage = runs("alliances.manage")
review = runs("alliances.review")
raises = granted("alliances.raise")
offers = granted("alliances.offer")
claims = granted("alliances.claim")
town_manages = holds("alliances.manage")

for thing in (
    "alliance",
    "resource",
    "need",
    "project",
    "programme",
    "river",
    "patrol",
    "sample",
):
    rules.add_perm(f"alliances.view_{thing}", view)
rules.add_perm("alliances.view_claim", view)
rules.add_perm("alliances.view_match", view)
rules.add_perm("alliances.view_progress", view)

rules.add_perm("alliances.add_alliance", town_manages)
rules.add_perm("alliances.change_alliance", manage)
rules.add_perm("alliances.delete_alliance", manage)
rules.add_perm("alliances.change_members", manage & alliance_is_active)
rules.add_perm("alliances.change_turns", manage & alliance_is_active)
rules.add_perm("alliances.view_contributions", view)

rules.add_perm("alliances.add_resource", offers)
rules.add_perm("alliances.import_resources", offers)
rules.add_perm("alliances.change_resource", offers | review)
rules.add_perm("alliances.delete_resource", offers | review)
rules.add_perm("alliances.publish_resource", offers | review)
rules.add_perm("alliances.close_resource", offers | review)

rules.add_perm("alliances.add_need", raises)
rules.add_perm("alliances.import_needs", raises)
rules.add_perm("alliances.change_need", (raises | review) & need_is_editable)
rules.add_perm("alliances.delete_need", (raises | review) & need_is_editable)
rules.add_perm("alliances.publish_need", review)
rules.add_perm("alliances.return_need", review)
rules.add_perm("alliances.resubmit_need", raises)
rules.add_perm("alliances.withdraw_need", raises | review)
rules.add_perm("alliances.rate_need", of_need("alliances.raise"))
rules.add_perm("alliances.archive_need", review)

rules.add_perm("alliances.add_claim", claims)
rules.add_perm("alliances.withdraw_claim", claims)
rules.add_perm("alliances.decide_claim", review)

rules.add_perm("alliances.add_match", of_need("alliances.raise") | review)
rules.add_perm("alliances.decide_match", offers)
rules.add_perm("alliances.release_match", offers | of_need("alliances.raise") | review)

rules.add_perm("alliances.add_project", claims | review)
rules.add_perm("alliances.import_projects", claims)
rules.add_perm("alliances.change_project", claims | review)
rules.add_perm("alliances.report_progress", claims | review | (holds("alliances.claim") & helps))
rules.add_perm("alliances.delete_progress", claims | review)
rules.add_perm("alliances.hand_in_project", claims | review)
rules.add_perm("alliances.pass_project", of_need("alliances.raise") | review)
rules.add_perm("alliances.return_project", of_need("alliances.raise") | review)
rules.add_perm("alliances.stop_project", review)

rules.add_perm("alliances.add_programme", town_manages)
rules.add_perm("alliances.change_programme", town_manages & is_town_wide)
rules.add_perm("alliances.delete_programme", town_manages & is_town_wide)
rules.add_perm("alliances.finish_milestone", raises)

rules.add_perm("alliances.manage_rivers", town_manages)
rules.add_perm("alliances.add_patrol", granted("alliances.patrol"))
rules.add_perm("alliances.change_patrol", granted("alliances.patrol"))
rules.add_perm("alliances.delete_patrol", granted("alliances.patrol"))
rules.add_perm("alliances.add_sample", granted("alliances.sample"))
rules.add_perm("alliances.change_sample", granted("alliances.sample"))
rules.add_perm("alliances.delete_sample", granted("alliances.sample"))
