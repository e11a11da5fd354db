"""Addresses of projects, progress, programmes."""

from django.urls import path

from ..views import programmes, projects

urlpatterns = [
    path("projects/", projects.ProjectList.as_view(), name="projects"),
    path("projects/new/", projects.ProjectNew.as_view(), name="project_new"),
    path("projects/<int:pk>/", projects.ProjectPage.as_view(), name="project"),
    path("projects/<int:pk>/edit/", projects.ProjectEdit.as_view(), name="project_edit"),
    path("projects/<int:pk>/activities/", projects.ProjectActivities.as_view(), name="project_activities"),
    path("projects/<int:pk>/do/<slug:name>/", projects.ProjectTransition.as_view(), name="project_do"),
    path("projects/<int:pk>/progress/new/", projects.ProgressNew.as_view(), name="progress_new"),
    path("progress/<int:pk>/remove/", projects.ProgressRemove.as_view(), name="progress_remove"),
    path("progress/<uuid:token>.jpg", projects.ProgressPicture.as_view(), name="progress_photo"),
    path("progress/<uuid:token>/small.jpg", projects.ProgressPicture.as_view(small=True), name="progress_photo_small"),
    path("programmes/", programmes.ProgrammeList.as_view(), name="programmes"),
    path("programmes/new/", programmes.ProgrammeNew.as_view(), name="programme_new"),
    path("programmes/<int:pk>/", programmes.ProgrammePage.as_view(), name="programme"),
    path("programmes/<int:pk>/edit/", programmes.ProgrammeEdit.as_view(), name="programme_edit"),
    path("programmes/<int:pk>/remove/", programmes.ProgrammeRemove.as_view(), name="programme_remove"),
    path("programmes/<int:pk>/milestones/new/", programmes.MilestoneNew.as_view(), name="milestone_new"),
    path("milestones/<int:pk>/edit/", programmes.MilestoneEdit.as_view(), name="milestone_edit"),
    path("milestones/<int:pk>/done/", programmes.MilestoneDone.as_view(), name="milestone_done"),
    path("milestones/<int:pk>/remove/", programmes.MilestoneRemove.as_view(), name="milestone_remove"),
]
