"""A branch that did not hold what was due: record it after all, or say why."""

from functools import cached_property

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from yiqiao_portal.core.dates import today
from yiqiao_portal.core.views.base import Crumb, ObjectPage
from yiqiao_portal.core.views.edit import FormMixin
from yiqiao_portal.directory.models import Organisation

from .. import explain_services as services
from .. import selectors
from ..forms import ExplanationForm
from ..rhythm import Period
from .matrix import check_year, kind_of
from .records import LIST

SAVE = ({"label": "保存说明", "name": "", "value": "", "primary": True},)
RETRACT = ({"label": "收回说明", "name": "do", "value": "retract", "primary": False},)


def period_of(kind, year: int, number: int) -> Period:
    """The period named in the address; Http404 when the kind has no such one."""
    try:
        return Period(kind.period, check_year(year), number)
    except ValueError:
        raise Http404 from None


def seen_version(posted) -> int | None:
    """The version of the explanation that the form was opened with; None when the form does not say."""
    sent = posted.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else None


def record_url(organisation: Organisation, kind, period: Period) -> str:
    """The form of the record that is missing, on a day of the period."""
    day = min(period.end, max(period.start, today()))
    return f"{reverse('activities:create', args=[kind.code])}?organisation={organisation.pk}&held_on={day}"


class ExplainPage(FormMixin, ObjectPage):
    """One organisation, one kind, one period."""

    model = Organisation
    permission = "activities.explain"
    pk_url_kwarg = "organisation"
    template_name = "activities/explain.html"
    lede = "已经举行的，请去补记；确实没有开展的，写一句原因。"

    @cached_property
    def kind(self):
        return kind_of(self.kwargs["kind"])

    @cached_property
    def period(self) -> Period:
        return period_of(self.kind, self.kwargs["year"], self.kwargs["number"])

    @cached_property
    def spot(self) -> selectors.Spot:
        """The cell as it is now."""
        return selectors.spot_of(self.object, self.kind, self.period)

    @cached_property
    def existing(self):
        """What stands there now."""
        return selectors.explanation_of(self.request.user, self.object, self.kind, self.period)

    @property
    def submits(self):
        """Save; where something is written, take it back."""
        return SAVE + (RETRACT if self.existing else ())

    def get(self, request, *args, **kwargs):
        if not self.spot.reason:
            services.check_needed(self.spot)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self.retract() if request.POST.get("do") == "retract" else super().post(request, *args, **kwargs)

    def retract(self):
        """Take the explanation back; its words stay in the message."""
        row = services.retract(self.spot, self.kind, by=self.request.user, version=seen_version(self.request.POST))
        messages.success(self.request, f"说明已收回：“{row.reason}”。")
        return redirect(self.done_url(row))

    def get_title(self):
        return f"{self.object} {self.period.label} {self.kind}"

    def get_crumbs(self):
        url = f"{reverse('activities:matrix')}?kind={self.kind.code}&year={self.period.year}"
        return [LIST, Crumb("应记录一览", url)]

    def get_form(self, data=None, files=None):
        return ExplanationForm(data, files, user=self.request.user, initial={"reason": self.spot.reason})

    def write(self, form):
        version = seen_version(self.request.POST)
        return services.explain(self.spot, self.kind, by=self.request.user, version=version, **form.cleaned_data)

    def done_message(self, row):
        return "说明已保存。"

    def done_url(self, row):
        return self.get_crumbs()[-1].url

    def get_context_data(self, **kwargs):
        may = self.request.user.has_perm("activities.add_activity", self.object)
        url = record_url(self.object, self.kind, self.period) if may else ""
        moot = services.NEEDLESS.get(self.spot.cell, "") if self.spot.moot else ""
        version = str(getattr(self.existing, "version", 0))
        return super().get_context_data(
            record_url=url,
            version=version,
            moot=moot,
            reason=self.spot.reason,
            may_retract=self.spot.cell not in services.HELD_CELLS,
            **kwargs,
        )
