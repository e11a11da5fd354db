"""Addresses of the pages that give and end posts; they hang below an account's page."""

from django.urls import path

from .views import posts

app_name = "posts"
urlpatterns = [
    path("new/", posts.ChooseRole.as_view(), name="choose"),
    path("new/<slug:role>/", posts.GivePost.as_view(), name="give"),
    path("<int:pk>/end/", posts.EndPost.as_view(), name="end"),
]
