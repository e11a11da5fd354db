"""What cannot be true together in a record: the form asks it at the field, the service before it writes."""

from collections.abc import Callable, Iterator
from datetime import date

WITHIN = (  # the first number is never more than the second
    ("present", "expected", "实到人数不能多于应到人数，请核对。"),
    ("voters_present", "voters_expected", "实到有表决权人数不能多于应到有表决权人数，请核对。"),
    ("voters_expected", "expected", "有表决权人数不能多于总人数，请核对。"),
    ("voters_present", "present", "有表决权人数不能多于总人数，请核对。"),
)
TASK = ("unit", "owner", "due_on")
EITHER_OR = "写了责任单位、负责人或期限的，不是“无需办理”；请去掉“无需办理”的勾，或清空责任单位、负责人和期限。"


def contradictions(fact: Callable) -> Iterator[tuple[str, str]]:
    """Field and sentence of what cannot be true together; `fact` gives a field's value by its name."""
    for part, whole, sentence in WITHIN:
        some, all_ = fact(part), fact(whole)
        if some is not None and all_ is not None and some > all_:
            yield part, sentence
    starts, ends = fact("starts_at"), fact("ends_at")
    if starts and ends and ends <= starts:
        yield "ends_at", "结束时间要晚于开始时间，请核对。"


def decision_faults(decision: dict, held_on: date | None) -> Iterator[tuple[str, str]]:
    """Field and sentence of what cannot be decided: a task that is none, or one that was due before the day."""
    if decision.get("no_action") and any(decision.get(name) for name in TASK):
        yield "no_action", EITHER_OR
    due_on = decision.get("due_on")
    if due_on and held_on and due_on < held_on:
        yield "due_on", f"完成期限不能早于活动日期 {held_on}，请核对。"
