"""Addresses of rivers, patrols, samples."""

from django.urls import path

from ..views import patrols, rivers, samples

urlpatterns = [
    path("rivers/", rivers.RiverList.as_view(), name="rivers"),
    path("rivers/new/", rivers.RiverNew.as_view(), name="river_new"),
    path("rivers/<int:pk>/", rivers.RiverPage.as_view(), name="river"),
    path("rivers/<int:pk>/edit/", rivers.RiverEdit.as_view(), name="river_edit"),
    path("rivers/<int:pk>/remove/", rivers.RiverRemove.as_view(), name="river_remove"),
    path("rivers/<int:pk>/sections/new/", rivers.SectionNew.as_view(), name="section_new"),
    path("rivers/sections/<int:pk>/", rivers.SectionPage.as_view(), name="section"),
    path("rivers/sections/<int:pk>/edit/", rivers.SectionEdit.as_view(), name="section_edit"),
    path("rivers/sections/<int:pk>/remove/", rivers.SectionRemove.as_view(), name="section_remove"),
    path("rivers/sections/<int:pk>/chiefs/new/", rivers.ChiefNew.as_view(), name="chief_new"),
    path("rivers/chiefs/<int:pk>/end/", rivers.ChiefEnd.as_view(), name="chief_end"),
    path("patrols/", patrols.PatrolList.as_view(), name="patrols"),
    path("patrols/new/", patrols.PatrolNew.as_view(), name="patrol_new"),
    path("patrols/<int:pk>/", patrols.PatrolPage.as_view(), name="patrol"),
    path("patrols/<int:pk>/edit/", patrols.PatrolEdit.as_view(), name="patrol_edit"),
    path("patrols/<int:pk>/remove/", patrols.PatrolRemove.as_view(), name="patrol_remove"),
    path("patrols/problems/", patrols.ProblemList.as_view(), name="problems"),
    path("patrols/problems/<int:pk>/solve/", patrols.ProblemSolve.as_view(), name="problem_solve"),
    path("rivers/samples/", samples.SampleList.as_view(), name="samples"),
    path("rivers/samples/new/", samples.SampleNew.as_view(), name="sample_new"),
    path("rivers/samples/<int:pk>/", samples.SamplePage.as_view(), name="sample"),
    path("rivers/samples/<int:pk>/edit/", samples.SampleEdit.as_view(), name="sample_edit"),
    path("rivers/samples/<int:pk>/remove/", samples.SampleRemove.as_view(), name="sample_remove"),
]
