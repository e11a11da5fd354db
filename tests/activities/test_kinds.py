"""The shipped kinds of activities: rhythm, source, combination."""

import json
from pathlib import Path

from yiqiao_portal import activities
from yiqiao_portal.activities.rhythm import COMBINABLE, Rule, rule_from

KINDS = json.loads((Path(activities.__file__).parent / "data" / "kinds.json").read_text(encoding="utf-8"))


def test_rhythm_of_every_kind():
    assert [(k["code"], k["name"], k["period"], k["minimum"], k["applies_when"], k["severity"]) for k in KINDS] == [
        ("congress", "党员大会", "quarter", 1, "always", "normal"),
        ("committee", "支委会", "month", 1, "has_committee", "normal"),
        ("group", "党小组会", "month", 1, "has_groups", "normal"),
        ("theme_day", "主题党日", "month", 1, "always", "must"),
        ("lecture", "党课", "quarter", 1, "always", "local"),
        ("life_meeting", "组织生活会", "year", 1, "always", "must"),
        ("appraisal", "民主评议党员", "year", 1, "always", "normal"),
        ("talk", "谈心谈话", "year", 1, "always", "normal"),
        ("other", "其他活动", None, 0, "never", "local"),
        ("joint_meeting", "联席会议", None, 0, "never", "local"),
    ]


def test_every_rhythm_becomes_a_rule_with_a_source():
    rules = [rule_from(kind) for kind in KINDS]

    assert rules[-2:] == [None, None]
    assert all(isinstance(rule, Rule) and rule.source for rule in rules[:-2])
    assert rules[0].source == "《中国共产党支部工作条例（试行）》第十一条"


def test_order_is_the_order_of_the_file():
    assert [k["order"] for k in KINDS] == list(range(1, len(KINDS) + 1))


def test_data_and_rules_agree_on_what_may_be_combined():
    pairs = {frozenset({k["code"], other}) for k in KINDS for other in k["combinable_with"]}

    assert pairs == COMBINABLE
