"""Addresses that anybody may open, each behind the switch of its alliance."""

from django.urls import path

from ..views import public

app_name = "alliances_public"
urlpatterns = [
    path("", public.PublicList.as_view(), name="list"),
    path("<slug:slug>/", public.PublicAlliance.as_view(), name="alliance"),
]
