"""Addresses of sign-in, one's own account and the system administrator's pages.

Only the pages of allauth that the portal wants are named: no sign-up, no e-mail, no password mail, no third parties.
"""

from allauth.account import views as account
from allauth.mfa import urls as mfa
from allauth.usersessions.views import list_usersessions
from django.urls import include, path

from .views import own, users

own_patterns = [
    path("", own.OwnAccount.as_view(), name="own"),
    path("users/", users.UserList.as_view(), name="list"),
    path("users/new/", users.UserCreate.as_view(), name="create"),
    path("users/<int:pk>/", users.UserPage.as_view(), name="user"),
    path("users/<int:pk>/rename/", users.UserRename.as_view(), name="rename"),
    path("users/<int:pk>/password/", users.PasswordReset.as_view(), name="reset_password"),
    path("users/<int:pk>/disable/", users.UserDisable.as_view(), name="disable"),
    path("users/<int:pk>/enable/", users.UserEnable.as_view(), name="enable"),
    path("users/<int:pk>/second-factor/", users.SecondFactorReset.as_view(), name="reset_second_factor"),
]

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", own.Logout.as_view(), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/", own.ChangePassword.as_view(), name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include(mfa)),
    path("sessions/", list_usersessions, name="usersessions_list"),
    path("", include((own_patterns, "accounts"))),
]
