"""The frame's own pages."""

from django.urls import path

from .views.frame import AboutPage, appearance, health, ready
from .views.jobs import JobsPage
from .views.messages import MessageList, MessageOpen, MessageSettings, MessagesRead
from .views.recycling import RecycleBin, Restore
from .views.search import SearchPage
from .views.workbench import Workbench

app_name = "core"
urlpatterns = [
    path("", Workbench.as_view(), name="workbench"),
    path("search/", SearchPage.as_view(), name="search"),
    path("recycle/", RecycleBin.as_view(), name="recycle"),
    path("recycle/<str:label>/<int:pk>/restore/", Restore.as_view(), name="restore"),
    path("messages/", MessageList.as_view(), name="messages"),
    path("messages/read/", MessagesRead.as_view(), name="messages_read"),
    path("messages/settings/", MessageSettings.as_view(), name="message_settings"),
    path("messages/<int:pk>/open/", MessageOpen.as_view(), name="message_open"),
    path("jobs/", JobsPage.as_view(), name="jobs"),
    path("appearance/", appearance, name="appearance"),
    path(
        "about/privacy/",
        AboutPage.as_view(template_name="core/privacy.html", title="关于个人信息"),
        name="privacy",
    ),
    path(
        "about/accessibility/",
        AboutPage.as_view(template_name="core/accessibility.html", title="无障碍"),
        name="accessibility",
    ),
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
]
