"""Small doors of the frame: appearance, health, words about the portal."""

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from .base import Page, trail

YEAR = 365 * 24 * 3600
SIZES = {"std": "", "lg": "text-lg", "xl": "text-xl"}


@login_not_required
@require_POST
def appearance(request):
    """Letter size and contrast, kept in a cookie; back to where the user was."""
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if safe else "/")
    if request.POST.get("size") in SIZES:
        _keep(response, "text_size", SIZES[request.POST["size"]])
    if request.POST.get("contrast") in {"on", "off"}:
        _keep(response, "contrast", request.POST["contrast"])
    return response


def _keep(response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True)


@login_not_required
@require_GET
def health(_request):
    """200 when the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_GET
def ready(_request):
    """200 when database, migrations and media are fine; 503 names what is not."""
    troubles = [name for name, fine in (("database", _migrated), ("media", _writable)) if not fine()]
    text = "trouble: " + ", ".join(troubles) if troubles else "ok"
    return HttpResponse(text, content_type="text/plain", status=503 if troubles else 200)


def _migrated() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _writable() -> bool:
    try:
        name = default_storage.save("ready", _Empty())
        default_storage.delete(name)
    except OSError:
        return False
    return True


class _Empty:
    """A file without content."""

    name = "ready"

    def chunks(self):
        return iter(())


@method_decorator(login_not_required, name="dispatch")
class AboutPage(TemplateView):
    """A page of plain words: about personal data, about accessibility."""

    title = ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(page=Page(self.title, crumbs=trail([], self.title)), **kwargs)
