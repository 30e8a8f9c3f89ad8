"""Addresses of stations: what the public reads, what deputies and station staff do, what departments report."""

from django.urls import path

from .views import coverage, dispatches, opinions, plans, points

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
STARS: list = [  # reviews, gaps, league table
    path("my/stations/<int:pk>/gap/", points.gap, name="gap"),
    path("my/stations/<int:pk>/points/<slug:measure>/", points.points, name="points"),
]
PLANS = [
    path("my/stations/<int:pk>/plan/<int:year>/", plans.plan, name="plan"),
    path("my/stations/<int:pk>/plan/<int:year>/edit/", plans.plan_edit, name="plan-edit"),
    path("my/stations/plans/<int:pk>/<slug:verb>/", plans.plan_act, name="plan-act"),
    path("stations/plans/<int:pk>/file/", plans.plan_file, name="plan-file"),
    path("stations/<int:pk>/events/", plans.public_events, name="events"),
    path("stations/events/pictures/<int:pk>/<slug:size>/", plans.event_picture, name="event-picture"),
    path("my/stations/<int:pk>/events/", plans.events_of, name="events-of"),
    path("my/stations/<int:pk>/events/new/<slug:kind>/", plans.event_new, name="event-new"),
    path("my/stations/events/<int:pk>/", plans.event_edit, name="event-edit"),
    path("my/stations/events/pictures/<int:pk>/remove/", plans.picture_remove, name="event-picture-remove"),
    path("overview/stations/", coverage.overview, name="coverage"),
    path("overview/stations/silent/", coverage.silent, name="silent"),
    path("overview/stations/matters/", coverage.recurring, name="matters"),
    path("overview/stations/matters/<int:pk>/offer/", coverage.offer, name="matter-offer"),
    path("overview/stations/managed/", coverage.managed, name="managed"),
]
urlpatterns = [*PUBLIC, *RECEPTIONS, *CITIZENS, *OPINIONS, *PLANS, *STARS]
