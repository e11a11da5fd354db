"""Somebody with several posts stands for one of them at a time."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import View

from ..middleware import SESSION_KEY


class SwitchPost(View):
    """POST `post`: stand for this post from now on, until another is chosen or the session ends."""

    http_method_names = ["post"]
    permission = "core.signed_in"

    def post(self, request):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        chosen = next((post for post in request.user.posts if str(post.pk) == request.POST.get("post")), None)
        if chosen is None:
            raise Http404
        request.session[SESSION_KEY] = chosen.pk
        messages.success(request, f"已切换到：{chosen.label}。")
        return redirect("core:workbench")
