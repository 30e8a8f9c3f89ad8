"""Where the open stations lie: counties, the townships in them, and how many each has; read once a change."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count

from accounts.models import Area
from common import memory

from .models import Station

COUNTY = 6  # digits of the code of a county


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    number: int
    inside: tuple = ()


def counties() -> tuple[Place, ...]:
    """Each with its townships; a county whose own name is not entered is called by its code."""
    return memory.kept("stations by area", _counted)


def _counted():
    rows = (
        Station.objects.open()
        .order_by("area__code")
        .values_list("area__code", "area__name")
        .annotate(Count("pk"))
    )
    names = dict(
        Area.objects.filter(code__in={code[:COUNTY] for code, *_ in rows}).values_list("code", "name")
    )
    found = []
    for county, places in groupby(rows, lambda row: row[0][:COUNTY]):
        places = [Place(*row) for row in places]
        inside = tuple(place for place in places if place.code != county)
        found.append(Place(county, names.get(county, county), sum(p.number for p in places), inside))
    return tuple(found)
