"""The pages of allauth that this portal uses; those not listed do not exist."""

from allauth.account import views
from django.urls import include, path, re_path

from .hashing import in_turn
from .views import stay

urlpatterns = [
    path("login/", in_turn(views.login), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("stay/", stay, name="account_stay"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # says that it is closed
    path("reauthenticate/", in_turn(views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", in_turn(views.password_change), name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        in_turn(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
