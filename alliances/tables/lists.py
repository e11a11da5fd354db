"""The lists of resources and needs; the same columns go to Excel."""

import django_tables2 as tables

from yiqiao_portal.core.tables import DateColumn, ListTable, NumberColumn, TagColumn, TitleColumn

from ..models import Need, Resource

BREAK = {"td": {"class": "brk"}}


# What an import needs besides (alliances/importing): only the file has these columns.
ONLY = ("amount_unit", "starts_on", "area", "alliance", "detail")


def _amount(label: str, accessor: str):
    """A number with its unit; in the file a number, its unit in a column of its own."""
    return NumberColumn(verbose_name=label, accessor=accessor, orderable=False)


def _hidden(label: str, accessor: str | None = None):
    """A column that only the file has."""
    return tables.Column(verbose_name=label, accessor=accessor, visible=False)


class ResourceTable(ListTable):
    """One row per resource; 余量 is what may still be promised."""

    export_only = ONLY

    title = TitleColumn(verbose_name="资源名称")
    organisation = tables.Column(verbose_name="提供单位", order_by=("organisation__order",), attrs=BREAK)
    service_line = tables.Column(verbose_name="九联类别", order_by=("service_line__order",))
    capacity = _amount("数量", "capacity")
    remaining = _amount("余量", "left")
    ends_on = DateColumn(verbose_name="可用至", attrs={"td": {"data-label": "可用至"}})
    tag = TagColumn(verbose_name="状态")
    serial = tables.Column(verbose_name="编号", orderable=False, attrs={"td": {"class": "pc-cell"}})
    amount_unit = _hidden("计量单位", "get_unit_display")
    starts_on = DateColumn(verbose_name="可用开始", visible=False)
    area = _hidden("所在村社")
    alliance = _hidden("联盟")
    detail = _hidden("内容说明")

    class Meta(ListTable.Meta):
        model = Resource
        fields = ("title", "organisation", "service_line", "capacity", "remaining", "ends_on", "tag", "serial")
        order_by_field = "sort"

    def render_capacity(self, record):
        return f"{record.capacity} {record.get_unit_display()}"

    def render_remaining(self, record):
        return f"{record.left} {record.get_unit_display()}"

    def value_tag(self, record):
        return record.tag.word


class NeedTable(ListTable):
    """One row per need, with the units that have taken it on."""

    export_only = ONLY

    title = TitleColumn(verbose_name="需求名称")
    organisation = tables.Column(verbose_name="提出单位", order_by=("organisation__order",), attrs=BREAK)
    service_line = tables.Column(verbose_name="九联类别", order_by=("service_line__order",))
    amount = _amount("数量", "amount")
    due_on = DateColumn(verbose_name="希望完成", attrs={"td": {"data-label": "希望完成"}})
    claimants = tables.Column(verbose_name="认领单位", orderable=False, attrs={"td": {"data-label": "认领"}})
    tag = TagColumn(verbose_name="状态")
    serial = tables.Column(verbose_name="编号", orderable=False, attrs={"td": {"class": "pc-cell"}})
    amount_unit = _hidden("计量单位", "get_unit_display")
    starts_on = DateColumn(verbose_name="希望开始", visible=False)
    area = _hidden("所在村社")
    alliance = _hidden("联盟")
    detail = _hidden("具体内容")

    class Meta(ListTable.Meta):
        model = Need
        fields = ("title", "organisation", "service_line", "amount", "due_on", "claimants", "tag", "serial")
        order_by_field = "sort"

    def render_amount(self, record):
        return f"{record.amount} {record.get_unit_display()}"

    def render_claimants(self, value):
        return "、".join(value)

    def value_claimants(self, record):
        return "、".join(record.claimants)

    def value_tag(self, record):
        return record.get_state_display()
