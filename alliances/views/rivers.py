"""Rivers, sections and 河长."""

from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.base import Action, ObjectPage
from yiqiao_portal.core.views.detail import DetailPage, Fact, fact
from yiqiao_portal.core.views.detail import Section as Box
from yiqiao_portal.core.views.edit import CreatePage, FormMixin, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage

from ..filters.rivers import RiverFilter
from ..forms.rivers import ChiefForm, EndChiefForm, RiverForm, SectionForm
from ..models import River, RiverChief, Section
from ..selectors import rivers as selectors
from ..services import rivers as services
from ..tables.rivers import RiverTable
from . import river_parts as parts

MANAGE = "alliances.manage_rivers"
VIEW = "alliances.view_river"
MEASURES = ("code", "body", "length_m", "surface_m2", "hotline", "alliance")
WORDS = ("duty", "goal", "protection")


class RiverList(ListPage):
    """All rivers of the town, in the town's order."""

    model = River
    table_class = RiverTable
    filter_class = RiverFilter
    permission = VIEW
    title = "河道与水质"
    lede = "公示牌信息、河长、巡河与水质在同一处；水质按国家标准自动评价，不排名。"
    export_action = "river.export"
    empty_title = "还没有河道"
    empty_text = "登记河道和断面之后，巡河与水质数据就有了去处。"

    def get_queryset(self):
        return selectors.rivers(self.request.user)

    def get_crumbs(self):
        return parts.crumbs()[:1]

    def get_actions(self):
        actions = [Action("水质监测", reverse("alliances:samples"))]
        if self.request.user.has_perm(MANAGE):
            actions.append(Action("新增河道", reverse("alliances:river_new"), icon="plus", primary=True))
        return actions

    def empty_action(self):
        return next((action for action in self.get_actions() if action.primary), None)


class RiverPage(DetailPage):
    """What the sign says, who looks after it, patrols due and done, the water by month."""

    model = River
    permission = VIEW
    print_template = "alliances/river_sign.html"

    def get_queryset(self):
        return super().get_queryset().select_related("alliance")

    def get_crumbs(self):
        return parts.crumbs()

    def get_lede(self):
        return self.object.get_body_display()

    def get_actions(self):
        user, pk = self.request.user, self.object.pk
        actions = []
        if user.has_perm(MANAGE):
            actions += [
                Action("移入回收站", reverse("alliances:river_remove", args=[pk])),
                Action("修改", reverse("alliances:river_edit", args=[pk])),
                Action("新增断面", reverse("alliances:section_new", args=[pk])),
            ]
        if user.has_perm("alliances.add_patrol"):
            actions.append(Action("记巡河", parts.link("patrol_new", river=pk), icon="plus", primary=True))
        return actions

    def get_context_data(self, **kwargs):
        self.parts = list(selectors.sections_of(self.object))
        self.chiefs = selectors.current(selectors.chiefs_of(self.parts))
        posts = parts.posts_on_sign(self.chiefs, self.parts)
        return super().get_context_data(river_sections=self.parts, posts=posts, **kwargs)

    def sections(self):
        user, year = self.request.user, parts.year_of(self.request)
        options = {"user": user, "sections": self.parts, "year": year}
        rows = [
            {"section": section, "chiefs": [chief for chief in self.chiefs if chief.section_id == section.pk]}
            for section in self.parts
        ]
        boxes = [Box("断面（河段）与河长", template="alliances/river_sections.html", context={"rows": rows})]
        if self.parts:
            boxes.append(parts.water_box(f"{year} 年水质", river=self.object, **options))
            boxes.append(parts.patrol_box(f"{year} 年巡河", **options))
        return [*boxes, Box("公示牌", parts_facts(self.object))]


def parts_facts(river: River) -> list[Fact]:
    """The facts of the sign (浙江省河长制规定 第十二条)."""
    return [fact(river, name) for name in MEASURES] + [fact(river, name, full=True) for name in WORDS]


class RiverNew(CreatePage):
    """A new river."""

    permission = MANAGE
    title = "新增河道"
    model = River
    form_class = RiverForm
    flow_to = ("公示牌（可打印）", "巡河与水质填报", "年度报告“五水共治”")

    def get_crumbs(self):
        return parts.crumbs()

    def create(self, form):
        return services.create_river(form.cleaned_data, by=self.request.user)


