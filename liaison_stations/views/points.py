"""What a station's points come from, and what it lacks for its next star: for its staff, its offices, the congress's staff."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format

from common import clock
from common.access import require
from common.paging import keyset_page

from .. import gaps, scoring, seeds
from ..measures import MEASURES
from ..models import Opinion, Reception, Residency, Station, StationEvent, clock_day

YEARS = range(2000, 2200)


def gap(request, pk):
    """At any time: points now, at the year's end, what is missing, what threatens."""
    station = station_for(request, pk)
    context = {"station": station, "gap": gaps.gap(station, clock.today())}
    return render(request, "liaison_stations/stars/gap.html", context)


def points(request, pk, measure):
    """The very records a computed point counts, and how it comes about."""
    station, day = station_for(request, pk), clock.today()
    if measure not in MEASURES:
        raise Http404
    measure, year = MEASURES[measure], year_of(request, day)
    tally = scoring.tallies([station], year, day)[station.pk][measure.key]
    rows = scoring.records(measure, station, year, day)
    page = keyset_page(_with_names(rows), request.GET, order=("-pk",))
    visible = _visible(page.rows, request.user)
    scheme = seeds.scheme_of(year)
    criterion = scheme and scheme.criteria.filter(measure=measure.key).first()
    context = {
        "station": station,
        "measure": measure,
        "criterion": criterion,
        "tally": tally,
        "points": tally.points(criterion.points) if criterion else None,
        "year": year,
        "page": page,
        "lines": [
            {
                "label": label_of(row),
                "url": url_of(row) if row.pk in visible else "",
                "is_counted": row.is_counted,
            }
            for row in page.rows
        ],
    }
    return render(request, "liaison_stations/stars/points.html", context)


def station_for(request, pk) -> Station:
    """A station with which this person works, or 404."""
    stations = Station.objects.managed_by(request.user).select_related("area", "parent__parent")
    station = get_object_or_404(stations, pk=pk)
    require(request.user, "liaison_stations.view_starreview", station)
    return station


def year_of(request, day) -> int:
    """The year asked for, this one where none is; 404 for what is none."""
    text = request.GET.get("year", str(day.year))
    if not (text.isascii() and text.isdecimal()) or int(text) not in YEARS:
        raise Http404
    return int(text)


# One record as a line


def label_of(row) -> str:
    if isinstance(row, Opinion):
        return f"{_day(row.came_at)} · {row.get_channel_display()} · {row.get_state_display()}"
    if isinstance(row, Reception):
        return f"{date_format(row.day)} · {row.get_state_display()}"
    if isinstance(row, StationEvent):
        level = f" · {row.get_level_display()}" if row.level else ""
        return f"{date_format(row.on)} · {row.get_kind_display()} · {row}{level}"
    if isinstance(row, Residency):
        return f"{row.deputy} · {row.entries}"
    return str(row)


def url_of(row) -> str:
    """Its page, where it has one."""
    if isinstance(row, Residency):
        return reverse("deputies:detail", args=[row.deputy_id])
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""


def _day(moment) -> str:
    return date_format(clock_day(moment))


def _visible(rows, user) -> set:
    """Those of the records this person may open."""
    if rows and isinstance(rows[0], Opinion):
        pks = [row.pk for row in rows]
        return set(Opinion.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))
    return {row.pk for row in rows}


def _with_names(rows):
    return rows.select_related("deputy") if rows.model is Residency else rows
