"""What every request passes: closed by default, no cached pages, every error a sentence."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers

from .exceptions import DomainError
from .views import errors

PERMISSIONS_POLICY = "camera=(self), geolocation=(), microphone=()"


class PlainErrors:
    """A rule's sentence becomes a page of its own when no form could show it; NUL never reaches the database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            return errors.page(request, 400, message="网址里有不能识别的字符，请返回上一页重新操作。")
        response = self.get_response(request)
        return self._worded(request, response) if response.status_code == 405 else response

    @staticmethod
    def _worded(request, response):
        """A wrong verb gets a page with a way back; the header still names the right ones."""
        answer = errors.page(request, 405)
        answer["Allow"] = response.headers.get("Allow", "")
        return answer

    def process_exception(self, request, exception):
        if isinstance(exception, DomainError):
            return errors.page(request, exception.status, message=exception.message)
        return None


class LoginRequired(LoginRequiredMiddleware):
    """All pages ask for a sign-in; a form sent after the session lapsed keeps what was typed."""

    def handle_no_permission(self, request, view_func):
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=401)
            response["HX-Redirect"] = resolve_url(self.get_login_url(view_func))
            return response
        if request.method == "POST":
            return errors.session_lapsed(request, resolve_url(self.get_login_url(view_func)))
        return super().handle_no_permission(request, view_func)


class NoStore:
    """Signed-in pages are never kept by a cache; a fragment is not mistaken for its page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response
