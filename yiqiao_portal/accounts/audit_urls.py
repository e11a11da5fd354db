"""Addresses of the auditor's pages."""

from django.urls import path

from .views import log

app_name = "audit"
urlpatterns = [
    path("", log.EntryList.as_view(), name="list"),
    path("verify/", log.VerifyPage.as_view(), name="verify"),
    path("<int:pk>/", log.EntryPage.as_view(), name="entry"),
]
