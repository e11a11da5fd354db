"""The vocabulary of an app's portal.py: declarations by which it plugs into the house."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any


@dataclass(frozen=True)
class MenuItem:
    """An entry of the left menu; `url` is a URL name, `permission` hides it from whoever may not open it."""

    title: str
    url: str
    permission: str
    icon: str = ""
    order: int = 50
    children: tuple["MenuItem", ...] = ()


@dataclass(frozen=True)
class Todo:
    """Something that waits for this user. `due` None means without a date."""

    kind: str
    title: str
    url: str
    sub: str = ""
    due: date | None = None
    button: str = "办理"
    created: datetime | None = None
    mine: bool = False  # started by the user, waiting for another


@dataclass(frozen=True)
class Figure:
    """A number and the list that shows its rows: `value` is counted by the same query as `url` lists."""

    title: str
    value: int
    unit: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Quick:
    """A shortcut on the workbench. An app declares the most needed first: where room is short, the later ones go.

    One with `when` stands there only for whom it is true, and never in the bar of the phone, which every page shows.
    """

    title: str
    url: str
    permission: str
    icon: str
    query: str = ""
    when: Callable[[object], bool] | None = None


@dataclass(frozen=True)
class Event:
    """Something on a day of this week's strip."""

    day: date
    title: str
    url: str
    at: time | None = None


@dataclass(frozen=True)
class SearchKind:
    """What can be found: `find(user, words)` returns rows, already scoped, each with `title`, `url`, `sub`.

    Where a row's address lies right below that of its ListPage, and the list's filter knows `q`, the search page also
    says how many that list has, and leads there; both find by the same (`matching` of the rows, core.filters).
    """

    title: str
    permission: str
    find: Callable[[Any, str], Iterable[Any]]


@dataclass(frozen=True)
class RecycleKind:
    """A model whose removed rows can be brought back."""

    title: str
    model: str
    permission: str


@dataclass(frozen=True)
class Definition:
    """口径: what a figure counts, and the article it comes from."""

    item: str
    meaning: str
    source: str = ""


@dataclass(frozen=True)
class Check:
    """A row of 校验: `formula` is the live formula of what the workbook holds, `got` its value."""

    title: str
    expected: int
    got: int
    formula: str = ""

    @property
    def off(self) -> int:
        """0 when both agree, else 1."""
        return int(self.expected != self.got)


@dataclass(frozen=True)
class SheetKind:
    """One sheet of the annual workbook (its number in domain-rules 8).

    `build(report)` returns the core.workbooks sheet; `checks(report, written)` yields the Check rows about it;
    `figures(report)` its key figures for the page, each with the list that it counts.
    """

    number: int
    title: str
    build: Callable[[Any], Any]
    checks: Callable[[Any, Any], Iterable[Check]] | None = None
    definitions: tuple[Definition, ...] = ()
    figures: Callable[[Any], Iterable[Figure]] | None = None


@dataclass(frozen=True)
class MessageKind:
    """A kind of in-portal message that an app sends; users switch it on and off by its label."""

    code: str
    label: str


@dataclass(frozen=True)
class Tick:
    """A recurring job. `run(day)` is called once per period, in one transaction with the note that it was done.

    `every` is the length of a period (counted from midnight, town time) or the time of day from which a daily job is
    due; `day` is the day of the period. A run that raises leaves nothing behind and is tried again
    after a while, which grows with every failure (core.ticks.BACK_OFF).
    """

    code: str
    title: str
    every: timedelta | time
    run: Callable[[date], None]


@dataclass(frozen=True)
class ImportSpec:
    """A kind of rows that comes in from a spreadsheet (docs/adding-a-feature.md, “An import”).

    `resource` declares the columns (directory.resources.Column); `checker(user, brought).run()` gives the verdict on
    every line; `writer(by=, new=, changed=)` is the service that writes them in one transaction and leaves one entry
    in the log. `list_url` names the list in which the rows are found afterwards. `alike` says when two rows count as
    the same, `hint` what becomes of new rows.
    """

    code: str
    title: str
    permission: str
    resource: type
    checker: Callable[[Any, Any], Any]
    writer: Callable[..., None]
    list_url: str
    list_title: str
    alike: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Outcome:
    """What has become of a row that was handed over: a word for people, and whether it is finished."""

    word: str
    done_on: date | None = None
    look: str = "run"


@dataclass(frozen=True)
class HandoverTarget:
    """What an app can receive from another (“转为联盟需求”).

    `url` names the create page, which reads the giver from `?origin=` (core.handover); `outcome(row)` tells the giver
    how the new row stands.
    """

    code: str
    title: str
    url: str
    permission: str
    model: str
    outcome: Callable[[Any], Outcome]


@dataclass(frozen=True)
class HandoverGiver:
    """What an app hands over to others: a model whose rows have `handover_facts()` (core.handover).

    `check(row)` raises Conflict when there is nothing (or nothing more) to hand over; `follow(row, by=user)` is the
    service that notes at the row that it was, in the transaction of the new one, with the one entry in the log. Of a
    row without a giver core.handover itself leaves that entry.
    """

    model: str
    check: Callable[[Any], None]
    follow: Callable[..., Any]


@dataclass(frozen=True)
class Panel:
    """What an app shows on another thing's page: `build(row, user)` returns core.views.detail.Section or None."""

    model: str
    build: Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Attach:
    """What an app offers on the form of another's rows (“所属项目” on an activity's), kept with the row.

    `name` is that of the field, and of the parameter by which a link presets it. `field(user, row)` returns a form
    field that holds what is chosen now as its `initial`, or None when there is nothing to choose; `row` is None for a
    new one. `save(row, value, by=user)` is the service that keeps the choice, in the transaction of the row; a
    DomainError at `name` shows beside the field.
    """

    model: str
    name: str
    field: Callable[[Any, Any], Any]
    save: Callable[..., Any]


def nothing(_user) -> tuple:
    """An app that has none of a kind."""
    return ()


@dataclass(frozen=True)
class Portal:
    """How one app plugs in. Found at start-up as `portal` in its portal.py."""

    name: str
    menu: tuple[MenuItem, ...] = ()
    quick: tuple[Quick, ...] = ()
    search: tuple[SearchKind, ...] = ()
    recycle: tuple[RecycleKind, ...] = ()
    sheets: tuple[SheetKind, ...] = ()
    messages: tuple[MessageKind, ...] = ()
    ticks: tuple[Tick, ...] = ()
    imports: tuple[ImportSpec, ...] = ()
    handovers: tuple[HandoverTarget, ...] = ()
    givers: tuple[HandoverGiver, ...] = ()
    panels: tuple[Panel, ...] = ()
    jobs: dict[str, str] = field(default_factory=dict)  # path of a background job's function → title
    attach: tuple[Attach, ...] = ()
    grants: dict[str, tuple[str, ...]] = field(default_factory=dict)  # permission code → role codes
    actions: dict[str, str] = field(default_factory=dict)  # audit action code → label
    todos: Callable[[Any], Iterable[Todo]] = nothing
    figures: Callable[[Any], Iterable[Figure]] = nothing
    events: Callable[[Any, date, date], Iterable[Event]] | None = None
    invited: Callable[[Any, date | None], Iterable[int]] | None = None  # units expected at an organisation's meeting
    demo: Callable[[Any], None] | None = None
    demo_order: int = 50
