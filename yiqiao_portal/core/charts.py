"""Charts drawn by the server: bars, lines, stacked shares as SVG, each with the table of its figures.

Nothing inline but attributes of shapes, no script: they print, work without JavaScript and under the CSP. A chart says
its finding in words (`finding` becomes the description); it never sorts by its figures. At most six series.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 720
LEFT, RIGHT, TOP = 46, 600, 12
SERIES_LIMIT = 6
ROW, THICK = 40, 24  # of a horizontal bar
LABELS, BAR_END = 180, 620
BAND = 44  # height of one level of a line chart
MARK = 5
GRID = 4  # lines of a scale of numbers
EMPTY = "--"
SIGNS = ("■", "○", "◆", "□", "●", "◇")  # what the marks of a line look like; every other one is hollow
HAN = 15  # width of a Chinese character in the chart's type


@dataclass(frozen=True)
class Point:
    """One figure: `text` is what people read (the value itself when empty), `url` the rows that it counts.

    A value of None was not measured: no bar, a gap in the line, -- in the table.
    """

    label: str
    value: float | Decimal | None
    text: str = ""
    url: str = ""

    @property
    def shown(self) -> str:
        return EMPTY if self.value is None else self.text or f"{self.value:g}"


@dataclass(frozen=True)
class Series:
    """A line, or one part of every stacked bar: a name and its points in the order of the axis."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Levels:
    """An axis of words, the best on top; down to `goal`, the level to reach, it is tinted and the line is named."""

    words: tuple[str, ...]
    goal: int | None = None
    goal_name: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing and its table. `key` makes its ids unique on the page."""

    key: str
    title: str
    finding: str
    height: int
    shapes: SafeString
    links: SafeString
    head: tuple[str, ...]
    rows: tuple[tuple, ...] = field(default=())

    @property
    def svg(self) -> SafeString:
        """The picture with title and description; links lie above it, since a picture may not hold any."""
        return format_html(
            '<svg class="chart" viewBox="0 0 {} {}" {}><title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}{}</svg>',
            WIDTH,
            self.height,
            format_html('role="group" aria-labelledby="{}-t"', self.key) if self.links else self._picture,
            self.key,
            self.title,
            self.key,
            self.finding,
            format_html("<g {}>{}</g>", self._picture, self.shapes) if self.links else self.shapes,
            self.links,
        )

    @property
    def _picture(self) -> SafeString:
        return format_html('role="img" aria-labelledby="{0}-t {0}-d"', self.key)


# --- the three kinds ---


def bar(key: str, title: str, *, finding: str, points: Sequence[Point], unit: str = "") -> Chart:
    """Horizontal bars in the given order, from zero, each with its figure at its end and, with a url, a link."""
    most = float(max((point.value or 0 for point in points), default=0)) or 1.0
    shapes, links = [], []
    for number, point in enumerate(points):
        top = TOP + number * ROW
        length = round(float(point.value or 0) / most * (BAR_END - LABELS))
        shapes += _bar_shapes(point, top, length, unit)
        links += _link(point.url, f"{point.label}：{_with(point.shown, unit)}", (0, top, WIDTH, ROW))
    shapes.append(_shape("path", class_="axis", d=f"M{LABELS} {TOP}V{TOP + len(points) * ROW}"))
    rows = tuple((point.label, (point,)) for point in points)
    return Chart(key, title, finding, _height(points), _all(shapes), _all(links), ("项目", unit or "数量"), rows)


def stacked(key: str, title: str, *, finding: str, series: Sequence[Series]) -> Chart:
    """Shares of each bar, 100 % wide; the parts in the order of the series, named above with their signs."""
    _check(series)
    labels = [point.label for point in series[0].points] if series else []
    shapes = _names_above(series)
    links = []
    for number, label in enumerate(labels):
        top = TOP + (number + 1) * ROW
        shapes.append(_text(LABELS - 10, top + 18, _cut(label, LABELS), anchor="end"))
        for place, left, width, point in _parts(series, number):
            shapes += _part_shapes(place, left, width, top, point)
            links += _link(point.url, f"{label} {series[place].name}：{point.shown}", (left, top, width, THICK))
    rows = tuple((label, tuple(one.points[at] for one in series)) for at, label in enumerate(labels))
    names = tuple(one.name for one in series)
    return Chart(
        key, title, finding, TOP + (len(labels) + 1) * ROW + TOP, _all(shapes), _all(links), ("", *names), rows
    )


def line(key: str, title: str, *, finding: str, series: Sequence[Series], levels: Levels | None = None) -> Chart:
    """Lines over a common axis; against `levels` a value is the place of its word, else the axis begins at zero."""
    _check(series)
    labels = [point.label for point in series[0].points] if series else []
    scale = _LevelScale(levels) if levels else _NumberScale(series)
    columns = _columns(len(labels))
    shapes = [*scale.shapes()]
    shapes += [_text(at, scale.bottom + 42, label, anchor="middle") for at, label in zip(columns, labels, strict=True)]
    links = []
    for place, one in enumerate(series):
        shapes += _line_shapes(place, one, columns, scale)
        links += _point_links(one, columns, scale)
    shapes += _names_beside(series, scale)
    rows = tuple((one.name, one.points) for one in series)
    return Chart(key, title, finding, scale.bottom + 52, _all(shapes), _all(links), ("", *labels), rows)


def _check(series: Sequence[Series]) -> None:
    if len(series) > SERIES_LIMIT:
        raise ValueError(f"a chart holds at most {SERIES_LIMIT} series, not {len(series)}")
    if len({tuple(point.label for point in one.points) for one in series}) > 1:
        raise ValueError("all series of a chart have the same labels")


# --- shapes ---


def _shape(name: str, *content, **attributes) -> SafeString:
    written = format_html_join(
        "", ' {}="{}"', ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    )
    inside = _all(content)
    return format_html("<{0}{1}>{2}</{0}>", name, written, inside) if content else format_html("<{}{}/>", name, written)


def _text(x: float, y: float, words: str, *, look: str = "", anchor: str = "start") -> SafeString:
    more = {"class_": look} if look else {}
    return _shape("text", words, x=round(x), y=round(y), text_anchor=anchor, **more)


def _all(shapes: Iterable) -> SafeString:
    return format_html_join("", "{}", ((shape,) for shape in shapes))


def _link(url: str, label: str, box: tuple[int, int, int, int]) -> list[SafeString]:
    """A transparent field above the picture that leads to the rows; nothing without an address."""
    if not url or box[2] <= 0:
        return []
    x, y, width, height = box
    field_ = _shape("rect", class_="hit", x=x, y=y, width=width, height=height)
    return [_shape("a", field_, href=url, aria_label=label)]


def _with(text: str, unit: str) -> str:
    return text if text == EMPTY else f"{text}{f' {unit}' if unit else ''}"


def _cut(label: str, room: int) -> str:
    """A label that fits; the table has it whole."""
    most = room // HAN
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _height(points: Sequence) -> int:
    return TOP + max(len(points), 1) * ROW + TOP


# --- bars ---


def _bar_shapes(point: Point, top: int, length: int, unit: str) -> Iterator[SafeString]:
    yield _text(LABELS - 10, top + 18, _cut(point.label, LABELS), anchor="end")
    if length:
        yield _shape("rect", class_="b1", x=LABELS, y=top, width=length, height=THICK)
    yield _text(LABELS + length + 8, top + 18, _with(point.shown, unit))


def _parts(series: Sequence[Series], number: int) -> Iterator[tuple[int, int, int, Point]]:
    """Series, left edge, width and point of each part of one stacked bar; rounding never leaves a gap."""
    points = [one.points[number] for one in series]
    whole = float(sum(point.value or 0 for point in points))
    before, full = 0.0, WIDTH - 20 - LABELS
    for place, point in enumerate(points):
        after = before + float(point.value or 0)
        left, right = (round(edge / whole * full) for edge in (before, after)) if whole else (0, 0)
        yield place, LABELS + left, right - left, point
        before = after


def _part_shapes(place: int, left: int, width: int, top: int, point: Point) -> Iterator[SafeString]:
    if width <= 0:
        return
    yield _shape("rect", class_=f"b{place + 1}", x=left, y=top, width=width, height=THICK)
    if width >= HAN * len(point.shown):
        yield _text(left + width / 2, top + 17, point.shown, look="on", anchor="middle")


def _names_above(series: Sequence[Series]) -> list[SafeString]:
    """Colour and name of each part; the same sign stands in no other place, the table says it again."""
    found, left = [], LABELS
    for place, one in enumerate(series):
        found.append(_shape("rect", class_=f"b{place + 1}", x=left, y=TOP, width=16, height=16))
        found.append(_text(left + 22, TOP + 14, one.name))
        left += 22 + HAN * len(one.name) + 24
    return found


# --- lines ---


class _LevelScale:
    """Words as bands, the best on top."""

    def __init__(self, levels: Levels):
        self.levels = levels
        self.bottom = TOP + BAND * len(levels.words)
        self.taken = [] if levels.goal is None else [TOP + BAND * (levels.goal + 1) + 6]  # where the goal's name stands

    def y(self, value) -> int:
        """The middle of the band of this place."""
        return round(TOP + BAND * (float(value) + 0.5))

    def shapes(self) -> Iterator[SafeString]:
        goal = self.levels.goal
        if goal is not None:
            yield _shape("rect", class_="good", x=LEFT, y=TOP, width=RIGHT - LEFT, height=BAND * (goal + 1))
        for place, word in enumerate(self.levels.words):
            below = TOP + BAND * (place + 1)
            yield _shape("path", class_="axis", d=f"M{LEFT} {below}H{RIGHT}")
            yield _text(LEFT - 10, below - 17, word, anchor="end")
        if goal is not None:
            edge = TOP + BAND * (goal + 1)
            yield _shape("path", class_="goal", d=f"M{LEFT} {edge}H{RIGHT}")
            yield _text(RIGHT + 8, edge + 6, self.levels.goal_name, look="tg")


class _NumberScale:
    """Numbers from zero to a round number above the highest."""

    def __init__(self, series: Sequence[Series]):
        values = [float(point.value) for one in series for point in one.points if point.value is not None]
        self.top = round_up(max(values, default=0))
        self.taken: list[int] = []
        self.bottom = TOP + BAND * 5

    def y(self, value) -> int:
        """Zero is the bottom."""
        return round(self.bottom - float(value) / self.top * (self.bottom - TOP))

    def shapes(self) -> Iterator[SafeString]:
        for step in range(GRID + 1):
            value = self.top * step / GRID
            yield _shape("path", class_="axis", d=f"M{LEFT} {self.y(value)}H{RIGHT}")
            yield _text(LEFT - 10, self.y(value) + 5, f"{value:g}", anchor="end")


def round_up(number: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 …: the end of an axis that begins at zero."""
    if number <= 0:
        return 1.0
    power = 10.0 ** (len(f"{int(number)}") - 1) if number >= 1 else 0.001
    while True:
        for factor in (1, 2, 5):
            if number <= factor * power * (1 + 1e-12):
                return factor * power
        power *= 10


