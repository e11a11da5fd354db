"""Error pages: one cause, one next step, a request number. They work without database and session."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from yiqiao_portal.audit.context import facts

from ..todos import keep_count

TITLES = {
    400: "请求有误",
    403: "没有权限",
    404: "没有找到",
    405: "这一页不能这样打开",
    409: "情况有变化",
    413: "内容太大",
    429: "请稍后再试",
    500: "系统出错",
}
MESSAGES = {
    400: "提交的内容有误，请返回上一页检查后再试。",
    403: "您的岗位没有这项权限。如工作需要，请联系镇党建办或系统管理员开通。",
    404: "没有找到，或您没有查看权限。请从左侧菜单重新进入。",
    405: "这个地址只用来提交表单，不能直接打开。请从左侧菜单重新进入。",
    413: "提交的文字或文件太大：文字总量不超过 5MB，照片每张不超过 8MB。请精简后再提交。",
    500: "系统出错，内容未保存。请稍后再试；如反复出现，请把下面的编号告诉系统管理员。",
}
CHANGED = 409  # by somebody else, whose step may have brought new to-dos
SAFE = {"GET", "HEAD", "OPTIONS"}
WRONG_ADDRESS = "网址里有写错的内容，没有打开。请返回上一页，或从左侧菜单重新进入。"
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def page(request, status: int, *, message: str = "", **context):
    """An error page by status; `message` is a sentence that names the remedy."""
    context = {
        "title": TITLES[status],
        "message": message or MESSAGES[status],
        "status": status,
        "request_id": facts().request_id,
        "sent": request.method not in SAFE,
        **context,
    }
    if status != CHANGED:
        keep_count(request)
    if not hasattr(request, "user"):
        return HttpResponse(render_to_string(f"{status}.html", context), status=status)
    return render(request, f"{status}.html", context, status=status)


def bad_request(request, exception=None):
    """400, or 413 where the size was the trouble."""
    if request.method in SAFE:
        return page(request, 400, message=WRONG_ADDRESS)
    return page(request, 413 if isinstance(exception, TOO_BIG) else 400)


def forbidden(request, exception=None):
    """403: names who can help."""
    return page(request, 403, message=str(exception or ""))


def not_found(request, exception=None):
    """404: the same for what does not exist and what is out of reach."""
    return page(request, 404)


def server_error(request):
    """500: nothing of the inside is shown."""
    context = {"title": TITLES[500], "message": MESSAGES[500], "status": 500, "request_id": facts().request_id}
    return HttpResponse(render_to_string("500.html", context), status=500)


def csrf_failure(request, reason=""):
    """A stale form of our own may be sent again with what was typed; a foreign one is only told to start anew.

    Only the browser's own word makes a form ours: Origin is exactly this site (foreign files send `null`).
    """
    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if own:
        return _keep_typed(request, message="页面打开太久，校验已过期。内容没有丢，请点“重新提交”。", offer=True)
    return page(request, 403, message="这个表单不是从本平台页面提交的，没有保存。请从左侧菜单重新进入，再填写提交。")


def session_lapsed(request, login_url: str):
    """The session ended while the form was open: sign in in a new window, then send it again."""
    message = "登录已过期，内容还没有保存，也没有丢。请先登录，再回到本页点“重新提交”。"
    return _keep_typed(request, message=message, offer=True, login_url=str(login_url))


def _keep_typed(request, *, message: str, offer: bool, login_url: str = ""):
    hidden = {"csrfmiddlewaretoken", "password", "login", "password1", "password2", "oldpassword", "code"}
    typed = [(name, value) for name, values in request.POST.lists() if name not in hidden for value in values]
    return page(request, 403, message=message, typed=typed, offer=offer and bool(typed), login_url=login_url)
