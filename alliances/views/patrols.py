"""Patrols and the problems found on them."""

from django.db.models import Q
from django.urls import reverse

from yiqiao_portal.core import handover
from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.base import Action, Crumb, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage, Fact, fact
from yiqiao_portal.core.views.detail import Section as Box
from yiqiao_portal.core.views.edit import CreatePage, FormMixin, RemovePage, UpdatePage
from yiqiao_portal.core.views.handover import lines
from yiqiao_portal.core.views.list import ListPage, Preset

from ..choices import ChiefLevel, ProblemState
from ..filters.rivers import PatrolFilter, ProblemFilter
from ..forms.rivers import PatrolForm, SolveForm
from ..models import Patrol, PatrolProblem
from ..selectors import rivers as selectors
from ..services import patrols as services
from ..tables.rivers import PatrolTable, ProblemTable

ADD, CHANGE = "alliances.add_patrol", "alliances.change_patrol"


def crumbs(*rows) -> list[Crumb]:
    """The way to a patrol."""
    way = [Crumb("工作台", "/"), Crumb("巡河记录", reverse("alliances:patrols"))]
    return [*way, *(Crumb(str(row), row.get_absolute_url()) for row in rows)]


class PatrolList(ListPage):
    """Patrols within reach."""

    model = Patrol
    table_class = PatrolTable
    filter_class = PatrolFilter
    permission = "alliances.view_patrol"
    title = "巡河记录"
    lede = "记看到了什么，不记轨迹。没有发现问题也是一次巡河。"
    export_action = "patrol.export"
    empty_title = "还没有巡河记录"
    empty_text = "走完一段河，用手机一分钟就能记好。"

    def get_queryset(self):
        return selectors.patrols(self.request.user)

    def get_crumbs(self):
        return crumbs()[:1]

    def get_actions(self):
        actions = [Action("巡河问题", reverse("alliances:problems"))]
        if self.request.user.has_perm(ADD):
            actions.append(Action("记巡河", reverse("alliances:patrol_new"), icon="plus", primary=True))
        return actions

    def empty_action(self):
        return next((action for action in self.get_actions() if action.primary), None)


class PatrolPage(DetailPage):
    """One patrol: where, by whom, what was looked at, what was found."""

    model = Patrol
    permission = "alliances.view_patrol"
    timeline_models = (PatrolProblem,)

    def get_queryset(self):
        return super().get_queryset().select_related("section__river", "organisation").prefetch_related("items")

    def get_crumbs(self):
        return crumbs()

    def get_lede(self):
        return f"{self.object.get_level_display()}河长巡查 · {self.object.organisation}"

    def get_actions(self):
        user, pk = self.request.user, self.object.pk
        actions = []
        if user.has_perm("alliances.delete_patrol", self.object):
            actions.append(Action("移入回收站", reverse("alliances:patrol_remove", args=[pk])))
        if user.has_perm(CHANGE, self.object):
            actions.append(Action("修改", reverse("alliances:patrol_edit", args=[pk]), icon="edit", primary=True))
        return actions

    def sections(self):
        patrol = self.object
        times = " – ".join(f"{time:%H:%M}" for time in (patrol.starts_at, patrol.ends_at) if time)
        facts = [
            fact(patrol, "section"),
            Fact("时间", f"{patrol.day} {times}".strip()),
            *(fact(patrol, name) for name in ("by_whom", "organisation", "level")),
            Fact("已看内容", "、".join(map(str, patrol.items.all())) or "--", full=True),
        ]
        if patrol.note:
            facts.append(fact(patrol, "note", full=True))
        context = {"problems": self.problems(), "may_solve": self.request.user.has_perm(CHANGE, patrol)}
        return [Box("巡查", facts), Box("发现的问题", template="alliances/patrol_problems.html", context=context)]

    def problems(self) -> list[tuple]:
        """What was found, where an open one may be handed over to, and what came of it there."""
        user = self.request.user
        rows = list(selectors.problems(user).filter(patrol=self.object).order_by("pk"))
        born = handover.born_of_each(rows, user)
        ways = {row: handover.ways_from(row, user) for row in rows if services.is_open(row)}
        return [(row, ways.get(row, []), lines(born[row.pk])) for row in rows]


