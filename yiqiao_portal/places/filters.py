"""Filter of the list of places."""

import django_filters

from yiqiao_portal.core.filters import ListFilter, WordsFilter
from yiqiao_portal.directory.choices import AreaLevel
from yiqiao_portal.directory.models import Area
from yiqiao_portal.directory.scope import scope_of

from .models import Place


def areas_of(request):
    """The areas within reach."""
    areas = Area.objects.filter(pk__in=scope_of(request.user).area_ids)
    return areas.of_level(AreaLevel.TOWN, AreaLevel.VILLAGE)


class PlaceFilter(ListFilter):
    """Places by name and village."""

    q = WordsFilter(field_name="name", label="名称")
    area = django_filters.ModelChoiceFilter(label="村社", queryset=areas_of, empty_label="全部村社")

    class Meta:
        model = Place
        fields = ()
