"""The lists of projects and programmes."""

import django_tables2 as tables

from yiqiao_portal.core.tables import DateColumn, ListTable, NumberColumn, TagColumn, TitleColumn

from ..choices import Target
from ..models import Programme, Project


class ProjectTable(ListTable):
    """One row per project; to Excel go further columns, by which the file comes back in (alliances/importing)."""

    export_only = ("starts_on", "alliance", "programme", "helpers", "detail")

    title = TitleColumn(verbose_name="项目名称")
    organisation = tables.Column(
        verbose_name="牵头单位", order_by=("organisation__order",), attrs={"td": {"class": "brk"}}
    )
    service_line = tables.Column(verbose_name="九联类别", orderable=False)
    due_on = DateColumn(verbose_name="计划完成", attrs={"td": {"data-label": "计划完成"}})
    beneficiaries = NumberColumn(verbose_name="受益人次", orderable=False)
    light = TagColumn(verbose_name="进度", accessor="light")
    serial = tables.Column(verbose_name="编号", orderable=False, attrs={"td": {"class": "pc-cell"}})
    starts_on = DateColumn(verbose_name="开始日期", visible=False)
    alliance = tables.Column(verbose_name="联盟", visible=False)
    programme = tables.Column(verbose_name="所属工程", visible=False)
    helpers = tables.Column(verbose_name="配合单位", accessor="helper_names", visible=False)
    detail = tables.Column(verbose_name="实施内容", visible=False)

    class Meta(ListTable.Meta):
        model = Project
        fields = ("title", "organisation", "service_line", "due_on", "beneficiaries", "light", "serial")
        order_by_field = "sort"

    def value_light(self, record):
        return record.light.word

    def value_helpers(self, record):
        return "、".join(record.helper_names)


class ProgrammeTable(ListTable):
    """The programmes in the town's order."""

    name = TitleColumn(verbose_name="名称", orderable=False)
    targets = tables.Column(verbose_name="对应目标", orderable=False, attrs={"td": {"class": "brk"}})
    organisation = tables.Column(verbose_name="牵头单位", orderable=False, attrs={"td": {"class": "brk"}})
    steps = tables.Column(
        verbose_name="节点完成", accessor="milestones", orderable=False, empty_values=(),
        attrs={"th": {"class": "num"}, "td": {"class": "num", "data-label": "节点完成"}},
    )  # fmt: skip
    light = TagColumn(verbose_name="进度", accessor="light")

    class Meta(ListTable.Meta):
        model = Programme
        fields = ("name", "targets", "organisation", "steps", "light")

    def render_targets(self, record):
        return "、".join(Target(code).label for code in record.targets)

    def value_targets(self, record):
        return self.render_targets(record)

    def render_steps(self, record):
        steps = record.milestones.all()
        return f"{sum(bool(step.done_on) for step in steps)}/{len(steps)}" if steps else "--"

    def value_steps(self, record):
        return self.render_steps(record)

    def value_light(self, record):
        return record.light.word
