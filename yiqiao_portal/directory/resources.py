"""Columns of the imports: what they are called, what else people call them, which must be there.

The bulk write is services/bulk.py; these declarations name the columns for the reader, the page and the command.
Other apps declare theirs with the same Column and hand them over in their portal.py (core.portal.ImportSpec).
"""

from import_export import resources
from import_export.fields import Field

from yiqiao_portal.core import registry
from yiqiao_portal.core.spreadsheets import Wanted


class Column(Field):
    """A column with its synonyms."""

    def __init__(self, attribute: str, label: str, *, synonyms: tuple[str, ...] = (), required: bool = False):
        super().__init__(attribute=attribute, column_name=label)
        self.synonyms, self.required = synonyms, required


class PersonResource(resources.Resource):
    """People: four columns, nothing that the work does not need."""

    name = Column("name", "姓名", synonyms=("人员姓名", "党员姓名", "名字"), required=True)
    organisation = Column(
        "organisation",
        "所在组织",
        synonyms=(
            "组织",
            "所属组织",
            "所在单位",
            "单位",
            "单位名称",
            "所属党支部",
            "所在支部",
            "党支部名称",
            "支部名称",
        ),
    )
    duty = Column("duty", "职务", synonyms=("职位", "党内职务", "岗位"))
    phone = Column(
        "phone", "手机号", synonyms=("手机", "手机号码", "联系手机", "联系电话", "电话", "电话号码", "联系方式")
    )


class OrganisationResource(resources.Resource):
    """Organisations with their aggregate numbers and terms."""

    name = Column(
        "name",
        "组织全称",
        synonyms=("全称", "组织名称", "党组织全称", "党组织名称", "党支部名称", "支部名称", "单位名称", "名称"),
        required=True,
    )
    short_name = Column("short_name", "简称", synonyms=("组织简称", "党组织简称"))
    code = Column("code", "组织编号", synonyms=("党组织编码", "党支部编号", "组织代码", "编号"))
    kind = Column("kind", "类别", synonyms=("组织类别", "组织类型"))
    parent = Column("parent", "上级组织", synonyms=("上级党组织", "上级党组织名称", "上级"))
    area = Column("area", "所属村社", synonyms=("村社", "所属社区", "所属村", "所在村社"))
    order = Column("order", "官方顺序", synonyms=("排序", "显示顺序"))
    party_form = Column("party_form", "党组织形式", synonyms=("党组织类别", "形式"))
    field = Column("field", "领域")
    formal_members = Column("formal_members", "正式党员数", synonyms=("正式党员",))
    probationary_members = Column("probationary_members", "预备党员数", synonyms=("预备党员",))
    groups = Column("groups", "党小组数", synonyms=("党小组",))
    committee_size = Column("committee_size", "支委会委员数", synonyms=("委员数", "支委人数", "支委数"))
    founded_on = Column("founded_on", "成立日期", synonyms=("成立时间", "党组织成立时间", "党支部成立时间", "建立时间"))
    elected_on = Column("elected_on", "上次换届日期", synonyms=("换届日期", "换届时间", "上次换届时间"))
    term_years = Column("term_years", "任期", synonyms=("任期年", "任期(年)"))
    extended_until = Column("extended_until", "获批延期至", synonyms=("延期至",))
    note = Column("note", "备注")


def columns_of(resource: type[resources.Resource]) -> dict[str, Column]:
    """The columns that a resource declares, by key, in their order."""
    return {key: field for key, field in resource.fields.items() if isinstance(field, Column)}


def columns(kind: str) -> dict[str, Column]:
    """The columns of a kind of import."""
    return columns_of(registry.imports()[kind].resource)


def wanted(kind: str) -> list[Wanted]:
    """The columns as the spreadsheet reader asks for them."""
    return [Wanted(key, column.column_name, column.synonyms, column.required) for key, column in columns(kind).items()]
