"""Charts: drawn from zero, in the given order, finding in words, links above the picture, table beside."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiqiao_portal.core.charts import Levels, Point, Series, bar, line, round_up, stacked

CLASSES = Levels(("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ"), goal=2, goal_name="目标 Ⅲ")


def _points(*values, url: str = "") -> tuple[Point, ...]:
    return tuple(Point(f"{number}月", value, url=url) for number, value in enumerate(values, start=1))


def _tree(chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart.svg))


def _found(chart, name: str, look: str = "") -> list[ElementTree.Element]:
    return [node for node in _tree(chart).iter(name) if not look or node.get("class") == look]


def test_a_picture_says_its_finding():
    chart = bar("patrols", "巡河次数", finding="上半年共 12 次。", points=_points(3, 9))
    root = _tree(chart)

    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "patrols-t patrols-d")
    assert [(node.tag, node.get("id"), node.text) for node in root][:2] == [
        ("title", "patrols-t", "巡河次数"),
        ("desc", "patrols-d", "上半年共 12 次。"),
    ]


def test_links_lie_above_the_picture_not_in_it():
    """What has the role of a picture may not hold anything to press."""
    root = _tree(bar("patrols", "巡河次数", finding="", points=[Point("村级", 3, url="/x/?a=1&b=2"), Point("镇级", 2)]))
    (picture,) = [node for node in root if node.tag == "g"]
    links = [node for node in root if node.tag == "a"]

    assert (root.get("role"), picture.get("role")) == ("group", "img")
    assert [(link.get("href"), link.get("aria-label")) for link in links] == [("/x/?a=1&b=2", "村级：3")]
    assert list(picture.iter("a")) == []


def test_bars_begin_at_zero_and_keep_their_order():
    chart = bar(
        "b", "次数", finding="", points=[Point("乙村", 5), Point("甲村", 10), Point("丙村", 0), Point("丁村", None)]
    )
    bars = _found(chart, "rect", "b1")

    assert [int(one.get("width")) for one in bars] == [220, 440]
    assert {one.get("x") for one in bars} == {"180"}
    assert [text.text for text in _found(chart, "text")] == ["乙村", "5", "甲村", "10", "丙村", "0", "丁村", "--"]


def test_a_bar_has_its_unit():
    chart = bar("b", "次数", finding="", points=[Point("甲村", 5, url="/x/")], unit="次")

    assert [text.text for text in _found(chart, "text")] == ["甲村", "5 次"]
    assert _found(chart, "a")[0].get("aria-label") == "甲村：5 次"
    assert chart.head == ("项目", "次")


def test_nothing_to_show_is_no_error():
    for chart in (
        bar("b", "空", finding="", points=[]),
        stacked("s", "空", finding="", series=[]),
        line("l", "空", finding="", series=[]),
        line("m", "空", finding="", series=[], levels=CLASSES),
        bar("z", "零", finding="", points=_points(0, None)),
        stacked("y", "零", finding="", series=[Series("甲", _points(0, None))]),
    ):
        assert _tree(chart).tag == "svg"


def test_a_stack_fills_the_whole_width_without_a_gap():
    parts = [Series("优", _points(1, 0)), Series("良好", _points(1, 0)), Series("轻度污染", _points(1, 4))]
    chart = stacked("s", "构成", finding="", series=parts)
    drawn = [
        (one.get("class"), int(one.get("x")), int(one.get("width")))
        for one in _found(chart, "rect")
        if one.get("height") == "24"
    ]

    assert drawn == [("b1", 180, 173), ("b2", 353, 174), ("b3", 527, 173), ("b3", 180, 520)]


def test_a_line_has_a_gap_where_nothing_was_measured():
    chart = line("l", "水质", finding="", series=[Series("里河", _points(2, None, 3, 1))], levels=CLASSES)

    (path,) = _found(chart, "path", "l1")
    assert path.get("d") == "M70 122M397 166L560 78"
    assert len(_found(chart, "rect", "p1")) == 3


def test_the_goal_is_a_line_with_its_name():
    chart = line("l", "水质", finding="", series=[Series("里河", _points(2))], levels=CLASSES)

    assert [(one.get("y"), one.get("height")) for one in _found(chart, "rect", "good")] == [("12", "132")]
    assert [one.get("d") for one in _found(chart, "path", "goal")] == ["M46 144H600"]
    assert [one.text for one in _found(chart, "text", "tg")] == ["目标 Ⅲ"]


def test_without_a_goal_there_is_no_line():
    chart = line("l", "水质", finding="", series=[Series("里河", _points(2))], levels=Levels(CLASSES.words))

    assert _found(chart, "path", "goal") + _found(chart, "rect", "good") == []


def test_numbers_begin_at_zero():
    chart = line("l", "氨氮", finding="", series=[Series("里河", _points(0, 4, 8))])
    words = [text.text for text in _found(chart, "text")]

    assert words[:5] == ["0", "2.5", "5", "7.5", "10"]
    assert _found(chart, "path", "l1")[0].get("d").startswith("M70 232L")


def test_series_differ_by_more_than_colour():
    """Each line has its own dash class, its own mark and its own sign beside its name."""
    series = [Series(f"断面{number}", _points(number)) for number in range(6)]
    chart = line("l", "水质", finding="", series=series, levels=CLASSES)

    assert [
        text.text[:1]
        for text in _found(chart, "text")
        if (text.get("class") or "").startswith("t") and text.get("class") != "tg"
    ] == list("■○◆□●◇")
    assert len([node for node in _tree(chart).iter() if re.fullmatch(r"p\d", node.get("class") or "")]) == 6


def test_names_that_end_together_do_not_overlap():
    chart = line("l", "水质", finding="", series=[Series("甲", _points(2)), Series("乙", _points(2))], levels=CLASSES)
    beside = sorted(int(text.get("y")) for text in _found(chart, "text") if text.get("class") in {"t1", "t2", "tg"})

    assert len(beside) == 2 + (CLASSES.goal is not None)
    assert all(lower - upper >= 18 for upper, lower in pairwise(beside))


def test_a_long_name_is_cut_in_the_picture_and_whole_in_the_table():
    chart = bar("b", "次数", finding="", points=[Point("义桥镇某某村股份经济合作社河段", 1)])

    assert _found(chart, "text")[0].text == "义桥镇某某村股份经济合…"
    assert chart.rows[0][0] == "义桥镇某某村股份经济合作社河段"


def test_more_than_six_series_are_refused():
    with pytest.raises(ValueError, match="at most 6 series, not 7"):
        line("l", "水质", finding="", series=[Series(str(number), _points(1)) for number in range(7)])


def test_series_share_their_axis():
    with pytest.raises(ValueError, match="the same labels"):
        stacked("s", "构成", finding="", series=[Series("甲", _points(1)), Series("乙", _points(1, 2))])


def test_names_are_only_text():
    """Nothing that somebody typed becomes markup."""
    evil = '"><script>x</script>'
    chart = bar(evil, evil, finding=evil, points=[Point(evil, 1, text=evil, url=f"/?q={evil}")])

    assert "<script" not in str(chart.svg)
    assert _tree(chart)[0].text == evil


def test_nothing_is_inline():
    chart = line("l", "水质", finding="", series=[Series("里河", _points(1, 2, url="/x/"))], levels=CLASSES)

    assert re.findall(r"\s(?:style|on\w+)=", str(chart.svg)) == []


class _Cells(HTMLParser):
    """The words of each cell."""

    def __init__(self, text: str):
        super().__init__()
        self.cells, self.links = [], []
        self.feed(text.partition("<details")[2])

    def handle_starttag(self, tag, attrs):
        if tag in {"th", "td"}:
            self.cells.append("")
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data.strip()


def test_the_table_says_the_same():
    points = (Point("1月", 2, text="Ⅲ", url="/samples/?month=1"), Point("2月", None, url="/samples/?month=2"))
    chart = line("l", "里河水质", finding="", series=[Series("里河", points)], levels=CLASSES)

    found = _Cells(render_to_string("components/chart.html", {"chart": chart}))

    assert found.cells[:5] == ["名称", "1月", "2月", "里河", "Ⅲ"]
    assert found.links == ["/samples/?month=1"]


@pytest.mark.parametrize(
    ("most", "end"),
    [(0, 1), (0.02, 0.02), (0.3, 0.5), (1, 1), (1.1, 2), (3, 5), (7, 10), (99, 100), (101, 200), (1001, 2000)],
)
def test_the_axis_ends_at_a_round_number(most, end):
    assert round_up(most) == pytest.approx(end)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=12))
def test_every_bar_stays_inside(values):
    chart = bar("b", "次数", finding="", points=_points(*values))

    assert all(180 + int(one.get("width")) <= 620 for one in _found(chart, "rect", "b1"))
    assert len(chart.rows) == len(values)
