"""Addresses of alliances; each part of the pillar has its own file."""

from . import alliances, lists, projects, rivers

app_name = "alliances"
urlpatterns = [*alliances.urlpatterns, *lists.urlpatterns, *projects.urlpatterns, *rivers.urlpatterns]
