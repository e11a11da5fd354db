"""Addresses."""

from django.urls import path

from . import views

app_name = "places"
urlpatterns = [
    path("", views.PlaceList.as_view(), name="places"),
    path("new/", views.PlaceNew.as_view(), name="new"),
    path("<int:pk>/", views.PlacePage.as_view(), name="place"),
    path("<int:pk>/edit/", views.PlaceEdit.as_view(), name="edit"),
    path("<int:pk>/remove/", views.PlaceRemove.as_view(), name="remove"),
]