class PatrolFormMixin:
    """What new and changed patrols share."""

    template_name = "alliances/patrol_form.html"
    form_class = PatrolForm
    flow_to = ("河道页的巡河情况", "巡河问题（可转办）", "年度报告“五水共治”")

    def get_context_data(self, **kwargs):
        return super().get_context_data(formsets=kwargs["form"].formsets, **kwargs)


class PatrolNew(PatrolFormMixin, CreatePage):
    """A new patrol, filled in as far as the unit's own post says."""

    permission = ADD
    model = Patrol
    title = "记巡河"
    lede = "四项必填，看过的打勾，没有问题就不写"

    def get_crumbs(self):
        return crumbs()

    def form_options(self):
        user = self.request.user
        section = self._asked()
        chief = selectors.own_chief(user, section)
        initial = {"day": today(), "by_whom": user.name, "organisation": selectors.home_of(user), "section": section}
        initial["level"] = ChiefLevel.TOWN if user.has_perm("alliances.manage_rivers") else ChiefLevel.VILLAGE
        if chief:
            initial |= {"section": chief.section, "level": chief.level, "organisation": chief.organisation}
            initial["by_whom"] = chief.person.name if chief.person else user.name
        return {"initial": initial}

    def _asked(self):
        """The section or river of the page from which this form was opened."""
        rows = selectors.open_sections(self.request.user)
        for name, lookup in (("section", "pk"), ("river", "river")):
            asked = self.request.GET.get(name, "")
            if asked.isdecimal() and len(asked) < 10:
                return rows.filter(**{lookup: asked}).first()
        return None

    def create(self, form):
        return services.create_patrol(form.walk(), by=self.request.user)


class PatrolEdit(PatrolFormMixin, UpdatePage):
    """Correct a patrol; what was found stays until it is solved."""

    permission = CHANGE
    model = Patrol

    def get_crumbs(self):
        return crumbs(self.object)

    def update(self, form):
        return services.update_patrol(self.object, form.walk(), by=self.request.user, version=self.version())


class PatrolRemove(RemovePage):
    """Into the recycle bin."""

    permission = "alliances.delete_patrol"
    model = Patrol
    list_url = "alliances:patrols"

    def get_crumbs(self):
        return crumbs(self.object)

    def act(self):
        services.remove_patrol(self.object, by=self.request.user)


# --- problems ---


class ProblemList(ListPage):
    """What was found and what became of it."""

    model = PatrolProblem
    table_class = ProblemTable
    filter_class = ProblemFilter
    permission = "alliances.view_patrol"
    title = "巡河问题"
    lede = "巡河发现的问题留到解决为止；点开可以办结。"
    export_action = "problem.export"
    empty_title = "没有巡河问题"
    empty_text = "巡河时发现的问题会列在这里。"
    presets = (
        Preset("全部", "", Q()),
        Preset("待处理", f"state={ProblemState.OPEN}", Q(state=ProblemState.OPEN)),
        Preset("已转办", f"state={ProblemState.HANDED_OVER}", Q(state=ProblemState.HANDED_OVER)),
        Preset("已解决", f"state={ProblemState.SOLVED}", Q(state=ProblemState.SOLVED)),
    )

    def get_queryset(self):
        return selectors.problems(self.request.user).order_by("-patrol__day", "-pk")

    def get_crumbs(self):
        return crumbs()


class ProblemSolve(FormMixin, ObjectPage):
    """Tick off a problem."""

    permission = CHANGE
    model = PatrolProblem
    form_class = SolveForm
    submits = ({"label": "办结", "name": "", "value": "", "primary": True},)

    def get(self, request, *args, **kwargs):
        services.check_unsolved(self.object)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return selectors.problems(self.request.user)

    def guarded(self):
        return self.object.patrol

    def form_options(self):
        return {"initial": {"solved_on": today()}}

    def get_title(self):
        return f"办结：{self.object}"

    def get_crumbs(self):
        return crumbs(self.object.patrol)

    def write(self, form):
        return services.solve_problem(self.object, by=self.request.user, **form.cleaned_data)

    def done_message(self, row):
        return "问题已办结。"
