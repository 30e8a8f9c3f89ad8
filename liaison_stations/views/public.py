"""What everybody reads of stations: where they are, who is there and when, which stars they hold and why; a poster of each, and of a deputy."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from common import clock, uploads
from common.access import known, read_later
from common.early_cache import public_page
from common.paging import keyset_page
from deputies.views import cards
from proposals.rules import deputy_of

from .. import areas, days, nearby, qr
from ..forms.stations import NearForm, StationSearch
from ..models import Opinion, Reception, Residency, Station, current, stations_of
from .lines import answer_lines, station_lines

ANSWERS = 5  # shown of a station; the rest stands on the page of answers


@login_not_required
@public_page("area", "stars")
def station_list(request):
    form = StationSearch(request.GET)
    chosen = form.chosen()
    text = chosen.get("q", "")
    stations = Station.objects.open().matching(text)
    if code := chosen.get("area"):
        stations = stations.inside(code)
    if stars := chosen.get("stars"):
        stations = stations.filter(stars=stars)
    counted_as = None if text else ("stations", *chosen.items())
    page = keyset_page(
        stations.only("display_order"), request.GET, order=("display_order", "pk"), counted_as=counted_as
    )
    is_whole = not (chosen or "before" in request.GET or "after" in request.GET)
    context = {
        "form": form,
        "page": page,
        "lines": station_lines(page.rows),
        "counties": areas.counties() if is_whole else (),
    }
    response = render(request, "liaison_stations/public/list.html", context)
    if form.errors:
        add_never_cache_headers(response)  # there are as many wrong filters as one likes
    return response


@login_not_required
@never_cache
@sensitive_post_parameters("latitude", "longitude")
def near(request):
    """The stations around a visitor who says where they are. The place is asked for by a button and kept nowhere."""
    form = NearForm(request.POST or None)
    found = nearby.nearest(**form.cleaned_data) if form.is_valid() else None
    return render(
        request,
        "liaison_stations/public/near.html",
        {"form": form, "found": found, "counties": areas.counties(), "kilometres": nearby.KILOMETRES},
    )


@login_not_required
@public_page()
def detail(request, pk):
    """A station; of a merged or closed one that it is so, and where it goes on. Drawn for everybody once a change."""
    known("station", Station.objects.only("pk"), pk)
    station = read_later(Station.objects.select_related("area", "parent", "merged_into"), pk)
    today = clock.today()
    context = {
        "pk": pk,
        "station": station,
        "county": SimpleLazyObject(lambda: county_of(station)),
        "reception": SimpleLazyObject(lambda: next_reception(station, today)),
        "rules": SimpleLazyObject(lambda: [days.in_words(rule) for rule in station.rules.all()]),
        "records": SimpleLazyObject(lambda: station.star_records.public()),
        "cards": SimpleLazyObject(lambda: cards(deputies_of(pk))),
        "posts": SimpleLazyObject(lambda: station.posts.filter(current(today)).order_by("pk")),
        "children": SimpleLazyObject(lambda: station.children.open()),
        "answers": SimpleLazyObject(lambda: answer_lines(newest_answers(pk))),
        "plan": SimpleLazyObject(lambda: station.plans.public().filter(year=today.year).first()),
        "today": today,
    }
    return render(request, "liaison_stations/public/detail.html", context)


def deputies_of(station_pk) -> list:
    residents = Residency.objects.public().filter(station=station_pk).select_related("deputy")
    return [resident.deputy for resident in residents]


def newest_answers(station_pk):
    answers = Opinion.objects.published().filter(station=station_pk).only("pk")
    return answers.order_by("-published_on", "-pk")[:ANSWERS]


def county_of(station):
    """The county it lies in, as lists by area know it."""
    code = station.area.code[: areas.COUNTY]
    return next((county for county in areas.counties() if county.code == code), None)


def next_reception(station, day) -> Reception | None:
    """The next day that was announced, with the deputies expected."""
    reception = station.receptions.public().to_come(day).order_by("day", "begins").first()
    if reception:
        reception.expected = [row.deputy for row in reception.attendances.select_related("deputy")]
        reception.joint = list(reception.units.all())
    return reception


@login_not_required
@public_page()
def poster(request, pk):
    """A sheet for the door: what the station is, when somebody is there, and the code that opens its page."""
    station = get_object_or_404(Station.objects.open().select_related("area"), pk=pk)
    address = settings.SITE_URL + reverse("stations:detail", args=[station.pk])
    context = {
        "station": station,
        "address": address,
        "code": qr.drawn(address, str(station)),
        "rules": [days.in_words(rule) for rule in station.rules.all()],
        "posts": station.posts.filter(current()).order_by("pk"),
    }
    return render(request, "liaison_stations/public/poster.html", context)


def own_code(request):
    """A deputy's own sheets, one for each of their stations: whoever scans the code writes to this deputy (D3.6)."""
    if (deputy := deputy_of(request.user)) is None:
        raise Http404
    sheets = []
    for station in stations_of(deputy).open().filter(takes_messages=True):
        address = f"{settings.SITE_URL}{reverse('stations:leave', args=[station.pk])}?deputy={deputy.pk}"
        sheets.append((station, address, qr.drawn(address, str(deputy))))
    context = {"deputy": deputy, "sheets": sheets if deputy.takes_messages else []}
    return render(request, "liaison_stations/public/own_code.html", context)


@login_not_required
def photo(request, pk, size):
    """The photo of a station: public while it is open, then for those who keep it."""
    station = get_object_or_404(Station.objects.select_related("photo", "area", "parent"), pk=pk)
    if station.photo is None:
        raise Http404
    if not station.is_open and not request.user.has_perm("liaison_stations.view_station", station):
        raise Http404
    return uploads.answer(station.photo, size=size, public=station.is_open)
