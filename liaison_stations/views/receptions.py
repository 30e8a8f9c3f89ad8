"""Reception days for who works with them: a station's list, a deputy's own, the day itself, one page for each act."""

from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common import clock
from common.access import found, require
from common.act_pages import act_page, closed, sent
from common.paging import keyset_page
from common.workflow import moves_open_to
from proposals.acts import Act
from proposals.rules import deputy_of

from .. import days, states
from ..actions import receptions, visitors
from ..forms.receptions import AssignForm, CameForm, CancelForm, DayForm, HoldForm, YearForm
from ..models import Attendance, Opinion, Reception, Station, stations_of

R = states.ReceptionState
MOST_TO_COME = 100  # on one page: a year of a station that receives twice a week


def reception_for(request, pk, verb="") -> Reception:
    """The reception, or 404 for who may not know of it, or 403 for who may not do this."""
    reception = found(Reception.objects.select_related("station__area"), request.user, pk=pk)
    if verb:
        require(request.user, f"liaison_stations.{verb}_reception", reception)
    return reception


# The day itself


def reception(request, pk):
    """Who is expected, who came, how it stands with the notice, what visitors said."""
    one = reception_for(request, pk)
    heard = Opinion.objects.filter(reception=one)
    mine = deputy_of(request.user)
    rows = list(one.attendances.select_related("deputy"))
    context = {
        "reception": one,
        "attendances": rows,
        "came": sum(row.came_at is not None for row in rows),
        "own": next((row for row in rows if mine and row.deputy_id == mine.pk), None),
        "visitors": heard.visible_to(request.user).for_lists().order_by("pk"),
        "visitor_count": heard.count(),
        "acts": acts(request.user, one),
        "steps": one.changes.select_related("by"),
        "is_public": one.announced_at is not None or one.state == R.HELD,
        "may_run": request.user.has_perm("liaison_stations.change_reception", one),
    }
    return render(request, "liaison_stations/receptions/reception.html", context)


def acts(user, reception) -> list[Act]:
    """What this person can do next, in the order of what waits most: the first is the page's one primary button."""
    today, moves = clock.today(), moves_open_to(user, reception)

    def may(verb):
        return user.has_perm(f"liaison_stations.{verb}_reception", reception)

    def to(name, label, hint=""):
        return Act(label, reverse(f"stations:{name}", args=[reception.pk]), hint)

    offered = []
    is_today, is_over = reception.day == today, reception.day < today
    is_to_come = reception.state in states.TO_COME
    if not visitors.why_not_record(reception) and may("record_visitor"):
        offered.append(to("visitor", _("Record a visitor")))
    if is_to_come and is_today and may("show_code"):
        offered.append(to("reception-code", _("Show the code to check in")))
    if is_to_come and not reception.day > today and may("check_in"):
        offered.append(to("reception-came", _("Check a deputy in")))
    if "hold" in moves and (is_today or is_over):
        offered.append(to("reception-hold", moves["hold"].label))
    if is_to_come and may("change"):
        assign = to("reception-assign", _("Choose the deputies"))
        offered.append(assign)
        if "announce" in moves and not is_over:
            announce = to("reception-announce", moves["announce"].label, notice_told(reception))
            offered.insert(len(offered) - bool(reception.attendances.exists()), announce)
        offered.append(to("reception-change", _("Change day, place or matters")))
    if "cancel" in moves:
        offered.append(to("reception-cancel", moves["cancel"].label))
    return offered


def notice_told(reception) -> str:
    """By when the notice is to be published, or that it is too late for that."""
    if clock.today() > reception.notice_until:
        return _("It was due by %(day)s and is recorded as late.") % {
            "day": date_format(reception.notice_until)
        }
    return _("In time until %(day)s.") % {"day": date_format(reception.notice_until)}


def assign(request, pk):
    one = reception_for(request, pk, "change")
    form = AssignForm(*sent(request), record=one)
    nobody = _("No deputy belongs to this station on that day. The office places deputies in stations.")
    return _act_page(
        request,
        form,
        partial(receptions.assign, one, by=request.user),
        one,
        heading=_("Choose the deputies"),
        done=_("Kept. Who was chosen has been told."),
        submit=_("Choose them"),
        why=_why_closed(one) or ("" if form.fields["deputies"].queryset.exists() else nobody),
    )


def announce(request, pk):
    one = reception_for(request, pk, "announce")
    told = [notice_told(one)]
    if not one.attendances.exists():
        told = [_("Choose first which deputies receive; the notice names them.")]
    return _act_page(
        request,
        forms.Form(*sent(request)),
        partial(receptions.announce, one, by=request.user),
        one,
        heading=_("Publish the notice"),
        done=_("Published. Deputies and departments have been told."),
        submit=_("Publish the notice"),
        why=closed(one, "announce"),
        told=[_("From now on everybody reads when, where, which deputies and about what."), *told],
    )


def change(request, pk):
    one = reception_for(request, pk, "change")
    again = _("The notice is out: deputies and departments are told of the change.")
    return _act_page(
        request,
        DayForm(*sent(request), record=one),
        partial(receptions.change, one, by=request.user),
        one,
        heading=_("Change day, place or matters"),
        done=_("Changed."),
        submit=pgettext("button", "Save"),
        why=_why_closed(one),
        told=[again] if one.state == R.ANNOUNCED else [],
    )


