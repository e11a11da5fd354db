"""The recycle bin of the user's scope, and the way back."""

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import View

from .. import recycle, registry
from ..exceptions import Conflict
from .base import PortalPage

MOST = 100


def kinds_for(user) -> dict:
    """Model label → declaration, of what this user may bring back."""
    kinds = {kind.model.lower(): kind for portal in registry.portals() for kind in portal.recycle}
    return {label: kind for label, kind in kinds.items() if user.has_perm(kind.permission)}


class RecycleBin(PortalPage):
    """Rows removed in the last 30 days."""

    template_name = "core/recycle.html"
    permission = "core.signed_in"
    title = "回收站"
    lede = "移入的记录保留 30 天，恢复后原样回到原处。"

    def get_context_data(self, **kwargs):
        rows = [row for label, kind in kinds_for(self.request.user).items() for row in self._rows(label, kind)]
        rows.sort(key=lambda item: item["row"].deleted_at, reverse=True)
        return super().get_context_data(rows=rows[:MOST], **kwargs)

    def _rows(self, label: str, kind) -> list[dict]:
        model = apps.get_model(label)
        rows = model.objects.removed().in_scope(self.request.user).filter(deleted_at__gte=recycle.keep_since())
        rows = rows.select_related("deleted_by").order_by("-deleted_at")[:MOST]
        return [{"kind": kind.title, "label": label, "row": row} for row in rows]


class Restore(View):
    """Bring one row back."""

    http_method_names = ["post"]
    permission = "core.signed_in"

    def post(self, request, label: str, pk: int):
        kind = kinds_for(request.user).get(label)
        if kind is None:
            raise Http404
        row = get_object_or_404(apps.get_model(label).objects.in_scope(request.user), pk=pk)
        if not request.user.has_perm(kind.permission, row):
            raise PermissionDenied
        return self._back(request, row)

    def _back(self, request, row):
        """The second of two clicks finds it restored: nothing is wrong then."""
        try:
            recycle.restore(row, by=request.user)
            messages.success(request, f"“{row}”已恢复。")
        except Conflict:
            row.refresh_from_db()
            if row.deleted_at:
                raise
            messages.info(request, f"“{row}”已在原处，不用再恢复。")
        return redirect(row.get_absolute_url())
