"""Addresses of resources, needs, claims, matches."""

from django.urls import path

from ..views import claims, matches, needs, resources

urlpatterns = [
    path("resources/", resources.ResourceList.as_view(), name="resources"),
    path("resources/new/", resources.ResourceNew.as_view(), name="resource_new"),
    path("resources/<int:pk>/", resources.ResourcePage.as_view(), name="resource"),
    path("resources/<int:pk>/edit/", resources.ResourceEdit.as_view(), name="resource_edit"),
    path("resources/<int:pk>/remove/", resources.ResourceRemove.as_view(), name="resource_remove"),
    path("resources/<int:pk>/do/<slug:name>/", resources.ResourceDo.as_view(), name="resource_do"),
    path("needs/", needs.NeedList.as_view(), name="needs"),
    path("needs/new/", needs.NeedNew.as_view(), name="need_new"),
    path("needs/<int:pk>/", needs.NeedPage.as_view(), name="need"),
    path("needs/<int:pk>/edit/", needs.NeedEdit.as_view(), name="need_edit"),
    path("needs/<int:pk>/remove/", needs.NeedRemove.as_view(), name="need_remove"),
    path("needs/<int:pk>/do/<slug:name>/", needs.NeedDo.as_view(), name="need_do"),
    path("needs/<int:need>/claim/", claims.ClaimNew.as_view(), name="claim_new"),
    path("claims/<int:pk>/do/<slug:name>/", claims.ClaimDo.as_view(), name="claim_do"),
    path("needs/<int:need>/matching/", matches.Matching.as_view(), name="matching"),
    path("needs/<int:need>/matching/<int:resource>/", matches.MatchNew.as_view(), name="match_new"),
    path("matches/<int:pk>/do/<slug:name>/", matches.MatchDo.as_view(), name="match_do"),
]
