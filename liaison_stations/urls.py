"""Addresses of stations: what the public reads, what deputies and station staff do, what departments report."""

from django.urls import path

from .views import dispatches, opinions, points

app_name = "stations"
PUBLIC: list = []  # stations, near me, posters, stars
RECEPTIONS: list = []  # calendar, feeds, check-in, the day itself
CITIZENS: list = []  # leave an opinion, follow it, read what was answered
OPINIONS: list = [  # /my/opinions/ and orders of departments
    path("my/opinions/<int:pk>/", opinions.detail, name="opinion"),
    path("my/opinions/<int:pk>/phone/", opinions.phone, name="opinion-phone"),
    path("my/opinions/pictures/<int:pk>/<slug:size>/", opinions.picture, name="opinion-picture"),
    path("my/dispatches/<int:pk>/", dispatches.detail, name="dispatch"),
    path("my/dispatches/pictures/<int:pk>/<slug:size>/", opinions.order_picture, name="order-picture"),
]
PLANS: list = []  # yearly plans, events, coverage
STARS: list = [  # reviews, gaps, league table
    path("my/stations/<int:pk>/gap/", points.gap, name="gap"),
    path("my/stations/<int:pk>/points/<slug:measure>/", points.points, name="points"),
]
urlpatterns = [*PUBLIC, *RECEPTIONS, *CITIZENS, *OPINIONS, *PLANS, *STARS]