def hold(request, pk):
    one = reception_for(request, pk, "hold")
    not_yet = _("That day has not come yet.") if one.day > clock.today() else ""
    return _act_page(
        request,
        HoldForm(*sent(request), record=one),
        partial(receptions.hold, one, by=request.user),
        one,
        heading=_("Close the reception"),
        done=_("Closed."),
        submit=_("Close the reception"),
        why=closed(one, "hold") or not_yet,
    )


def cancel(request, pk):
    one = reception_for(request, pk, "cancel")
    return _act_page(
        request,
        CancelForm(*sent(request), record=one),
        partial(receptions.cancel, one, by=request.user),
        one,
        heading=_("Cancel the reception"),
        done=_("Cancelled. Who was expected has been told."),
        submit=_("Cancel the reception"),
        why=closed(one, "cancel"),
    )


def came(request, pk):
    """A deputy who has no phone at hand is checked in by staff."""
    one = reception_for(request, pk, "check_in")
    not_yet = _("That day has not come yet.") if one.day > clock.today() else ""
    return _act_page(
        request,
        CameForm(*sent(request), record=one),
        partial(receptions.check_in, one, by=request.user, way=Attendance.Way.STAFF),
        one,
        heading=_("Check a deputy in"),
        done=_("Checked in."),
        submit=_("Check in"),
        why=_why_closed(one) or not_yet,
    )


def _act_page(request, form, act, reception, **context):
    return act_page(request, form, act, back=reception, crumb=reception, **context)


def _why_closed(reception):
    if reception.state in states.TO_COME:
        return ""
    return _("This reception is closed; it can no longer be changed.")


# Lists


def of_station(request, pk):
    """All days of a station, the next ones first, and how it receives."""
    station = station_for(request, pk)
    to_come = Reception.objects.filter(station=station).to_come().order_by("day", "begins")[:MOST_TO_COME]
    past = Reception.objects.filter(station=station).exclude(state__in=states.TO_COME, day__gte=clock.today())
    page = keyset_page(past, request.GET, order=("-day", "-pk"))
    context = {
        "station": station,
        "to_come": to_come,
        "page": page,
        "may_add": station.is_open and request.user.has_perm("liaison_stations.add_reception", station),
    }
    return render(request, "liaison_stations/receptions/of_station.html", context | _rules_of(station))


@dataclass(frozen=True)
class DaysOf:
    """The list of a station's days, as what a page is about."""

    station: Station

    def __str__(self):
        return _("Receptions at %(station)s") % {"station": self.station}

    def get_absolute_url(self):
        return reverse("stations:receptions-of", args=[self.station.pk])


def plan(request, pk):
    """One more day, beside those of the rules."""
    station = station_for(request, pk, "add")
    return act_page(
        request,
        DayForm(*sent(request)),
        partial(receptions.plan, station, by=request.user),
        done=_("Planned. Open the day to choose the deputies."),
        back=reverse("stations:receptions-of", args=[pk]),
        crumb=DaysOf(station),
        heading=_("Plan a reception"),
        submit=_("Plan it"),
        why="" if station.is_open else _("This station is closed; nobody is received there any more."),
    )


def make_year(request, pk):
    """The days of a year are shown first, then made."""
    station = station_for(request, pk, "add")
    back = reverse("stations:receptions-of", args=[pk])
    form = YearForm(request.POST or request.GET or None)
    days_ahead, why = None, ""
    if form.is_bound and form.is_valid():
        year = form.cleaned_data["year"]
        try:
            if request.method == "POST":
                made = receptions.make_year(station, year=year, by=request.user)
                words = ngettext("%(n)s day was made.", "%(n)s days were made.", len(made))
                messages.success(request, words % {"n": len(made)})
                return redirect(back)
            days_ahead = receptions.days_to_make(station, year)
        except ValidationError as error:
            why = " ".join(error.messages)
    context = {"station": station, "form": form, "days": days_ahead, "why": why, "back": back}
    return render(request, "liaison_stations/receptions/make_year.html", context | _rules_of(station))


def mine(request):
    """The receptions of a deputy: where they are expected, what their stations plan, where they were."""
    deputy = deputy_of(request.user)
    if deputy is None:
        raise Http404
    own = Attendance.objects.filter(reception=OuterRef("pk"), deputy=deputy)
    known = Reception.objects.visible_to(request.user).annotate(is_expected=Exists(own))
    known = known.annotate(has_come=Exists(own.came())).select_related("station")
    past = Reception.objects.filter(Exists(own), day__lt=clock.today()).annotate(has_come=Exists(own.came()))
    context = {
        "to_come": known.to_come().order_by("day", "begins")[:MOST_TO_COME],
        "page": keyset_page(past.select_related("station"), request.GET, order=("-day", "-pk")),
        "stations": stations_of(deputy),
    }
    return render(request, "liaison_stations/receptions/mine.html", context)


def station_for(request, pk, verb="") -> Station:
    """A station somebody works with, or 404; 403 for who may only read and asks for more."""
    stations = Station.objects.managed_by(request.user).select_related("area", "parent__parent")
    station = get_object_or_404(stations, pk=pk)
    if verb:
        require(request.user, f"liaison_stations.{verb}_reception", station)
    return station


def _rules_of(station):
    return {"rules": [days.in_words(rule) for rule in station.rules.all()]}
