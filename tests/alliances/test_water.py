"""GB 3838-2002, single-factor: the vectors of the rules, every limit of the table on both sides, what cannot be."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliances import water
from yiqiao_portal.core.exceptions import DomainError

# The table once more, written down apart from the code: the limits of Ⅰ…Ⅴ.
TABLE = {
    ("codmn", "river"): "2 4 6 10 15",
    ("cod", "river"): "15 15 20 30 40",
    ("bod5", "river"): "3 3 4 6 10",
    ("nh3n", "river"): "0.15 0.5 1.0 1.5 2.0",
    ("tp", "river"): "0.02 0.1 0.2 0.3 0.4",
    ("codmn", "lake"): "2 4 6 10 15",
    ("cod", "lake"): "15 15 20 30 40",
    ("bod5", "lake"): "3 3 4 6 10",
    ("nh3n", "lake"): "0.15 0.5 1.0 1.5 2.0",
    ("tp", "lake"): "0.01 0.025 0.05 0.1 0.2",
}
OXYGEN = "7.5 6 5 3 2"
NITROGEN = "0.2 0.5 1.0 1.5 2.0"
CLASSES = ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ"]
STEP = Decimal("0.001")


def _class(readings: dict[str, str], body: str = "river") -> str:
    return water.classify({code: Decimal(value) for code, value in readings.items()}, body).water_class


def _limits(figures: str) -> list[tuple[Decimal, str, str]]:
    """Each limit with the class that holds at it and the next worse one; equal limits count for the better class."""
    limits = [Decimal(figure) for figure in figures.split()]
    found = []
    for limit in dict.fromkeys(limits):
        last = len(limits) - 1 - limits[::-1].index(limit)
        found.append((limit, CLASSES[limits.index(limit)], CLASSES[last + 1]))
    return found


BOUNDARIES = [
    pytest.param(code, body, limit, at, beyond, id=f"{body}-{code}-{limit}")
    for (code, body), figures in TABLE.items()
    for limit, at, beyond in _limits(figures)
]


@pytest.mark.parametrize(("code", "body", "limit", "at", "beyond"), BOUNDARIES)
def test_a_limit_belongs_to_the_better_class(code, body, limit, at, beyond):
    below, on, above = (_class({code: str(value)}, body) for value in (limit - STEP, limit, limit + STEP))

    assert (below, on, above) == (at, at, beyond)


@pytest.mark.parametrize("body", ["river", "lake"])
@pytest.mark.parametrize(("limit", "at", "beyond"), _limits(OXYGEN))
def test_of_oxygen_more_is_better(body, limit, at, beyond):
    above, on, below = (_class({"do": str(value)}, body) for value in (limit + STEP, limit, limit - STEP))

    assert (above, on, below) == (at, at, beyond)


@pytest.mark.parametrize(("limit", "at", "beyond"), _limits(NITROGEN))
def test_total_nitrogen_of_a_lake_has_its_own_class_beside(limit, at, beyond):
    """It never decides: oxygen alone makes the class."""
    found = [water.classify({"do": Decimal(8), "tn": limit + step}, "lake") for step in (-STEP, Decimal(0), STEP)]

    assert [(one.tn_class, one.water_class, one.used) for one in found] == [
        (own, "Ⅰ", ("do",)) for own in (at, at, beyond)
    ]


@pytest.mark.parametrize("body", ["river", "lake"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5.99", "劣Ⅴ"),
        ("6", "Ⅰ"),
        ("6.01", "Ⅰ"),
        ("8.99", "Ⅰ"),
        ("9", "Ⅰ"),
        ("9.01", "劣Ⅴ"),
        ("0", "劣Ⅴ"),
        ("14", "劣Ⅴ"),
    ],
)
def test_ph_is_inside_or_worst(value, expected, body):
    assert _class({"ph": value}, body) == expected


@pytest.mark.parametrize(
    ("readings", "body", "expected"),
    [
        ({"do": "5.5", "codmn": "4.2", "nh3n": "0.62", "tp": "0.11"}, "river", "Ⅲ"),
        ({"do": "5.5", "codmn": "4.2", "nh3n": "0.62", "tp": "0.11"}, "lake", "Ⅴ"),
        ({"nh3n": "2.01"}, "river", "劣Ⅴ"),
        ({"do": "7.5", "codmn": "2", "nh3n": "0.15", "tp": "0.02"}, "river", "Ⅰ"),
        ({"do": "7.5", "codmn": "2", "nh3n": "0.15", "tp": "0.02", "tn": "9"}, "river", "Ⅰ"),
    ],
)
def test_vectors_of_the_rules(readings, body, expected):
    assert _class(readings, body) == expected


def test_the_result_names_what_was_used_and_what_decides():
    found = water.classify(
        {"tp": Decimal("0.11"), "nh3n": Decimal("0.62"), "codmn": Decimal("4.2"), "do": Decimal("5.5"), "ph": None},
        "river",
    )

    assert found.used == ("do", "codmn", "nh3n", "tp")
    assert found.worst == ("do", "codmn", "nh3n", "tp")
    assert dict(found.items) == {"do": "Ⅲ", "codmn": "Ⅲ", "nh3n": "Ⅲ", "tp": "Ⅲ"}
    assert (found.label, found.grade.word, found.grade.colour, found.pollutants) == ("Ⅲ类", "良好", "绿", ())


def test_one_item_alone_decides():
    assert water.classify({"do": Decimal(8), "tp": Decimal("0.5"), "nh3n": Decimal("0.1")}, "river").worst == ("tp",)


@pytest.mark.parametrize("readings", [{}, {"do": None, "tp": None}, {"tn": Decimal(9)}])
@pytest.mark.parametrize("body", ["river", "lake"])
def test_without_a_reading_that_counts_nothing_is_judged(readings, body):
    found = water.classify(readings, body)

    assert (found.water_class, found.label, found.used, found.worst, found.pollutants) == (
        "未评价",
        "未评价",
        (),
        (),
        (),
    )
    assert found.grade.word == "未评价"
    assert found.tn_class == ("劣Ⅴ" if body == "lake" and "tn" in readings else "")


def test_total_nitrogen_of_a_river_is_ignored():
    found = water.classify({"do": Decimal(8), "tn": Decimal(9)}, "river")

    assert (found.water_class, found.tn_class, found.used) == ("Ⅰ", "", ("do",))


@pytest.mark.parametrize(
    ("readings", "field", "sentence"),
    [
        ({"ph": "14.01"}, "ph", "pH应在 0 到 14 之间，现在是 14.01，请核对检测报告。"),
        ({"nh3n": "-0.001"}, "nh3n", "氨氮应在 0 到 1000 之间，现在是 -0.001，请核对检测报告。"),
        ({"do": "50.01"}, "do", "溶解氧应在 0 到 50 之间，现在是 50.01，请核对检测报告。"),
        ({"tp": "NaN"}, "tp", "总磷不是数字，请核对检测报告。"),
        ({"tp": "Infinity"}, "tp", "总磷不是数字，请核对检测报告。"),
        ({"tp": "很多"}, "tp", "总磷不是数字，请核对检测报告。"),
        ({"tp": True}, "tp", "总磷不是数字，请核对检测报告。"),
        ({"temperature": "20"}, "temperature", "不认识的监测项目“temperature”，请从表中的项目里选。"),
    ],
)
def test_what_cannot_have_been_read_is_refused(readings, field, sentence):
    with pytest.raises(DomainError) as refusal:
        water.classify({"cod": Decimal(10), **readings}, "river")

    assert (refusal.value.field, refusal.value.message) == (field, sentence)


def test_an_unknown_kind_of_water_is_refused():
    with pytest.raises(DomainError) as refusal:
        water.classify({"do": Decimal(8)}, "sea")

    assert refusal.value.field == "body"


@pytest.mark.parametrize(
    ("name", "word", "colour"),
    [
        ("Ⅰ", "优", "蓝"),
        ("Ⅱ", "优", "蓝"),
        ("Ⅲ", "良好", "绿"),
        ("Ⅳ", "轻度污染", "黄"),
        ("Ⅴ", "中度污染", "橙"),
        ("劣Ⅴ", "重度污染", "红"),
    ],
)
def test_grades(name, word, colour):
    assert (water.GRADES[name].word, water.GRADES[name].colour) == (word, colour)


# --- 主要污染指标 ---


def _named(readings: dict[str, str], body: str = "river") -> list[str]:
    found = water.classify({code: Decimal(value) for code, value in readings.items()}, body)
    return [str(pollutant) for pollutant in found.pollutants]


def test_pollutants_are_only_named_when_worse_than_three():
    assert _named({"nh3n": "1.0", "tp": "0.2"}) == []


def test_the_worst_class_comes_first_then_the_multiple():
    readings = {"nh3n": "1.4", "tp": "0.41", "cod": "29", "codmn": "9.9", "bod5": "4.1"}

    assert _named(readings) == ["总磷（超标 1.05 倍）", "高锰酸盐指数（超标 0.65 倍）", "化学需氧量（超标 0.45 倍）"]


def test_oxygen_and_ph_have_no_multiple():
    assert _named({"do": "1.9", "ph": "9.5", "nh3n": "2.01"}) == ["氨氮（超标 1.01 倍）", "pH", "溶解氧"]


def test_a_lake_is_measured_by_its_own_limit_of_phosphorus():
    assert _named({"tp": "0.06", "tn": "9"}, "lake") == ["总磷（超标 0.2 倍）"]


def test_a_small_excess_is_not_nothing():
    assert _named({"nh3n": "1.001"}) == ["氨氮（超标 0.001 倍）"]
    assert _named({"nh3n": "1.00966666"}) == ["氨氮（超标 0.01 倍）"]
    assert _named({"nh3n": "1.0001"}) == ["氨氮（超标 不到 0.001 倍）"]


# --- periods, sections, rivers ---


def test_a_period_is_judged_by_the_mean_of_each_item():
    """0.9 and 1.3 of ammonia are 1.1: Ⅳ, though one of the samples was Ⅲ. Oxygen was read once."""
    samples = [{"nh3n": Decimal("0.9"), "do": Decimal(6)}, {"nh3n": Decimal("1.3"), "do": None}]

    assert water.mean(samples) == {"do": Decimal(6), "nh3n": Decimal("1.1")}
    found = water.evaluate_section(samples, "river")
    assert (found.water_class, found.worst, found.used) == ("Ⅳ", ("nh3n",), ("do", "nh3n"))


def test_no_sample_no_class():
    assert water.evaluate_section([], "river").water_class == "未评价"


def _sections(classes: str) -> list[list[dict]]:
    """One sample per section of ammonia in the named classes: 1…6."""
    ammonia = ["0.1", "0.4", "0.9", "1.4", "1.9", "3"]
    return [[{"nh3n": Decimal(ammonia[int(number) - 1])}] for number in classes]


def test_few_sections_are_judged_by_the_mean():
    """Four: 0.1, 0.1, 0.1 and 3 make 0.825, Ⅲ 良好."""
    state = water.evaluate_river(_sections("1116"), "river")

    assert (state.by_share, state.sections, state.whole.water_class, state.grade.word) == (False, 4, "Ⅲ", "良好")


@pytest.mark.parametrize(
    ("classes", "word"),
    [
        ("11116", "良好"),  # exactly five: shares, 80 % good
        ("3333333336", "优"),  # 90 % good
        ("33333333344", "良好"),  # 81.8 %
        ("3334", None),  # four: by the mean
        ("33346666", "重度污染"),  # 37.5 % good, 50 % worst
        ("333344446", "轻度污染"),  # 11 % worst
        ("3344466444", "中度污染"),  # 20 % worst
        ("3344666444", "中度污染"),  # 30 %
        ("3344666644", "重度污染"),  # 40 %
        ("33344", "轻度污染"),
        ("33334", "良好"),
        ("33343334", "良好"),  # 75 % exactly
        ("33343344", "轻度污染"),  # 62.5 %
    ],
)
def test_many_sections_are_judged_by_shares(classes, word):
    state = water.evaluate_river(_sections(classes), "river")

    assert state.by_share == (word is not None)
    assert word in {None, state.grade.word}


def test_sections_without_a_reading_do_not_count():
    state = water.evaluate_river([*_sections("1111"), []], "river")

    assert (state.sections, state.by_share, state.grade.word) == (4, False, "优")


def test_a_river_without_samples_is_not_judged():
    state = water.evaluate_river([[], []], "river")

    assert (state.sections, state.grade.word, state.whole.water_class, state.pollutants) == (0, "未评价", "未评价", ())


def test_a_bad_river_names_its_pollutants_a_good_one_does_not():
    assert [str(one) for one in water.evaluate_river(_sections("66666"), "river").pollutants] == ["氨氮（超标 2 倍）"]
    assert water.evaluate_river(_sections("3333333336"), "river").pollutants == ()


@pytest.mark.parametrize(
    ("own", "target", "met"), [("3", "Ⅲ", True), ("4", "Ⅲ", False), ("1", "Ⅲ", True), ("1", "", None)]
)
def test_meeting_a_target(own, target, met):
    assert water.evaluate_section(_sections(own)[0], "river").meets(target) is met


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a shared machine
READING = st.decimals(min_value=0, max_value=14, places=3)


@PATIENT
@given(st.dictionaries(st.sampled_from(water.CODES), READING), st.sampled_from(["river", "lake"]))
def test_the_class_is_never_better_than_any_item(readings, body):
    """Nor worse than all; taking total nitrogen away changes nothing."""
    found = water.classify(readings, body)
    own = [CLASSES.index(name) for name in found.items.values()]

    assert found.water_class == (CLASSES[max(own)] if own else "未评价")
    without = water.classify({code: value for code, value in readings.items() if code != "tn"}, body)
    assert without.water_class == found.water_class
