"""Addresses of activities."""

from django.urls import path

from .views import cells, explain, files, matrix, records, writing

app_name = "activities"
urlpatterns = [
    path("", records.ActivityList.as_view(), name="list"),
    path("matrix/", matrix.MatrixPage.as_view(), name="matrix"),
    path("matrix/cells/", cells.CellList.as_view(), name="cells"),
    path(
        "matrix/explain/<int:organisation>/<slug:kind>/<int:year>/<int:number>/",
        explain.ExplainPage.as_view(),
        name="explain",
    ),
    path("decisions/<int:pk>/finish/", records.FinishDecision.as_view(), name="finish_decision"),
    path("plan/", writing.PlanPage.as_view(), name="plan"),
    path("new/", writing.ChooseKind.as_view(), name="choose"),
    path("new/<slug:kind>/", writing.ActivityCreate.as_view(), name="create"),
    path("<int:pk>/", records.ActivityDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", writing.ActivityUpdate.as_view(), name="update"),
    path("<int:pk>/remove/", writing.ActivityRemove.as_view(), name="remove"),
    path("<int:pk>/do/<slug:name>/", writing.ActivityTransition.as_view(), name="do"),
    path("photos/<uuid:token>.jpg", files.PhotoFile.as_view(), name="photo"),
    path("photos/<uuid:token>/small.jpg", files.PhotoFile.as_view(small=True), name="photo_small"),
    path("attachments/<uuid:token>/", files.AttachmentFile.as_view(), name="attachment"),
    path("photos/<int:pk>/remove/", files.PhotoRemove.as_view(), name="remove_photo"),
    path("attachments/<int:pk>/remove/", files.AttachmentRemove.as_view(), name="remove_attachment"),
]
