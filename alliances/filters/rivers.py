"""Filters of rivers, patrols, problems and samples."""

import django_filters
from django import forms

from yiqiao_portal.core.filters import DateFilter, ListFilter, WordsFilter
from yiqiao_portal.directory.models import Organisation

from ..choices import Body, ChiefLevel, ProblemState
from ..models import Alliance, Patrol, PatrolItem, PatrolProblem, River, Section, WaterSample
from ..selectors import rivers as selectors


def alliances(request):
    """The alliances within reach."""
    return Alliance.objects.visible_to(request.user)


def rivers(request):
    """All rivers of the town."""
    return River.objects.visible_to(request.user)


def sections(request):
    """All sections of the town."""
    return Section.objects.visible_to(request.user).select_related("river")


def units(request):
    """The units for which patrols are recorded."""
    return selectors.patrolling(request.user)


def places(request):
    """The organisations at whose top a report may stand."""
    return Organisation.objects.visible_to(request.user)


class RiverFilter(ListFilter):
    """By name, alliance, kind."""

    q = WordsFilter(field_name="name", label="名称")
    alliance = django_filters.ModelChoiceFilter(label="联盟", queryset=alliances, empty_label="全部")
    body = django_filters.ChoiceFilter(label="水体类型", choices=Body.choices, empty_label="全部")

    class Meta:
        model = River
        fields = ()


class OfSectionFilter(ListFilter):
    """What patrols and samples share. `within` comes from links alone: an organisation with all below it."""

    extra = ("section", "organisation")

    river = django_filters.ModelChoiceFilter(
        label="河道", queryset=rivers, field_name="section__river", empty_label="全部"
    )
    section = django_filters.ModelChoiceFilter(label="断面（河段）", queryset=sections, empty_label="全部")
    organisation = django_filters.ModelChoiceFilter(label="单位", queryset=units, empty_label="全部")
    within = django_filters.ModelChoiceFilter(
        label="单位及下级", queryset=places, method="below", widget=forms.HiddenInput
    )

    def below(self, rows, _name, value):
        return rows.filter(organisation__path__startswith=value.path)


class PatrolFilter(OfSectionFilter):
    """By river, level and days."""

    extra = ("section", "organisation", "found")

    level = django_filters.ChoiceFilter(label="河长级别", choices=ChiefLevel.choices, empty_label="全部")
    day_from = DateFilter(label="开始日期", field_name="day", lookup_expr="gte")
    day_to = DateFilter(label="结束日期", field_name="day", lookup_expr="lte")
    found = django_filters.ChoiceFilter(
        label="问题", choices=[("1", "发现问题的"), ("0", "没有发现问题的")], method="with_problems", empty_label="全部"
    )

    class Meta:
        model = Patrol
        fields = ()

    def with_problems(self, rows, _name, value):
        found = PatrolProblem.objects.visible_to(self.request.user).values("patrol")
        return rows.filter(pk__in=found) if value == "1" else rows.exclude(pk__in=found)


class ProblemFilter(ListFilter):
    """By words, river, state and days of the patrol."""

    extra = ("item", "section", "level", "day_from", "day_to")

    q = WordsFilter(field_name="text", label="问题")
    river = django_filters.ModelChoiceFilter(
        label="河道", queryset=rivers, field_name="patrol__section__river", empty_label="全部"
    )
    state = django_filters.ChoiceFilter(label="状态", choices=ProblemState.choices, empty_label="全部")
    item = django_filters.ModelChoiceFilter(
        label="类别", queryset=PatrolItem.objects.all(), to_field_name="code", empty_label="全部"
    )
    section = django_filters.ModelChoiceFilter(
        label="断面（河段）", queryset=sections, field_name="patrol__section", empty_label="全部"
    )
    level = django_filters.ChoiceFilter(
        label="河长级别", choices=ChiefLevel.choices, field_name="patrol__level", empty_label="全部"
    )
    day_from = DateFilter(label="开始日期", field_name="patrol__day", lookup_expr="gte")
    day_to = DateFilter(label="结束日期", field_name="patrol__day", lookup_expr="lte")
    within = django_filters.ModelChoiceFilter(
        label="单位及下级", queryset=places, method="below", widget=forms.HiddenInput
    )

    class Meta:
        model = PatrolProblem
        fields = ()

    def below(self, rows, _name, value):
        return rows.filter(patrol__organisation__path__startswith=value.path)


class SampleFilter(OfSectionFilter):
    """By river, section and days."""

    day_from = DateFilter(label="开始日期", field_name="taken_on", lookup_expr="gte")
    day_to = DateFilter(label="结束日期", field_name="taken_on", lookup_expr="lte")

    class Meta:
        model = WaterSample
        fields = ()
