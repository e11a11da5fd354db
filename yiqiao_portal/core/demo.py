"""What the demo modules of the apps share: one seed and one day, invented names and phones, rows with their history.

Every person, phone and meeting is made up. Rows carry the times at which a real town would have written them, and
their history tells the same times: it is written here, because a trigger knows only the moment of the load.
"""

# ruff: noqa: S311, S608 - nothing secret depends on chance here; SQL is built from our own column names alone

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from uuid import NAMESPACE_URL, uuid5

import pgtrigger
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils import timezone
from pghistory.models import Context

from yiqiao_portal.audit import actions

from .models import Record, Serial

HISTORY_BEGINS = date(2021, 1, 1)
TINY_MONTHS, DISTRICT_MONTHS = 2, 24  # how far back from the running month
BATCH = 1000
SURNAMES = "陈李张王刘杨赵黄周吴徐孙胡朱高林何郭沈许韩倪傅俞施汪钱金方蒋潘章丁姚鲁孔楼郑来华"
STEMS = "甲乙丙丁戊己庚辛壬癸"
# No operator has ever been given the numbers that begin with 154, so none of these can be anybody's.
PHONES_BEGIN = 15400000000
PHONES_STEP, PHONES = 7919, 10000  # coprime: the last four digits look drawn and never meet

# Here and not in a portal.py, because core has none; every portal.py with demo data brings this module in.
actions.register({"demo.load": "载入演示数据"})


class Scale(StrEnum):
    """How much: three villages and three months, the town since 2021, the district for two years."""

    TINY = "tiny"
    TOWN = "town"
    DISTRICT = "district"


@dataclass
class DemoContext:
    """What a `demo` callable of a portal.py is given; accounts leave their users in `users`, by account name."""

    seed: int
    scale: Scale
    today: date
    users: dict[str, models.Model] = field(default_factory=dict)
    phones: int = 0

    @property
    def begins(self) -> date:
        """First day of the history."""
        back = {Scale.TINY: TINY_MONTHS, Scale.DISTRICT: DISTRICT_MONTHS}.get(self.scale)
        if back is None:
            return HISTORY_BEGINS
        year, month = divmod(self.today.year * 12 + self.today.month - 1 - back, 12)
        return max(HISTORY_BEGINS, date(year, month + 1, 1))

    @property
    def yesterday(self) -> date:
        """Last day on which anything was written: the day itself belongs to whoever tries the portal."""
        return self.today - timedelta(days=1)

    @property
    def opened(self) -> datetime:
        """When the office filled in its organisations and people."""
        return moment(self.begins, 9 * 60)

    def random(self, *names) -> Random:
        """A source of chance of its own for each thing, so that nothing shifts when another thing changes."""
        return Random("/".join(map(str, (self.seed, *names))))

    def next_phone(self) -> str:
        """A number that nobody can have."""
        self.phones += 1
        turn, place = divmod(self.phones, PHONES)
        return str(PHONES_BEGIN + turn * PHONES + place * PHONES_STEP % PHONES)


def moment(day: date, minutes: int) -> datetime:
    """A time of that day in the town, in minutes after midnight."""
    return datetime.combine(day, time(minutes // 60, minutes % 60), timezone.get_default_timezone())


def invented_names(chance: Random, count: int) -> list[str]:
    """Different names that nobody takes for real: 陈某甲, 沈某丙."""
    return [f"{name[0]}某{name[1]}" for name in chance.sample([s + t for s in SURNAMES for t in STEMS], count)]


def reserve_serials(series: str, count: int) -> list[str]:
    """The next numbers of a series, as core.serials would give them one by one."""
    row, _ = Serial.objects.select_for_update().get_or_create(series=series)
    first = row.last + 1
    row.last += count
    row.save(update_fields=["last"])
    return [f"{series}-{number:04d}" for number in range(first, first + count)]


# --- rows with their history --------------------------------------------------------------------------------


def give_ids(rows: list[models.Model]) -> None:
    """Take ids from the table's own sequence, in the order of the rows, so that rows may point at one another."""
    table = rows[0]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(rows)]
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number


def insert(rows: Iterable[models.Model], *, tell: bool = True, at: datetime | None = None) -> list[models.Model]:
    """Insert rows of one model with the times and authors that they carry, and the first step of their history.

    `tell` False leaves the history to a `tell_history` that says more; `at` is its time for rows that carry none.
    A Record without `updated_at` was last touched when it was made.
    """
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    if rows[0].pk is None:
        give_ids(rows)
    if issubclass(model, Record):
        for row in rows:
            row.updated_at = row.updated_at or row.created_at
    with _times_as_given(model), _without_triggers(model):
        model._base_manager.bulk_create(rows, batch_size=BATCH)
    if model is get_user_model():
        _introduce(rows)
    if tell and hasattr(model, "pgh_event_model"):
        tell_history(rows, **({"at": f"'{at.isoformat()}'::timestamptz", "by": "NULL::bigint"} if at else {}))
    return rows


def _introduce(users: list[models.Model]) -> None:
    """Give each user the context by which the history names an author."""
    Context.objects.bulk_create(
        Context(id=uuid5(NAMESPACE_URL, f"demo:{user.username}"), metadata={"user": user.pk, "demo": True})
        for user in users
    )


@contextmanager
def _times_as_given(model: type[models.Model]) -> Iterator[None]:
    """Let rows keep the times that they carry instead of the time of the load."""
    stamps = [stamp for stamp in model._meta.concrete_fields if isinstance(stamp, models.DateTimeField)]
    flags = [(stamp, stamp.auto_now, stamp.auto_now_add) for stamp in stamps]
    for stamp in stamps:
        stamp.auto_now = stamp.auto_now_add = False
    try:
        yield
    finally:
        for stamp, now, now_add in flags:
            stamp.auto_now, stamp.auto_now_add = now, now_add


@contextmanager
def _without_triggers(model: type[models.Model]) -> Iterator[None]:
    """The history of these rows follows in `tell_history`."""
    names = [f"{model._meta.label}:{trigger.name}" for trigger in getattr(model._meta, "triggers", [])]
    with pgtrigger.ignore(*names, databases=["default"]) if names else nullcontext():
        yield


def tell_history(
    rows: list[models.Model],
    *,
    label: str = "insert",
    at: str = "row.created_at",
    by: str = "row.created_by_id",
    **values: str,
) -> None:
    """Write one step of the history of each row.

    `at` and `by` are SQL over the columns of `row` for its time and its author's id; `values` are SQL for columns that
    had another value then.
    """
    if not rows:
        return
    model = type(rows[0])
    own = {stored.column for stored in model._meta.concrete_fields}
    columns = [stored.column for stored in model.pgh_event_model._meta.concrete_fields if stored.column in own]
    then = ", ".join(values.get(column) or f'row."{column}"' for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model.pgh_event_model._meta.db_table}" '
            f"({names}, pgh_label, pgh_obj_id, pgh_created_at, pgh_context_id) "
            f"SELECT {then}, '{label}', row.id, {at}, context.id "
            f'FROM "{model._meta.db_table}" row LEFT JOIN pghistory_context context '
            f"ON context.metadata = jsonb_build_object('user', {by}, 'demo', true) "
            "WHERE row.id = ANY(%s) ORDER BY row.id",
            [[row.pk for row in rows]],
        )
