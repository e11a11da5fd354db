"""Columns of the three lists: those of their exports (tables/), by which the files come back in.

编号 says which row is meant; without it a row is new. What a list only shows (状态, 余量, 认领单位) is not read.
"""

from import_export import resources

from yiqiao_portal.directory.resources import Column

UNITS = ("单位名称", "单位全称", "所属单位")
LINES = ("服务线", "九联", "类别", "所属类别")
PLACES = ("村社", "所属村社", "地点")
ALLIANCES = ("所属联盟", "联盟名称")


class ResourceColumns(resources.Resource):
    """资源清单."""

    title = Column("title", "资源名称", synonyms=("名称", "资源"), required=True)
    organisation = Column("organisation", "提供单位", synonyms=UNITS)
    service_line = Column("service_line", "九联类别", synonyms=LINES)
    capacity = Column("capacity", "数量", synonyms=("总数", "总量", "可提供数量"))
    unit = Column("unit", "计量单位", synonyms=("数量单位",))
    starts_on = Column("starts_on", "可用开始", synonyms=("可用自", "开始日期"))
    ends_on = Column("ends_on", "可用至", synonyms=("可用结束", "结束日期", "截止日期"))
    area = Column("area", "所在村社", synonyms=PLACES)
    alliance = Column("alliance", "联盟", synonyms=ALLIANCES)
    detail = Column("detail", "内容说明", synonyms=("说明", "内容"))
    serial = Column("serial", "编号", synonyms=("资源编号",))


class NeedColumns(resources.Resource):
    """需求清单."""

    title = Column("title", "需求名称", synonyms=("名称", "需求"), required=True)
    organisation = Column("organisation", "提出单位", synonyms=UNITS)
    service_line = Column("service_line", "九联类别", synonyms=LINES)
    amount = Column("amount", "数量", synonyms=("需求数量",))
    unit = Column("unit", "计量单位", synonyms=("数量单位",))
    starts_on = Column("starts_on", "希望开始", synonyms=("开始日期",))
    due_on = Column("due_on", "希望完成", synonyms=("完成日期", "截止日期"))
    area = Column("area", "所在村社", synonyms=PLACES)
    alliance = Column("alliance", "联盟", synonyms=ALLIANCES)
    detail = Column("detail", "具体内容", synonyms=("内容", "说明"))
    serial = Column("serial", "编号", synonyms=("需求编号",))


class ProjectColumns(resources.Resource):
    """项目清单."""

    title = Column("title", "项目名称", synonyms=("名称", "项目"), required=True)
    organisation = Column("organisation", "牵头单位", synonyms=UNITS)
    service_line = Column("service_line", "九联类别", synonyms=LINES)
    starts_on = Column("starts_on", "开始日期", synonyms=("开始时间",))
    due_on = Column("due_on", "计划完成", synonyms=("计划完成日期", "完成日期"))
    alliance = Column("alliance", "联盟", synonyms=ALLIANCES)
    programme = Column("programme", "所属工程", synonyms=("工程与行动", "所属工程与行动"))
    helpers = Column("helpers", "配合单位", synonyms=("协同单位", "协助单位"))
    detail = Column("detail", "实施内容", synonyms=("内容", "说明"))
    serial = Column("serial", "编号", synonyms=("项目编号",))
