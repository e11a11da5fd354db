"""Where every page hangs."""

from django.urls import include, path

urlpatterns = [
    path("", include("yiqiao_portal.core.urls")),
    path("accounts/", include("yiqiao_portal.accounts.urls")),
    path("accounts/users/<int:user_pk>/posts/", include("yiqiao_portal.directory.posts_urls")),
    path("audit/", include("yiqiao_portal.accounts.audit_urls")),
    path("directory/", include("yiqiao_portal.directory.urls")),
    path("places/", include("yiqiao_portal.places.urls")),
    path("activities/", include("yiqiao_portal.activities.urls")),
    path("reports/", include("yiqiao_portal.reports.urls")),
    path("alliances/", include("alliances.urls")),
    path("p/alliances/", include("alliances.urls.public")),
]
handler400 = "yiqiao_portal.core.views.errors.bad_request"
handler403 = "yiqiao_portal.core.views.errors.forbidden"
handler404 = "yiqiao_portal.core.views.errors.not_found"
handler500 = "yiqiao_portal.core.views.errors.server_error"
