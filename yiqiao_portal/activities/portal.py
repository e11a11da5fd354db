"""How activities plug in."""

from yiqiao_portal.core.portal import MenuItem, MessageKind, Portal, Quick, RecycleKind, SearchKind

from . import demo, reminders, workbench
from .sheets import SHEETS

portal = Portal(
    name="组织生活",
    menu=(
        MenuItem(
            "组织生活",
            "activities:list",
            "activities.view_activity",
            icon="people",
            order=10,
            children=(
                MenuItem("活动记录", "activities:list", "activities.view_activity"),
                MenuItem("应记录一览", "activities:matrix", "activities.view_matrix"),
            ),
        ),
    ),
    quick=(
        Quick("记主题党日", "activities:choose", "activities.add_activity", "doc", query="theme_day/"),
        Quick("记党员大会", "activities:choose", "activities.add_activity", "people", query="congress/"),
        Quick("记支委会", "activities:choose", "activities.add_activity", "todo", query="committee/"),
        Quick("应记录一览", "activities:matrix", "activities.view_matrix", "grid"),
        Quick("全年计划", "activities:plan", "activities.add_activity", "cal"),
    ),
    search=(SearchKind("活动记录", "activities.view_activity", workbench.find),),
    recycle=(RecycleKind("活动记录", "activities.Activity", "activities.restore_activity"),),
    sheets=SHEETS,
    messages=(
        MessageKind("activities.returned", "活动记录退回"),
        MessageKind("activities.decisions", "议定事项超期"),
    ),
    ticks=reminders.TICKS,
    grants={
        "activities.view": ("town", "leader", "branch"),
        "activities.record": ("town", "branch"),
        "activities.confirm": ("town", "leader"),
        "activities.finish": ("town", "branch", "unit", "liaison"),
        "activities.explain": ("town", "branch"),
    },
    actions={
        "activity.create": "新增活动记录",
        "activity.update": "修改活动记录",
        "activity.submit": "提交活动记录",
        "activity.withdraw": "撤回活动记录",
        "activity.confirm": "确认活动记录",
        "activity.return": "退回活动记录",
        "activity.remove": "活动记录移入回收站",
        "activity.remove_file": "删除活动照片或附件",
        "activity.minutes": "生成会议纪要",
        "activity.export": "导出活动台账",
        "decision.finish": "办结议定事项",
        "explanation.write": "填写未开展说明",
        "explanation.remove": "收回未开展说明",
    },
    todos=workbench.todos,
    figures=workbench.figures,
    events=workbench.events,
    demo=demo.fill,
    demo_order=40,
)
