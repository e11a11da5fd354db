"""Readable numbers such as YQ-HD-2026-0001."""

from django.db import connection, transaction


@transaction.atomic
def next_serial(series: str, *, width: int = 4) -> str:
    """The next number of `series`; unique under any number of writers, who wait for one another's commit.

    A rolled-back writer gives its number back, so gaps are rare; they are allowed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_serial (series, last) VALUES (%s, 1) "
            "ON CONFLICT (series) DO UPDATE SET last = core_serial.last + 1 RETURNING last",
            [series],
        )
        (number,) = cursor.fetchone()
    return f"{series}-{number:0{width}d}"
