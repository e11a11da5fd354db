"""The public pages of the alliances: no account, behind the switch `Alliance.public`, nothing about people."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from ..selectors import alliances as selectors
from ..selectors import public
from .alliance_parts import spans


@method_decorator(login_not_required, name="dispatch")
class PublicPage(TemplateView):
    """Read alone; the same for everybody."""

    http_method_names = ["get", "head"]


class PublicList(PublicPage):
    """The alliances whose switch is on."""

    template_name = "alliances/public_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(alliances=list(public.public_alliances()), **kwargs)


class PublicAlliance(PublicPage):
    """One alliance: who is in, whose turn it is, what came of it."""

    template_name = "alliances/public_alliance.html"

    def get_context_data(self, **kwargs):
        alliance = get_object_or_404(public.public_alliances(), slug=self.kwargs["slug"])
        members = list(selectors.members_of(alliance))
        chair = selectors.chair_of(alliance)
        results = public.results_of(alliance)
        return super().get_context_data(
            alliance=alliance,
            members=members,
            spans=spans(members, chair),
            phases=selectors.by_phase(members),
            chair=chair,
            lines=list(alliance.service_lines.all()),
            results=list(results[: public.MOST_RESULTS]),
            finished=results.count(),
            reached=public.reached_by(alliance),
            **kwargs,
        )
