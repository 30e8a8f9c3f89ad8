"""Every address of the portal, one line per app."""

from django.contrib import admin
from django.urls import include, path

from common import health

urlpatterns = [
    path("", include("home.urls")),
    path("", include("deputies.urls")),
    path("", include("proposals.urls")),
    path("", include("liaison_stations.urls")),
    path("notices/", include("notices.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "home.errors.bad_request"
handler403 = "home.errors.forbidden"
handler404 = "home.errors.not_found"
handler500 = "home.errors.server_error"
