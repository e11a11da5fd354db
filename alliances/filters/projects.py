"""Filters of the lists of projects and programmes."""

import django_filters

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.filters import DateFilter, ListFilter, MatchingFilter
from yiqiao_portal.directory.models import Organisation, ServiceLine

from ..choices import ProjectState, Target
from ..models import Alliance, Programme, Project


def alliances(request):
    """What the user may choose from."""
    return Alliance.objects.visible_to(request.user)


def leads(request):
    """The units that lead a project within reach, in the official order."""
    rows = Project.objects.visible_to(request.user)
    return (
        Organisation.objects.nameable_by(request.user).filter(pk__in=rows.order_by().values("organisation")).official()
    )


def programmes(request):
    """The programmes of the town."""
    return Programme.objects.visible_to(request.user)


class ProjectFilter(ListFilter):
    """By words, unit, state; behind 更多筛选: alliance, line, programme, light, day of acceptance."""

    extra = ("alliance", "service_line", "programme", "light", "accepted_from", "accepted_to")

    q = MatchingFilter(label="项目名称或编号")
    organisation = django_filters.ModelChoiceFilter(label="牵头单位", queryset=leads, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=ProjectState, empty_label="全部")
    alliance = django_filters.ModelChoiceFilter(label="联盟", queryset=alliances, empty_label="全部")
    service_line = django_filters.ModelChoiceFilter(
        label="九联类别", queryset=ServiceLine.objects.all(), to_field_name="code", empty_label="全部"
    )
    programme = django_filters.ModelChoiceFilter(label="所属工程", queryset=programmes, empty_label="全部")
    light = django_filters.ChoiceFilter(
        label="进度", choices=[("late", "已超期")], method="of_light", empty_label="全部"
    )
    accepted_from = DateFilter(label="验收起", field_name="accepted_on", lookup_expr="gte")
    accepted_to = DateFilter(label="验收止", field_name="accepted_on", lookup_expr="lte")

    class Meta:
        model = Project
        fields = ()

    def of_light(self, rows, _name, _value):
        return rows.filter(state=ProjectState.DOING, due_on__lt=today())


class ProgrammeFilter(ListFilter):
    """By name and target."""

    q = django_filters.CharFilter(label="名称", field_name="name", lookup_expr="icontains", max_length=40)
    target = django_filters.ChoiceFilter(label="对应目标", choices=Target, method="of_target", empty_label="全部")

    class Meta:
        model = Programme
        fields = ()

    def of_target(self, rows, _name, value):
        return rows.filter(targets__contains=[value])
