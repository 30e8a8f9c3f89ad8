from django.urls import path

from . import views

app_name = "home"
urlpatterns = [
    path("", views.start, name="start"),
    path("figures/stations/", views.figures_of_stations, name="figures-of-stations"),
    path("my/", views.my, name="my"),
    path("landing/", views.landing, name="landing"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("leave/", views.leave, name="leave"),
    path("language/", views.language, name="language"),
]
