"""Reports: ledgers and the annual workbook."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "yiqiao_portal.reports"
    label = "reports"
    verbose_name = "资料与报告"
