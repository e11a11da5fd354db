"""工程与行动: goals, milestones with their lights, and the projects that serve them."""

from django.urls import reverse

from yiqiao_portal.activities.forms import FinishForm
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.views.base import Action, Crumb, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage, Fact, Section, fact
from yiqiao_portal.core.views.edit import CreatePage, FormMixin, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage

from ..choices import Target
from ..filters.projects import ProgrammeFilter
from ..forms.projects import MilestoneForm, ProgrammeForm
from ..models import Milestone, Programme, Project
from ..selectors import projects as selectors
from ..services import programmes as services
from ..tables.projects import ProgrammeTable
from .projects import home

MOST_PROJECTS = 30


def programmes() -> list[Crumb]:
    """The way to one programme."""
    return [*home(), Crumb("工程与行动", reverse("alliances:programmes"))]


def to_programme(programme: Programme) -> list[Crumb]:
    """The way to what is done to one programme."""
    return [*programmes(), Crumb(str(programme), programme.get_absolute_url())]


class ProgrammeList(ListPage):
    """The programmes of the town, in its own order."""

    template_name = "alliances/programmes.html"
    permission = "alliances.view_programme"
    title = "工程与行动"
    lede = "目标、节点和责任单位；按日期亮灯，不排名。"
    model = Programme
    table_class = ProgrammeTable
    filter_class = ProgrammeFilter
    export_action = "programme.export"
    empty_title = "还没有工程或行动"
    empty_text = "列出目标和节点，项目就能挂上来。"

    def get_queryset(self):
        return selectors.programmes_with_milestones(self.request.user)

    def get_crumbs(self):
        return home()

    def get_actions(self):
        if not self.request.user.has_perm("alliances.add_programme"):
            return []
        return [Action("新增工程或行动", reverse("alliances:programme_new"), icon="plus", primary=True)]

    def get_context_data(self, **kwargs):
        return super().get_context_data(targets=selectors.target_facts(), **kwargs)


def facts(programme: Programme) -> list[Fact]:
    """What is empty is left out."""
    days = " 至 ".join(f"{day}" for day in (programme.starts_on, programme.ends_on) if day)
    targets = "、".join(Target(code).label for code in programme.targets)
    rows = [fact(programme, "organisation"), Fact("起止", days), Fact("对应目标", targets, full=True)]
    rows += [fact(programme, name, full=True) for name in ("summary", "source")]
    return [row for row in rows if row.value not in {"", "--"}]


class ProgrammePage(DetailPage):
    """One programme: goals, steps, projects."""

    template_name = "alliances/programme.html"
    permission = "alliances.view_programme"
    model = Programme
    timeline_models = (Milestone,)

    def get_queryset(self):
        return selectors.programmes_with_milestones(self.request.user)

    def get_crumbs(self):
        return programmes()

    def get_lede(self):
        return f"{self.object.organisation} 牵头"

    def get_actions(self):
        user, pk, actions = self.request.user, self.object.pk, []
        if user.has_perm("alliances.delete_programme", self.object):
            actions.append(Action("移入回收站", reverse("alliances:programme_remove", args=[pk]), danger=True))
        if user.has_perm("alliances.change_programme", self.object):
            actions.append(Action("修改", reverse("alliances:programme_edit", args=[pk]), icon="edit"))
            actions.append(Action("加节点", reverse("alliances:milestone_new", args=[pk]), icon="plus", primary=True))
        return actions

    def sections(self):
        user, programme = self.request.user, self.object
        change = user.has_perm("alliances.change_programme", programme)
        steps = [(step, user.has_perm("alliances.finish_milestone", step)) for step in programme.milestones.all()]
        rows = Project.objects.visible_to(user).filter(programme=programme).select_related("organisation")
        return [
            Section("基本情况", facts(self.object)),
            Section("目标", template="alliances/programme_goals.html", context={"goals": programme.goals.splitlines()}),
            Section(
                "节点",
                template="alliances/programme_milestones.html",
                context={"steps_of": steps, "may_change": change},
            ),
            Section(
                "项目",
                template="alliances/programme_projects.html",
                context={"projects": rows[:MOST_PROJECTS], "more": rows.count() > MOST_PROJECTS},
            ),
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"tag": self.object.light}


class ProgrammeNew(CreatePage):
    """A further programme."""

    permission = "alliances.add_programme"
    title = "新增工程或行动"
    model = Programme
    form_class = ProgrammeForm

    def get_crumbs(self):
        return programmes()

    def form_options(self):
        return {"initial": {"organisation": self.request.user.post.organisation_id}}

    def create(self, form):
        return services.create_programme(form.cleaned_data, by=self.request.user)


class ProgrammeEdit(UpdatePage):
    """Goals, days and words of a programme."""

    permission = "alliances.change_programme"
    model = Programme
    form_class = ProgrammeForm

    def get_crumbs(self):
        return to_programme(self.object)

    def update(self, form):
        return services.update_programme(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class ProgrammeRemove(RemovePage):
    """Into the recycle bin; one that projects serve stays."""

    permission = "alliances.delete_programme"
    model = Programme
    list_url = "alliances:programmes"

    def get_crumbs(self):
        return to_programme(self.object)

    def act(self):
        services.remove_programme(self.object, by=self.request.user)


class MilestoneNew(CreatePage, ObjectPage):
    """A further step of a programme."""

    permission = "alliances.change_programme"
    model = Milestone
    form_class = MilestoneForm
    flow_to = ("责任单位的待办", "进度灯")

    def get_queryset(self):
        return Programme.objects.visible_to(self.request.user)

    def get_title(self):
        return "加节点"

    def get_lede(self):
        return str(self.object)

    def get_crumbs(self):
        return to_programme(self.object)

    def form_options(self):
        return {"initial": {"organisation": self.object.organisation_id}}

    def create(self, form):
        return services.add_milestone(self.object, form.cleaned_data, by=self.request.user)


class OfProgramme:
    """A step is changed by whoever may change its programme."""

    model = Milestone

    def get_queryset(self):
        rows = super().get_queryset().filter(programme__deleted_at=None)
        return rows.select_related("programme__organisation", "organisation")

    def get_crumbs(self):
        return to_programme(self.object.programme)


class MilestoneEdit(OfProgramme, UpdatePage):
    """Words, unit and days of a step."""

    permission = "alliances.change_programme"
    form_class = MilestoneForm

    def guarded(self):
        return self.object.programme

    def update(self, form):
        return services.update_milestone(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class MilestoneRemove(OfProgramme, RemovePage):
    """A step that was listed by mistake."""

    permission = "alliances.change_programme"
    action = "milestone.remove"

    def guarded(self):
        return self.object.programme

    def act(self):
        services.remove_milestone(self.object, by=self.request.user)

    def done_url(self):
        return self.object.get_absolute_url()


class MilestoneDone(OfProgramme, FormMixin, ObjectPage):
    """Tick a step off."""

    permission = "alliances.finish_milestone"
    form_class = FinishForm
    submits = ({"label": "完成", "name": "", "value": "", "primary": True},)
    warning = ""

    def get(self, request, *args, **kwargs):
        if self.object.done_on:
            raise Conflict(f"这个节点已在 {self.object.done_on} 完成，无需重复办理。")
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return f"完成节点：{self.object}"

    def form_options(self):
        return {"initial": {"done_on": today()}}

    def write(self, form):
        return services.finish_milestone(self.object, by=self.request.user, **form.cleaned_data)

    def done_message(self, row):
        return f"节点“{row}”已完成。"
