"""The stations themselves: one in each street, town and township, those below it, who works and who belongs there."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from simple_history.utils import bulk_create_with_history

from accounts.demo import CITY, TOWNS, enter_people, phone
from accounts.models import Area, User
from common import clock
from deputies.demo_words import HAMLET_FIRST, HAMLET_SECOND
from deputies.models import Level, Mandate

from .. import days
from ..models import ReceptionRule, Residency, Star, Station, StationPost
from . import words

SIGN_INS = [("station", "骆清越", "head"), ("station-officer", "莫知夏", "officer")]
SIGN_IN_PHONE, POST_PHONE = 20, 90_000  # the n-th invented number
BELOW = {Area.Kind.STREET: 5, Area.Kind.TOWN: 3, Area.Kind.TOWNSHIP: 3}  # stations and points of each
ONE_MORE = ("城北街道", "水北镇")
CITY_MANAGED = 8  # provincial demonstration stations (D3.5)
# so many stations have these stars after last year's round: those of a whole area, and those below
STARS = {Star.FIVE: (18, 15), Star.FOUR: (12, 40), Star.THREE: (4, 41), Star.NONE: (0, 19)}
MONTHLY = ("每月5日", "每月10日", "每月15日 14:30-16:30", "每月20日")
RULES_BELOW = (
    "单月15日",
    "双月10日",
    "单月8日 9:00-11:00",
    "双月25日 15:00-17:00",
    "每季度首月10日",
    "每季度首月20日",
)
FEW = 8  # deputies of a station below that of the area
SPREAD = 0.02  # degrees, about two kilometres


@dataclass
class Place:
    """A station with what its stories need: its stars, deputies, rules and who acts for it."""

    station: Station
    is_of_area: bool
    deputies: list = field(default_factory=list)
    rules: list = field(default_factory=list)
    hamlets: list = field(default_factory=list)  # villages and neighbourhoods that go there
    by: User | None = None
    until: dt.date | None = None  # when it was closed or merged


def build(chronicle, scale: int) -> list[Place]:
    """All stations, stored, in the order of the register; ``scale`` times as many below those of the areas."""
    areas = list(Area.objects.inside(CITY).filter(kind__in=TOWNS).order_by("code"))
    tops = [_of_area(chronicle, area) for area in areas]
    tops.append(_of_the_forces(chronicle, areas[0]))
    lower = [place for top in tops[:-1] for place in _below(chronicle, top, scale)]
    for places, which in ((tops, 0), (lower, 1)):
        _award(
            chronicle,
            places,
            {star: numbers[which] for star, numbers in STARS.items()},
            scale if which else 1,
        )
    places = []
    for top in tops:
        places += [
            top,
            *(place for place in lower if place.station.area == top.station.area and top is not tops[-1]),
        ]
    for order, place in enumerate(places, 1):
        place.station.number, place.station.display_order = f"XY-{order:03}", order * 10
        _rule(chronicle, place)
    _end(chronicle, lower)
    points = [place for place in lower if place.station.kind == Station.Kind.POINT]
    for some in (tops, [place for place in lower if place not in points], points):  # parents first
        bulk_create_with_history([place.station for place in some], Station)
    bulk_create_with_history(
        [rule for place in places for rule in place.rules], ReceptionRule, batch_size=500
    )
    _people(chronicle, places)
    _residents(chronicle, places)
    return places


def _of_area(chronicle, area):
    kind = Station.Kind.STATION if area.kind == Area.Kind.TOWNSHIP else Station.Kind.HOME
    return Place(
        _station(chronicle, area, f"{area}代表联络站", kind, rooms=words.ROOMS[0], floor=(120, 320)), True
    )


def _of_the_forces(chronicle, area):
    station = _station(
        chronicle,
        area,
        f"{words.ARMY}代表联络站",
        Station.Kind.STATION,
        rooms=words.ROOMS[2],
        floor=(80, 120),
    )
    station.nature = Station.Nature.SECTOR
    return Place(station, True, hamlets=[area.name])


def _below(chronicle, top, scale):
    """The stations and points under that of an area: villages or neighbourhoods, and one of a sector."""
    area, random = top.station.area, chronicle.random
    number = (BELOW[area.kind] + (area.name in ONE_MORE)) * scale
    hamlets = [first + second for first in HAMLET_FIRST for second in HAMLET_SECOND]
    named = random.sample(hamlets, min(number, len(hamlets)))
    kinds = [Station.Kind.POINT] * 3
    if top.station.kind == Station.Kind.HOME:  # a station has but points below it
        kinds[0] = Station.Kind.STATION
    sectors = random.sample(words.SECTORS, len(words.SECTORS))
    suffix, found, station = "社区" if area.kind == Area.Kind.STREET else "村", [], None
    for n in range(number):
        hamlet = named[n % len(named)] + suffix
        kind = kinds[n % 3]
        noun = "代表联络站" if kind == Station.Kind.STATION else "代表联络点"
        name = f"{area}{hamlet}{noun}"
        is_sector = n % 3 == 2 and chronicle.chance(0.5)
        if is_sector:
            name = f"{area}{sectors[n // 3 % len(sectors)]}{noun}"
        if n >= len(sectors):  # of a multiplied demonstration
            name += str(n)
        row = _station(chronicle, area, name, kind, rooms=random.choice(words.ROOMS[2:]), floor=(30, 100))
        row.nature = Station.Nature.SECTOR if is_sector else Station.Nature.GENERAL
        row.village = "" if is_sector else hamlet
        row.parent = top.station if kind == Station.Kind.STATION or station is None else station
        if kind == Station.Kind.STATION:
            station = row
        found.append(Place(row, False, hamlets=[hamlet]))
    top.hamlets = [hamlet for place in found for hamlet in place.hamlets]
    return found


def _station(chronicle, area, name, kind, *, rooms, floor):
    random = chronicle.random
    latitude, longitude = words.PLACES.get(area.name, words.CENTRE)
    plaque = dt.date(random.randint(2017, 2023), random.randint(3, 12), random.randint(1, 28))

    def near(degrees):
        return Decimal(f"{degrees + random.uniform(-SPREAD, SPREAD):.6f}")

    return Station(
        name=name,
        kind=kind,
        area=area,
        address=f"{area}{random.choice(words.ROADS)}{random.randint(1, 199)}号",
        latitude=near(latitude),
        longitude=near(longitude),
        floor_area=random.randint(*floor),
        rooms=rooms,
        plaque_on=plaque,
        phone=f"0790-6{random.randrange(500_000, 600_000)}",
        opening_hours=words.HOURS[-1] if kind == Station.Kind.POINT else random.choice(words.HOURS[:-1]),
        funding=Decimal(random.choice((5000, 8000, 10_000, 20_000))),
        introduction=random.choice(words.INTRODUCTIONS).format(
            place=area, n=FEW, care=random.choice(words.CARES)
        ),
        state_since=plaque,
    )


def _award(chronicle, places, numbers, scale):
    """Deal the stars out; a station that many see has five."""
    stars = [star for star, number in numbers.items() for _each in range(number * scale)]
    drawn = places[:]
    chronicle.random.shuffle(drawn)
    drawn.sort(key=lambda place: place.station.name.startswith("城北街道代表") is False)
    for place, star in zip(drawn, stars, strict=True):
        place.station.stars = star
    for place in drawn[:CITY_MANAGED] if places[0].is_of_area else ():
        place.station.demonstration, place.station.is_city_managed = Station.Demonstration.PROVINCE, True


def _people(chronicle, places):
    """Head, deputy heads and liaison officer; two of them sign in, for the others the offices act."""
    users = _accounts()
    posts, found = [], 0
    for place in places:
        duties = (
            ["head", "deputy_head", "deputy_head", "officer"] if place.is_of_area else ["head", "officer"]
        )
        place.by = chronicle.county if place.station.area.code.startswith("360502") else chronicle.office
        user_of = {duty: user for (name, duty), user in users.items() if name == place.station.name}
        if place.station.area.name == "城北街道":
            place.by = users["城北街道代表联络站", "head"]
        for duty in duties:
            user = user_of.get(duty)
            posts.append(
                StationPost(
                    station=place.station,
                    duty=duty,
                    name=user.name if user else chronicle.person(),
                    phone=user.phone if user else phone(POST_PHONE + found),
                    user=user,
                    since=place.station.plaque_on,
                )
            )
            found += 1
            if user:
                place.by = user
    bulk_create_with_history(posts, StationPost, batch_size=500)


def _accounts():
    """``{(station, duty): account}`` of the two who sign in."""
    enter_people(
        [(username, name, phone(SIGN_IN_PHONE + n)) for n, (username, name, _duty) in enumerate(SIGN_INS)]
    )
    held = (("城北街道代表联络站", "head"), ("水北镇代表联络站", "officer"))
    return {
        place: User.objects.get(username=username)
        for place, (username, _name, _duty) in zip(held, SIGN_INS, strict=True)
    }


def _residents(chronicle, places):
    """Every deputy in the station the roster names, some also in one below it; leaders by the level they lead at."""
    by_name, below = {place.station.name: place for place in places}, defaultdict(list)
    for place in places:
        if not place.is_of_area:
            below[place.station.area_id].append(place)
    rows, there = [], set()
    held = Mandate.objects.sitting().select_related("deputy__user", "term").order_by("pk")
    for n, mandate in enumerate(held):
        place, deputy = by_name[mandate.station_name], mandate.deputy
        if deputy.pk in there:
            continue
        there.add(deputy.pk)
        rows.append(_residency(place, mandate, _leads(deputy, mandate, n)))
        near = below[place.station.area_id]
        fewest = (
            min(near, key=lambda one: len(one.deputies), default=None)
            if place.station.area_id == mandate.area_id
            else None
        )
        if fewest and len(fewest.deputies) < FEW:
            rows.append(_residency(fewest, mandate, ""))
    bulk_create_with_history(rows, Residency, batch_size=500)


def _residency(place, mandate, leads_at):
    place.deputies.append(mandate.deputy)
    since = max(mandate.term.starts_on, place.station.plaque_on)
    return Residency(station=place.station, deputy=mandate.deputy, leads_at=leads_at, since=since)


def _leads(deputy, mandate, n):
    """Of the officials some lead: of the city's every third, of the others every sixth."""
    if deputy.category != "干部" or n % (3 if mandate.level == Level.CITY else 6):
        return ""
    return mandate.level


