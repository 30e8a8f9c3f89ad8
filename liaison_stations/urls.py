"""Addresses of stations: what the public reads, what deputies and station staff do, what departments report."""

from django.urls import path

from .views import (
    calendars,
    coverage,
    dispatches,
    handling,
    opinions,
    plans,
    points,
    public,
    receptions,
    visitors,
)

app_name = "stations"
PUBLIC: list = [  # stations, near me, posters, stars
    path("stations/", public.station_list, name="list"),
    path("stations/near/", public.near, name="near"),
    path("stations/<int:pk>/", public.detail, name="detail"),
    path("stations/<int:pk>/poster/", public.poster, name="poster"),
    path("stations/<int:pk>/photo/<slug:size>/", public.photo, name="photo"),
]
RECEPTIONS = [  # calendar, feeds, check-in, the day itself
    path("stations/calendar/", calendars.calendar, name="calendar"),
    path("stations/calendar.ics", calendars.feed, name="feed"),
    path("stations/areas/<str:code>/calendar.ics", calendars.feed_of_area, name="feed-of-area"),
    path("stations/<int:pk>/calendar/", calendars.calendar_of, name="calendar-of"),
    path("stations/<int:pk>/calendar.ics", calendars.feed_of, name="feed-of"),
    path("stations/receptions/<int:pk>/", calendars.notice, name="notice"),
    path("my/receptions/", receptions.mine, name="my-receptions"),
    path("my/receptions/<int:pk>/", receptions.reception, name="reception"),
    path("my/receptions/<int:pk>/deputies/", receptions.assign, name="reception-assign"),
    path("my/receptions/<int:pk>/announce/", receptions.announce, name="reception-announce"),
    path("my/receptions/<int:pk>/change/", receptions.change, name="reception-change"),
    path("my/receptions/<int:pk>/close/", receptions.hold, name="reception-hold"),
    path("my/receptions/<int:pk>/cancel/", receptions.cancel, name="reception-cancel"),
    path("my/receptions/<int:pk>/came/", receptions.came, name="reception-came"),
    path("my/receptions/<int:pk>/code/", visitors.screen, name="reception-code"),
    path("my/receptions/<int:pk>/check-in/", visitors.check_in, name="check-in"),
    path("my/receptions/<int:pk>/visitor/", visitors.visitor, name="visitor"),
    path("my/receptions/<int:pk>/visitors/<int:opinion>/", visitors.receipt, name="visitor-receipt"),
    path("my/receptions/<int:pk>/visitors/<int:opinion>/form/", visitors.registration, name="visitor-form"),
    path("my/stations/<int:pk>/receptions/", receptions.of_station, name="receptions-of"),
    path("my/stations/<int:pk>/receptions/new/", receptions.plan, name="reception-plan"),
    path("my/stations/<int:pk>/receptions/year/", receptions.make_year, name="reception-year"),
]
CITIZENS: list = []  # leave an opinion, follow it, read what was answered
OPINIONS: list = [  # /my/opinions/ and orders of departments
    path("my/opinions/<int:pk>/", opinions.detail, name="opinion"),
    path("my/opinions/<int:pk>/phone/", opinions.phone, name="opinion-phone"),
    path("my/opinions/pictures/<int:pk>/<slug:size>/", opinions.picture, name="opinion-picture"),
    path("my/opinions/<int:pk>/release/", handling.release, name="opinion-release"),
    path("my/opinions/<int:pk>/accept/", handling.accept, name="opinion-accept"),
    path("my/opinions/<int:pk>/refuse/", handling.refuse, name="opinion-refuse"),
    path("my/opinions/<int:pk>/join/", handling.join, name="opinion-join"),
    path("my/opinions/<int:pk>/dispatch/", handling.dispatch, name="opinion-dispatch"),
    path("my/opinions/<int:pk>/add-unit/", handling.add_unit, name="opinion-add-unit"),
    path("my/opinions/<int:pk>/answer/", handling.answer, name="opinion-answer"),
    path("my/opinions/<int:pk>/say/", handling.say, name="opinion-say"),
    path("my/opinions/<int:pk>/escalate/", handling.escalate, name="opinion-escalate"),
    path("my/opinions/<int:pk>/send-down/", handling.send_down, name="opinion-send-down"),
    path("my/opinions/<int:pk>/ask-deputy/", handling.ask_deputy, name="opinion-ask-deputy"),
    path("my/opinions/<int:pk>/raise/", handling.raise_it, name="opinion-raise"),
    path("my/opinions/<int:pk>/close/", handling.close, name="opinion-close"),
    path("my/opinions/<int:pk>/publish/", handling.publish, name="opinion-publish"),
    path("my/opinions/<int:pk>/take-back/", handling.take_back, name="opinion-take-back"),
    path("my/dispatches/<int:pk>/", dispatches.detail, name="dispatch"),
    path("my/dispatches/<int:pk>/report-in/", dispatches.report_in, name="dispatch-report-in"),
    path("my/dispatches/<int:pk>/visit/", dispatches.visit, name="dispatch-visit"),
    path("my/dispatches/<int:pk>/solve/", dispatches.solve, name="dispatch-solve"),
    path("my/dispatches/<int:pk>/hand-back/", dispatches.hand_back, name="dispatch-hand-back"),
    path("my/dispatches/<int:pk>/extend/", dispatches.extend, name="dispatch-extend"),
    path("my/dispatches/<int:pk>/recall/", dispatches.recall, name="dispatch-recall"),
    path(
        "my/dispatches/<int:pk>/decide-extension/",
        dispatches.decide_extension,
        name="dispatch-decide-extension",
    ),
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
