"""Filters of the lists of resources and needs."""

import django_filters
from django import forms
from django.db.models import F

from yiqiao_portal.core.filters import ListFilter, MatchingFilter
from yiqiao_portal.directory.models import Organisation, ServiceLine

from ..choices import MET_NEEDS, PUBLIC_NEEDS, TAKEN_NEEDS, NeedState, ResourceState
from ..models import Alliance, Need, Resource

NEED_GROUPS = {
    "listed": (PUBLIC_NEEDS, "审核发布过的"),
    "taken": (TAKEN_NEEDS, "有单位认领的"),
    "met": (MET_NEEDS, "验收通过的"),
}


def alliances(request):
    """The alliances within reach."""
    return Alliance.objects.visible_to(request.user)


def places(request):
    """The organisations at whose top a report may stand."""
    return Organisation.objects.visible_to(request.user)


class OfListFilter(ListFilter):
    """What both lists can be narrowed by. `year` and `within` come from links alone."""

    extra = ("alliance",)

    q = MatchingFilter(label="名称或编号")
    service_line = django_filters.ModelChoiceFilter(
        label="九联类别", queryset=ServiceLine.objects.all(), to_field_name="code", empty_label="全部"
    )
    alliance = django_filters.ModelChoiceFilter(label="联盟", queryset=alliances, empty_label="全部")
    organisation = django_filters.ModelChoiceFilter(label="单位", queryset=places, widget=forms.HiddenInput)
    within = django_filters.ModelChoiceFilter(
        label="单位及下级", queryset=places, method="below", widget=forms.HiddenInput
    )
    year = django_filters.NumberFilter(
        label="年度", field_name="created_at__year", min_value=2000, max_value=2100, widget=forms.HiddenInput
    )

    def below(self, rows, _name, value):
        return rows.filter(organisation__path__startswith=value.path)


class NeedFilter(OfListFilter):
    """Needs by words, line, state and alliance."""

    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[*NeedState.choices, *((code, words) for code, (_, words) in NEED_GROUPS.items())],
        method="of_state",
        empty_label="全部",
    )

    class Meta:
        model = Need
        fields = ()

    def of_state(self, rows, _name, value):
        return rows.filter(state__in=NEED_GROUPS[value][0]) if value in NEED_GROUPS else rows.filter(state=value)


class ResourceFilter(OfListFilter):
    """Resources by words, line, state and alliance."""

    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[*ResourceState.choices, ("left", "可对接且有余量")],
        method="of_state",
        empty_label="全部",
    )

    class Meta:
        model = Resource
        fields = ()

    def of_state(self, rows, _name, value):
        if value == "left":
            return rows.open().filter(promised__lt=F("capacity"))
        return rows.filter(state=value)
