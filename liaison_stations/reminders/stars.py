"""Steps of the star round that wait, objections running out, notices ending (D3.5). Asked anew each day; each stage is told once.

A station is reminded of its own review; an office once a week of how many wait for it, not of each.
"""

import datetime as dt

from django.db.models import Count

from accounts.models import Role
from common import clock
from common.text import in_office_language

from .. import states
from ..models import Rectification, StarObjection, StarReview
from ..notifications import county_offices, township_offices, with_role
from ..notifications import stars as notifications

V = states.ReviewState
EVERY = 7  # days between two reminders of what waits
SOON = (14, 3)  # days before a notice ends on which it is told


@in_office_language
def remind(now: dt.datetime) -> dict:
    today = now.date()
    return {
        "star_steps": to_score(today) + to_check(today) + to_decide(today) + to_finish(today),
        "star_objections": running_out(today),
        "star_notices": ending(today),
    }


def to_score(today) -> int:
    """Stations that have not scored themselves a week after the round was opened, and each week from then on."""
    waiting = StarReview.objects.filter(
        state=V.SELF, scheme__opened_on__lte=today - dt.timedelta(days=EVERY)
    ).select_related("scheme", "station__area", "station__parent__parent")
    return sum(notifications.still_waits(review, _week(today)) for review in waiting.iterator(chunk_size=500))


def to_check(today) -> int:
    """What lies with townships and counties, once a week to each office."""
    told = 0
    for state, offices in ((V.TOWNSHIP, township_offices), (V.COUNTY, county_offices)):
        waiting = StarReview.objects.filter(
            state=state, changes__at__date__lte=today - dt.timedelta(days=EVERY)
        )
        for review in _by_area(waiting.distinct()):
            people = offices(review["area"]) or with_role(Role.OFFICE)
            told += notifications.many_wait(people, state, review, _week(today))
    return told


def to_decide(today) -> int:
    """What the city has to decide or to publish, once a week; nothing while a round is checked."""
    told = 0
    for state in (V.CITY, V.DECIDED):
        waiting = StarReview.objects.filter(state=state)
        for scheme, number in waiting.order_by("scheme").values_list("scheme__year").annotate(Count("pk")):
            told += notifications.city_waits(state, scheme, number, _week(today))
    return told


def running_out(today) -> int:
    """The last working day but one on which something can be said against published stars; objections nobody answered."""
    until = clock.add_workdays(today, 1)
    ending_soon = StarReview.objects.filter(state=V.PUBLISHED, objections_until__range=(today, until))
    told = sum(
        notifications.objections_end(review)
        for review in ending_soon.select_related("scheme", "station__area", "station__parent__parent")
    )
    unanswered = StarObjection.objects.filter(answered_at=None, at__date__lt=today)
    for objection in unanswered.select_related("review__station", "review__scheme"):
        told += notifications.objection_waits(objection, _week(today))
    return told


def to_finish(today) -> int:
    """Stars whose days of publicity are over."""
    over = StarReview.objects.filter(state=V.PUBLISHED, objections_until__lt=today)
    return sum(
        notifications.city_waits(V.PUBLISHED, year, number, _week(today))
        for year, number in over.order_by("scheme").values_list("scheme__year").annotate(Count("pk"))
    )


def ending(today) -> int:
    """Notices to put it right: two weeks and three days before the end to the station, after it to who checks."""
    told = 0
    running = Rectification.objects.open().select_related("station__area", "station__parent__parent")
    for notice in running.filter(until__lte=today + dt.timedelta(days=max(SOON))):
        left = (notice.until - today).days
        if left >= 0:
            stage = min(days for days in (*SOON, max(SOON)) if left <= days)
            told += notifications.notice_ends(notice, stage)
        else:
            told += notifications.notice_to_check(notice, _week(today))
    return told


def _by_area(reviews):
    """``{area, year, number}`` of each township and year."""
    counted: dict = {}
    for review in reviews.select_related("station__area", "scheme"):
        key = review.station.area_id, review.scheme.year
        row = counted.setdefault(key, {"area": review.station.area, "year": review.scheme.year, "number": 0})
        row["number"] += 1
    return counted.values()


def _week(today) -> str:
    year, week, _day = today.isocalendar()
    return f"{year}-{week}"
