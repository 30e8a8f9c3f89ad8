"""What is due among opinions and orders and not yet told.

What stays late climbs: the station hears of it at once, then the street or township, the county, the city (D3.4: not done,
it escalates).
"""

import datetime as dt
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role

from .. import states
from ..models import Dispatch, Opinion
from ..notifications import (
    accounts_of,
    county_offices,
    people_at,
    send,
    staff_of,
    township_offices,
    with_role,
)

O, D = states.OpinionState, states.DispatchState  # noqa: E741 the letter of the noun
WARN = 1  # days before; most steps have no more than five
# Days late from which each is told. Two apart: whoever is told can act on a working day before the next one hears of it
STATION_AFTER, TOWNSHIP_AFTER, COUNTY_AFTER, CITY_AFTER = 1, 3, 5, 7
EVERY = 7  # days between two reminders of what has been told to the city already


def remind(now: dt.datetime) -> dict:
    today = now.date()
    return {"opinions": opinions(today), "orders": orders(today), "extensions": extensions(today)}


def stage(due_on: dt.date, today: dt.date) -> str:
    """Where ``today`` stands: "" before the warning, then ``warn``, ``due``, ``late-1``, ``-3``, ``-5``, ``-7``, ``-14`` …"""
    left = (due_on - today).days
    if left > WARN:
        return ""
    if left >= 0:
        return "warn" if left else "due"
    late = -left
    if late >= CITY_AFTER:
        return f"late-{late // EVERY * EVERY}"
    reached = max(day for day in (STATION_AFTER, TOWNSHIP_AFTER, COUNTY_AFTER) if day <= late)
    return f"late-{reached}"


class People:
    """Who is told for a station, asked once a run for each station and area."""

    def __init__(self):
        self._known = {}

    def of(self, ask, about):
        key = ask, about.pk
        if key not in self._known:
            self._known[key] = ask(about)
        return self._known[key]

    def at(self, station):
        """Who runs it: its staff, where it has none the street or township, else the county."""
        return (
            self.of(staff_of, station)
            or self.of(township_offices, station.area)
            or self.of(county_offices, station.area)
        )

    def above(self, station, days_late):
        """Who hears beside them of what is so many days late."""
        people = []
        if days_late >= TOWNSHIP_AFTER:
            people += self.of(township_offices, station.area)
        if days_late >= COUNTY_AFTER:
            people += self.of(county_offices, station.area)
        if days_late >= CITY_AFTER:
            people += self.city
        return people

    @cached_property
    def city(self):
        return with_role(Role.OFFICE)


def opinions(today) -> int:
    """Reviews, answers, reports back, and what lies with the county office: before, on and after their day."""
    told, people = 0, People()
    waiting = Opinion.objects.filter(
        state__in=states.TO_REVIEW | states.WITH_STATION | {O.ESCALATED},
        due_on__lte=today + dt.timedelta(days=WARN),
    )
    for opinion in waiting.select_related(
        "station__area", "station__parent__parent", "deputy__user"
    ).iterator(chunk_size=500):
        late = (today - opinion.due_on).days
        station = opinion.station
        first = people.at(station)
        if opinion.state == O.ESCALATED:
            first = people.of(county_offices, station.area) or people.city
        elif opinion.state == O.ACCEPTED and opinion.deputy:
            first = [*first, *accounts_of([opinion.deputy])]
        told += _tell(
            [*first, *people.above(station, late)],
            "opinion_late" if late > 0 else "opinion",
            _subject(_what_of(opinion), station, late),
            opinion,
            f"remind-opinion:{opinion.pk}:{opinion.state}:{opinion.due_on}:{stage(opinion.due_on, today)}",
        )
    return told


def orders(today) -> int:
    """Reporting in, being on the spot, solving: the department before, on and after the day; when late the station too."""
    told, people = 0, People()
    running = Dispatch.objects.working().filter(due_on__lte=today + dt.timedelta(days=WARN))
    for order in running.select_related(
        "unit", "opinion__station__area", "opinion__station__parent__parent"
    ).iterator(chunk_size=500):
        late, station = (today - order.due_on).days, order.opinion.station
        key = f"remind-order:{order.pk}:{order.state}:{order.due_on}:{stage(order.due_on, today)}"
        what = _what_of_order(order)
        told += _tell(
            people.of(people_at, order.unit),
            "dispatch_late" if late > 0 else "dispatch",
            _subject(what, station, late),
            order,
            key,
        )
        if late >= STATION_AFTER:
            told += _tell(
                [*people.at(station), *people.above(station, late)],
                "opinion_late",
                f"{order.unit}：{_subject(what, station, late)}",
                order.opinion,
                key,
            )
    return told


def extensions(today) -> int:
    """Departments' requests for more time that nobody decided by the next day."""
    told, people = 0, People()
    waiting = Dispatch.objects.working().filter(
        extension_asked_at__date__lt=today, extension_granted__isnull=True
    )
    for order in waiting.select_related("unit", "opinion__station__area"):
        area = order.opinion.station.area
        deciders = people.of(township_offices, area) or people.of(county_offices, area)
        words = {"unit": order.unit, "station": order.opinion.station}
        told += _tell(
            deciders or people.city,
            "opinion",
            _("Still to decide, %(unit)s asks for more time for the order of %(station)s") % words,
            order.opinion,
            f"remind-extension:{order.pk}:{'-'.join(map(str, today.isocalendar()[:2]))}",
        )
    return told


def _what_of(opinion):
    if opinion.state in states.TO_REVIEW:
        return _("an opinion to review")
    return _("an opinion to report back on") if opinion.state == O.SOLVED else _("an opinion to answer")


def _what_of_order(order):
    return {
        D.SENT: _("an order to report in on"),
        D.REPORTED_IN: _("an order to be on the spot for"),
        D.ON_SITE: _("an order to solve"),
    }[order.state]


def _subject(what, station, late):
    words = {"what": what, "station": station, "days": abs(late)}
    if late > 0:
        return _("%(days)s days late at %(station)s: %(what)s") % words
    return (
        _("Due tomorrow at %(station)s: %(what)s") if late else _("Due today at %(station)s: %(what)s")
    ) % words


@transaction.atomic
def _tell(people, kind, subject, record, key) -> int:
    each_once = {person.pk: person for person in people}
    return send(each_once.values(), kind, subject, record, key)
