"""Water quality by GB 3838-2002, table 1, single-factor (环办〔2011〕22号): figures in, class out, no request.

A reading that was not taken is not judged; total nitrogen never decides a class. Readings are in mg/L, pH without unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

from yiqiao_portal.core.exceptions import DomainError

SOURCE = "《地表水环境质量标准》GB 3838-2002 表 1"
METHOD = "《地表水环境质量评价办法（试行）》环办〔2011〕22号"
CLASSES = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
NOT_JUDGED = "未评价"
GOOD, WORST = CLASSES.index("Ⅲ"), len(CLASSES) - 1
PH = (Decimal(6), Decimal(9))  # 6~9 in every class; outside is 劣Ⅴ
RIVER, LAKE = "river", "lake"
NITROGEN = "tn"
MOST_POLLUTANTS = 3
FEW_SECTIONS = 5  # below it a river is judged by its means, from it on by the shares of its sections
HUNDREDTH = Decimal("0.01")
BODIES = (RIVER, LAKE)


@dataclass(frozen=True)
class Item:
    """A measured quantity: its limits for Ⅰ…Ⅴ, `least` when a higher reading is the better one, what can be read."""

    code: str
    name: str
    limits: tuple[Decimal, ...]
    least: bool = False
    most: Decimal = Decimal(10_000)
    unit: str = "mg/L"


def _limits(*figures: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(figure) for figure in figures)


COMMON = (
    Item("ph", "pH", (), most=Decimal(14), unit=""),
    Item("do", "溶解氧", _limits("7.5", "6", "5", "3", "2"), least=True, most=Decimal(50)),
    Item("codmn", "高锰酸盐指数", _limits("2", "4", "6", "10", "15"), most=Decimal(1000)),
    Item("cod", "化学需氧量", _limits("15", "15", "20", "30", "40")),
    Item("bod5", "五日生化需氧量", _limits("3", "3", "4", "6", "10"), most=Decimal(5000)),
    Item("nh3n", "氨氮", _limits("0.15", "0.5", "1.0", "1.5", "2.0"), most=Decimal(1000)),
)
PHOSPHORUS = {
    RIVER: Item("tp", "总磷", _limits("0.02", "0.1", "0.2", "0.3", "0.4"), most=Decimal(100)),
    LAKE: Item("tp", "总磷", _limits("0.01", "0.025", "0.05", "0.1", "0.2"), most=Decimal(100)),
}
TOTAL_NITROGEN = Item("tn", "总氮", _limits("0.2", "0.5", "1.0", "1.5", "2.0"), most=Decimal(1000))
CODES = (*(item.code for item in COMMON), "tp", NITROGEN)


@dataclass(frozen=True)
class Grade:
    """The word and colour of a class; `look` and `icon` are the tag's, so that colour is never the only sign."""

    word: str
    colour: str = ""
    look: str = "draft"
    icon: str = "dash"


EXCELLENT = Grade("优", "蓝", "run", "check")
FINE = Grade("良好", "绿", "ok", "check")
LIGHT = Grade("轻度污染", "黄", "due", "info")
MIDDLE = Grade("中度污染", "橙", "orange", "alert")
HEAVY = Grade("重度污染", "红", "late", "alert")
UNKNOWN = Grade(NOT_JUDGED)
GRADES = dict(zip((*CLASSES, NOT_JUDGED), (EXCELLENT, EXCELLENT, FINE, LIGHT, MIDDLE, HEAVY, UNKNOWN), strict=True))


@dataclass(frozen=True)
class Pollutant:
    """An item worse than Ⅲ; `times` is 超标倍数, None for pH and 溶解氧."""

    code: str
    name: str
    times: Decimal | None

    def __str__(self):
        return self.name if self.times is None else f"{self.name}（超标 {shorten(self.times)} 倍）"


@dataclass(frozen=True)
class WaterClass:
    """A class and how it came about: `items` code → its own class, `worst` the codes that decide, `used` all judged."""

    water_class: str = NOT_JUDGED
    body: str = RIVER
    readings: Mapping[str, Decimal] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    worst: tuple[str, ...] = ()
    tn_class: str = ""  # of a lake alone, shown beside the class

    @property
    def used(self) -> tuple[str, ...]:
        """Codes of the items that were judged, in the order of the standard."""
        return tuple(self.items)

    @property
    def judged(self) -> bool:
        """Whether there was anything to judge."""
        return self.water_class != NOT_JUDGED

    @property
    def grade(self) -> Grade:
        """优、良好、轻度、中度、重度污染."""
        return GRADES[self.water_class]

    @property
    def label(self) -> str:
        """Ⅲ类; 未评价 stays as it is."""
        return f"{self.water_class}类" if self.judged else NOT_JUDGED

    @property
    def pollutants(self) -> tuple[Pollutant, ...]:
        """主要污染指标: up to three items worse than Ⅲ, the worst class first, then by 超标倍数."""
        return main_pollutants(self)

    def meets(self, target: str) -> bool | None:
        """Whether the class is the target's or better; None when either is not known."""
        if not self.judged or target not in CLASSES:
            return None
        return CLASSES.index(self.water_class) <= CLASSES.index(target)


@dataclass(frozen=True)
class RiverState:
    """How a river is: by the means of few sections (`water_class` set) or by the shares of many."""

    grade: Grade
    sections: int
    whole: WaterClass  # of the means over the sections
    by_share: bool = False
    good_share: Decimal = Decimal(0)  # Ⅰ–Ⅲ, in percent
    worst_share: Decimal = Decimal(0)  # 劣Ⅴ, in percent

    @property
    def pollutants(self) -> tuple[Pollutant, ...]:
        """主要污染指标 of a river that is worse than 良好."""
        return () if self.grade in {EXCELLENT, FINE, UNKNOWN} else self.whole.pollutants


