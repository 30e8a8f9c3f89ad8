"""When deputies receive, for everybody: by month and area, of one station, as a calendar to subscribe to, as a notice."""

import datetime as dt
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, get_conditional_response
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Area
from common import clock, memory
from common.early_cache import public_page
from common.paging import keyset_page
from common.text import in_office_language

from .. import calendars, days, papers, states
from ..models import Reception, Station
from .lines import reception_lines

MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")
NEAR = 12  # months before and after this one whose pages are kept; there are as many others as one likes
ON_A_PAGE = 50
MOST_PAST = 12  # receptions of a station that were held, on its page


@login_not_required
@public_page("month", "area")
def calendar(request):
    """What is to come, or one month, of the city or of an area."""
    this = clock.today().replace(day=1)
    month, is_near = month_of(request.GET.get("month", ""), this)
    area = area_of(request.GET.get("area", ""))
    asked_in_vain = bool(request.GET.get("area")) and area is None
    days = {"day__range": (month, _last_day(month))} if month else {"day__gte": clock.today()}
    receptions = Reception.objects.public().filter(**days)
    if area:
        receptions = receptions.filter(station__area__code__startswith=area.code)
    counted_as = ("calendar", clock.today(), month, area and area.code) if is_near else None
    page = keyset_page(
        receptions.only("day"), request.GET, order=("day", "pk"), size=ON_A_PAGE, counted_as=counted_as
    )
    context = {
        "month": month,
        "area": area,
        "areas": SimpleLazyObject(areas),
        "page": page,
        "days": reception_lines(page.rows),
        "months": SimpleLazyObject(lambda: _months_to_choose(month)),
        "before": _neighbour(month, -1, area) if month else _neighbour(this, 0, area),
        "next": _neighbour(month or this, 1, area),
        "today": clock.today(),
        **_address(reverse("stations:feed-of-area", args=[area.code]) if area else reverse("stations:feed")),
    }
    response = render(request, "liaison_stations/receptions/calendar.html", context)
    if asked_in_vain or not is_near:
        add_never_cache_headers(response)
    return response


@login_not_required
@public_page()
def calendar_of(request, pk):
    """One station: on which days it receives, the next receptions, and what was."""
    station = get_object_or_404(Station.objects.select_related("area"), pk=pk)
    known = Reception.objects.public().filter(station=station)
    known = known.prefetch_related("attendances__deputy", "units")
    context = {
        "station": station,
        "rules": [days.in_words(rule) for rule in station.rules.all()],
        "to_come": known.filter(day__gte=clock.today()).order_by("day", "begins")[:ON_A_PAGE],
        "past": known.filter(day__lt=clock.today(), state=states.ReceptionState.HELD)[:MOST_PAST],
        **_address(reverse("stations:feed-of", args=[pk])),
    }
    return render(request, "liaison_stations/receptions/calendar_of.html", context)


@login_not_required
@public_page()
def notice(request, pk):
    """接待日公告, as it hangs at the station; before it is published for who works with it."""
    receptions = Reception.objects.select_related("station__area")
    one = (
        receptions.public().filter(pk=pk).first() or receptions.visible_to(request.user).filter(pk=pk).first()
    )
    if one is None:
        raise Http404
    context = {"reception": one, "paper": papers.notice(one), "is_draft": one.announced_at is None}
    return render(request, "liaison_stations/receptions/notice.html", context)


# To subscribe to


@login_not_required
@public_page()
def feed(request):
    return _feed(request, Reception.objects.all(), _city)


@login_not_required
@public_page()
def feed_of_area(request, code):
    area = area_of(code)
    if area is None:
        raise Http404
    return _feed(
        request, Reception.objects.filter(station__area__code__startswith=area.code), lambda: area.name
    )


@login_not_required
@public_page()
def feed_of(request, pk):
    station = get_object_or_404(Station, pk=pk)
    return _feed(request, Reception.objects.filter(station=station), lambda: station.name)


def _feed(request, receptions, whose):
    file = calendars.calendar(calendars.shown(receptions), _name(whose))
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="receptions.ics"'
    response["ETag"] = calendars.etag(file)
    return get_conditional_response(request, etag=response["ETag"], response=response)


@in_office_language
def _name(whose):
    return _("Receptions of deputies: %(whose)s") % {"whose": whose()}


def _city():
    return _("the whole city")


# What was asked for


def month_of(text, this) -> tuple[dt.date | None, bool]:
    """The first day of the month asked for, if any; whether it lies near enough to ``this`` for its page to be kept."""
    found = MONTH.fullmatch(text)
    if not found:
        return None, not text
    month = dt.date(int(found[1]), int(found[2]), 1)
    return month, abs((month.year - this.year) * 12 + month.month - this.month) <= NEAR


def area_of(code) -> Area | None:
    return next((area for area in areas() if area.code == code), None)


def areas() -> list:
    """Counties and streets that have a station, each county before its streets."""
    return memory.kept("areas with stations", _areas)


def _areas():
    codes = set(Station.objects.order_by().values_list("area__code", flat=True).distinct())
    codes |= {code[:6] for code in codes}
    return list(Area.objects.filter(code__in=codes).order_by("code"))


def _last_day(month):
    return clock.add_months(month, 1) - clock.ONE_DAY


def _months_to_choose(month):
    """A year around this month, and the one that was asked for."""
    this = clock.today().replace(day=1)
    offered = {clock.add_months(this, n) for n in range(-NEAR, 3)} | ({month} if month else set())
    return [
        {"value": f"{one:%Y-%m}", "label": date_format(one, "YEAR_MONTH_FORMAT"), "here": one == month}
        for one in sorted(offered)
    ]


def _neighbour(month, step, area):
    other = clock.add_months(month, step)
    query = {"month": f"{other:%Y-%m}"} | ({"area": area.code} if area else {})
    return {"url": f"?{urlencode(query)}", "label": date_format(other, "YEAR_MONTH_FORMAT")}


def _address(feed):
    """Of a feed: where it is, and as one writes it into another program."""
    return {"feed": feed, "feed_address": settings.SITE_URL + feed}
