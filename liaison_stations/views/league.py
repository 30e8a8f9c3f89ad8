"""Stations beside each other: what is published of the stars of a year, the league table, the list to be praised."""

from types import SimpleNamespace

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils.http import urlencode

from common import audit, clock, word
from common.access import require
from common.early_cache import public_page
from common.paging import keyset_page

from .. import league as tables
from .. import praise as papers
from .. import states
from ..forms.stars import LeagueSearch
from ..models import Scheme, StarRecord, StarReview, Station

V = states.ReviewState
ROWS = 100  # of a page


@login_not_required
@public_page()
def stars(request, year):
    """What was decided for a year: published for objections, then final; open to everybody."""
    published = StarReview.objects.filter(scheme__year=year, state__in=[V.PUBLISHED, V.FINAL])
    others = StarRecord.objects.public().of_year(year).filter(review=None, decided_on__isnull=False)
    scheme = Scheme.objects.filter(year=year).first()
    if scheme is None or not published.exists():
        raise Http404
    last = published.filter(state=V.PUBLISHED).order_by("-objections_until").first()
    context = {
        "year": year,
        "scheme": scheme,
        "until": last.objections_until if last and last.objections_until >= clock.today() else None,
        "is_final": last is None,
        "page": keyset_page(published.select_related("station__area"), request.GET, order=("pk",), size=ROWS),
        "others": others.select_related("station"),
        "may_praise": request.user.has_perm("liaison_stations.export_starrecord"),
    }
    return render(request, "liaison_stations/stars/public.html", context)


def league(request):
    """Highlights and gaps of stations beside each other, by county and kind."""
    require(request.user, "liaison_stations.view_league")
    years, counties = tables.years(), tables.counties()
    form = LeagueSearch(years, counties, Station.Kind.choices, request.GET)
    chosen = form.chosen()
    kept = tables.kept_table(chosen.get("year", years[0]), chosen.get("county", ""), chosen.get("kind", ""))
    rows = kept.value.rows if kept.value else []
    number = _page_number(request, len(rows))
    context = {
        "form": form,
        "table": kept.value,
        "as_of": kept.at,
        "rows": rows[(number - 1) * ROWS : number * ROWS],
        "page": SimpleNamespace(
            before=_address(chosen, number - 1) if number > 1 else "",
            after=_address(chosen, number + 1) if number * ROWS < len(rows) else "",
        ),
        "may_open": request.user.has_perm("liaison_stations.view_starreview"),
    }
    return render(request, "liaison_stations/stars/league.html", context)


def praise(request, year):
    """The list for the preparatory meeting, once stars of the year are final."""
    require(request.user, "liaison_stations.export_starrecord")
    number = papers.praised(year).count()
    if not number:
        raise Http404
    audit.record("list.exported", by=request.user, about=StarRecord, rows=number, year=year)
    return word.answer(papers.as_word(year), papers.title_of(year))


def _page_number(request, total) -> int:
    text = request.GET.get("page", "1")
    last = max(-(-total // ROWS), 1)
    return min(max(int(text), 1), last) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _address(chosen, number):
    return f"?{urlencode(chosen | {'page': number})}"