def items_of(body: str) -> tuple[Item, ...]:
    """The items that decide the class of this kind of water, in the order of the standard."""
    if body not in BODIES:
        raise DomainError("水体类型只能是河流或湖库，请重新选择。", field="body")
    return (*COMMON, PHOSPHORUS[body])


def item(code: str, body: str = RIVER) -> Item:
    """One item by its code."""
    return next(found for found in (*items_of(body), TOTAL_NITROGEN) if found.code == code)


def classify(readings: Mapping[str, Decimal], body: Literal["river", "lake"]) -> WaterClass:
    """The class of these readings: that of the worst item.

    Items without a reading are left out; 未评价 when none that counts is left. Raises DomainError, with the item's code
    as field, for a reading that no laboratory can have found and for an unknown code.
    """
    deciding = items_of(body)
    known = clean(readings)
    items = {entry.code: class_of(known[entry.code], entry) for entry in deciding if entry.code in known}
    tn_class = class_of(known[NITROGEN], TOTAL_NITROGEN) if body == LAKE and NITROGEN in known else ""
    if not items:
        return WaterClass(body=body, readings=known, tn_class=tn_class)
    water_class = max(items.values(), key=CLASSES.index)
    worst = tuple(code for code, found in items.items() if found == water_class)
    return WaterClass(water_class, body, known, items, worst, tn_class)


def clean(readings: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The readings that were taken, checked, in the order of the standard."""
    unknown = sorted(set(readings) - set(CODES))
    if unknown:
        raise DomainError(f"不认识的监测项目“{unknown[0]}”，请从表中的项目里选。", field=unknown[0])
    taken = {code: readings[code] for code in CODES if readings.get(code) is not None}
    return {code: _checked(item(code), value) for code, value in taken.items()}


def _checked(entry: Item, value) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise DomainError(f"{entry.name}不是数字，请核对检测报告。", field=entry.code)
    if not 0 <= number <= entry.most:
        raise DomainError(
            f"{entry.name}应在 0 到 {shorten(entry.most)} 之间，现在是 {number}，请核对检测报告。", field=entry.code
        )
    return number


def class_of(value: Decimal, entry: Item) -> str:
    """The class of one reading; of two classes with the same limit the better one."""
    if entry.code == "ph":
        return "Ⅰ" if PH[0] <= value <= PH[1] else "劣Ⅴ"
    for name, limit in zip(CLASSES, entry.limits, strict=False):
        if value >= limit if entry.least else value <= limit:
            return name
    return CLASSES[WORST]


def main_pollutants(found: WaterClass) -> tuple[Pollutant, ...]:
    """Up to three items worse than Ⅲ, the worst class first, then by how many times the limit of Ⅲ is exceeded."""
    over = [code for code, own in found.items.items() if CLASSES.index(own) > GOOD]
    named = {code: Pollutant(code, item(code).name, times_over(found, code)) for code in over}
    over.sort(key=lambda code: (-CLASSES.index(found.items[code]), -(named[code].times or 0)))
    return tuple(named[code] for code in over[:MOST_POLLUTANTS])


def times_over(found: WaterClass, code: str) -> Decimal | None:
    """超标倍数 (C − C_Ⅲ) ÷ C_Ⅲ; None for pH and 溶解氧, for which it is not reckoned."""
    entry = item(code, found.body)
    if entry.least or not entry.limits:
        return None
    limit = entry.limits[GOOD]
    return (found.readings[code] - limit) / limit


def mean(samples: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """The arithmetic mean of each item over the samples in which it was read."""
    cleaned = [clean(readings) for readings in samples]
    found = {}
    for code in CODES:
        values = [readings[code] for readings in cleaned if code in readings]
        if values:
            found[code] = sum(values) / len(values)
    return found


def evaluate_section(samples: Iterable[Mapping[str, Decimal]], body: str) -> WaterClass:
    """A section over a period: the class of the means of its samples."""
    return classify(mean(samples), body)


def evaluate_river(sections: Iterable[Iterable[Mapping[str, Decimal]]], body: str) -> RiverState:
    """A river over a period from the samples of each of its sections; those without a judged reading do not count.

    Fewer than five sections: the mean of each item over the sections. Five and more: the shares of Ⅰ–Ⅲ and of 劣Ⅴ.
    """
    judged = [found for samples in sections if (found := evaluate_section(samples, body)).judged]
    whole = classify(mean(found.readings for found in judged), body)
    if len(judged) < FEW_SECTIONS:
        return RiverState(whole.grade, len(judged), whole)
    classes = [CLASSES.index(found.water_class) for found in judged]
    good = Decimal(100 * sum(place <= GOOD for place in classes)) / len(classes)
    worst = Decimal(100 * sum(place == WORST for place in classes)) / len(classes)
    return RiverState(_grade_of_shares(good, worst), len(judged), whole, True, good, worst)


def _grade_of_shares(good: Decimal, worst: Decimal) -> Grade:
    """Shares in percent: ≥90 优, 75–90 良好; below 75: 劣Ⅴ <20 轻度, 20–<40 中度, ≥40 重度."""
    if good >= 75:
        return EXCELLENT if good >= 90 else FINE
    if worst < 20:
        return LIGHT
    return MIDDLE if worst < 40 else HEAVY


def shorten(number: Decimal) -> str:
    """A number with at most two places, three below 0.01, and no idle zeros; a small excess never reads as none."""
    shown = number.quantize(HUNDREDTH if abs(number) >= HUNDREDTH else HUNDREDTH / 10)
    if number and not shown:
        return "不到 0.001"
    text = f"{shown:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
