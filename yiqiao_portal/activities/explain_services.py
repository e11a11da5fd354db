"""Writes on explanations: why a branch did not hold what was due, and taking that back."""

from django.db import transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import save_version
from yiqiao_portal.directory.scope import scope_of

from . import selectors
from .models import ActivityKind, Explanation
from .rhythm import Cell
from .selectors import Spot

HELD = "这一期已有记录，以记录为准，不用再写说明。"
HELD_CELLS = frozenset({Cell.RECORDED, Cell.LATE})
NEEDLESS = {
    Cell.RECORDED: HELD,
    Cell.LATE: HELD,
    Cell.NOT_APPLICABLE: "这一期不作要求，不用写说明。",
    Cell.LATER: "这一期还没有开始，不用写说明；到期确实没有开展时再写。",
}


def check_needed(spot: Spot) -> None:
    """Only what is due and missing is explained. Raises Conflict for what is recorded, exempt or still ahead."""
    if spot.cell in NEEDLESS:
        raise Conflict(NEEDLESS[spot.cell], field="reason")


@transaction.atomic
def explain(spot: Spot, kind: ActivityKind, *, by, reason: str, version: int | None = None) -> Explanation:
    """Write why a branch did not hold what was due; a second explanation replaces the first one's words.

    With `version` (0 = none was seen) nobody's words are replaced unseen: Conflict says what stands there now.
    """
    spot = _now(spot, kind, by=by)
    check_needed(spot)
    explanation, made = Explanation.objects.alive().get_or_create(
        **_place(spot, kind), defaults={"reason": reason, "created_by": by}
    )
    if not made:
        explanation = _replace_reason(explanation, reason, version)
    record("explanation.write", by=by, obj=explanation, fields=["reason"])
    return explanation


@transaction.atomic
def retract(spot: Spot, kind: ActivityKind, *, by, version: int | None = None) -> Explanation:
    """Take an explanation back while nothing is recorded; the period is 待记 again."""
    spot = _now(spot, kind, by=by)
    explanation = Explanation.objects.alive().filter(**_place(spot, kind)).first()
    if explanation is None:
        raise Conflict("这一期没有说明，可能已被收回，请返回应记录一览查看。")
    if spot.cell in HELD_CELLS:
        raise Conflict("这一期已有记录，原说明不再计入，不用收回。")
    if version is not None and explanation.version != version:
        raise Conflict(f"您打开之后，说明已改为：“{explanation.reason}”。请刷新页面看过之后再收回。")
    return recycle.remove(explanation, by=by, action="explanation.remove")


def _now(spot: Spot, kind: ActivityKind, *, by) -> Spot:
    """The cell as it is at this moment; DomainError when its branch is out of reach."""
    if not scope_of(by).covers(spot.organisation.pk):
        raise DomainError("这个党组织不在您的管辖范围，请从应记录一览进入。", field="organisation")
    return selectors.spot_of(spot.organisation, kind, spot.period)


def _place(spot: Spot, kind: ActivityKind) -> dict:
    return {"organisation": spot.organisation, "kind": kind, "year": spot.period.year, "number": spot.period.number}


def _replace_reason(explanation: Explanation, reason: str, version: int | None) -> Explanation:
    explanation = Explanation.objects.select_for_update(of=("self",)).get(pk=explanation.pk)
    if version is not None and explanation.version != version:
        words = f"您打开之后，别人已写过说明：“{explanation.reason}”。请核对；仍要改成您写的，再保存一次即可。"
        raise Conflict(words, field="reason")
    explanation.reason = reason
    return save_version(explanation, ["reason"])
