"""How reports plug in."""

from yiqiao_portal.core.portal import MenuItem, Portal, Quick

portal = Portal(
    name="资料与报告",
    menu=(
        MenuItem(
            "资料与报告",
            "reports:annual",
            "reports.annual",
            icon="folder",
            order=90,
            children=(MenuItem("年度报告", "reports:annual", "reports.annual"),),
        ),
    ),
    quick=(Quick("年度报告", "reports:annual", "reports.annual", "down"),),
    grants={"reports.annual": ("town", "leader", "branch")},
    actions={"report.annual": "导出年度报告"},
)
