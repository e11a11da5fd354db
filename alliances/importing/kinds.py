"""What the alliances take from a spreadsheet."""

from yiqiao_portal.core.portal import ImportSpec

from ..services import bulk
from .checking import NeedsChecker, ProjectsChecker, ResourcesChecker

ALIKE = "同一单位已有同名的记录，或与前面的行相同"
SERIAL = "有编号的行是修改那一条，编号留空的行是新增；状态只能在页面上办理，不随导入改变。"

KINDS = (
    ImportSpec(
        code="resources",
        title="资源",
        permission="alliances.import_resources",
        resource=ResourcesChecker.resource,
        checker=ResourcesChecker,
        writer=bulk.import_resources,
        list_url="alliances:resources",
        list_title="资源清单",
        alike=ALIKE,
        hint=f"{SERIAL}新增的资源先存为待发布。",
    ),
    ImportSpec(
        code="needs",
        title="需求",
        permission="alliances.import_needs",
        resource=NeedsChecker.resource,
        checker=NeedsChecker,
        writer=bulk.import_needs,
        list_url="alliances:needs",
        list_title="需求清单",
        alike=ALIKE,
        hint=f"{SERIAL}新增的需求等镇党建办审核；发布后的需求不能再改。",
    ),
    ImportSpec(
        code="projects",
        title="项目",
        permission="alliances.import_projects",
        resource=ProjectsChecker.resource,
        checker=ProjectsChecker,
        writer=bulk.import_projects,
        list_url="alliances:projects",
        list_title="项目清单",
        alike=ALIKE,
        hint=f"{SERIAL}为需求立项请从需求页面办理，这里新增的项目不对应需求。",
    ),
)