class RiverEdit(UpdatePage):
    """What the sign says."""

    permission = MANAGE
    model = River
    form_class = RiverForm

    def get_crumbs(self):
        return parts.crumbs(self.object)

    def update(self, form):
        return services.update_river(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class RiverRemove(RemovePage):
    """Into the recycle bin."""

    permission = MANAGE
    model = River
    list_url = "alliances:rivers"

    def get_crumbs(self):
        return parts.crumbs(self.object)

    def act(self):
        services.remove_river(self.object, by=self.request.user)


# --- sections ---


class OfRiver:
    """Pages about a section."""

    model = Section

    def get_queryset(self):
        rows = Section.objects.visible_to(self.request.user).filter(river__deleted_at=None)
        return rows.select_related("river__alliance", "area")

    def get_crumbs(self):
        return parts.crumbs(self.object.river, self.object)


class SectionPage(OfRiver, DetailPage):
    """One section: its 河长 now and before, its water, its patrols."""

    permission = VIEW

    def get_title(self):
        return str(self.object)

    def get_lede(self):
        return f"目标：{parts.target_word(self.object)}"

    def get_crumbs(self):
        return parts.crumbs(self.object.river)

    def get_actions(self):
        user, pk = self.request.user, self.object.pk
        actions = []
        if user.has_perm(MANAGE):
            actions += [
                Action("移入回收站", reverse("alliances:section_remove", args=[pk])),
                Action("修改", reverse("alliances:section_edit", args=[pk])),
                Action("更换河长", reverse("alliances:chief_new", args=[pk])),
            ]
        if user.has_perm("alliances.add_sample"):
            actions.append(Action("录水质", parts.link("sample_new", section=pk)))
        if user.has_perm("alliances.add_patrol"):
            actions.append(Action("记巡河", parts.link("patrol_new", section=pk), icon="plus", primary=True))
        return actions

    def sections(self):
        section, user, year = self.object, self.request.user, parts.year_of(self.request)
        options = {"user": user, "sections": [section], "year": year}
        return [
            parts.chief_box("河长", user=user, section=section),
            parts.water_box(f"{year} 年水质", river=section.river, **options),
            parts.patrol_box(f"{year} 年巡河", **options),
            Box("断面（河段）", [fact(section, name) for name in ("river", "name", "area", "target")]),
        ]


class SectionNew(CreatePage, ObjectPage):
    """A new section of a river."""

    permission = MANAGE
    model = Section
    form_class = SectionForm

    def get_queryset(self):
        return River.objects.visible_to(self.request.user)

    def get_title(self):
        return f"新增断面（河段）：{self.object}"

    def get_crumbs(self):
        return parts.crumbs(self.object)

    def create(self, form):
        return services.create_section(self.object, form.cleaned_data, by=self.request.user)


class SectionEdit(OfRiver, UpdatePage):
    """Name, village, target, place in the order."""

    permission = MANAGE
    form_class = SectionForm

    def update(self, form):
        return services.update_section(self.object, form.cleaned_data, by=self.request.user, version=self.version())


class SectionRemove(OfRiver, RemovePage):
    """Into the recycle bin."""

    permission = MANAGE

    def act(self):
        services.remove_section(self.object, by=self.request.user)

    def done_url(self):
        return self.object.river.get_absolute_url()


# --- 河长 ---


class ChiefNew(CreatePage, ObjectPage):
    """A new 河长; the present one of the same level ends the day before."""

    permission = MANAGE
    model = RiverChief
    form_class = ChiefForm
    lede = "同级的现任河长自动到前一天为止，经过都留着。"

    get_queryset = OfRiver.get_queryset
    get_crumbs = OfRiver.get_crumbs

    def get_title(self):
        return f"更换河长：{self.object}"

    def form_options(self):
        return {"initial": {"since": today()}}

    def create(self, form):
        return services.appoint_chief(self.object, form.cleaned_data, by=self.request.user)


class ChiefEnd(FormMixin, ObjectPage):
    """A 河长 leaves and nobody follows yet."""

    permission = MANAGE
    model = RiverChief
    form_class = EndChiefForm
    submits = ({"label": "卸任", "name": "", "value": "", "primary": True},)

    def get(self, request, *args, **kwargs):
        services.check_in_office(self.object)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        rows = super().get_queryset().filter(section__deleted_at=None, section__river__deleted_at=None)
        return rows.select_related("section__river", "person", "organisation")

    def form_options(self):
        return {"initial": {"until": today()}}

    def get_title(self):
        return f"{self.object}卸任：{self.object.person or self.object.organisation}"

    def get_crumbs(self):
        return parts.crumbs(self.object.section.river, self.object.section)

    def write(self, form):
        return services.end_chief(self.object, by=self.request.user, until=form.cleaned_data["until"])
