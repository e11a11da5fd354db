"""Pages that write: create once, save over nobody, ask before what is final."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string

from yiqiao_portal.audit.services import record

from .. import idempotency, recycle
from ..exceptions import Conflict, DomainError, StaleVersion
from ..idempotency import ONCE_MORE, Earlier, OtherContent, SameContent, made_with
from ..sandbox import Refused
from .base import ObjectPage, PortalPage
from .conflict import conflict_page, merged_post, sent_version

NO_SECRETS = "严禁录入涉密信息。"


class FormMixin:
    """A form page: typed text is never lost, a refusal stands beside its field."""

    template_name = "generic/form.html"
    form_class = None
    submits = ({"label": "保存", "name": "", "value": "", "primary": True},)
    warning = NO_SECRETS
    flow_to: tuple[str, ...] = ()

    def form_options(self) -> dict:
        """Further arguments of the form."""
        return {}

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, user=self.request.user, **self.form_options())

    def get(self, request, *args, **kwargs):
        return self.show(self.get_form())

    def show(self, form, *, status: int = 200):
        """The page with this form, 400 when something has to be corrected; a browser never sends files again."""
        if self.request.FILES:
            messages.warning(self.request, "刚才选好的照片和文件没有保存，改正之后请重新选择。")
        return render(self.request, self.get_template_names(), self.get_context_data(form=form), status=status)

    def post(self, request, *args, **kwargs):
        form = self.get_form(self.post_data(), request.FILES)
        if not form.is_valid():
            return self.show(form, status=400)
        try:
            row = self.write(form)
        except StaleVersion:
            return conflict_page(self, form)
        except DomainError as error:
            return self.refuse(form, error)
        return self.done(row)

    def refuse(self, form, error: DomainError):
        """The page again with the sentence at its field; a refused file is logged by its reason code."""
        if isinstance(error, Refused):
            record("upload.rejected", by=self.request.user, result="denied", reason=error.code)
        form.refuse(error)
        return self.show(form, status=error.status)

    def post_data(self):
        return self.request.POST

    def done(self, row):
        """Say what happened and go where it can be seen."""
        self.request.session["saved"] = self.autosave_key()
        messages.success(self.request, self.done_message(row))
        return redirect(self.done_url(row))

    def done_message(self, row) -> str:
        return f"“{row}”已保存。"

    def done_url(self, row) -> str:
        return row.get_absolute_url()

    def autosave_key(self) -> str:
        """Names the draft that the browser keeps for this form."""
        return self.request.path

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            autosave_key=self.autosave_key(),
            submits=self.submits,
            warning=self.warning,
            flow_to=self.flow_to,
            cancel_url=self.cancel_url(),
            **kwargs,
        )

    def cancel_url(self) -> str:
        crumbs = [crumb for crumb in self.get_crumbs() if crumb.url]
        return crumbs[-1].url if crumbs else "/"


class CreatePage(FormMixin, PortalPage):
    """A new row, made once however often the form arrives."""

    model = None
    earlier: Earlier | None = None  # a row that this very form has made, of other content
    asks_again = True  # False where the service itself says what is there already
    repeated = None  # a row of the same content that another form has made a moment ago
    digest = ""  # of what the form holds: tells a second copy from a second record

    def post(self, request, *args, **kwargs):
        self.digest = idempotency.content_digest(request.POST, request.FILES)
        return super().post(request, *args, **kwargs)

    def write(self, form):
        key = idempotency.read_key(self.request.POST.get("idempotency_key"))
        form_of = {"by": self.request.user, "key": key, "model": self.model, "digest": self.digest}
        if self.asks_again and ONCE_MORE not in self.request.POST:
            idempotency.refuse_repeated(**form_of)
        return idempotency.create_once(**form_of, create=lambda: self.create(form))

    def refuse(self, form, error: DomainError):
        """Content under a used key, or content seen before, is no mistake of a field: the page says how to go on."""
        self.repeated = error.row if isinstance(error, SameContent) else None
        known = isinstance(error, OtherContent | SameContent)
        return self.show(form, status=409) if known else super().refuse(form, error)

    def show(self, form, *, status: int = 200):
        """The second copy of a form is no mistake although its own row now stands in its way: it leads to that row."""
        if status >= 400:
            self.earlier = made_with(by=self.request.user, key=self.key(), model=self.model, digest=self.digest)
        if self.earlier and self.earlier.same:
            return self.done(self.earlier.row)
        return super().show(form, status=status)

    def create(self, form):
        """Call the service."""
        raise DomainError("这一页还不能新增。")

    def get_context_data(self, **kwargs):
        found = {"earlier": self.earlier and self.earlier.row, "repeated": self.repeated, "once_more": ONCE_MORE}
        return super().get_context_data(idempotency_key=self.key(), **found, **kwargs)

    def key(self) -> UUID:
        """The key that the form was sent with; a new one for a new form, one that had none, or a used one."""
        try:
            return uuid4() if self.earlier else idempotency.read_key(self.request.POST.get("idempotency_key"))
        except DomainError:
            return uuid4()


class UpdatePage(FormMixin, ObjectPage):
    """A change of a row, under the version that was opened."""

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Conflict as conflict:  # the state moved on while somebody was writing
            if request.method != "POST":
                raise
            return self.refuse(self.get_form(self.post_data(), request.FILES), conflict)

    def form_options(self):
        return {"instance": self.object}

    def version(self) -> int:
        """The version that the form was opened with."""
        return sent_version(self.request)

    def post_data(self):
        return merged_post(self, self.request.POST)

    def write(self, form):
        return self.update(form)

    def update(self, form):
        """Call the service with self.object and self.version()."""
        raise DomainError("这一页还不能修改。")

    def get_title(self) -> str:
        return f"修改：{self.object}"

    def get_context_data(self, **kwargs):
        sent = self.request.POST.get("version")
        return super().get_context_data(object=self.object, version=sent or self.object.version, **kwargs)


class ConfirmPage(ObjectPage):
    """A question before something is done to a row; a POST does it."""

    template_name = "generic/confirm.html"
    label = "确定"
    danger = False

    def question(self) -> str:
        return f"要{self.label}“{self.object}”吗？"

    def consequence(self) -> str:
        return ""

    def get_title(self) -> str:
        return f"{self.label}：{self.object}"

    def post(self, request, *args, **kwargs):
        self.act()
        messages.success(request, self.done_message(), extra_tags=self.undo())
        return redirect(self.done_url())

    def act(self) -> None:
        """Call the service; its refusal becomes a page."""

    def undo(self) -> str:
        return ""

    def done_message(self) -> str:
        return f"“{self.object}”已{self.label}。"

    def done_url(self) -> str:
        return self.object.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            object=self.object,
            question=self.question(),
            consequence=self.consequence(),
            label=self.label,
            danger=self.danger,
            **{"cancel_url": self.guarded().get_absolute_url()} | kwargs,
        )


class RemovePage(ConfirmPage):
    """Into the recycle bin, with the way back in the success strip."""

    label = "移入回收站"
    danger = True
    action = ""
    list_url = ""

    def consequence(self) -> str:
        return "30 天内可以从回收站恢复；列表、台账和报表里不再出现。"

    def act(self):
        recycle.remove(self.object, by=self.request.user, action=self.action, permission=self.permission)

    def undo(self):
        return "undo:" + reverse("core:restore", args=[self.model._meta.label_lower, self.object.pk])

    def done_url(self):
        return reverse(self.list_url)


class TransitionPage(FormMixin, ObjectPage):
    """One step of a workflow, named in the URL: a form where the table names one, else a question."""

    workflow = None

    def dispatch(self, request, *args, **kwargs):
        try:
            self.transition = self.workflow.get(kwargs["name"])
        except KeyError:
            self.transition = next(iter(self.workflow.transitions))
            kwargs["pk"] = 0
        self.permission = self.transition.permission
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        self.workflow.check_state(self.transition, self.object)
        return super().get(request, *args, **kwargs)

    def get_template_names(self):
        return ["generic/form.html" if self.transition.form else "generic/confirm.html"]

    def get_form(self, data=None, files=None):
        form_class = import_string(self.transition.form or "yiqiao_portal.core.forms.PortalForm")
        return form_class(data, files, user=self.request.user)

    def get_title(self) -> str:
        return f"{self.transition.label}：{self.object}"

    def write(self, form):
        opened = {"version": sent_version(self.request)} if "version" in self.request.POST else {}
        return self.perform(self.transition.name, form.cleaned_data | opened)

    def perform(self, name: str, data: dict):
        """Call the app's service."""
        raise DomainError("这一步还不能办理。")

    def done_message(self, row) -> str:
        return self.transition.done or f"“{row}”已{self.transition.label}。"

    def get_context_data(self, **kwargs):
        transition = self.transition
        submits = ({"label": transition.label, "name": "", "value": "", "primary": True},)
        context = super().get_context_data(object=self.object, version=self.object.version, **kwargs)
        return context | {
            "submits": submits,
            "question": transition.question or f"要{transition.label}“{self.object}”吗？",
            "consequence": transition.consequence,
            "label": transition.label,
            "danger": transition.danger,
        }
