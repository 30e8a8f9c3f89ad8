"""Plans of the year that are due, and those that wait to be approved. Asked anew each day; each stage is told once."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format

from common import clock, preferences

from .. import states
from ..models import Station, StationPlan
from ..notifications import plans as notifications

WARN = 14  # days before the plan is due
EVERY = 7  # days between two reminders of what is late
P = states.PlanState


def remind(now: dt.datetime) -> dict:
    today = now.date()
    return {"plans": to_plan(today), "approve": to_approve(today)}


def to_plan(today) -> int:
    """Stations whose plan of this year has not been handed in: two weeks before its day, on it, and weekly for a quarter."""
    month, day = map(int, preferences.get("station.plan_due").split("-"))
    due_on = dt.date(today.year, month, day)
    stage = _stage(today, due_on)
    if not stage:
        return 0
    handed_in = StationPlan.objects.filter(
        station=OuterRef("pk"), year=today.year, state__in=(P.SUBMITTED, P.APPROVED)
    )
    waiting = Station.objects.open().filter(~Exists(handed_in)).select_related("area", "parent__parent")
    return sum(
        notifications.due(station, today.year, date_format(due_on), stage)
        for station in waiting.iterator(chunk_size=500)
    )


def to_approve(today) -> int:
    """Plans nobody has approved or sent back, once a week."""
    year, week, _day = today.isocalendar()
    waiting = StationPlan.objects.filter(state=P.SUBMITTED).select_related("station__area")
    return sum(
        notifications.waits(plan, f"{year}-{week}")
        for plan in waiting.iterator(chunk_size=500)
        if _is_old(plan, today)
    )


def _is_old(plan, today) -> bool:
    """Handed in on an earlier working day."""
    handed_in = plan.changes.filter(move="submit").first()
    return handed_in is None or clock.add_workdays(handed_in.at.date(), 1) < today


def _stage(today, due_on) -> str:
    left = (due_on - today).days
    if left > WARN or left < -92:
        return ""
    if left > 0:
        return "warn"
    return "due" if left == 0 else f"late-{-left // EVERY}"
