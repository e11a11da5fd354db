"""What every request passes: closed by default, no cached pages, every error a sentence."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers

from .exceptions import DomainError
from .messages.selectors import forget_unread
from .todos import forget_count
from .views import errors

SAFE = {"GET", "HEAD", "OPTIONS"}

CHARSETS = {"utf-8", "utf8", "gbk", "gb2312", "gb18030"}  # others can smuggle half characters in
PERMISSIONS_POLICY = "camera=(self), geolocation=(), microphone=()"


class PlainAddress:
    """NUL in an address, and half characters in a body, never reach the database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            return errors.page(request, 400, message="网址里有不能识别的字符，请返回上一页重新操作。")
        if request.content_params.get("charset", "utf-8").lower() not in CHARSETS:
            return errors.page(request, 400, message="提交的文字编码不能识别，请在平台页面上重新填写后提交。")
        return self.get_response(request)


class BrowserPolicy:
    """What the browser may use: nothing but the camera, for a picture that the user takes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class WordedErrors:
    """A rule's sentence, or a wrong verb, becomes a page of its own when no form could show it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405:
            return response
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
        if request.method not in SAFE and request.user.is_authenticated:
            forget_count(request)
            forget_unread(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response
