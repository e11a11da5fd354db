"""People: list, page, form, and the phone for a reason."""

from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.views.base import Action, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage, Fact, fact
from yiqiao_portal.core.views.edit import CreatePage, FormMixin, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage, Preset

from .. import services
from ..filters import PersonFilter
from ..forms import PersonForm, PersonUpdateForm, RevealForm
from ..models import Person
from ..tables import PersonTable
from .imports import import_button
from .parts import Box, chosen_id, crumb, link, people

SECONDS = 60


class PersonList(ListPage):
    """People of the organisations in reach."""

    permission = "directory.view_person"
    title = "人员"
    lede = "只存姓名、单位、职务和手机号；手机号加密，按完整号码或后四位查找。"
    model = Person
    table_class = PersonTable
    filter_class = PersonFilter
    export_action = "person.export"
    empty_title = "还没有人员"
    empty_text = "可以逐个新增，或从 Excel 导入。"
    presets = (Preset("全部", "", Q()), Preset("待完善", "incomplete=yes", Q(incomplete=True)))

    def get_queryset(self):
        return super().get_queryset().select_related("organisation").order_by("organisation__order", "pinyin", "pk")

    def get_actions(self):
        actions = import_button(self.request.user, "people")
        if self.request.user.has_perm("directory.add_person"):
            actions.append(Action("新增人员", reverse("directory:person_new"), icon="plus", primary=True))
        return actions


class PersonPage(DetailPage):
    """One person; the phone stays masked."""

    model = Person
    permission = "directory.view_person"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "created_by")

    def get_crumbs(self):
        return [people()]

    def get_lede(self):
        return str(self.object.organisation)

    def get_actions(self):
        actions = []
        if self.request.user.has_perm("directory.delete_person", self.object):
            actions.append(Action("移入回收站", reverse("directory:person_remove", args=[self.object.pk]), danger=True))
        if self.request.user.has_perm("directory.change_person", self.object):
            url = reverse("directory:person_edit", args=[self.object.pk])
            actions.append(Action("修改", url, icon="edit", primary=True))
        return actions

    def sections(self):
        facts = [
            Fact("姓名", self.object.name),
            Fact("所在组织", link(self.object.organisation)),
            fact(self.object, "duty"),
            Fact("录入", self.object.created_by),
        ]
        return [Box("基本情况", facts), self._phone(), *self._rosters()]

    def _phone(self):
        may = self.object.phone and self.request.user.has_perm("directory.reveal_phone", self.object)
        url = reverse("directory:person_phone", args=[self.object.pk]) if may else ""
        return Box("联系电话", [], "directory/phone_box.html", {"masked": self.object.masked_phone, "reveal_url": url})

    def _rosters(self):
        if not self.request.user.has_perm("directory.view_roster"):
            return []
        members = self.object.memberships.visible_to(self.request.user).select_related("organisation")
        facts = [
            Fact(str(member.organisation), f"{member.standing}，{'有' if member.votes else '无'}表决权", full=True)
            for member in members
        ]
        return [Box("党员名册", facts)] if facts else []


class PersonNew(CreatePage):
    """A new person."""

    permission = "directory.add_person"
    title = "新增人员"
    model = Person
    form_class = PersonForm
    flow_to = ("人员台账", "名册与活动的可选人员")

    def get_crumbs(self):
        return [people()]

    def form_options(self):
        organisation = chosen_id(self.request, "organisation") or self.request.user.post.organisation_id
        return {"initial": {"organisation": organisation}}

    def create(self, form):
        return services.create_person(by=self.request.user, **form.values())


class PersonEdit(UpdatePage):
    """Changes of a person; the stored phone is not shown."""

    permission = "directory.change_person"
    model = Person
    form_class = PersonUpdateForm

    def get_crumbs(self):
        return [people(), crumb("person", str(self.object), self.object.pk)]

    def update(self, form):
        return services.update_person(self.object, by=self.request.user, version=self.version(), values=form.values())


class PersonRemove(RemovePage):
    """Into the recycle bin."""

    permission = "directory.delete_person"
    model = Person
    action = "person.remove"
    list_url = "directory:people"

    def get_crumbs(self):
        return [people(), crumb("person", str(self.object), self.object.pk)]

    def consequence(self):
        return "30 天内可以从回收站恢复；已有的活动出勤记录不受影响。"

    def act(self):
        services.remove_person(self.object, by=self.request.user)


class PersonPhone(FormMixin, ObjectPage):
    """Asks for the reason, then shows the number for a minute. It is in no address, no session and no cache."""

    permission = "directory.reveal_phone"
    model = Person
    form_class = RevealForm
    warning = "查看会记入日志：谁、何时、为什么。"
    submits = ({"label": "查看手机号", "name": "", "value": "", "primary": True},)

    def get_title(self):
        return f"查看手机号：{self.object}"

    def get_crumbs(self):
        return [people(), crumb("person", str(self.object), self.object.pk)]

    def autosave_key(self):
        return ""

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=400)
        try:
            phone = services.reveal_phone(self.object, by=request.user, reason=form.reason())
        except DomainError as error:
            form.refuse(error)
            return self.show(form, status=error.status)
        return self._shown(phone)

    def _shown(self, phone: str):
        back = self.object.get_absolute_url()
        context = self.get_context_data(phone=phone, person=self.object, seconds=SECONDS, back_url=back)
        response = render(self.request, "directory/revealed.html", context)
        response.headers["Refresh"] = f"{SECONDS}; url={back}"  # without script the browser itself leaves the page
        return response
