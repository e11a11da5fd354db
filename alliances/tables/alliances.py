"""The table of alliances."""

import django_tables2 as tables

from yiqiao_portal.core.tables import DateColumn, ListTable, NumberColumn, TagColumn, TitleColumn

from ..models import Alliance


class AllianceTable(ListTable):
    """Alliances by the day of their founding."""

    name = TitleColumn(verbose_name="名称")
    founded_on = DateColumn(verbose_name="成立日期", attrs={"td": {"data-label": "成立"}})
    members = NumberColumn(verbose_name="成员单位", orderable=False)
    chair = tables.Column(verbose_name="本期轮值", orderable=False, attrs={"td": {"data-label": "本期轮值"}})
    tag = TagColumn(verbose_name="状态")

    class Meta(ListTable.Meta):
        model = Alliance
        fields = ("name", "founded_on", "members", "chair", "tag")

    def value_tag(self, record):
        return record.get_state_display()
