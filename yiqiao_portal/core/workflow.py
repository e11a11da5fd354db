"""One engine for every state machine: a table per app, one perform() that locks, checks, writes and logs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models, transaction

from yiqiao_portal.audit.services import record

from .exceptions import Conflict, DomainError, NotAllowed


@dataclass(frozen=True)
class Transition:
    """One row of an app's table. `effect(row, by=…, **data)` changes fields and returns their names."""

    name: str
    label: str
    source: tuple[str, ...]
    target: str
    permission: str
    action: str  # audit action code
    form: str = ""  # dotted name of the form that asks for more, resolved by the view
    effect: Callable[..., list[str]] | None = None
    primary: bool = False
    danger: bool = False
    question: str = ""
    consequence: str = ""
    done: str = ""


@dataclass(frozen=True)
class Workflow:
    """All transitions of one model's `state` field."""

    transitions: tuple[Transition, ...]
    field: str = "state"

    def get(self, name: str) -> Transition:
        """The transition by name; KeyError for an unknown one."""
        return {transition.name: transition for transition in self.transitions}[name]

    def check_state(self, transition: Transition, row: models.Model) -> None:
        """Raises Conflict when the row's state does not allow the transition."""
        if getattr(row, self.field) not in transition.source:
            state = getattr(row, f"get_{self.field}_display")()
            raise Conflict(f"这条记录现在是“{state}”，不能{transition.label}。请刷新页面查看最新情况。")

    def open_to(self, user, row: models.Model) -> list[Transition]:
        """The transitions that this user may do now: the buttons of the page."""
        state = getattr(row, self.field)
        return [t for t in self.transitions if state in t.source and user.has_perm(t.permission, row)]


@transaction.atomic
def perform(workflow: Workflow, name: str, row: models.Model, *, by, version: int | None = None, **data):
    """Do one transition: lock the row, check state and right, write the named fields, log it; return the row.

    Raises NotAllowed (the right is missing), Conflict (the state has moved on), DomainError (the data is not enough).
    """
    transition = workflow.get(name)
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    _check(workflow, transition, row, by=by, version=version)
    fields = transition.effect(row, by=by, **data) if transition.effect else _no_data(data)
    setattr(row, workflow.field, transition.target)
    row.version += 1
    row.save(update_fields=[workflow.field, "version", "updated_at", *fields])
    record(transition.action, by=by, obj=row, fields=[workflow.field, *fields])
    return row


def _check(workflow: Workflow, transition: Transition, row: models.Model, *, by, version: int | None) -> None:
    if row.deleted_at:
        raise Conflict("这条记录已移入回收站，请先恢复再办理。")
    workflow.check_state(transition, row)
    if version is not None and row.version != version:
        raise Conflict("您打开之后，这条记录又有修改。请刷新页面看过之后再办理。")
    if not by.has_perm(transition.permission, row):
        raise NotAllowed(f"您没有“{transition.label}”的权限，请联系镇党建办。")


def _no_data(data: dict) -> list[str]:
    if data:
        raise DomainError("这一步不需要填写内容，请刷新页面后再办理。")
    return []
