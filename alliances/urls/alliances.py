"""Addresses of alliances, members, turns, meetings, contributions."""

urlpatterns = []
