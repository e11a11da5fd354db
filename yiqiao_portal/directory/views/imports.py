"""Import of organisations and people: bring, look at what would happen, confirm."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.spreadsheets import read_pasted, read_workbook
from yiqiao_portal.core.views.base import Action, ObjectPage, PortalPage
from yiqiao_portal.core.views.edit import FormMixin

from ..choices import Doubles, ImportKind
from ..forms import ImportForm
from ..importing import batches, preview
from ..importing.rows import bring
from ..models import ImportBatch
from ..resources import columns, wanted
from .parts import crumb

LISTS = {ImportKind.PEOPLE: ("people", "人员"), ImportKind.ORGANISATIONS: ("organisations", "组织台账")}
STARTS = {ImportKind.PEOPLE: "import_people", ImportKind.ORGANISATIONS: "import_organisations"}


class ImportStart(FormMixin, PortalPage):
    """Paste or upload; nothing is written here."""

    template_name = "directory/import_start.html"
    form_class = ImportForm
    kind = ""
    submits = ({"label": "检查内容", "name": "", "value": "", "primary": True},)

    def get_lede(self):
        return "第 1 步，共 2 步 · 先检查，确认后才写入"

    def get_crumbs(self):
        return [crumb(*LISTS[self.kind])]

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
            **kwargs,
        )


class ImportPeople(ImportStart):
    """People."""

    kind = ImportKind.PEOPLE
    permission = "directory.import_people"
    title = "导入人员"


class ImportOrganisations(ImportStart):
    """Organisations."""

    kind = ImportKind.ORGANISATIONS
    permission = "directory.import_organisations"
    title = "导入组织"


class ImportPreview(ObjectPage):
    """What would happen to each row; corrections in place; the button that writes."""

    template_name = "directory/import_preview.html"
    permission = "directory.import_records"
    model = ImportBatch

    def guarded(self):
        if not self.request.user.has_perm(f"directory.import_{self.object.kind}"):
            raise PermissionDenied("您现在的岗位不能导入这类数据，请切换岗位或联系镇党建办。")

    def get_title(self):
        return f"导入{self.object.get_kind_display()}：预检"

    def get_crumbs(self):
        kind = self.object.kind
        return [crumb(*LISTS[kind]), crumb(STARTS[kind], f"导入{self.object.get_kind_display()}")]

    def get_actions(self):
        return [Action("重新粘贴或上传", reverse(f"directory:{STARTS[self.object.kind]}"))]

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
        return redirect(f"directory:{LISTS[batch.kind][0]}")
