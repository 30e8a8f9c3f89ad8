"""Leading officials among the deputies and their stations: figures for the congress's staff and leaders, each with its list."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import clock
from common.access import require
from common.paging import keyset_page
from deputies.models import Level

from .. import leaders
from ..forms.stations import LeaderList, LeaderSearch
from ..models import Residency

TITLES = {
    "all": lambda: _("Leading officials who are deputies of a station"),
    "entered": lambda: _("Leading officials who entered a station"),
    "missing": lambda: _("Leading officials who have not entered a station"),
}


def figures(request):
    """Per level: how many leading officials belong to a station, how many entered one in the year."""
    require(request.user, "liaison_stations.view_coverage")
    form = LeaderSearch(request.GET)
    year = form.chosen().get("year") or clock.today().year
    rows = [
        {
            "line": line,
            "label": line.label or pgettext("levels", "all"),
            "cells": [
                {"number": number, "which": which, "url": _address(year, line.level, which)}
                for which, number in zip(
                    leaders.WHICH, (line.number, line.entered, line.missing), strict=True
                )
            ],
        }
        for line in leaders.lines(request.user, year)
    ]
    context = {"form": form, "year": year, "rows": rows, "may_offer": _may_offer(request.user)}
    return render(request, "liaison_stations/leaders/figures.html", context)


def leader_list(request):
    """The people a number counts, with their stations and how often they came; an address that is none shows all of the year."""
    require(request.user, "liaison_stations.view_coverage")
    form = LeaderList(request.GET)
    chosen = form.chosen()
    year, level, which = (
        chosen.get("year") or clock.today().year,
        chosen.get("level", ""),
        chosen.get("which") or "all",
    )
    found = leaders.listed(request.user, year, level, which)
    page = keyset_page(found, request.GET, order=("pinyin", "pk"))
    times = leaders.entries(page.rows, year)
    stations: dict = {}
    for residency in (
        Residency.objects.leaders().in_year(year).filter(deputy__in=page.rows).select_related("station")
    ):
        stations.setdefault(residency.deputy_id, []).append(residency)
    context = {
        "page": page,
        "rows": [(deputy, stations.get(deputy.pk, []), times[deputy.pk]) for deputy in page.rows],
        "year": year,
        "level": Level(level).label if level else "",
        "title": TITLES[which](),
        "back": f"{reverse('stations:leaders')}?{urlencode({'year': year})}",
    }
    return render(request, "liaison_stations/leaders/list.html", context)


def _address(year, level, which):
    return f"{reverse('stations:leader-list')}?{urlencode({'year': year, 'level': level, 'which': which})}"


def _may_offer(user):
    return user.has_perm("liaison_stations.offer_opinion")
