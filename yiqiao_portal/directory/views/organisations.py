"""Organisations: list, page, form."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from yiqiao_portal.core.views.base import Action
from yiqiao_portal.core.views.detail import DetailPage, Fact, fact
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage, Preset

from .. import selectors, services
from ..filters import OrganisationFilter
from ..forms import OrganisationForm
from ..models import Organisation
from ..querysets import in_term
from ..tables import OrganisationTable
from ..terms import TermState
from .parts import Box, chosen_id, crumb, home

SHOWN = 8
BASICS = ("name", "code", "kind", "area")
PARTY = ("party_form", "field", "formal_members", "probationary_members", "groups", "committee_size")


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

    def get_crumbs(self):
        return [home()]

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
        return [home(), *self._above()]

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
        basics = [fact(self.object, name, full=name == "name") for name in BASICS]
        dates = [fact(self.object, "founded_on")]
        if self.object.dissolved_on:
            dates.append(fact(self.object, "dissolved_on"))
        if self.object.note:
            dates.append(fact(self.object, "note", full=True))
        boxes = [Box("基本情况", basics + dates)]
        if self.object.party_form:
            boxes.append(Box("党组织情况", [fact(self.object, name) for name in PARTY]))
        return [*boxes, *self._people(), *self._below()]

    def side(self):
        boxes = []
        if self.object.elected_on or self.object.party_form:
            boxes.append(Box("换届", self._term()))
        notices = selectors.notices_of(self.object)
        if notices:
            boxes.append(Box("提醒", template="directory/notices.html", context={"notices": notices}))
        return boxes

    def _term(self):
        facts = [fact(self.object, "elected_on"), fact(self.object, "term_years")]
        facts.append(Fact("届满日期", self.object.expires_on))
        if self.object.extended_until:
            facts.append(fact(self.object, "extended_until"))
        return [Fact(one.label, one.value, full=True) for one in facts]

    def _people(self):
        user, boxes = self.request.user, []
        if self.object.party_form and user.has_perm("directory.view_roster", self.object):
            boxes.append(self._roster())
        if user.has_perm("directory.view_person", self.object):
            people = self.object.people.visible_to(user).order_by("pinyin", "pk")
            shown, total = list(people[:SHOWN]), people.count()
            more = Action("全部人员", f"{reverse('directory:people')}?organisation={self.object.pk}")
            context = {"people": shown, "add_url": self._add_person()}
            boxes.append(Box("人员", [], "directory/people_box.html", context, note=f"{total} 人", action=more))
        return boxes

    def _add_person(self) -> str:
        """Where a person of this organisation is added, for whoever may."""
        may = self.request.user.has_perm("directory.add_person", self.object)
        return f"{reverse('directory:person_new')}?organisation={self.object.pk}" if may else ""

    def _roster(self):
        counts = selectors.roster_counts(self.object)
        facts = [
            Fact("名册人数", counts["all"]),
            Fact("正式党员", counts["formal"]),
            Fact("预备党员", counts["probationary"]),
            Fact("有表决权", counts["voters"]),
        ]
        more = Action("查看名册", reverse("directory:roster", args=[self.object.pk]))
        return Box("党员名册", facts, action=more)

    def _below(self):
        rows = Organisation.objects.visible_to(self.request.user).below(self.object).official()
        if not rows:
            return []
        return [
            Box("下级组织", [], "directory/organisations_box.html", {"organisations": rows}, note=f"{len(rows)} 个")
        ]


class OrganisationNew(CreatePage):
    """A new organisation below another."""

    permission = "directory.add_organisation"
    title = "新增组织"
    model = Organisation
    form_class = OrganisationForm
    flow_to = ("组织台账", "届满提醒", "活动记录的可选组织", "年度报告")

    def get_crumbs(self):
        return [home(), crumb("organisations", "组织台账")]

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
        return [home(), crumb("organisation", str(self.object), self.object.pk)]

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
        return [home(), crumb("organisation", str(self.object), self.object.pk)]

    def consequence(self):
        return "只用于录错的组织，30 天内可恢复。已撤销的组织请改为填写撤销日期，历年台账会保留。"

    def act(self):
        services.remove_organisation(self.object, by=self.request.user)
