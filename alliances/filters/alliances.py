"""Filter of the list of alliances."""

import django_filters

from yiqiao_portal.core.filters import ListFilter, MatchingFilter

from ..choices import AllianceState
from ..models import Alliance


class AllianceFilter(ListFilter):
    """By name and state."""

    q = MatchingFilter(label="名称或曾用名")
    state = django_filters.ChoiceFilter(label="状态", choices=AllianceState, empty_label="全部")

    class Meta:
        model = Alliance
        fields = ()
