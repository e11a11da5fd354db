"""Walks what exists: every address, every table's rows. Nothing here knows an app."""

from collections.abc import Iterator
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


def fingerprint(*, without: tuple[str, ...] = TECHNICAL) -> dict[str, str]:
    """A hash over all rows of each table, the named ones left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if name not in without]
        row = "string_agg(md5(t::text), '' ORDER BY md5(t::text))"
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', md5({row}) FROM \"{name}\" t" for name in tables))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose rows differ."""
    return sorted(name for name in before if before[name] != after[name])
