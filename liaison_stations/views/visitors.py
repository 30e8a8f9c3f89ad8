"""On the day itself: deputies check in by the code on the screen, visitors are entered one after the other. And what is
heard elsewhere.
"""

import datetime as dt
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit, clock, once
from common.access import require
from common.forms import show_refusal
from proposals.rules import deputy_of

from .. import checkin, papers, qr, states
from ..actions import receptions, visitors
from ..forms.receptions import HeardForm, VisitorForm
from ..models import Attendance, Opinion, Reception, Station
from .receptions import reception_for

RENEW = 20  # seconds: well within the minute a code is shown
EARLY_LATE = dt.timedelta(hours=1)  # the screen renews itself from so long before till so long after


# Deputies check in


def screen(request, pk):
    """For the screen of the station: the code of this minute, and who is there. It renews itself around its hours only, so
    that no forgotten screen stays signed in for ever.
    """
    one = reception_for(request, pk, "show_code")
    is_open = one.state in states.TO_COME and one.day == clock.today()
    now = timezone.localtime()
    begins, ends = (
        timezone.make_aware(dt.datetime.combine(one.day, time)) for time in (one.begins, one.ends)
    )
    context = {
        "reception": one,
        "is_open": is_open,
        "renew": RENEW if is_open and begins - EARLY_LATE <= now <= ends + EARLY_LATE else 0,
        "attendances": one.attendances.select_related("deputy"),
    }
    if is_open:
        address = reverse("stations:check-in", args=[pk])
        url = f"{settings.SITE_URL}{address}?code={checkin.code(one, now)}"  # as phones reach it
        context["qr"] = qr.drawn(url, _("QR code to check in"))
    return render(request, "liaison_stations/receptions/screen.html", context)


def check_in(request, pk):
    """Where the code leads a deputy's phone: one button. Who does not belong to the station is told so in words."""
    deputy = deputy_of(request.user)
    one = get_object_or_404(Reception.objects.select_related("station"), pk=pk)
    given = request.POST.get("ticket") or request.GET.get("code", "")
    has_come = one.attendances.came().filter(deputy=deputy).first() if deputy else None
    if deputy is None or not (has_come or given):
        raise Http404
    context = {"reception": one, "attendance": has_come}
    if has_come is None:
        is_ticket = request.method == "POST" and checkin.has_ticket(one, request.user, given)
        if not (is_ticket or checkin.is_valid(one, given, timezone.now())):
            context["why"] = _("This code is no longer valid. Please scan the one on the screen now.")
        elif not receptions.residents(one).filter(pk=deputy.pk).exists():
            context["why"] = _(
                "You do not belong to this station, so you cannot check in here. Please tell its staff that you came."
            )
        elif one.state not in states.TO_COME:
            context["why"] = _("This reception is closed.")
        elif request.method == "POST":
            receptions.check_in(one, deputy=deputy, way=Attendance.Way.CODE, by=request.user)
            messages.success(request, _("You are checked in."))
            return redirect(one)
        else:
            context["ticket"] = checkin.ticket(one, request.user)
    return render(request, "liaison_stations/receptions/check_in.html", context)


# Visitors


def visitor(request, pk):
    """One visitor; afterwards the receipt to hand over, and the next."""
    one, heading = reception_for(request, pk, "record_visitor"), _("Record a visitor")
    form = VisitorForm(request.POST or None)
    if why := visitors.why_not_record(one):
        return render(
            request,
            "liaison_stations/receptions/visitor.html",
            {"crumb": one, "why": why, "heading": heading},
        )
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                add = partial(visitors.record, one, by=request.user, **form.cleaned_data)
                opinion = once.made(request, Opinion, add)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("stations:visitor-receipt", one.pk, opinion.pk)
    return render(
        request, "liaison_stations/receptions/visitor.html", {"crumb": one, "form": form, "heading": heading}
    )


def receipt(request, pk, opinion):
    """The code and the four digits, for the visitor's pocket; for who entered them and for who works there."""
    one, case = _visitor_of(request, pk, opinion)
    user = request.user
    may_go_on = not visitors.why_not_record(one)
    context = {
        "crumb": one,
        "back": _("To the reception"),
        "opinion": case,
        "next": reverse("stations:visitor", args=[pk])
        if may_go_on and user.has_perm("liaison_stations.record_visitor_reception", one)
        else "",
        "paper": reverse("stations:visitor-form", args=[pk, opinion])
        if user.has_perm("liaison_stations.view_phone_opinion", case)
        else "",
    }
    return render(request, "liaison_stations/receptions/receipt.html", context)


# Elsewhere


def heard(request, pk):
    """What somebody said on a visit, in a questionnaire or in a street council, entered for them at a station."""
    station = get_object_or_404(Station.objects.select_related("area", "parent__parent"), pk=pk)
    user = request.user
    if not (
        user.has_perm("liaison_stations.view_station", station)
        or user.has_perm("liaison_stations.add_opinion", station)
    ):
        raise Http404
    require(user, "liaison_stations.add_opinion", station)
    form = HeardForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                add = partial(visitors.hear, station, by=request.user, **form.cleaned_data)
                opinion = once.made(request, Opinion, add)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("stations:opinion-receipt", opinion.pk)
    context = {"crumb": station, "form": form, "heading": _("Record an opinion")}
    return render(request, "liaison_stations/receptions/visitor.html", context)


def heard_receipt(request, pk):
    """The same receipt for what was heard elsewhere; for who entered it, and for who handles it."""
    case = get_object_or_404(Opinion.objects.select_related("station__area"), pk=pk)
    is_own = case.by_id is not None and case.by_id == request.user.pk
    if not is_own and not request.user.has_perm("liaison_stations.view_phone_opinion", case):
        raise Http404
    may_go_on = request.user.has_perm("liaison_stations.add_opinion", case.station)
    context = {
        "crumb": case.station,
        "back": _("To the station"),
        "opinion": case,
        "next": reverse("stations:opinion-new", args=[case.station_id]) if may_go_on else "",
    }
    return render(request, "liaison_stations/receptions/receipt.html", context)


def registration(request, pk, opinion):
    """接待登记表: for who may see the phone number, and each look is recorded."""
    one, case = _visitor_of(request, pk, opinion)
    require(request.user, "liaison_stations.view_phone_opinion", case)
    audit.record("phone.seen", about=case)
    paper = papers.registration(case)
    return render(request, "liaison_stations/receptions/paper.html", {"paper": paper, "reception": one})


def _visitor_of(request, pk, opinion):
    one = reception_for(request, pk)
    case = get_object_or_404(
        Opinion.objects.select_related("station", "category", "reception", "deputy", "by"),
        pk=opinion,
        reception=one,
    )
    if case.by_id != request.user.pk and not request.user.has_perm(
        "liaison_stations.view_phone_opinion", case
    ):
        raise Http404
    return one, case
