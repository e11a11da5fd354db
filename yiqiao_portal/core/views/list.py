"""The list page: presets, filter, table, pages, and the same list as Excel or on paper."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import FileResponse
from django_tables2 import RequestConfig

from ..exceptions import DomainError
from ..export import export_table
from ..pagination import ListPaginator
from .base import PortalPage

PAGE_SIZES = (20, 50, 100)
LEDGER_ROWS = 1000  # on paper


@dataclass(frozen=True)
class Preset:
    """A tab above the list: a title, the query string it stands for, the same condition for its count."""

    title: str
    query: str
    condition: Q


class ListPage(PortalPage):
    """Four attributes make a list: model, table_class, filter_class, permission."""

    template_name = "generic/list.html"
    model = None
    table_class = None
    filter_class = None
    presets: tuple[Preset, ...] = ()
    export_action = ""  # audit action code
    empty_title = "还没有记录"
    empty_text = ""

    def get_queryset(self):
        return self.model.objects.visible_to(self.request.user)

    def get(self, request, *args, **kwargs):
        self.filter = self.filter_class(request.GET, queryset=self.get_queryset(), request=request)
        self.table = self.table_class(self.filter.qs)  # with a request it would paginate by itself
        kind = request.GET.get("format", "")
        if kind == "xlsx":
            return self.export()
        self.sort()
        self.table.paginate(ListPaginator, self.page_size(), page=request.GET.get("page", 1))
        if request.GET.get("print"):
            self.template_name = "generic/ledger.html"
        elif request.htmx and not request.htmx.boosted:
            self.template_name = "components/results.html"
        return super().get(request, *args, **kwargs)

    def sort(self) -> None:
        """By the column asked for; rows alike in it keep one order, so that no page repeats or loses any."""
        RequestConfig(self.request, paginate=False).configure(self.table)
        rows = self.table.data.data
        self.table.data.data = rows.order_by(*(rows.query.order_by or rows.model._meta.ordering), "-pk")

    def page_size(self) -> int:
        """20 rows unless 50 or 100 are asked for; a printed ledger has up to 1,000."""
        if self.request.GET.get("print"):
            return LEDGER_ROWS
        wanted = self.request.GET.get("per_page", "")
        return next((size for size in PAGE_SIZES if str(size) == wanted), PAGE_SIZES[0])

    def export(self) -> FileResponse:
        """Exactly this list, under the same rights, as .xlsx; logged."""
        if not self.filter.form.is_valid():
            raise DomainError("有筛选条件填写有误，没有导出。请返回列表改正后再导出。")
        self.sort()
        user, filters = self.request.user, self.filter.used()
        return export_table(self.get_title(), self.table, user=user, action=self.export_action, filters=filters)

    def get_context_data(self, **kwargs):
        chips = self.filter.chips()
        return super().get_context_data(
            table=self.table,
            filter=self.filter,
            chips=chips,
            filtered=bool(chips) or not self.filter.form.is_valid(),
            views=self.tabs(),
            result=self.result(),
            exports=True,
            print_url=self.link(print="1"),
            empty={"title": self.empty_title, "text": self.empty_text, "action": self.empty_action()},
            page_sizes=PAGE_SIZES,
            **kwargs,
        )

    def empty_action(self):
        """What to do when there is nothing yet: the page's main button, else its first."""
        return max(self.get_actions(), key=lambda action: action.primary, default=None)

    def link(self, **changes) -> str:
        """This list with other parameters."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"

    def result(self) -> dict:
        """What the result line says."""
        page = self.table.page
        paginator = page.paginator
        total = paginator.count
        return {"total": total, "about": paginator.about, "first": page.start_index(), "last": page.end_index()}

    def tabs(self) -> list[dict]:
        """The presets with their counts, all in one query."""
        if not self.presets:
            return []
        counts = self.get_queryset().aggregate(
            **{f"n{i}": Count("pk", filter=preset.condition, distinct=True) for i, preset in enumerate(self.presets)}
        )
        current = self.request.GET.urlencode()
        return [
            {"title": p.title, "url": f"?{p.query}", "count": counts[f"n{i}"], "current": current == p.query}
            for i, p in enumerate(self.presets)
        ]
