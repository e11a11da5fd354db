"""Addresses of alliances, members, turns, contributions."""

from django.urls import path

from ..views import alliances, contributions, members, turns

urlpatterns = [
    path("", alliances.AllianceList.as_view(), name="list"),
    path("new/", alliances.AllianceNew.as_view(), name="alliance_new"),
    path("<int:pk>/", alliances.AlliancePage.as_view(), name="alliance"),
    path("<int:pk>/edit/", alliances.AllianceEdit.as_view(), name="alliance_edit"),
    path("<int:pk>/name/", alliances.AllianceRename.as_view(), name="alliance_name"),
    path("<int:pk>/remove/", alliances.AllianceRemove.as_view(), name="alliance_remove"),
    path("<int:pk>/members/", members.MembersPage.as_view(), name="members"),
    path("<int:pk>/members/new/", members.MemberNew.as_view(), name="member_new"),
    path("members/<int:pk>/edit/", members.MemberEdit.as_view(), name="member_edit"),
    path("members/<int:pk>/leave/", members.MemberLeave.as_view(), name="member_leave"),
    path("<int:pk>/turns/", turns.TurnsPage.as_view(), name="turns"),
    path("<int:pk>/turns/plan/", turns.TurnsPlan.as_view(), name="turns_plan"),
    path("turns/<int:pk>/swap/", turns.TurnSwap.as_view(), name="turn_swap"),
    path("contributions/", contributions.ContributionsHome.as_view(), name="contributions_home"),
    path("contributions/<int:pk>/", contributions.ContributionsPage.as_view(), name="contributions"),
    path(
        "contributions/<int:pk>/<int:organisation>/<slug:what>/",
        contributions.ContributionRows.as_view(),
        name="contribution_rows",
    ),
    path("charter/<uuid:token>/", alliances.CharterFile.as_view(), name="charter"),
]
