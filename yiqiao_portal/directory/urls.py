"""Addresses."""

from django.urls import path

from .views import areas, imports, organisations, people, roster
from .views.switching import SwitchPost

app_name = "directory"
urlpatterns = [
    path("", areas.Home.as_view(), name="home"),
    path("areas/", areas.AreaTree.as_view(), name="areas"),
    path("service-lines/", areas.ServiceLines.as_view(), name="service_lines"),
    path("organisations/", organisations.OrganisationList.as_view(), name="organisations"),
    path("organisations/new/", organisations.OrganisationNew.as_view(), name="organisation_new"),
    path("organisations/<int:pk>/", organisations.OrganisationPage.as_view(), name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.OrganisationEdit.as_view(), name="organisation_edit"),
    path("organisations/<int:pk>/remove/", organisations.OrganisationRemove.as_view(), name="organisation_remove"),
    path("organisations/<int:pk>/roster/", roster.RosterPage.as_view(), name="roster"),
    path("organisations/<int:pk>/roster/add/", roster.RosterAdd.as_view(), name="roster_add"),
    path("people/", people.PersonList.as_view(), name="people"),
    path("people/new/", people.PersonNew.as_view(), name="person_new"),
    path("people/<int:pk>/", people.PersonPage.as_view(), name="person"),
    path("people/<int:pk>/edit/", people.PersonEdit.as_view(), name="person_edit"),
    path("people/<int:pk>/remove/", people.PersonRemove.as_view(), name="person_remove"),
    path("people/<int:pk>/phone/", people.PersonPhone.as_view(), name="person_phone"),
    path("roster/", roster.RosterList.as_view(), name="rosters"),
    path("roster/<int:pk>/edit/", roster.RosterEdit.as_view(), name="roster_edit"),
    path("roster/<int:pk>/remove/", roster.RosterRemove.as_view(), name="roster_remove"),
    path("import/", imports.ImportKinds.as_view(), name="imports"),
    path("import/<int:pk>/", imports.ImportPreview.as_view(), name="import_preview"),
    path("import/<slug:kind>/", imports.ImportStart.as_view(), name="import_start"),
    # Where the two first kinds stood before there were others.
    path("people/import/", imports.ImportStart.as_view(), {"kind": "people"}, name="import_people"),
    path(
        "organisations/import/",
        imports.ImportStart.as_view(),
        {"kind": "organisations"},
        name="import_organisations",
    ),
    path("post/", SwitchPost.as_view(), name="switch_post"),
]
