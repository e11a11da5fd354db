"""What the user was told: the list, opening one, and which kinds are wanted."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import View

from ..filters import MessageFilter
from ..forms import MessageSettingsForm
from ..messages import selectors, services
from ..messages.quiet import quiet_hours
from ..models import Message, MessagePreference
from ..tables import MessageTable
from .base import Action, Crumb, PortalPage
from .edit import FormMixin
from .list import ListPage, Preset

OWN = "core.signed_in"
UNREAD = Q(read_at=None)


class MessageList(ListPage):
    """The user's own messages, newest first."""

    template_name = "core/messages.html"
    model = Message
    permission = OWN
    table_class = MessageTable
    filter_class = MessageFilter
    title = "消息"
    lede = "点标题即可查看，并记为已读；是否已读只有您自己看得到。"
    export_action = "message.export"
    presets = (Preset("全部", "", Q(pk__isnull=False)), Preset("未读", "state=unread", UNREAD))
    empty_title = "还没有消息"
    empty_text = "与您有关的事情有了新进展，会在这里告诉您。"

    def get_actions(self):
        unread = self.get_queryset().filter(UNREAD).exists()
        read = [Action("全部标为已读", reverse("core:messages_read"), icon="check", method="post")] if unread else []
        return [*read, Action("提醒设置", reverse("core:message_settings"), icon="gear")]

    def empty_action(self):
        return None


class MessageOpen(View):
    """Leads to what the message is about; from now on it is read."""

    http_method_names = ["post"]
    permission = OWN
    model = Message

    def post(self, request, pk: int):
        message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
        services.open_message(message, by=request.user)
        return redirect(message.url)


class MessagesRead(View):
    """Nothing is unread any more."""

    http_method_names = ["post"]
    permission = OWN
    model = Message

    def post(self, request):
        count = services.mark_all_read(by=request.user)
        messages.success(request, f"{count} 条消息已标为已读。" if count else "没有未读的消息。")
        return redirect("core:messages")


class MessageSettings(FormMixin, PortalPage):
    """Which kinds of message the user wants, and when none arrive."""

    template_name = "core/message_settings.html"
    permission = OWN
    model = MessagePreference
    form_class = MessageSettingsForm
    title = "提醒设置"
    lede = "选择哪些事情要在“消息”里告诉您；“待办”不受影响。"
    warning = ""

    def get_crumbs(self):
        return [Crumb("消息", reverse("core:messages"))]

    def form_options(self):
        return {"initial": {"kinds": selectors.wanted_kinds(self.request.user)}}

    def write(self, form):
        services.set_preferences(by=self.request.user, wanted=form.cleaned_data["kinds"])

    def done_message(self, row):
        return "提醒设置已保存。"

    def done_url(self, row):
        return reverse("core:messages")

    def get_context_data(self, **kwargs):
        return super().get_context_data(quiet=quiet_hours(), **kwargs)
