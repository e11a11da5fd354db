"""Addresses of projects, progress, programmes."""

urlpatterns = []