def _rule(chronicle, place):
    """The reception days: weekly, monthly, every other month or quarter."""
    random, station = chronicle.random, place.station
    if not place.is_of_area:
        texts = [random.choice(RULES_BELOW[4:] if station.stars == Star.NONE else RULES_BELOW)]
    elif station.is_city_managed:
        texts = ["每周三"]
    else:
        texts = random.sample(MONTHLY, 2 if station.stars == Star.FIVE else 1)
    place.rules = [days.read(text) for text in texts]
    for rule in place.rules:
        rule.station = station
    station.reception_note = "、".join(texts)


def _end(chronicle, lower):
    """One was merged when last year's stars were final, one closed in spring, one is being put right."""
    day = clock.ONE_DAY
    merged, closed, *_others = [place for place in lower if place.station.stars == Star.NONE]
    wrong = next(
        place
        for place in lower
        if place.station.stars == Star.FOUR and place.station.kind == Station.Kind.STATION
    )
    for place, move, on, note in (
        (merged, "merge", chronicle.last_round.final, words.MERGED),
        (closed, "close", chronicle.today - 150 * day, words.CLOSED),
        (wrong, "rectify", chronicle.today - 40 * day, words.RECTIFY),
    ):
        chronicle.step(place.station, move, on, chronicle.office, note)
        place.station.state_since = on
        place.until = None if place.station.is_open else on
    merged.station.merged_into = merged.station.parent
