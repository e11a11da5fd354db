"""Writes on patrols and the problems found on them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version

from ..choices import ProblemState
from ..models import Patrol, PatrolProblem
from . import telling

FIRST_YEAR = 2013  # 五水共治 began; anything earlier is a slip of the pen
GONE = "这条记录已移入回收站，请先恢复再修改。"
KEPT = "已记下的问题要留到解决为止。写错了请直接改文字；已经处理的，请保存后点“办结”。"


@dataclass
class Walk:
    """What a form says of one patrol: `problems` are dicts with text, item and, of those already kept, id."""

    values: dict
    items: list = field(default_factory=list)
    problems: list[dict] = field(default_factory=list)


@transaction.atomic
def create_patrol(walk: Walk, *, by) -> Patrol:
    """Record a patrol of a unit within reach; nothing found is a good patrol too."""
    patrol = Patrol(**walk.values, created_by=by)
    _check(patrol, by=by)
    patrol.save(force_insert=True)
    patrol.items.set(walk.items)
    _write_problems(patrol, walk.problems, by=by)
    record("patrol.create", by=by, obj=patrol, fields=walk.values)
    return patrol


@transaction.atomic
def update_patrol(patrol: Patrol, walk: Walk, *, by, version: int) -> Patrol:
    """Change a patrol that is still at `version`. Problems already taken on or solved stay as they are."""
    patrol = lock_version(patrol, version)
    if patrol.deleted_at:
        raise Conflict(GONE)
    for name, value in walk.values.items():
        setattr(patrol, name, value)
    _check(patrol, by=by)
    patrol.items.set(walk.items)
    _write_problems(patrol, walk.problems, by=by)
    save_version(patrol, list(walk.values))
    record("patrol.update", by=by, obj=patrol, fields=[*walk.values, "items", "problems"])
    return patrol


@transaction.atomic
def remove_patrol(patrol: Patrol, *, by) -> Patrol:
    """Into the recycle bin, with its problems."""
    return recycle.remove(patrol, by=by, action="patrol.remove", permission="alliances.delete_patrol")


@transaction.atomic
def solve_problem(problem: PatrolProblem, *, by, solved_on: date, answer: str) -> PatrolProblem:
    """Tick off a problem with what was done."""
    problem = PatrolProblem.objects.select_for_update(of=("self",)).select_related("patrol").get(pk=problem.pk)
    check_unsolved(problem)
    if problem.deleted_at or problem.patrol.deleted_at:
        raise Conflict(GONE)
    if solved_on > timezone.localdate():
        raise DomainError("解决日期不能晚于今天，请核对。", field="solved_on")
    if solved_on < problem.patrol.day:
        raise DomainError(f"解决日期不能早于巡查日期 {problem.patrol.day}，请核对。", field="solved_on")
    problem.state, problem.solved_on, problem.answer = ProblemState.SOLVED, solved_on, answer
    save_version(problem, ["state", "solved_on", "answer"])
    record("problem.solve", by=by, obj=problem, fields=["state", "solved_on", "answer"])
    telling.problem_solved(problem, by=by)
    return problem


@transaction.atomic
def hand_over_problem(problem: PatrolProblem, *, by) -> PatrolProblem:
    """Note that somebody else has taken the problem on; called when the new record is born (core.handover)."""
    problem = PatrolProblem.objects.select_for_update(of=("self",)).select_related("patrol").get(pk=problem.pk)
    check_open(problem)
    problem.state = ProblemState.HANDED_OVER
    save_version(problem, ["state"])
    record("problem.hand_over", by=by, obj=problem, fields=["state"])
    return problem


def is_open(problem: PatrolProblem) -> bool:
    """Whether nobody has taken it on or solved it."""
    return problem.state == ProblemState.OPEN


def check_open(problem: PatrolProblem) -> None:
    """Raises Conflict when somebody has taken the problem on, or solved it."""
    if problem.deleted_at or problem.patrol.deleted_at:
        raise Conflict(GONE)
    if not is_open(problem):
        state = problem.get_state_display()
        raise Conflict(f"这个问题现在是“{state}”，不能再转办。请打开巡河记录查看办理情况。")


def check_unsolved(problem: PatrolProblem) -> None:
    """Raises Conflict when there is nothing left to do."""
    if problem.state == ProblemState.SOLVED:
        raise Conflict(f"这个问题已在 {problem.solved_on} 办结，无需重复办理。")


def _check(patrol: Patrol, *, by) -> None:
    """Within reach, on a section in use, on a day that has been."""
    if not by.has_perm("alliances.add_patrol", patrol):
        raise DomainError("这家单位不在您的管辖范围，请重新选择。", field="organisation")
    if patrol.section.deleted_at or patrol.section.river.deleted_at:
        raise DomainError("这个河段已停用，请重新选择。", field="section")
    if patrol.day > timezone.localdate():
        raise DomainError("巡查日期不能晚于今天，请核对。", field="day")
    if patrol.day.year < FIRST_YEAR:
        raise DomainError("巡查日期太早，请核对年份。", field="day")
    if patrol.starts_at and patrol.ends_at and patrol.ends_at <= patrol.starts_at:
        raise DomainError("结束时间要晚于开始时间，请核对。", field="ends_at")


def _write_problems(patrol: Patrol, rows: Iterable[dict], *, by) -> None:
    """Rows without an id are new; open ones may be corrected; none is lost."""
    waiting = PatrolProblem.objects.alive().filter(patrol=patrol, state=ProblemState.OPEN).select_for_update()
    known = {problem.pk: problem for problem in waiting}
    for row in rows:
        values = {"text": row["text"], "item": row.get("item")}
        if not row.get("id"):
            problem = PatrolProblem.objects.create(patrol=patrol, created_by=by, **values)
            telling.problem_found(problem, by=by)
            continue
        problem = known.pop(row["id"], None)
        if problem is None:
            raise Conflict("其中一个问题已有人处理。请刷新页面查看最新情况，再修改其余内容。")
        _correct(problem, values)
    if known:
        raise DomainError(KEPT, field="problems")


def _correct(problem: PatrolProblem, values: dict) -> None:
    changed = [name for name, value in values.items() if getattr(problem, name) != value]
    for name in changed:
        setattr(problem, name, values[name])
    if changed:
        save_version(problem, changed)
