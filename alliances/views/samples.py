"""Water samples: their class is reckoned whenever a page shows it."""

from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.base import Action, Crumb
from yiqiao_portal.core.views.detail import DetailPage, Fact, fact
from yiqiao_portal.core.views.detail import Section as Box
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage

from .. import water
from ..filters.rivers import SampleFilter
from ..forms.rivers import SampleForm
from ..models import WaterSample
from ..selectors import rivers as selectors
from ..selectors import samples as waters
from ..services import samples as services
from ..tables.rivers import SampleTable

CHANGE = "alliances.change_sample"


def crumbs(*rows) -> list[Crumb]:
    """The way to a sample."""
    way = [
        Crumb("工作台", "/"),
        Crumb("河道与水质", reverse("alliances:rivers")),
        Crumb("水质监测", reverse("alliances:samples")),
    ]
    return [*way, *(Crumb(str(row), row.get_absolute_url()) for row in rows)]


class SampleList(ListPage):
    """Samples within reach, each with its class."""

    model = WaterSample
    table_class = SampleTable
    filter_class = SampleFilter
    permission = "alliances.view_sample"
    title = "水质监测"
    lede = "类别由监测数据按《地表水环境质量标准》自动评出，不用填写。"
    export_action = "sample.export"
    empty_title = "还没有水质数据"
    empty_text = "按检测报告录入，类别、主要污染指标和是否达标自动算出。"

    def get_queryset(self):
        return selectors.samples(self.request.user)

    def get_crumbs(self):
        return crumbs()[:-1]

    def get_actions(self):
        if not self.request.user.has_perm("alliances.add_sample"):
            return []
        return [Action("录水质", reverse("alliances:sample_new"), icon="plus", primary=True)]


class SamplePage(DetailPage):
    """One sample: its class, what decides it, each reading beside its limit."""

    model = WaterSample
    permission = "alliances.view_sample"

    def get_queryset(self):
        return selectors.samples(self.request.user)

    def get_crumbs(self):
        return crumbs()

    def get_actions(self):
        user, pk = self.request.user, self.object.pk
        actions = []
        if user.has_perm("alliances.delete_sample", self.object):
            actions.append(Action("移入回收站", reverse("alliances:sample_remove", args=[pk])))
        if user.has_perm(CHANGE, self.object):
            actions.append(Action("修改", reverse("alliances:sample_edit", args=[pk]), icon="edit", primary=True))
        return actions

    def get_context_data(self, **kwargs):
        self.found = waters.class_of(self.object)
        return super().get_context_data(**kwargs) | {"tag": waters.tag_of(self.found)}

    def sections(self):
        sample, found = self.object, self.found
        judged = [
            Fact("水质类别", waters.tag_of(found)),
            Fact("目标", sample.section.get_target_display() or "--"),
            Fact("是否达标", waters.met_words(found, sample.section)),
            Fact("决定类别的项目", "、".join(water.item(code).name for code in found.worst) or "--"),
            Fact("主要污染指标", "、".join(map(str, found.pollutants)) or "--"),
        ]
        if found.tn_class:
            judged.append(Fact("总氮（不参评）", f"{found.tn_class}类"))
        facts = [fact(sample, name) for name in ("section", "taken_on", "organisation", "source")]
        context = {"rows": readings(sample, found), "source": f"{water.SOURCE}；{water.METHOD}"}
        return [
            Box("评价", judged),
            Box("监测数据", template="alliances/sample_readings.html", context=context),
            Box("采样", facts),
        ]


def readings(sample: WaterSample, found: water.WaterClass) -> list[dict]:
    """Each item of the standard: what was read, the limit of Ⅲ, its own class, or why it has none."""
    return [_reading(water.item(code, found.body), getattr(sample, code), found) for code in water.CODES]


def _reading(item: water.Item, value, found: water.WaterClass) -> dict:
    own = found.items.get(item.code, "")
    word = f"{own}类" if own else "未测" if value is None else "不参评"
    if item.code == water.NITROGEN and found.tn_class:
        word = f"{found.tn_class}类（不参评）"
    limit = "6~9" if item.code == "ph" else f"{'≥' if item.least else '≤'}{item.limits[water.GOOD]}"
    return {
        "name": item.name,
        "value": None if value is None else f"{value.normalize():f}",
        "unit": item.unit,
        "limit": limit if item.code != water.NITROGEN or found.body == water.LAKE else "--",
        "word": word,
        "decides": item.code in found.worst,
    }


class SampleNew(CreatePage):
    """A new sample."""

    permission = "alliances.add_sample"
    model = WaterSample
    title = "录水质"
    lede = "按检测报告填写，没有测的项目空着；类别保存后自动评出"
    form_class = SampleForm
    flow_to = ("水质类别与主要污染指标", "河道页的水质图", "年度报告“五水共治”")

    def get_crumbs(self):
        return crumbs()

    def form_options(self):
        asked = self.request.GET.get("section", "")
        rows = selectors.open_sections(self.request.user)
        section = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else None
        return {
            "initial": {"section": section, "organisation": selectors.home_of(self.request.user), "taken_on": today()}
        }

    def create(self, form):
        return services.create_sample(form.cleaned_data, by=self.request.user)

    def done_message(self, row):
        found = waters.class_of(row)
        return f"已保存，评价结果：{waters.tag_of(found).word}。"


class SampleEdit(UpdatePage):
    """Correct a sample; its class follows."""

    permission = CHANGE
    model = WaterSample
    form_class = SampleForm

    def get_queryset(self):
        return selectors.samples(self.request.user)

    def get_crumbs(self):
        return crumbs(self.object)

    def update(self, form):
        return services.update_sample(self.object, form.cleaned_data, by=self.request.user, version=self.version())

    def done_message(self, row):
        return f"已保存，评价结果：{waters.tag_of(waters.class_of(row)).word}。"


class SampleRemove(RemovePage):
    """Into the recycle bin."""

    permission = "alliances.delete_sample"
    model = WaterSample
    list_url = "alliances:samples"

    def get_crumbs(self):
        return crumbs(self.object)

    def consequence(self):
        return "30 天内可以从回收站恢复；当月和全年的水质评价会相应变化。"

    def act(self):
        services.remove_sample(self.object, by=self.request.user)
