"""Addresses of resources, needs, claims, matches."""

urlpatterns = []
