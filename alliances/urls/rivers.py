"""Addresses of rivers, patrols, samples."""

urlpatterns = []
