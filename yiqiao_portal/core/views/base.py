"""What all pages share: a title, a way back, a permission by name."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView


@dataclass
class Action:
    """A button of the page's head. `method` post makes it a small form, export the form of components/export.html."""

    title: str
    url: str
    icon: str = ""
    primary: bool = False
    method: str = "get"
    danger: bool = False


@dataclass
class Crumb:
    """A step of the way back."""

    title: str
    url: str = ""


HOME = Crumb("工作台", "/")


def trail(steps: list[Crumb], title: str) -> list[Crumb]:
    """The way back of every page: 工作台 › the list it belongs to › the page itself."""
    between = [step for step in steps if step.url != HOME.url]
    return [*([] if title == HOME.title else [HOME]), *between, Crumb(title)]


@dataclass
class Page:
    """Head of a page."""

    title: str
    lede: str = ""
    crumbs: list[Crumb] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


class PortalPage(TemplateView):
    """Base of all pages. `permission` is asked before anything is read; a page without one cannot be opened."""

    permission = ""
    title = ""
    lede = ""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied(self.denied_message())
        return super().dispatch(request, *args, **kwargs)

    def denied_message(self) -> str:
        """Names the page and who can help."""
        return f"您的岗位不能打开“{self.get_title()}”。如工作需要，请联系镇党建办。" if self.title else ""

    def get_title(self) -> str:
        return self.title

    def get_lede(self) -> str:
        return self.lede

    def get_crumbs(self) -> list[Crumb]:
        """What lies between the workbench and this page: its list, and the row that it is about."""
        return []

    def get_actions(self) -> list[Action]:
        return []

    def get_page(self) -> Page:
        title = self.get_title()
        return Page(title, self.get_lede(), trail(self.get_crumbs(), title), self.get_actions())

    def get_context_data(self, **kwargs):
        return super().get_context_data(page=self.get_page(), **kwargs)


class ObjectPage(PortalPage):
    """A page about one row: out of reach is 404, in reach but not allowed is 403."""

    model = None
    pk_url_kwarg = "pk"
    object = None

    def get_queryset(self):
        return self.model.objects.visible_to(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission):
            self._reach(kwargs)  # a stranger learns nothing about what exists
            raise PermissionDenied(self.denied_message())
        self.object = self._reach(kwargs)
        if not request.user.has_perm(self.permission, self.guarded()):
            self.check_state()
            raise PermissionDenied(self.denied_message())
        return super().dispatch(request, *args, **kwargs)

    def guarded(self):
        """The row that the permission is asked for; a part asks for its whole."""
        return self.object

    def check_state(self) -> None:
        """Raise Conflict when it is the row's state, not the user's post, that stands in the way."""

    def _reach(self, kwargs):
        try:
            return get_object_or_404(self.get_queryset(), pk=kwargs[self.pk_url_kwarg])
        except OverflowError:
            raise Http404 from None

    def get_title(self) -> str:
        return str(self.object)
