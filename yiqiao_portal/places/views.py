"""Places: list, page, form."""

from django.urls import reverse

from yiqiao_portal.core.views.base import Action, Crumb
from yiqiao_portal.core.views.detail import DetailPage, Section, fact
from yiqiao_portal.core.views.edit import CreatePage, RemovePage, UpdatePage
from yiqiao_portal.core.views.list import ListPage

from . import services
from .filters import PlaceFilter
from .forms import PlaceForm
from .models import Place
from .tables import PlaceTable


def places() -> list[Crumb]:
    """The way to one place."""
    return [Crumb("场所", reverse("places:places"))]


class PlaceList(ListPage):
    """Places of the areas in reach."""

    permission = "places.view_place"
    title = "场所"
    lede = "记录活动时可直接选用。"
    model = Place
    table_class = PlaceTable
    filter_class = PlaceFilter
    export_action = "place.export"
    empty_title = "还没有场所"
    empty_text = "加上常用的会议室、服务站，记录活动时就不用每次输入地点。"

    def get_queryset(self):
        return super().get_queryset().select_related("area").order_by("area__depth", "area__order", "pk")

    def get_actions(self):
        if not self.request.user.has_perm("places.add_place"):
            return []
        return [Action("新增场所", reverse("places:new"), icon="plus", primary=True)]


class PlacePage(DetailPage):
    """One place."""

    permission = "places.view_place"
    model = Place

    def get_queryset(self):
        return super().get_queryset().select_related("area", "created_by")

    def get_crumbs(self):
        return places()

    def get_actions(self):
        if not self.request.user.has_perm("places.change_place", self.object):
            return []
        return [
            Action("移入回收站", reverse("places:remove", args=[self.object.pk]), danger=True),
            Action("修改", reverse("places:edit", args=[self.object.pk]), icon="edit", primary=True),
        ]

    def sections(self):
        names = ("name", "area", "created_by", "created_at")
        return [Section("基本情况", [fact(self.object, name) for name in names])]


class PlaceNew(CreatePage):
    """A new place."""

    permission = "places.add_place"
    title = "新增场所"
    model = Place
    form_class = PlaceForm
    flow_to = ("活动记录的可选地点",)

    def get_crumbs(self):
        return places()

    def form_options(self):
        organisation = self.request.user.post.organisation
        return {"initial": {"area": organisation.area_id if organisation else None}}

    def create(self, form):
        return services.create_place(by=self.request.user, **form.cleaned_data)


class PlaceEdit(UpdatePage):
    """Name or village of a place."""

    permission = "places.change_place"
    model = Place
    form_class = PlaceForm

    def get_crumbs(self):
        return [*places(), Crumb(str(self.object), self.object.get_absolute_url())]

    def update(self, form):
        return services.update_place(
            self.object, by=self.request.user, version=self.version(), values=form.cleaned_data
        )


class PlaceRemove(RemovePage):
    """Into the recycle bin."""

    permission = "places.delete_place"
    model = Place
    action = "place.remove"
    list_url = "places:places"

    def get_crumbs(self):
        return [*places(), Crumb(str(self.object), self.object.get_absolute_url())]

    def consequence(self):
        return "30 天内可以从回收站恢复；已记录的活动不受影响。"

    def act(self):
        services.remove_place(self.object, by=self.request.user)
