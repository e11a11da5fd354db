"""Organisations: list, page, form."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from yiqiao_portal.core.views.base import Action
from yiqiao_portal.core.views.detail import DetailPage
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage, Preset

from .. import services
from ..filters import OrganisationFilter
from ..forms import OrganisationForm
from ..models import Organisation
from ..querysets import in_term
from ..tables import OrganisationTable
from ..terms import TermState
from . import boxes
from .parts import chosen_id, crumb, organisations


class OrganisationList(ListPage):
    """All organisations in reach, in the official order."""

    permission = "directory.view_organisation"
    title = "组织台账"
    model = Organisation
    table_class = OrganisationTable
    filter_class = OrganisationFilter
    export_action = "organisation.export"
    empty_title = "还没有组织"
    empty_text = "可以逐个新增，或从 Excel 导入。"

    @property
    def presets(self):
        months = settings.TERM_WARNING_MONTHS
        return (
            Preset("全部", "", Q()),
            Preset("党组织", "party=yes", ~Q(party_form="")),
            Preset(f"{months}个月内届满", "term=ending", in_term(TermState.ENDING)),
            Preset("届满逾期", "term=overdue", in_term(TermState.OVERDUE)),
        )

    def get_queryset(self):
        return super().get_queryset().with_expiry().select_related("area").official()

    def get_actions(self):
        tree = Action("树形查看", reverse("directory:home"), icon="tree")
        if not self.request.user.has_perm("directory.add_organisation"):
            return [tree]
        return [tree, Action("新增组织", reverse("directory:organisation_new"), icon="plus", primary=True)]


class OrganisationPage(DetailPage):
    """One organisation: facts, term, roster, people, what hangs below it."""

    model = Organisation
    permission = "directory.view_organisation"

    def get_queryset(self):
        return super().get_queryset().select_related("area", "created_by")

    def get_crumbs(self):
        return [organisations(), *self._above()]

    def _above(self):
        """The organisations above it that the user may see."""
        above = Organisation.objects.visible_to(self.request.user).above(self.object)
        return [crumb("organisation", str(row), row.pk) for row in above]

    def get_lede(self):
        return self.object.name if self.object.name != self.object.short_name else ""

    def get_actions(self):
        if not self.request.user.has_perm("directory.change_organisation", self.object):
            return []
        remove = Action("移入回收站", reverse("directory:organisation_remove", args=[self.object.pk]), danger=True)
        return [
            *([] if self.object.is_root() else [remove]),
            Action("新增下级", f"{reverse('directory:organisation_new')}?parent={self.object.pk}"),
            Action("修改", reverse("directory:organisation_edit", args=[self.object.pk]), icon="edit", primary=True),
        ]

    def sections(self):
        row, user = self.object, self.request.user
        return [*boxes.facts_of(row), *boxes.roster_of(row, user), *boxes.people_of(row, user), *boxes.below(row, user)]

    def side(self):
        return boxes.term_of(self.object)


class OrganisationNew(CreatePage):
    """A new organisation below another."""

    permission = "directory.add_organisation"
    title = "新增组织"
    model = Organisation
    form_class = OrganisationForm
    flow_to = ("组织台账", "届满提醒", "活动记录的可选组织", "年度报告")

    def get_crumbs(self):
        return [organisations()]

    def form_options(self):
        parent = chosen_id(self.request, "parent")
        return {"initial": {"parent": parent}} if parent else {}

    def create(self, form):
        return services.create_organisation(
            by=self.request.user, parent=form.cleaned_data["parent"], values=form.values()
        )


class OrganisationEdit(UpdatePage):
    """Facts of an organisation, and its place."""

    permission = "directory.change_organisation"
    model = Organisation
    form_class = OrganisationForm

    def get_crumbs(self):
        return [organisations(), crumb("organisation", str(self.object), self.object.pk)]

    def update(self, form):
        return services.update_organisation(
            self.object,
            by=self.request.user,
            version=self.version(),
            values=form.values(),
            parent=form.cleaned_data.get("parent"),
        )


class OrganisationRemove(RemovePage):
    """Into the recycle bin, when nothing hangs on it."""

    permission = "directory.delete_organisation"
    model = Organisation
    action = "organisation.remove"
    list_url = "directory:organisations"

    def get_crumbs(self):
        return [organisations(), crumb("organisation", str(self.object), self.object.pk)]

    def consequence(self):
        return "只用于录错的组织，30 天内可恢复。已撤销的组织请改为填写撤销日期，历年台账会保留。"

    def act(self):
        services.remove_organisation(self.object, by=self.request.user)
