"""The stations next to a place: a box first, then the way over the ground. The place is in nobody's hands but the visitor's."""

import math

from django.db.models import F, FloatField, Value
from django.db.models.functions import Cast

from .models import Station

KILOMETRES = 20  # no station further away is near
MOST = 20
EARTH = 6371.0
OF_A_DEGREE = EARTH * math.pi / 180  # km of latitude


def nearest(latitude: float, longitude: float) -> list[tuple[Station, float]]:
    """``[(station, km)]`` of the open stations around, at most 20, the next one first."""
    shrink = max(
        math.cos(math.radians(latitude)), 0.01
    )  # degrees of longitude are shorter away from the equator
    high, wide = KILOMETRES / OF_A_DEGREE, KILOMETRES / OF_A_DEGREE / shrink
    around = Station.objects.open().filter(
        latitude__range=(latitude - high, latitude + high),
        longitude__range=(longitude - wide, longitude + wide),
    )
    north = Cast("latitude", FloatField()) - Value(latitude)
    east = (Cast("longitude", FloatField()) - Value(longitude)) * Value(shrink)
    rows = around.for_lists().annotate(north=north, east=east)
    rows = rows.order_by(F("north") * F("north") + F("east") * F("east"), "pk")[:MOST]
    found = [(station, distance(latitude, longitude, station)) for station in rows]
    return sorted((pair for pair in found if pair[1] <= KILOMETRES), key=lambda pair: pair[1])


def distance(latitude, longitude, station) -> float:
    """Kilometres to a station as the crow flies."""
    here, there = math.radians(latitude), math.radians(float(station.latitude))
    turn = math.radians(float(station.longitude) - longitude)
    across = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(turn / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(across))
