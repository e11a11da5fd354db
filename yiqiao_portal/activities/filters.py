"""The filter of the activity list."""

from functools import cached_property

import django_filters
from django import forms

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.filters import DateFilter, ListFilter, MatchingFilter
from yiqiao_portal.directory.models import Organisation, ServiceLine

from . import cells
from .choices import FIRST_YEAR, State
from .models import Activity, ActivityKind


def organisations(request):
    """What the user may choose from."""
    return Organisation.objects.visible_to(request.user).party().official()


def places(request):
    """The organisations at whose top a report may stand."""
    return Organisation.objects.visible_to(request.user)


class ActivityFilter(ListFilter):
    """By words, organisation, kind, dates; behind 更多筛选: state, line, 补录, what counts, decisions.

    `within` comes from links alone: an organisation with all below it.
    """

    extra = ("state", "service_lines", "late_entry", "counts_for", "ledger", "has_decisions")

    q = MatchingFilter(label="名称或编号")
    organisation = django_filters.ModelChoiceFilter(label="党组织", queryset=organisations, empty_label="全部")
    kind = django_filters.ModelChoiceFilter(
        label="类型", queryset=ActivityKind.objects.all(), to_field_name="code", empty_label="全部"
    )
    held_from = DateFilter(label="开始日期", field_name="held_on", lookup_expr="gte")
    held_to = DateFilter(label="结束日期", field_name="held_on", lookup_expr="lte")
    state = django_filters.ChoiceFilter(
        label="状态", choices=[*State.choices, ("recorded", "已提交或已确认")], method="of_state", empty_label="全部"
    )
    service_lines = django_filters.ModelChoiceFilter(
        label="服务线（九联）", queryset=ServiceLine.objects.all(), to_field_name="code", empty_label="全部"
    )
    late_entry = django_filters.ChoiceFilter(
        label="补录", choices=[("1", "只看补录"), ("0", "不含补录")], method="of_lateness", empty_label="全部"
    )
    counts_for = django_filters.ModelChoiceFilter(
        label="计入",
        queryset=ActivityKind.objects.exclude(period=""),
        to_field_name="code",
        method="counting",
        empty_label="全部",
    )
    ledger = django_filters.ChoiceFilter(
        label="台账", choices=[("1", "三会一课与组织生活")], method="of_ledger", empty_label="全部"
    )
    within = django_filters.ModelChoiceFilter(
        label="党组织及下级", queryset=places, method="below", widget=forms.HiddenInput
    )
    has_decisions = django_filters.ChoiceFilter(
        label="议定事项",
        choices=[("1", "有议定事项"), ("open", "有未办结的")],
        method="with_decisions",
        empty_label="全部",
    )

    class Meta:
        model = Activity
        fields = ()

    def of_state(self, rows, _name, value):
        return rows.recorded() if value == "recorded" else rows.filter(state=value)

    def of_lateness(self, rows, _name, value):
        return rows.filter(late_entry=value == "1")

    def counting(self, rows, _name, value):
        return rows.counting_for(value)

    def of_ledger(self, rows, _name, _value):
        return rows.exclude(kind__period="")

    def below(self, rows, _name, value):
        return rows.filter(organisation__path__startswith=value.path)

    def with_decisions(self, rows, _name, value):
        rows = rows.filter(decisions__deleted_at=None, decisions__isnull=False)
        return (rows.filter(decisions__done_on=None) if value == "open" else rows).distinct()


def years(_=None):
    """The years of the portal, the running one first."""
    return [(str(year), f"{year} 年") for year in range(today().year, FIRST_YEAR - 1, -1)]


class CellFilter(ListFilter):
    """The cells of a year: by branch, kind and verdict. `within` comes from links alone."""

    organisation = django_filters.ModelChoiceFilter(
        label="党组织", queryset=organisations, method="only", empty_label="全部"
    )
    kind = django_filters.ModelChoiceFilter(
        label="类型",
        queryset=ActivityKind.objects.exclude(period=""),
        to_field_name="code",
        method="kept",
        empty_label="全部",
    )
    year = django_filters.ChoiceFilter(label="年份", choices=years, method="kept", empty_label="今年")
    verdict = django_filters.ChoiceFilter(
        label="结论", choices=list(cells.WORDS.items()), method="kept", empty_label="全部"
    )
    within = django_filters.ModelChoiceFilter(
        label="党组织及下级", queryset=places, method="below", widget=forms.HiddenInput
    )

    class Meta:
        model = Organisation
        fields = ()

    def only(self, rows, _name, value):
        return rows.filter(pk=value.pk)

    def below(self, rows, _name, value):
        return rows.filter(path__startswith=value.path)

    def kept(self, rows, _name, _value):
        """Asked of the cells, not of the branches."""
        return rows

    def _chosen(self, name: str):
        return self.form.cleaned_data.get(name) if self.form.is_valid() else None

    @property
    def asked_year(self) -> int:
        """The year asked for, else this one."""
        return int(self._chosen("year") or today().year)

    @property
    def asked_verdict(self) -> str:
        """The verdict asked for, or none."""
        return self._chosen("verdict") or ""

    @cached_property
    def found(self) -> list[cells.CellRow]:
        """The cells before the verdict is asked for."""
        chosen = self._chosen("kind")
        kinds = [chosen] if chosen else ActivityKind.objects.exclude(period="")
        branches = super().qs.existing_in(self.asked_year)
        return list(cells.rows(branches, kinds, year=self.asked_year, user=self.request.user))

    @property
    def qs(self) -> list[cells.CellRow]:
        """The cells of the list."""
        return [row for row in self.found if self.asked_verdict in ("", row.key)]
