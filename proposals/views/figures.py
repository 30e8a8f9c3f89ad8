"""What is counted: the rates and the lists behind them, a committee's work, the overview of leaders, the yearly report."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import audit, clock, memory
from common.access import require
from common.early_cache import public_page
from common.paging import keyset_page
from deputies.models import Committee

from .. import overview, rates, report, states
from ..forms.reading import FigureAddress, FiguresSearch, PartAddress
from ..models import Commitment, KeyItem, Suggestion, late_on
from .lines import KEYS, suggestion_lines
from .reading import visible_among

S = states.SuggestionState


def figures(request):
    """Every rate with its formula, numerator and denominator, each a link to the very list it counts."""
    require(request.user, "proposals.view_rates")
    form = FiguresSearch(request.GET)
    chosen = form.chosen()
    by, year = chosen.get("by", "committee"), chosen.get("year")
    counted, table = rates.kept_figures(year), rates.kept_table(year, by)
    of_all = counted.value
    context = {
        "form": form,
        "as_of": min(counted.at, table.at),
        "year": year,
        "by": by,
        "tabs": [{"key": key, "label": row.label} for key, row in rates.BY.items()],
        "headlines": [linked(of_all[key], year=year) for key in rates.headlines()],
        "all": [linked(figure, year=year) for figure in of_all.values()],
        "columns": [*rates.RATES.values(), *([rates.PER_DEPUTY] if by == "delegation" else [])],
        "rows": _rows(table.value, by, year),
    }
    return render(request, "proposals/figures/figures.html", context)


def _rows(table, by, year):
    """The rows of the table, each figure with its lists; of delegations, how much each deputy put forward too."""
    quotients = rates.per_deputy(table) if by == "delegation" else {}
    rows = []
    for row in table:
        where = {"year": year, "by": by, "key": "" if row["key"] is None else row["key"]}
        cells = [linked(figure, **where) for figure in row["figures"].values()]
        if quotient := quotients.get(row["key"]):
            listed = f"{reverse('deputies:list')}?{urlencode({'delegation': row['key'] or ''})}"
            whole_of_row = linked(row["figures"]["implementation"], **where)["whole"]
            cells.append({"figure": quotient, "part": whole_of_row, "whole": listed})
        rows.append({"name": row["name"], "cells": cells})
    return rows


def linked(figure, **where) -> dict:
    """A figure with the addresses of the lists of its numerator and of its denominator."""
    where = {name: value for name, value in where.items() if value is not None}

    def to(side):
        query = urlencode({"rate": figure.rate.key, "side": side, **where})
        return f"{reverse('proposals:figure-list')}?{query}"

    return {"figure": figure, "part": to("part"), "whole": to("whole")}


def figure_list(request):
    """The suggestions a figure counts, or a number of the overview. Of what one may not see, the number alone."""
    if "part" in request.GET:
        return _part_list(request)
    require(request.user, "proposals.view_rates")
    asked = _asked(FigureAddress(request.GET))
    counted = rates.of_year(asked["year"])
    if asked["by"]:
        counted = rates.within(counted, asked["by"], asked["key"])
    figure = rates.kept_figure(asked["rate"], asked["year"], asked["by"], asked["key"])
    listed = rates.listed(counted, asked["rate"], asked["side"])
    is_part = asked["side"] == "part"
    sides = [
        {"label": _("counted"), "number": figure.number, "is_here": is_part, "side": "part"},
        {"label": _("out of"), "number": figure.total, "is_here": not is_part, "side": "whole"},
    ]
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    for side in sides:
        query["side"] = side["side"]
        side["url"] = f"?{query.urlencode()}"
    context = {"title": figure.rate.label, "text": figure.rate.formula, "figure": figure, "sides": sides}
    return _list(request, listed, context)


def _part_list(request):
    require(request.user, "proposals.view_overview")
    asked = _asked(PartAddress(request.GET))
    listed = overview.listed(asked["part"], unit=asked["unit"], day=clock.today(), year=asked["year"])
    return _list(request, listed, {"title": overview.COUNTED[asked["part"]].label})


def _part_address(part, unit, year):
    return f"{reverse('proposals:figure-list')}?{urlencode({'part': part, 'unit': unit, 'year': year})}"


def _asked(form) -> dict:
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


def _list(request, suggestions, context):
    page = keyset_page(suggestions.only(*KEYS), request.GET, order=("-pk",))
    context |= {"page": page, "lines": suggestion_lines(page.rows, visible_among(page.rows, request.user))}
    return render(request, "proposals/figures/list.html", context)


def committee(request, pk):
    """What a committee supervises: by state, what is late, which promises wait to be verified."""
    committee = get_object_or_404(Committee.objects.select_related("unit"), pk=pk)
    require(request.user, "proposals.view_work_committee", committee)
    conditions = {state.value: Q(state=state) for state in S if state != S.DRAFT}
    conditions["late"] = late_on(clock.today())
    labels = {state.value: state.label for state in S} | {"late": _("reply is late")}
    supervised = Suggestion.objects.filter(committee=committee, submitted_at__isnull=False)
    numbers = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    key = ("committee", committee.pk, clock.today())
    counts = memory.kept(key, lambda: supervised.order_by().aggregate(**numbers))
    show = request.GET.get("show")
    listed = supervised.filter(conditions[show]) if show in conditions else supervised
    promised = Commitment.objects.promised().filter(suggestion__committee=committee)
    promises = memory.kept((*key, "promises"), lambda: promised.counts(clock.today()))
    page = keyset_page(listed.only(*KEYS), request.GET, order=("-pk",))
    context = {
        "committee": committee,
        "counters": [
            {"key": name, "label": labels[name], "number": number, "is_here": name == show}
            for name, number in counts.items()
            if number
        ],
        "promises": promises,
        "page": page,
        "lines": suggestion_lines(page.rows),
        "shown": labels[show] if show in conditions else "",
    }
    return render(request, "proposals/figures/committee.html", context)


def overview_page(request):
    """One sheet for leaders: who owes what and how late, promises, key suggestions, the rates of the year."""
    require(request.user, "proposals.view_overview")
    today = clock.today()
    of_year = rates.kept_figures(today.year)
    units = memory.counted(("overview", today), lambda: overview.by_unit(today, today.year))
    promises = memory.counted(("promises", today), lambda: Commitment.objects.promised().counts(today))
    rows = [
        row
        | {
            "cells": [
                {
                    "label": counted.label,
                    "number": row[name],
                    "url": _part_address(name, row["unit"], today.year),
                }
                for name, counted in overview.COUNTED.items()
            ]
        }
        for row in units.value
    ]
    context = {
        "as_of": min(of_year.at, units.at, promises.at),
        "rows": rows,
        "columns": overview.COUNTED.items(),
        "headlines": [linked(of_year.value[key], year=today.year) for key in rates.headlines()],
        "promises": promises.value,
        "key_items": KeyItem.objects.of_year(today.year).for_lists(),
    }
    return render(request, "proposals/figures/overview.html", context)


# The yearly report


@login_not_required
@public_page()
def yearly_report(request, year):
    """How the suggestions of a year were handled (Deputies Law Art. 51): public once the year is over."""
    _require_report(request.user, year)
    return render(request, "proposals/figures/report.html", {"report": report.of_year(year)})


@login_not_required
def yearly_report_word(request, year):
    """The same as a document to be printed for the next session; written once for as long as it holds."""
    _require_report(request.user, year)
    if request.user.is_authenticated:
        audit.record("suggestion.saved", about=Suggestion, year=year)
    body = memory.kept(("yearly report", year, clock.today()), lambda: report.as_word(year))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    headers = {"Content-Disposition": f'attachment; filename="report-{year}.docx"'}
    return HttpResponse(body, content_type=kind, headers=headers)


def _require_report(user, year):
    """404 for a year of which there is no report, or none yet for this visitor."""
    is_out = year < clock.today().year or user.has_perm("proposals.view_overview")
    if not is_out or not Suggestion.objects.assigned().of_year(year).exists():
        raise Http404
