"""Every address of the portal, one line per app."""

from django.contrib import admin
from django.urls import include, path

from common import health

urlpatterns = [
    # what the first word tells stands first: they are tried one after another
    path("admin/", admin.site.urls),
    path("notices/", include("notices.urls")),
    path("accounts/", include("accounts.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("home.urls")),
    path("", include("deputies.urls")),
    path("", include("proposals.urls")),
    path("", include("liaison_stations.urls")),
]

handler400 = "home.errors.bad_request"
handler403 = "home.errors.forbidden"
handler404 = "home.errors.not_found"
handler500 = "home.errors.server_error"
