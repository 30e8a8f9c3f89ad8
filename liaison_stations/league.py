"""The league table (比亮点、找差距): stations of a county or kind by what is computed, each with its highlights and gaps."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Area
from common import clock, memory

from . import seeds, sheets
from .measuring import to_tenth
from .models import Scheme, Star, Station

SEVERAL = 2  # highlights and gaps told of each
AT_ONCE = 500  # stations counted together
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Row:
    """One station. ``highlights`` and ``gaps`` are ``(group, points above the average | below the best)``."""

    pk: int
    name: str
    area: str
    stars: int
    points: Decimal
    groups: dict
    place: int = 0
    highlights: tuple = ()
    gaps: tuple = ()

    @property
    def star(self):
        return Star(self.stars)

    @property
    def highlights_told(self) -> str:
        return "、".join(f"{group} +{points}" for group, points in self.highlights)

    @property
    def gaps_told(self) -> str:
        return "、".join(f"{group} −{points}" for group, points in self.gaps)


@dataclass(frozen=True)
class Table:
    """``most`` are the points that can be computed, ``average`` what the stations shown here have of them."""

    scheme: str
    most: Decimal
    average: Decimal
    rows: list


def kept_table(year: int, county: str = "", kind: str = ""):
    """The table, counted once a change; with ``value`` (``None`` without a sheet) and ``at``."""
    today = clock.today()
    key = ("league", year, county, kind, today)
    return memory.counted(key, lambda: table(year, today, county, kind), shows_unseen=True)


def table(year: int, day: dt.date, county: str = "", kind: str = "") -> Table | None:
    """Open stations of a county and a kind, or all, the best first; in queries that do not depend on their number, but for
    each :data:`AT_ONCE` of them.
    """
    scheme = seeds.scheme_of(year)
    if scheme is None:
        return None
    stations = Station.objects.open().inside(county).select_related("area")
    if kind:
        stations = stations.filter(kind=kind)
    stations = list(stations.order_by("display_order", "pk"))
    rows = []
    for start in range(0, len(stations), AT_ONCE):
        some = stations[start : start + AT_ONCE]
        lines = sheets.counted(some, scheme, day, year=year)
        rows += [_row(station, lines[station.pk]) for station in some]
    rows.sort(key=lambda row: -row.points)  # stable: equal ones in the order of the register
    sums = [row.points for row in rows]
    return Table(
        scheme=str(scheme),
        most=sum((line.criterion.points for line in lines[some[0].pk]), NOTHING) if rows else NOTHING,
        average=to_tenth(sum(sums, NOTHING) / len(sums)) if sums else NOTHING,
        rows=_compared(rows),
    )


def counties() -> list[tuple[str, str]]:
    """The counties in which there is a station, as choices."""
    codes = {code[:6] for code in Station.objects.open().order_by().values_list("area__code", flat=True)}
    return list(Area.objects.filter(code__in=codes).values_list("code", "name"))


def years() -> list[int]:
    """This year and those of which there is a sheet, the latest first."""
    this = clock.today().year
    before = Scheme.objects.filter(year__lt=this).values_list("year", flat=True)
    return [this, *before]


def _row(station, lines) -> Row:
    groups: dict = {}
    for line in lines:
        groups[line.criterion.group] = groups.get(line.criterion.group, NOTHING) + line.points
    return Row(
        station.pk, str(station), str(station.area), station.stars, sum(groups.values(), NOTHING), groups
    )


def _compared(rows) -> list[Row]:
    """With places, highlights and gaps; the same points share a place."""
    if not rows:
        return []
    groups = list(rows[0].groups)
    best = {group: max(row.groups[group] for row in rows) for group in groups}
    average = {group: sum((row.groups[group] for row in rows), NOTHING) / len(rows) for group in groups}
    placed, place = [], 0
    for n, row in enumerate(rows, 1):
        if n == 1 or row.points < rows[n - 2].points:
            place = n
        above = {group: to_tenth(row.groups[group] - average[group]) for group in groups}
        below = {group: best[group] - row.groups[group] for group in groups}
        told = {"highlights": _largest(above), "gaps": _largest(below)}
        placed.append(Row(row.pk, row.name, row.area, row.stars, row.points, row.groups, place=place, **told))
    return placed


def _largest(differences) -> tuple:
    ordered = sorted(differences.items(), key=lambda pair: -pair[1])  # stable: the sheet's order
    return tuple(pair for pair in ordered[:SEVERAL] if pair[1] > 0)
