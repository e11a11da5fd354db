"""The rosters of the Party branches."""

from django.urls import reverse

from yiqiao_portal.core.views.base import Action, ObjectPage
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage

from .. import selectors, services
from ..filters import RosterFilter
from ..forms import RosterForm, RosterMemberForm
from ..models import Organisation, RosterMember
from ..tables import RosterTable
from .parts import crumb, organisations, rosters


class RosterList(ListPage):
    """All members of the rosters in reach."""

    permission = "directory.view_roster"
    title = "党员名册"
    lede = "只有姓名、正式或预备、有无表决权；仅供组织生活应到人数使用。"
    model = RosterMember
    table_class = RosterTable
    filter_class = RosterFilter
    export_action = "roster.export"
    empty_title = "名册还是空的"
    empty_text = "请先进入一个党组织，再加入名册。"

    def get_queryset(self):
        rows = super().get_queryset().select_related("organisation", "person")
        return rows.order_by("organisation__order", "person__pinyin", "pk")

    def get_actions(self):
        post = self.request.user.post
        own = post.organisation if post else None
        if not own or not own.party_form or not self.request.user.has_perm("directory.change_roster", own):
            return []
        return [Action("加入名册", reverse("directory:roster_add", args=[own.pk]), icon="plus", primary=True)]


class RosterPage(ObjectPage):
    """The roster of one Party organisation."""

    template_name = "directory/roster.html"
    permission = "directory.view_roster"
    model = Organisation

    def get_queryset(self):
        return super().get_queryset().party()

    def get_title(self):
        return f"{self.object}党员名册"

    def get_crumbs(self):
        return [organisations(), crumb("organisation", str(self.object), self.object.pk)]

    def get_lede(self):
        counts = selectors.roster_counts(self.object)
        words = {"all": "名册", "formal": "正式", "probationary": "预备", "voters": "有表决权"}
        return "，".join(f"{word} {counts[name]} 人" for name, word in words.items())

    def get_actions(self):
        if not self.request.user.has_perm("directory.change_roster", self.object):
            return []
        return [Action("加入名册", reverse("directory:roster_add", args=[self.object.pk]), icon="plus", primary=True)]

    def get_context_data(self, **kwargs):
        members = RosterMember.objects.visible_to(self.request.user).filter(organisation=self.object)
        return super().get_context_data(
            organisation=self.object,
            members=members.select_related("person").order_by("person__pinyin", "pk"),
            may_change=self.request.user.has_perm("directory.change_roster", self.object),
            counts=selectors.roster_counts(self.object),
            empty={"title": "名册还是空的", "text": "加入后，记录组织生活时应到人员自动列出。", "action": None},
            **kwargs,
        )


class RosterAdd(CreatePage, ObjectPage):
    """People onto a roster, several at once."""

    permission = "directory.change_roster"
    model = RosterMember
    form_class = RosterForm
    submits = ({"label": "加入名册", "name": "", "value": "", "primary": True},)
    flow_to = ("组织生活的应到人员", "会议的有表决权人数")

    def get_queryset(self):
        return Organisation.objects.visible_to(self.request.user).party()

    def get_title(self):
        return f"加入名册：{self.object}"

    def get_crumbs(self):
        return [
            organisations(),
            crumb("organisation", str(self.object), self.object.pk),
            crumb("roster", "党员名册", self.object.pk),
        ]

    def form_options(self):
        return {"organisation": self.object}

    def create(self, form):
        data = form.cleaned_data
        members = services.enrol(
            self.object,
            by=self.request.user,
            people=data.get("people", ()),
            names=data["names"],
            probationary=form.probationary,
            votes=data["votes"],
        )
        self.added = len(members)
        return members[0]

    def done_message(self, row):
        return f"已加入名册，共 {self.added} 位。" if hasattr(self, "added") else "已加入名册。"


class RosterEdit(UpdatePage):
    """正式 or 预备, vote or none."""

    permission = "directory.change_roster"
    model = RosterMember
    form_class = RosterMemberForm

    def get_queryset(self):
        return super().get_queryset().select_related("person", "organisation")

    def get_crumbs(self):
        return [rosters(), crumb("roster", f"{self.object.organisation}党员名册", self.object.organisation_id)]

    def update(self, form):
        return services.update_roster_member(
            self.object,
            by=self.request.user,
            version=self.version(),
            probationary=form.probationary,
            votes=form.cleaned_data["votes"],
        )


class RosterRemove(RemovePage):
    """Off the roster."""

    permission = "directory.change_roster"
    model = RosterMember
    label = "移出名册"

    def get_queryset(self):
        return super().get_queryset().select_related("person", "organisation")

    def get_crumbs(self):
        return [rosters(), crumb("roster", f"{self.object.organisation}党员名册", self.object.organisation_id)]

    def consequence(self):
        return "人员仍保留，以前的出勤记录不变；30 天内可以恢复。"

    def act(self):
        services.take_off_roster(self.object, by=self.request.user)

    def done_url(self):
        return self.object.get_absolute_url()
