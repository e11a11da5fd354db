"""Sheet 12 of the annual workbook: 三张清单明细."""

from django.db.models import Exists, OuterRef

from yiqiao_portal.core.portal import Check, Definition, SheetKind
from yiqiao_portal.core.workbooks import Cell, Column, Sheet

from ..choices import MET_NEEDS, PUBLIC_NEEDS, TAKEN_NEEDS, ClaimState, ResourceState
from ..models import Claim, Need, Project, Resource
from ..selectors.lists import claimants_of
from ..selectors.projects import with_helpers

COLUMNS = (
    Column("serial", "编号", "short", width=17, total="count"),
    Column("kind", "清单类", "short", width=10),
    Column("organisation", "提供/提出单位", "short", width=20),
    Column("title", "内容", width=34),
    Column("line", "九联类别", "short", width=12),
    Column("amount", "数量/频次", "short", width=12),
    Column("span", "期限", "short", width=25),
    Column("claimants", "认领单位", width=28),
    Column("state", "状态", "short", width=10),
    Column("accepted_on", "验收日期", "date"),
    Column("satisfaction", "满意度", "short", width=10),
)
RESOURCE, NEED, PROJECT = "资源", "需求", "项目"
OWN = "党建办工作口径"
DEFINITIONS = (
    Definition("资源", "统计年度内登记并已发布的资源，已停用的照列，待发布和回收站里的不计", OWN),
    Definition("需求", "统计年度内提出并经审核发布的需求，待审核、退回、撤销和回收站里的不计", OWN),
    Definition("项目", "统计年度内开始的项目，已中止的照列；贡献台账不计已中止的", OWN),
    Definition("认领单位", "认领得到确认的单位，牵头单位在前；项目为牵头和配合单位", OWN),
    Definition("验收日期", "需求和项目验收通过的日期；没有需求的项目由镇党建办验收", OWN),
    Definition("满意度", "提出单位的评价：满意、基本满意、不满意", OWN),
)


def of_resources(report):
    """The year's resources of the report's organisations, in official order."""
    states = (ResourceState.OPEN, ResourceState.CLOSED)
    rows = Resource.objects.alive().filter(state__in=states, created_at__year=report.year)
    return _ours(rows, report)


def of_needs(report):
    """The year's needs of the report's organisations, in official order."""
    rows = Need.objects.alive().filter(state__in=PUBLIC_NEEDS, created_at__year=report.year)
    return _ours(rows, report)


def of_projects(report):
    """The year's projects of the report's organisations, in official order."""
    return _ours(Project.objects.alive().filter(starts_on__year=report.year), report)


def _ours(rows, report):
    rows = rows.filter(organisation__path__startswith=report.place.path)
    order = ("organisation__order", "organisation__code", "created_at", "pk")
    return rows.select_related("organisation", "service_line").order_by(*order)


def build(report) -> Sheet:
    """Resources, then needs, then projects."""
    projects = with_helpers(of_projects(report).select_related("need", "organisation", "service_line"))
    rows = [_resource_row(row) for row in of_resources(report)]
    rows += [_need_row(row) for row in of_needs(report).annotate(claimants=claimants_of())]
    rows += [_project_row(row) for row in projects]
    return Sheet(
        name="三张清单明细",
        title=f"{report.year}年党建联盟三张清单明细",
        columns=COLUMNS,
        rows=rows,
        meta=report.meta,
        source="来源：联盟资源清单、需求清单、项目清单；点编号看原始记录",
        frozen=2,
    )


def _head(row, kind: str, amount: str, span: str) -> list:
    serial = Cell(row.serial, row.get_absolute_url())
    return [serial, kind, row.organisation.short_name, row.title, row.service_line.name, amount, span]


def _span(first, last) -> str:
    if not first and not last:
        return "不限"
    return f"{first or ''} 至 {last or ''}".strip()


def _amount(count: int, row) -> str:
    return f"{count} {row.get_unit_display()}"


def _resource_row(row: Resource) -> list:
    head = _head(row, RESOURCE, _amount(row.capacity, row), _span(row.starts_on, row.ends_on))
    return [*head, "", row.get_state_display(), None, ""]


def _need_row(row: Need) -> list:
    head = _head(row, NEED, _amount(row.amount, row), _span(row.starts_on, row.due_on))
    rating = row.get_satisfaction_display() if row.satisfaction else ""
    return [*head, "、".join(row.claimants), row.get_state_display(), row.accepted_on, rating]


def _project_row(row: Project) -> list:
    head = _head(row, PROJECT, "1 项", _span(row.starts_on, row.due_on))
    units = "、".join([row.organisation.short_name, *row.helper_names])
    rating = row.need.get_satisfaction_display() if row.need and row.need.satisfaction else ""
    return [*head, units, row.get_state_display(), row.accepted_on, rating]


def checks(report, written) -> list[Check]:
    """As many rows of each kind as the lists count; who has a need in hand is named; what is met has its day."""
    kinds = written.column("kind")
    counted = {RESOURCE: of_resources(report), NEED: of_needs(report), PROJECT: of_projects(report)}
    total = sum(rows.count() for rows in counted.values())
    taken = of_needs(report).filter(state__in=TAKEN_NEEDS)
    accepted = Claim.objects.alive().filter(need=OuterRef("pk"), state=ClaimState.ACCEPTED)
    undated = of_needs(report).filter(state__in=MET_NEEDS, accepted_on=None).count()
    return [
        Check("三张清单明细：行数等于三张清单条数之和", total, written.count, f"COUNTA({written.column('serial')})"),
        *(
            Check(
                f"三张清单明细：{kind}行数等于{kind}清单条数", rows.count(), rows.count(), f'COUNTIF({kinds},"{kind}")'
            )
            for kind, rows in counted.items()
        ),
        Check("三张清单明细：已认领的需求都有认领单位", 0, taken.filter(~Exists(accepted)).count()),
        Check("三张清单明细：验收通过的需求都有验收日期", 0, undated),
    ]


SHEETS = (SheetKind(12, "三张清单明细", build, checks, DEFINITIONS),)
