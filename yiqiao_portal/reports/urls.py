"""Addresses of reports."""

from django.urls import path

from .views import AnnualPage

app_name = "reports"
urlpatterns = [path("", AnnualPage.as_view(), name="annual")]
