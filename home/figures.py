"""What deputies' stations did, in figures that are counted from the cases themselves, place by place.

The start page shows their sums; each opens the list or the table that adds up to it.
"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Area
from common import memory
from liaison_stations.models import Opinion, Star, Station


@dataclass(frozen=True)
class Place:
    """A street, town or township with what its stations have and did."""

    area: Area
    stations: int
    five_star: int
    messages: int  # online, answered
    solved: int  # of any channel


@dataclass(frozen=True)
class Figures:
    places: tuple

    def __bool__(self):
        return bool(self.places)

    def sums(self) -> dict:
        """``{column: number}``, what the start page shows."""
        columns = ("stations", "five_star", "messages", "solved")
        return {name: sum(getattr(place, name) for place in self.places) for name in columns}


def of_stations():
    """The figures, with ``value`` and the moment ``at`` which they were counted."""
    return memory.counted("figures of stations", _count, shows_unseen=True)


def _count() -> Figures:
    stations = {
        area: (number, five)
        for area, number, five in Station.objects.open()
        .order_by()
        .values_list("area")
        .annotate(number=Count("pk"), five=Count("pk", filter=Q(stars=Star.FIVE)))
    }
    messages = _by_area(Opinion.objects.answered_online())
    solved = _by_area(Opinion.objects.solved())
    areas = Area.objects.filter(pk__in={*stations, *messages, *solved}).order_by("code")
    return Figures(
        tuple(
            Place(area, *stations.get(area.pk, (0, 0)), messages[area.pk], solved[area.pk]) for area in areas
        )
    )


def _by_area(opinions) -> Counter:
    return Counter(dict(opinions.order_by().values_list("area").annotate(number=Count("pk"))))
