"""Import from spreadsheets, of every kind that an app declares: bring, look at what would happen, confirm."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from yiqiao_portal.core import registry
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.spreadsheets import read_pasted, read_workbook
from yiqiao_portal.core.views.base import Action, Crumb, ObjectPage, PortalPage
from yiqiao_portal.core.views.edit import FormMixin

from ..choices import Doubles
from ..forms import ImportForm
from ..importing import batches, preview
from ..importing.rows import bring
from ..models import ImportBatch
from ..resources import columns, columns_of, wanted

ANY = "directory.import_records"


def start(spec) -> str:
    """Where a kind is brought."""
    return reverse("directory:import_start", args=[spec.code])


def import_button(user, code: str) -> list[Action]:
    """The button of a list for whoever may import its rows; none otherwise."""
    spec = registry.imports()[code]
    return [Action("从 Excel 导入", start(spec), icon="up")] if user.has_perm(spec.permission) else []


class ImportKinds(PortalPage):
    """What this user may import."""

    template_name = "directory/imports.html"
    permission = ANY
    title = "从 Excel 导入"
    lede = "先检查每一行，确认后才写入。各清单导出的表改好后可以直接导回来。"

    def get_context_data(self, **kwargs):
        kinds = [(spec, start(spec), self.words(spec)) for spec in registry.imports_of(self.request.user)]
        return super().get_context_data(kinds=kinds, **kwargs)

    def words(self, spec) -> str:
        """The labels of its columns."""
        return "、".join(column.column_name for column in columns_of(spec.resource).values())


class ImportStart(FormMixin, PortalPage):
    """Paste or upload; nothing is written here."""

    template_name = "directory/import_start.html"
    permission = ANY
    lede = "第 1 步，共 2 步 · 先检查，确认后才写入"
    form_class = ImportForm
    submits = ({"label": "检查内容", "name": "", "value": "", "primary": True},)

    def dispatch(self, request, *args, **kwargs):
        self.kind = kwargs["kind"]
        self.spec = registry.imports().get(self.kind)
        if self.spec is None:
            raise Http404
        self.permission, self.title = self.spec.permission, f"导入{self.spec.title}"
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self):
        return [Crumb(self.spec.list_title, reverse(self.spec.list_url))]

    def get_actions(self):
        return [Action("导入其他数据", reverse("directory:imports"))]

    def autosave_key(self):
        return ""  # what is pasted holds phones and is kept by the portal, not by the browser

    def write(self, form):
        """Read and stage; a refusal stands at the field that it came from."""
        text, file = form.cleaned_data["text"], form.cleaned_data["file"]
        try:
            options = {"wanted": wanted(self.kind)}
            sheet = read_workbook(file, **options) if file else read_pasted(text, **options)
            brought = bring(self.kind, sheet)
        except DomainError as error:
            error.field = error.field or ("file" if file else "text")
            raise
        return batches.stage(self.kind, brought, by=self.request.user, source=file.name if file else "粘贴的内容")

    def done(self, row):
        return redirect(row.get_absolute_url())

    def get_context_data(self, **kwargs):
        found = columns(self.kind).values()
        return super().get_context_data(
            header_line="\t".join(column.column_name for column in found),
            required="、".join(column.column_name for column in found if column.required),
            hint=self.spec.hint,
            **kwargs,
        )


class ImportPreview(ObjectPage):
    """What would happen to each row; corrections in place; the button that writes."""

    template_name = "directory/import_preview.html"
    permission = ANY
    model = ImportBatch

    def guarded(self):
        if not self.request.user.has_perm(self.object.spec.permission):
            raise PermissionDenied("您现在的岗位不能导入这类数据，请切换岗位或联系镇党建办。")

    def get_title(self):
        return f"导入{self.object.spec.title}：预检"

    def get_crumbs(self):
        spec = self.object.spec
        return [Crumb(spec.list_title, reverse(spec.list_url)), Crumb(f"导入{spec.title}", start(spec))]

    def get_actions(self):
        return [Action("重新粘贴或上传", start(self.object.spec))]

    def get_lede(self):
        return f"第 2 步，共 2 步 · {self.object.source} · 现在还没有写入任何数据"

    def get(self, request, *args, **kwargs):
        return self._finished(self.object) if self.object.done_at else self._page()

    def post(self, request, *args, **kwargs):
        doubles = preview.chosen_doubles(request.POST)
        try:
            if not self.object.done_at:
                batches.correct(self.object, by=request.user, cells=preview.typed_cells(request.POST))
            if request.POST.get("do") != "confirm":
                return redirect(self.object.get_absolute_url())
            skip = request.POST.get("skip_bad") == "yes"
            return self._finished(batches.confirm(self.object, by=request.user, doubles=doubles, skip_bad=skip))
        except DomainError as error:
            self.object.refresh_from_db()
            return self._page(trouble=error.message, doubles=doubles, status=error.status)

    def _page(self, *, trouble: str = "", doubles: str = Doubles.SKIP, status: int = 200):
        lines = batches.checked_lines(self.object, user=self.request.user)
        shown = preview.Preview(self.object, lines, show=self.request.GET.get("show", ""), doubles=doubles)
        return render(
            self.request, self.template_name, self.get_context_data(preview=shown, trouble=trouble), status=status
        )

    def _finished(self, batch: ImportBatch):
        messages.success(self.request, f"已导入：{batches.outcome(batch)}")
        return redirect(batch.spec.list_url)
