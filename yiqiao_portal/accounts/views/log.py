"""The auditor's pages: the action log and its check. No business row is read here, only ids."""

from django.urls import reverse

from yiqiao_portal.audit import actions
from yiqiao_portal.audit import selectors as audit
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.services import record
from yiqiao_portal.audit.verification import parse_head, verify
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.views.base import Action, Crumb, PortalPage
from yiqiao_portal.core.views.detail import DetailPage, Fact, Section, display
from yiqiao_portal.core.views.edit import FormMixin
from yiqiao_portal.core.views.list import ListPage

from .. import log
from ..filters import EntryFilter
from ..forms import VerifyForm
from ..tables import EntryTable, actor_label

VIEW = "accounts.view_log"
VIEWED = "audit_viewed_on"
MOST_EXPORTED = 50_000
TOO_MANY = f"一次最多导出 {MOST_EXPORTED:,} 条，请先用日期或操作缩小范围。"


def visible_entries(user):
    """The log for the auditor, nothing for anybody else."""
    return audit.entries() if user.has_perm(VIEW) else Entry.objects.none()


def note_view(request) -> None:
    """Reading the log is itself logged, once a day in each session."""
    if request.session.get(VIEWED) != str(today()):
        record("audit.view", by=request.user, object_type=Entry._meta.label_lower)
        request.session[VIEWED] = str(today())


class EntryList(ListPage):
    """Who did what, newest first."""

    model = Entry
    table_class = EntryTable
    filter_class = EntryFilter
    permission = VIEW
    title = "操作日志"
    lede = "只记操作人、操作、对象编号和字段名，不含业务内容。登录失败只记所输账号的代号：输入相同，代号相同。"
    export_action = "audit.export"
    empty_title = "还没有操作记录"

    def get_queryset(self):
        return visible_entries(self.request.user)

    def get(self, request, *args, **kwargs):
        note_view(request)
        return super().get(request, *args, **kwargs)

    def export(self):
        if self.filter.qs.order_by()[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
            raise DomainError(TOO_MANY)
        return super().export()

    def get_actions(self):
        return [Action("校验日志", reverse("audit:verify"), icon="shield")]

    def empty_action(self):
        return None


class EntryPage(DetailPage):
    """One entry with its place in the chain."""

    model = Entry
    permission = VIEW

    def get_queryset(self):
        return visible_entries(self.request.user)

    def get(self, request, *args, **kwargs):
        note_view(request)
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return actions.label(self.object.action)

    def get_crumbs(self):
        return [Crumb("操作日志", reverse("audit:list"))]

    def sections(self):
        file = [Section("导出的文件", self._file())] if self.object.sha256 else []
        return [Section("操作", self._what()), *file, Section("来源与链值", self._where())]

    def _what(self) -> list[Fact]:
        entry = self.object
        return [
            Fact("时间", display(entry.at)),
            Fact("操作人", actor_label(entry)),
            Fact("操作", actions.label(entry.action)),
            Fact("对象", log.object_label(entry)),
            Fact("结果", log.result_tag(entry)),
            Fact("当时岗位", log.role_label(entry)),
            Fact("涉及字段", log.field_labels(entry), full=True),
            Fact("事由", entry.reason, full=True),
        ]

    def _file(self) -> list[Fact]:
        entry = self.object
        return [
            Fact("文件编号", entry.object_id),
            Fact("导出行数", entry.rows),
            Fact("文件摘要", f"{entry.sha256}（SHA-256，用来核对手中的文件是否就是这一份）", full=True),
        ]

    def _where(self) -> list[Fact]:
        entry, link = self.object, getattr(self.object, "link", None)
        return [
            Fact("来源地址", entry.ip),
            Fact("会话标识", entry.session_hash),
            Fact("请求编号", str(entry.request_id or "")),
            Fact("序号", link.sequence if link else "未入链"),
            Fact("链值", bytes(link.hash).hex() if link else "", full=True),
        ]


class VerifyPage(FormMixin, PortalPage):
    """Recomputes the chain and says in words whether anybody has changed it."""

    template_name = "accounts/verify.html"
    form_class = VerifyForm
    permission = VIEW
    title = "日志校验"
    lede = "逐条重算链值；任何一条被改、被删、被调换次序，都会指出第一处。"
    warning = ""
    report = None

    def get_crumbs(self):
        return [Crumb("操作日志", reverse("audit:list"))]

    def write(self, form):
        self.report = verify(printed=_printed(form.cleaned_data["head"]))
        record("audit.verify", by=self.request.user, object_type=Entry._meta.label_lower, result=self._result())

    def done(self, row):
        return self.show(self.get_form())

    def autosave_key(self):
        return ""

    def _result(self) -> str:
        return "failed" if self.report.fault else "ok"

    def get_context_data(self, **kwargs):
        head = audit.head()
        digest = bytes(head.hash).hex() if head else ""
        return super().get_context_data(report=self.report, head=head, digest=digest, checked_on=today(), **kwargs)


def _printed(text: str) -> tuple[int, str] | None:
    if not text.strip():
        return None
    try:
        return parse_head(text)
    except ValueError:
        message = "链头的写法应为“序号:64 位链值”，请照校验时显示的原样填写。"
        raise DomainError(message, field="head") from None
