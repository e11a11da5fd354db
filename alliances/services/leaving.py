"""What ends with a membership: the unit's open offers. Projects stay; the office hands them over."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.locking import save_version

from ..choices import ClaimState, MatchState, ResourceState
from ..models import Membership, Resource
from ..selectors import leaving as selectors
from . import telling
from .needs import end_rows

LEFT = "提供单位已退出联盟。"
CLAIMANT_LEFT = "认领单位已退出联盟。"


@transaction.atomic
def close_open_affairs(membership: Membership, *, by=None) -> None:
    """Close the unit's open resources, withdraw its unanswered claims, release what is asked of its resources.

    What was agreed stays. Resources are locked first, as always. `by` is None when the day has come by itself.
    """
    open_ones = selectors.Leaving(membership)
    list(Resource._base_manager.select_for_update().filter(pk__in=open_ones.offered()).order_by("pk"))
    for claim in end_rows(
        open_ones.claims_asked(), state=ClaimState.WITHDRAWN, action="claim.release", by=by, reason=CLAIMANT_LEFT
    ):
        telling.claim_moved(claim, "withdraw", by=by)
    for match in end_rows(
        open_ones.matches_asked(), state=MatchState.RELEASED, action="match.release", by=by, reason=LEFT
    ):
        telling.match_moved(match, "release", by=by)
    for resource in Resource.objects.alive().filter(pk__in=open_ones.offered()).order_by("pk"):
        resource.state = ResourceState.CLOSED
        save_version(resource, ["state"])
        record("resource.close", by=by, obj=resource, fields=["state"])


def close_for_those_who_left(day: date | None = None) -> None:
    """The same for units whose last day has come since it was entered; nothing is left to do a second time."""
    for membership in selectors.left_with_open_affairs(day or timezone.localdate()):
        close_open_affairs(membership)
