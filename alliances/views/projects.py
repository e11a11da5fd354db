"""项目清单: list, page, forms, steps of the way, progress with pictures."""

from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from yiqiao_portal.activities.views.files import SANDBOX
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.base import Action, Crumb, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage, Section
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, TransitionPage, UpdatePage
from yiqiao_portal.core.views.list import ListPage, Preset
from yiqiao_portal.directory.views.imports import import_button

from ..choices import ProjectState
from ..filters.projects import ProjectFilter
from ..forms.projects import ActivitiesForm, ProgressForm, ProjectForm
from ..models import Need, Progress, ProgressPhoto, Project
from ..selectors import projects as selectors
from ..services import projects as services
from ..tables.projects import ProjectTable
from ..workflow import PROJECT
from . import project_parts as parts

LONGEST_KEY = 15
FLOW = ("项目清单", "联盟成果", "单位贡献台账", "年度报告")


def home() -> list[Crumb]:
    """The beginning of every way."""
    return [Crumb("党建联盟", "/alliances/")]


def projects() -> list[Crumb]:
    """The way to one project."""
    return [*home(), Crumb("项目清单", reverse("alliances:projects"))]


def to_project(project: Project) -> list[Crumb]:
    """The way to what is done to one project."""
    return [*projects(), Crumb(str(project), project.get_absolute_url())]


class ProjectList(ListPage):
    """Projects within reach."""

    permission = "alliances.view_project"
    title = "项目清单"
    lede = "谁牵头、办到哪一步、惠及多少人；按时间亮灯，不排名。"
    model = Project
    table_class = ProjectTable
    filter_class = ProjectFilter
    export_action = "project.export"
    empty_title = "还没有项目"
    empty_text = "需求确认牵头单位后就能立项，不用重复填写。"

    @property
    def presets(self):
        """As of today."""
        late = Q(state=ProjectState.DOING, due_on__lt=today())
        return (
            Preset("全部", "", Q()),
            Preset("实施中", f"state={ProjectState.DOING}", Q(state=ProjectState.DOING)),
            Preset("已超期", "light=late", late),
            Preset("待验收", f"state={ProjectState.INSPECTING}", Q(state=ProjectState.INSPECTING)),
            Preset("已完成", f"state={ProjectState.DONE}", Q(state=ProjectState.DONE)),
        )

    def get_queryset(self):
        return selectors.projects(self.request.user)

    def get_crumbs(self):
        return home()

    def get_actions(self):
        actions = import_button(self.request.user, "projects")
        if self.request.user.has_perm("alliances.add_project"):
            actions.append(Action("新建项目", reverse("alliances:project_new"), icon="plus", primary=True))
        return actions


class ProjectPage(DetailPage):
    """One project: the way, the facts, the progress with pictures, what belongs to it."""

    template_name = "alliances/project.html"
    permission = "alliances.view_project"
    model = Project
    workflow = PROJECT
    transition_url = "alliances:project_do"

    def get_queryset(self):
        return selectors.with_parts(self.request.user)

    def get_crumbs(self):
        return projects()

    def get_lede(self):
        return f"{self.object.organisation} 牵头 · {self.object.service_line}"

    @cached_property
    def may_report(self) -> bool:
        """Whether notes and activities may be added now."""
        running = self.object.state in services.RUNNING
        return running and self.request.user.has_perm("alliances.report_progress", self.object)

    def get_actions(self):
        project, actions = self.object, []
        if project.state == ProjectState.DOING and self.request.user.has_perm("alliances.change_project", project):
            actions.append(Action("修改", reverse("alliances:project_edit", args=[project.pk])))
        if self.may_report:
            actions.append(Action("填进展", reverse("alliances:progress_new", args=[project.pk]), icon="plus"))
        return actions

    def sections(self):
        held = parts.held(self.object, self.request.user)
        return [
            Section("项目情况", parts.facts(self.object)),
            Section("进展", template="alliances/progress.html", context=parts.notes(self.object, self.request.user)),
            Section("相关活动", template="alliances/project_activities.html", context=held),
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            steps=parts.steps(self.object),
            clock=parts.clock_of(self.object),
            may_report=self.may_report,
            need=selectors.need_behind(self.request.user, self.object),
            **kwargs,
        )


def need_named(request) -> Need | None:
    """The need of ?need=, when the user may see it; 404 for any other."""
    key = request.GET.get("need", "")
    if not key:
        return None
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        raise Http404
    rows = Need.objects.visible_to(request.user).select_related("alliance", "organisation", "service_line")
    return get_object_or_404(rows, pk=key)


