"""Addresses."""

app_name = "directory"
urlpatterns = []
