"""Pages of a list: cheap counts, a page out of range is page 1."""

from functools import cached_property

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db import connection

CAP = 10_000
ESTIMATE_FROM = 50_000


class ListPaginator(Paginator):
    """Counts a filtered list up to 10,000, an unfiltered large one by the database's estimate."""

    about = False

    @cached_property
    def count(self):
        rows = getattr(getattr(self.object_list, "data", None), "data", self.object_list)
        if not hasattr(rows, "query"):
            return len(rows)
        estimate = 0 if rows.query.where else self._estimate(rows.model._meta.db_table)
        if estimate > ESTIMATE_FROM:
            self.about = True
            return estimate
        found = rows.order_by().values("pk")[: CAP + 1].count()
        self.about = found > CAP
        return min(found, CAP)

    @staticmethod
    def _estimate(table: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
            return cursor.fetchone()[0]

    def page(self, number):
        try:
            return super().page(number)
        except (EmptyPage, PageNotAnInteger):
            return super().page(1)
