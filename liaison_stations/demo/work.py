"""What stations plan and do beside receptions: two years of plans and events, as much of it as their stars say (D3.1)."""

import datetime as dt

from common import clock

from ..models import Star, StationEvent, StationPlan
from . import words

Kind = StationEvent.Kind
YEARLY = {  # of each kind so many a year
    Star.FIVE: {
        Kind.STUDY: 2,
        Kind.SPECIAL: 4,
        Kind.EXCHANGE: 1,
        Kind.REPORT: 2,
        Kind.BRIEFING: 1,
        Kind.VISIT: 2,
    },
    Star.FOUR: {Kind.STUDY: 2, Kind.SPECIAL: 3, Kind.EXCHANGE: 1, Kind.REPORT: 1, Kind.VISIT: 1},
    Star.THREE: {Kind.STUDY: 1, Kind.SPECIAL: 2, Kind.REPORT: 1, Kind.VISIT: 1},
    Star.NONE: {Kind.STUDY: 1},
}
OF_MANAGEMENT = (
    (Kind.TRAINING, 2),
    (Kind.SUPERVISION, 2),
    (Kind.ASSESSMENT, 1),
)  # by city, county and township
YEARS = dt.timedelta(days=730)
TAKING_PART = 2  # deputies at an event
ENTERED_AFTER = (0, 1, 2, 5)  # days


def build(chronicle, places):
    year = chronicle.today.year
    for n, place in enumerate(places):
        for each in (year - 2, year - 1, year):
            if place.until and place.until.year < each:
                continue
            _plan(chronicle, place, each, n)
            _events(chronicle, place, each)
    chronicle.store()


def _plan(chronicle, place, year, n):
    """Approved in January; of this year's some are still on their way, none of those the city approves."""
    random, is_past = chronicle.random, year < chronicle.today.year
    if place.station.stars == Star.NONE and (year + n) % 2:
        return
    names = [deputy.name for deputy in random.sample(place.deputies, min(3, len(place.deputies)))]
    plan = chronicle.add(
        StationPlan(
            station=place.station,
            year=year,
            text=random.choice(words.PLANS).format(care=random.choice(words.CARES)),
            rota=words.ROTA.format(a=names[0], b=names[-1], c=names[len(names) // 2]) if names else "",
        )
    )
    begun = min(dt.date(year, 1, 5) + clock.ONE_DAY * random.randint(0, 15), chronicle.today)
    approved = min(chronicle.after(begun, 2, 10), chronicle.today)
    stage = (
        "approved"
        if is_past or place.station.is_city_managed
        else ("draft", "submitted", "returned", *["approved"] * 13)[n % 16]
    )
    if stage == "draft":
        return
    chronicle.step(plan, "submit", begun, place.by)
    approver = chronicle.office if place.station.is_city_managed else chronicle.approver_of(place)
    if stage == "returned":
        chronicle.step(plan, "send_back", approved, approver, words.PLAN_RETURNED)
    elif stage == "approved":
        chronicle.step(plan, "approve", approved, approver)
        plan.approved_on = approved


def _events(chronicle, place, year):
    numbers = list(YEARLY[place.station.stars].items())
    if place.station.stars == Star.FIVE:
        numbers += [
            (Kind.PUBLICITY, chronicle.random.choice((1, 2, 3))),
            (Kind.SURVEY, chronicle.random.choice((0, 0, 1))),
        ]
    for kind, number in numbers:
        for nth in range(number):
            _event(chronicle, place, kind, year, nth, number)
    if place.station.is_city_managed:
        for kind, number in OF_MANAGEMENT:
            for nth in range(number):
                _event(chronicle, place, kind, year, nth, number)


def _event(chronicle, place, kind, year, nth, number):
    """Spread over the year; what would be to come is left out."""
    random = chronicle.random
    length = 330 // number
    on = chronicle.workday(dt.date(year, 1, 20) + clock.ONE_DAY * (nth * length + random.randrange(length)))
    if kind == Kind.ASSESSMENT:
        on = chronicle.workday(dt.date(year, 12, 1) + clock.ONE_DAY * random.randrange(15))
    if not chronicle.today - YEARS <= on <= min(chronicle.today, place.until or on):
        return
    level = ""
    if kind in (Kind.PUBLICITY, Kind.SURVEY):
        level = random.choice(("province", "city", "city", "county", "county"))
    event = chronicle.add(
        StationEvent(
            station=place.station,
            kind=kind,
            on=on,
            title=random.choice(words.EVENTS[kind]),
            text="" if level else words.EVENT_TEXT.format(n=random.randint(1, 9)),
            people=random.randint(8, 60),
            level=level,
            score=random.randint(88, 104) if kind == Kind.ASSESSMENT else None,
            is_public=kind not in StationEvent.OF_MANAGEMENT,
            by=chronicle.office if kind in StationEvent.OF_MANAGEMENT else place.by,
            at=chronicle.at(min(on + clock.ONE_DAY * random.choice(ENTERED_AFTER), chronicle.today)),
        )
    )
    for deputy in random.sample(place.deputies, min(TAKING_PART, len(place.deputies))):
        chronicle.add(StationEvent.deputies.through(stationevent=event, deputy=deputy))
