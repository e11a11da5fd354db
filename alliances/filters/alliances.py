"""Filter of the list of alliances."""

import django_filters

from yiqiao_portal.core.filters import ListFilter, WordsFilter

from ..choices import AllianceState
from ..models import Alliance


class AllianceFilter(ListFilter):
    """By name and state."""

    q = WordsFilter(field_name="name", label="名称")
    state = django_filters.ChoiceFilter(label="状态", choices=AllianceState, empty_label="全部")

    class Meta:
        model = Alliance
        fields = ()