class ProjectNew(CreatePage):
    """A new project: for a need that a unit has in hand (?need=), or without one."""

    template_name = "alliances/project_form.html"
    permission = "alliances.add_project"
    title = "新建项目"
    model = Project
    form_class = ProjectForm
    flow_to = FLOW

    @cached_property
    def need(self) -> Need | None:
        """The need named in the address."""
        return need_named(self.request)

    def get(self, request, *args, **kwargs):
        if self.need:
            lead = services.units_for(self.need)[0]
            if not request.user.has_perm(
                "alliances.add_project", Project(alliance=self.need.alliance, organisation=lead)
            ):
                raise PermissionDenied(f"这条需求由{lead}牵头，请由牵头单位或镇党建办立项。")
        return super().get(request, *args, **kwargs)

    def get_crumbs(self):
        return projects()

    def get_lede(self):
        return f"来自需求“{self.need}”，已填的内容直接带过来了" if self.need else ""

    def autosave_key(self):
        return f"{self.request.path}{self.need.pk if self.need else ''}"

    def form_options(self):
        initial = {"starts_on": today()}
        if self.need:
            initial |= {name: getattr(self.need, name) for name in ("title", "service_line", "detail", "due_on")}
        return {"initial": initial, "need": self.need}

    def create(self, form):
        return services.start_project(form.cleaned_data, by=self.request.user, need=self.need)

    def get_context_data(self, **kwargs):
        waiting = () if self.need else selectors.needs_to_start(self.request.user)
        units = selectors.accepted_claims(self.need) if self.need else ()
        return super().get_context_data(need=self.need, claims=units, waiting=waiting, **kwargs)


class RunningOnly:
    """A project that is handed in, done or stopped is not changed; the page says how to go on."""

    def get(self, request, *args, **kwargs):
        services.check_running(self.object)
        return super().get(request, *args, **kwargs)


class ProjectEdit(RunningOnly, UpdatePage):
    """Facts of a running project."""

    permission = "alliances.change_project"
    model = Project
    form_class = ProjectForm

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "organisation", "need")

    def get_crumbs(self):
        return to_project(self.object)

    def update(self, form):
        return services.update_project(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class ProjectActivities(UpdatePage):
    """Which recorded activities belong to a project: ticked, not typed again."""

    template_name = "alliances/project_activities_form.html"
    permission = "alliances.report_progress"
    model = Project
    form_class = ActivitiesForm
    warning = ""

    def get(self, request, *args, **kwargs):
        services.check_reportable(self.object)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "organisation", "need")

    def get_title(self):
        return f"相关活动：{self.object}"

    def get_crumbs(self):
        return to_project(self.object)

    def get_lede(self):
        return "牵头、配合、提出单位和联盟已记录的活动，勾选即可，不用再填一遍。"

    def update(self, form):
        chosen = list(form.cleaned_data["activities"])
        return services.set_activities(self.object, chosen, by=self.request.user, version=self.version())


class ProjectTransition(TransitionPage):
    """Hand in, pass, return, stop."""

    model = Project
    workflow = PROJECT

    def get_queryset(self):
        return super().get_queryset().select_related("alliance", "need")

    def get_crumbs(self):
        return to_project(self.object)

    def perform(self, name, data):
        return services.perform_project(self.object, name, by=self.request.user, **data)


class ProgressNew(CreatePage, ObjectPage):
    """A note of what was done: two fields and, if one likes, pictures."""

    template_name = "alliances/progress_form.html"
    permission = "alliances.report_progress"
    model = Progress
    form_class = ProgressForm
    submits = ({"label": "保存进展", "name": "", "value": "", "primary": True},)

    def get(self, request, *args, **kwargs):
        services.check_reportable(self.object)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return Project.objects.visible_to(self.request.user).select_related("alliance", "organisation")

    def get_title(self):
        return "填进展"

    def get_lede(self):
        return f"{self.object} · 照片可以不传"

    def get_crumbs(self):
        return to_project(self.object)

    def form_options(self):
        return {"initial": {"day": today()}}

    def create(self, form):
        photos = form.cleaned_data["photos"]
        return services.add_progress(self.object, form.values(), by=self.request.user, photos=photos)

    def done_message(self, row):
        return "进展已保存。"


class ProgressRemove(RemovePage):
    """A note that was written by mistake, with its pictures."""

    permission = "alliances.delete_progress"
    model = Progress
    action = "progress.remove"

    def get_queryset(self):
        return super().get_queryset().select_related("project__alliance")

    def get_crumbs(self):
        return to_project(self.object.project)

    def act(self):
        services.check_reportable(self.object.project)
        super().act()

    def done_url(self):
        return self.object.get_absolute_url()


class ProgressPicture(View):
    """A cleaned picture, for whoever may see the note; there is no public folder."""

    http_method_names = ["get", "head"]
    permission = "alliances.view_progress"
    small = False

    def get(self, request, token):
        photo = get_object_or_404(ProgressPhoto.objects.visible_to(request.user), token=token)
        if not request.user.has_perm(self.permission, photo.progress):
            raise PermissionDenied
        response = FileResponse((photo.small if self.small else photo.image).open(), content_type="image/jpeg")
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = SANDBOX
        return response
