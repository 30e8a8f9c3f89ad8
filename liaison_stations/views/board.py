"""Boards: opinions for who handles them and for deputies, orders for departments, and the day of a station."""

from dataclasses import dataclass
from functools import partial

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from common import clock
from common.access import require
from common.paging import first_rows, keyset_page, own_counts
from proposals.rules import deputy_of

from .. import states
from ..acts import next_act, next_act_on_order
from ..forms.boards import OpinionSearch
from ..models import Opinion, Reception, Station
from ..waiting import handles_opinions, of_deputy, orders_of, to_handle

FEW = 8  # lines of each kind on the board itself
NEXT_RECEPTIONS = 6


@dataclass(frozen=True)
class Line:
    """``act`` is the word of the one next act and ``url`` its page; ``order`` where it is a department's."""

    opinion: object
    page: str
    url: str = ""
    act: str = ""
    due_on: object = None
    order: object = None


def opinion_board(request):
    """For who reviews and answers, else for a deputy; with ``?list=`` all of one kind, narrowed by filters."""
    user = request.user
    if handles_opinions(user):
        groups, line = to_handle(user), _handled
    elif deputy_of(user) is not None:
        groups, line = of_deputy(user), partial(_addressed, deputy_of(user))
    else:
        raise Http404
    chosen = {group.name: group for group in groups}.get(request.GET.get("list"))
    if chosen is None:
        return _board(request, "opinions", groups, line)
    form = OpinionSearch(request.GET)
    rows = form.narrowed(chosen.rows).for_lists()
    page = keyset_page(rows, request.GET, order=chosen.order)
    context = {"group": chosen, "page": page, "form": form, "lines": [line(row) for row in page.rows]}
    return render(request, "liaison_stations/boards/list.html", context)


def order_board(request):
    """What departments have to do: report in, be there, solve."""
    groups = orders_of(request.user)
    if not groups:
        raise Http404
    chosen = {group.name: group for group in groups}.get(request.GET.get("list"))
    if chosen is None:
        return _board(request, "orders", groups, _ordered)
    page = keyset_page(chosen.rows.for_lists(), request.GET, order=chosen.order)
    context = {"group": chosen, "page": page, "lines": [_ordered(row) for row in page.rows]}
    return render(request, "liaison_stations/boards/order_list.html", context)


def _board(request, template, groups, line):
    """Drawn once a change for each person; nothing on it depends on more than who they are and the day."""
    fill(groups, line, request.user)
    is_empty = not any(group.count for group in groups)
    context = {"groups": groups, "is_empty": is_empty, "today": clock.today()}
    return render(request, f"liaison_stations/boards/{template}.html", context)


def station_board(request):
    """The day of who runs stations: receptions to come, opinions that wait, the stations with what they lack."""
    user = request.user
    require(user, "liaison_stations.view_work_station")
    groups = [group for group in to_handle(user) if group.name != "all"]
    fill(groups, _handled, user, few=0)
    receptions = Reception.objects.managed_by(user).to_come().for_lists().order_by("day", "begins", "pk")
    stations = Station.objects.managed_by(user).open().for_lists()
    q = request.GET.get("q", "")[:40]
    page = keyset_page(stations.matching(q), request.GET, order=("display_order", "pk"))
    context = {
        "groups": groups,
        "has_opinions": any(group.count for group in groups),
        "receptions": receptions[:NEXT_RECEPTIONS],
        "page": page,
        "q": q,
        "is_paged": q or page.before or page.after,
        "stations": [(station, *numbers) for station, numbers in with_numbers(page.rows)],
        "year": clock.today().year,
    }
    return render(request, "liaison_stations/boards/station.html", context)


def fill(groups, line, user, few=FEW) -> None:
    """Count all groups in one query once a change, and give each that has something its first lines."""
    counts = own_counts(tuple(group.name for group in groups), user, [group.rows for group in groups])
    for group, (group.count, group.more) in zip(groups, counts, strict=True):
        if group.count and few and group.name != "all":
            group.lines = SimpleLazyObject(partial(_first_lines, group, line, few))


def _first_lines(group, line, few) -> list[Line]:
    return [line(row) for row in first_rows(group.rows, group.order, few)]


def with_numbers(stations) -> list:
    """``[(station, (opinions that wait, of them late))]``."""
    waiting = Opinion.objects.unanswered().filter(station__in=[station.pk for station in stations])
    late = Count("pk", filter=Q(due_on__lt=clock.today()))
    counted = {
        row["station"]: (row["waiting"], row["late"])
        for row in waiting.order_by().values("station").annotate(waiting=Count("pk"), late=late)
    }
    return [(station, counted.get(station.pk, (0, 0))) for station in stations]


# One line


def _handled(opinion):
    act, name = next_act(opinion) or ("", "")
    url = reverse(name, args=[opinion.pk]) if name else ""
    return Line(opinion, opinion.get_absolute_url(), url, act, _due(opinion))


def _addressed(deputy, opinion):
    """A deputy answers, or makes a suggestion of it."""
    url = act = ""
    if opinion.state in states.WITH_STATION:
        url, act = reverse("stations:opinion-answer", args=[opinion.pk]), _("Answer")
    elif opinion.state == states.OpinionState.ESCALATED and opinion.asked_deputy_id == deputy.pk:
        url, act = reverse("stations:opinion-raise", args=[opinion.pk]), _("Make a suggestion of it")
    return Line(opinion, opinion.get_absolute_url(), url, act, _due(opinion))


def _ordered(order):
    act, name = next_act_on_order(order) or ("", "")
    url = reverse(name, args=[order.pk]) if name else ""
    return Line(order.opinion, order.get_absolute_url(), url, act, order.due_on, order)


def _due(opinion):
    return opinion.due_on if opinion.is_waited_for else None
