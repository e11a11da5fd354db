"""Readable numbers such as YQ-HD-2026-0001."""

from django.db import connection, transaction


def next_serial(series: str, *, width: int = 4) -> str:
    """The next number of `series`; unique under any number of writers, who wait for one another's commit.

    A rolled-back writer gives its number back, so gaps are rare; they are allowed.
    """
    return next_serials(series, 1, width=width)[0]


@transaction.atomic
def next_serials(series: str, count: int, *, width: int = 4) -> list[str]:
    """The next `count` numbers of `series` in one block: for the many rows of an import."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_serial (series, last) VALUES (%s, %s) "
            "ON CONFLICT (series) DO UPDATE SET last = core_serial.last + EXCLUDED.last RETURNING last",
            [series, count],
        )
        (last,) = cursor.fetchone()
    return [f"{series}-{number:0{width}d}" for number in range(last - count + 1, last + 1)]
