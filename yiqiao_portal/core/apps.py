"""Core: machinery without a business word."""

from django.apps import AppConfig

from yiqiao_portal.audit import actions

from . import registry

ACTIONS = {
    "record.restore": "从回收站恢复",
    "upload.rejected": "拒收文件",
    "record.hand_over": "转办",
    "message.settings": "设置消息提醒",
    "message.export": "导出消息清单",
}


class CoreConfig(AppConfig):
    name = "yiqiao_portal.core"
    label = "core"
    verbose_name = "基础"

    def ready(self):
        actions.register(ACTIONS)
        registry.discover()