def _columns(count: int) -> list[int]:
    """The places of the points, evenly over the width."""
    if count == 1:
        return [(LEFT + RIGHT) // 2]
    step = (RIGHT - LEFT - 64) / max(count - 1, 1)
    return [round(LEFT + 24 + step * place) for place in range(count)]


def _line_shapes(place: int, one: Series, columns: list[int], scale) -> Iterator[SafeString]:
    """The line with its gaps, then a mark on every point; each series has another dash and another mark."""
    path, before = "", None
    spots = [
        (x, scale.y(point.value)) if point.value is not None else None
        for x, point in zip(columns, one.points, strict=True)
    ]
    for spot in spots:
        if spot:
            path += f"{'L' if before else 'M'}{spot[0]} {spot[1]}"
        before = spot
    if path:
        yield _shape("path", class_=f"l{place + 1}", d=path)
    for x, y in filter(None, spots):
        yield _mark(place, x, y)


def _mark(place: int, x: int, y: int) -> SafeString:
    look = f"p{place + 1}"
    if place % 3 == 0:
        return _shape("rect", class_=look, x=x - MARK, y=y - MARK, width=2 * MARK, height=2 * MARK)
    if place % 3 == 1:
        return _shape("circle", class_=look, cx=x, cy=y, r=MARK)
    return _shape("path", class_=look, d=f"M{x} {y - 7}l7 7l-7 7l-7 -7z")


def _point_links(one: Series, columns: list[int], scale) -> list[SafeString]:
    found = []
    for x, point in zip(columns, one.points, strict=True):
        if point.value is not None:
            box = (x - 22, scale.y(point.value) - 22, 44, 44)
            found += _link(point.url, f"{one.name} {point.label}：{point.shown}", box)
    return found


def _names_beside(series: Sequence[Series], scale) -> Iterator[SafeString]:
    """Each name at the end of its line; two that end together stand below each other."""
    taken = list(scale.taken)
    for place, one in enumerate(series):
        last = next((point for point in reversed(one.points) if point.value is not None), None)
        if last is None:
            continue
        y = scale.y(last.value) + 5
        while any(abs(y - other) < 18 for other in taken):
            y += 18
        taken.append(y)
        yield _text(RIGHT - 24, y, f"{SIGNS[place]} {_cut(one.name, 120)}", look=f"t{place + 1}")
