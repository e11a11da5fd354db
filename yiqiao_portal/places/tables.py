"""The table of places."""

import django_tables2 as tables

from yiqiao_portal.core.tables import DateColumn, ListTable, TitleColumn

from .models import Place


class PlaceTable(ListTable):
    """Places by village, in the official order."""

    name = TitleColumn(orderable=False)
    area = tables.Column(orderable=False)
    updated_at = DateColumn(verbose_name="更新", orderable=False, attrs={"td": {"data-label": "更新"}})

    class Meta(ListTable.Meta):
        model = Place
        fields = ()
        sequence = ("name", "area", "updated_at")
