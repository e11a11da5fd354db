"""Walks what exists: every address, every table's rows. Nothing here knows an app."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

UNSAFE = ("post", "put", "patch", "delete")
# What a request may leave behind although it only reads: the log, the session, when the session was last seen.
LEFT_BEHIND = ("audit_entry", "audit_link", "audit_head", "audit_turn", "django_session", "usersessions_usersession")
# What is no business of anybody: a refused request may count as a failed sign-in or a rate.
TECHNICAL = (*LEFT_BEHIND, "core_cache", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog")


@dataclass(frozen=True)
class Address:
    """One URL pattern: its full name, its route and the view behind it."""

    name: str
    route: str
    callback: object

    @property
    def view_class(self) -> type | None:
        return getattr(self.callback, "view_class", None)

    @property
    def takes(self) -> set[str]:
        """The unsafe methods for which the view has a handler; a function view is asked when called."""
        if self.view_class is None:
            return {"post"}
        names = self.view_class.http_method_names
        return {method for method in UNSAFE if method in names and hasattr(self.view_class, method)}


@cache
def addresses() -> dict[str, Address]:
    """Every URL pattern by name; one without a name is listed by its route."""
    return {address.name: address for address in _walk(get_resolver(), "", "")}


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(f"{namespace}{entry.name}" if entry.name else f"<{route}>", route, entry.callback)
        else:
            below = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, below, route)


MARKS = """SELECT relname, relfilenode, pg_stat_get_xact_tuples_inserted(oid), pg_stat_get_xact_tuples_updated(oid),
                  pg_stat_get_xact_tuples_deleted(oid)
           FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"""


def marks() -> dict[str, tuple]:
    """How often each table was written to in this transaction, by whatever way.

    What was rolled back counts too, so a mark that stands still proves that nothing was written. A TRUNCATE is not
    counted, but gives the table another file. Writing by another connection is not seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARKS)
        return {name: tuple(rest) for name, *rest in cursor.fetchall()}


class Ground:
    """The rows from which every test of a file starts, hashed once; each test is rolled back to them."""

    current: "Ground | None" = None

    def __init__(self):
        self._hashes = _hashes(list(marks()))
        self._marks: dict[str, tuple] = {}

    @contextmanager
    def under(self) -> Iterator[None]:
        """For the length of a test, which starts now."""
        self._marks, Ground.current = marks(), self
        try:
            yield
        finally:
            Ground.current = None

    def untouched(self, now: dict[str, tuple]) -> dict[str, str]:
        """Hashes of the tables to which the test has not written, by the marks as they are now."""
        return {name: hashed for name, hashed in self._hashes.items() if now.get(name) == self._marks[name]}


def fingerprint(*, without: tuple[str, ...] = TECHNICAL) -> dict[str, str]:
    """A hash over all rows of each table, the named ones left out."""
    now = marks()
    known = Ground.current.untouched(now) if Ground.current else {}
    wanted = [name for name in now if name not in without]
    return _hashes([name for name in wanted if name not in known]) | {n: known[n] for n in wanted if n in known}


def _hashes(tables: list[str]) -> dict[str, str]:
    if not tables:
        return {}
    row = "string_agg(md5(t::text), '' ORDER BY md5(t::text))"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', md5({row}) FROM \"{name}\" t" for name in tables))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose rows differ."""
    return sorted(name for name in before if before[name] != after[name])
