"""Where nothing happens and what happens everywhere, for the congress's staff and leaders; the stations the city manages."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Area
from accounts.rules import area_codes, sees_whole_city
from common import clock, memory, preferences
from common.access import require
from common.act_pages import act_page, sent
from common.paging import capped_count, keyset_page

from .. import coverage
from ..actions import matters
from ..forms.coverage import MatterForm
from ..models import Station, StationEvent, StationPlan

E = StationEvent.Kind


def codes_of(user) -> list[str]:
    """The areas whose work somebody oversees; one empty code is everything."""
    return [""] if user.is_superuser or sees_whole_city(user) else area_codes(user)


def shown(request, template, **context):
    """A page of the oversight with its tabs."""
    may_offer = request.user.has_perm("liaison_stations.offer_opinion")
    return render(request, f"liaison_stations/coverage/{template}.html", {"may_offer": may_offer, **context})


def overview(request):
    """Areas that lack a reception, a visit or an answer; silent stations; matters that recur."""
    require(request.user, "liaison_stations.view_coverage")
    today, codes = clock.today(), codes_of(request.user)
    by_area = [
        memory.counted(("coverage", today, code), partial(coverage.areas, today, code), shows_unseen=True)
        for code in codes
    ]
    quiet = memory.counted(
        ("silent stations", today, request.user.pk, *codes),
        lambda: capped_count(_silent(today, request.user)),
        shows_unseen=True,
    )
    rows = [row for kept in by_area for row in kept.value]
    number, more = quiet.value
    context = {
        "as_of": min(kept.at for kept in (*by_area, quiet)),
        "days": preferences.get("station.silent_days"),
        "rows": rows,
        "quiet_areas": sum(row.is_quiet for row in rows),
        "silent": f"{number}+" if more else number,
        "county": _county(request.user),
    }
    return shown(request, "overview", **context)


def _county(user):
    codes = codes_of(user)
    return (
        "" if codes == [""] else "、".join(Area.objects.filter(code__in=codes).values_list("name", flat=True))
    )


def _silent(today, user):
    """The silent stations whose work somebody oversees."""
    return coverage.silent(today).filter(pk__in=Station.objects.managed_by(user).values("pk"))


def silent(request):
    """The stations where nothing was held, visited or answered, with the day of their last sign of life.

    Stations in order are asked one after another until a page is full, so the first page is sought once a change.
    """
    require(request.user, "liaison_stations.view_coverage")
    today, user = clock.today(), request.user
    page = keyset_page(
        _silent(today, user).for_lists(),
        request.GET,
        order=("display_order", "pk"),
        counted_as=("silent stations", today, user.pk, *codes_of(user)),
        shows_unseen=True,
    )
    keys = tuple(station.pk for station in page.rows)
    signs = memory.kept(("last signs", keys), partial(coverage.last_sign, page.rows), shows_unseen=True)
    rows = [(station, signs.get(station.pk)) for station in page.rows]
    return shown(request, "silent", page=page, rows=rows, days=preferences.get("station.silent_days"))


def recurring(request):
    """Matters that several stations heard of, each with its opinions and the button that offers it for the topic list."""
    require(request.user, "liaison_stations.offer_opinion")
    found = coverage.recurring(clock.today(), request.user)
    context = {"matters": found[:50], "least": coverage.LEAST_STATIONS, "months": coverage.MONTHS}
    return shown(request, "matters", **context)


def offer(request, pk):
    """Offer the matter whose first opinion has this key, as it is put together today."""
    require(request.user, "liaison_stations.offer_opinion")
    matter = next(
        (one for one in coverage.recurring(clock.today(), request.user) if one.first.pk == pk), None
    )
    if matter is None:
        raise Http404
    told = ngettext(
        "%(opinions)s opinion of %(stations)s station.",
        "%(opinions)s opinions of %(stations)s stations.",
        len(matter.opinions),
    ) % {"opinions": len(matter.opinions), "stations": len(matter.stations)}
    names = "、".join(station.name for station in matter.stations[:10])
    initial = {
        "title": (matter.newest.subject or "")[:100],
        "category": matter.newest.category_id,
        "background": f"{told}{names}",
    }
    return act_page(
        request,
        MatterForm(*sent(request), initial=initial),
        partial(matters.offer, matter.opinions, by=request.user),
        done=_("Offered. The deputies' office decides whether it is put on the list."),
        back="stations:matters",
        template="liaison_stations/coverage/offer.html",
        heading=_("Offer it for the topic list"),
        submit=_("Offer this topic"),
        told=[told],
        matter=matter,
    )


def managed(request):
    """Stations under city-level management in a year: is the plan approved, who trained, visited and assessed them (D3.5)."""
    require(request.user, "liaison_stations.view_coverage")
    year = _year(request)
    stations = list(Station.objects.managed_by(request.user).filter(is_city_managed=True).for_lists())
    plans = {plan.station_id: plan for plan in StationPlan.objects.filter(station__in=stations, year=year)}
    done: dict = {}
    for event in StationEvent.objects.of_year(year).filter(
        station__in=stations, kind__in=StationEvent.OF_MANAGEMENT
    ):
        done.setdefault((event.station_id, event.kind), []).append(event)
    rows = [
        {
            "station": station,
            "plan": plans.get(station.pk),
            "plan_url": reverse("stations:plan", args=[station.pk, year]),
            "cells": [
                {
                    "label": kind.label,
                    "number": len(done.get((station.pk, kind), [])),
                    "url": f"{reverse('stations:events-of', args=[station.pk])}?kind={kind}",
                }
                for kind in (E.TRAINING, E.SUPERVISION, E.ASSESSMENT)
            ],
            "score": next((one.score for one in done.get((station.pk, E.ASSESSMENT), [])), None),
        }
        for station in stations
    ]
    kinds = [kind.label for kind in (E.TRAINING, E.SUPERVISION, E.ASSESSMENT)]
    context = {
        "rows": rows,
        "year": year,
        "kinds": kinds,
        "years": [clock.today().year, clock.today().year - 1],
    }
    return shown(request, "managed", **context)


def _year(request) -> int:
    given = request.GET.get("year", "")
    return int(given) if given.isdecimal() and len(given) == 4 else clock.today().year
