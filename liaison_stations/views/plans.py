"""The plan of a station's year, and what took place there: written by its staff, read by its offices, shown to the public."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import uploads
from common.access import require
from common.act_pages import act_page, closed, sent
from common.early_cache import public_page
from common.paging import keyset_page
from common.staff_acts import NoteForm
from common.workflow import moves_open_to

from ..actions import events, plans
from ..forms.plans import EventForm, PlanForm
from ..models import EventPicture, Station, StationEvent, StationPlan

BY_STATION = [kind for kind in StationEvent.Kind if kind not in StationEvent.OF_MANAGEMENT]


def managed(request, pk):
    """A station this person works with, or 404."""
    stations = Station.objects.managed_by(request.user).select_related("area", "parent__parent")
    return get_object_or_404(stations, pk=pk)


# Plans


def plan(request, pk, year):
    """The plan, where it stands, and what this person may do next with it."""
    station = managed(request, pk)
    found = StationPlan.objects.filter(station=station, year=year).select_related("file").first()
    moves = moves_open_to(request.user, found) if found else {}
    context = {
        "station": station,
        "plan": found,
        "year": year,
        "acts": [
            (move.label, reverse("stations:plan-act", args=[found.pk, verb])) for verb, move in moves.items()
        ],
        "may_write": request.user.has_perm("liaison_stations.change_stationplan", station)
        and (found is None or found.state in plans.WRITABLE),
        "steps": found.changes.select_related("by") if found else [],
        "approver": _approver(station),
        "other_years": StationPlan.objects.filter(station=station).exclude(year=year),
    }
    return render(request, "liaison_stations/plans/plan.html", context)


def _approver(station):
    if station.is_city_managed:
        return _("The station is under city-level management: the city's deputies' office approves its plan.")
    return _("The street or township office approves the plan; then the public reads it.")


def plan_edit(request, pk, year):
    station = managed(request, pk)
    require(request.user, "liaison_stations.change_stationplan", station)
    found = StationPlan.objects.filter(station=station, year=year).first()
    told = {"text": found.text, "rota": found.rota} if found else {}
    form = PlanForm(*sent(request), initial={**told, "seen": plans.fingerprint(found)})
    return act_page(
        request,
        form,
        partial(plans.write, station, year, by=request.user),
        done=_("Saved. Hand it in when it is complete."),
        back=reverse("stations:plan", args=[pk, year]),
        crumb=station,
        heading=_("Plan of %(year)s") % {"year": year},
        submit=_("Save"),
        told=[_approver(station)],
        why="" if found is None or found.state in plans.WRITABLE else closed(found, "submit"),
    )


def plan_act(request, pk, verb):
    """One move of a plan on a page of its own."""
    found = get_object_or_404(
        StationPlan.objects.managed_by(request.user).select_related("station__area"), pk=pk
    )
    if verb not in found.MOVES:
        raise Http404
    require(request.user, f"liaison_stations.{verb}_stationplan", found)
    move = found.MOVES[verb]
    return act_page(
        request,
        NoteForm(*sent(request), needs_note=move.needs_note),
        partial(getattr(plans, verb), found, by=request.user),
        done=_("Done: %(move)s.") % {"move": move.label},
        back=found.get_absolute_url(),
        crumb=found,
        heading=move.label,
        submit=move.label,
        told=[],
        why=closed(found, verb),
    )


@login_not_required
def plan_file(request, pk):
    """The plan as a file: of an approved one everybody's, else of who works with the station."""
    found = get_object_or_404(
        StationPlan.objects.select_related("file", "station"), pk=pk, file__isnull=False
    )
    is_public = found.state == "approved"
    if not is_public and not StationPlan.objects.managed_by(request.user).filter(pk=pk).exists():
        raise Http404
    return uploads.answer(found.file, public=is_public)


# Events


def events_of(request, pk):
    """What took place at a station, newest first, by kind; and the kinds that can be recorded."""
    station = managed(request, pk)
    kind = request.GET.get("kind", "")
    listed = station.events.prefetch_related("deputies", "pictures")
    if kind in StationEvent.Kind:
        listed = listed.filter(kind=kind)
    context = {
        "station": station,
        "page": keyset_page(listed, request.GET, order=("-on", "-pk")),
        "kinds": _kinds_for(request.user, station),
        "kind": kind,
        "all_kinds": StationEvent.Kind.choices,
    }
    return render(request, "liaison_stations/plans/events.html", context)


def _kinds_for(user, station):
    """``[(kind, label)]`` this person may record: what offices do for a station, its staff does not record."""
    if not user.has_perm("liaison_stations.add_stationevent", station):
        return []
    kinds = list(BY_STATION)
    if user.has_perm("liaison_stations.manage_stationevent", station):
        kinds = list(StationEvent.Kind)
    return [(kind.value, kind.label) for kind in kinds]


def event_new(request, pk, kind):
    station = managed(request, pk)
    require(request.user, "liaison_stations.add_stationevent", station)
    label = dict(_kinds_for(request.user, station)).get(kind)
    if label is None:
        raise Http404
    return act_page(
        request,
        EventForm(station, kind, *sent(request)),
        partial(events.record, station, by=request.user, kind=kind),
        done=_("Recorded. It counts for the stars of its year."),
        back=reverse("stations:events-of", args=[pk]),
        crumb=station,
        heading=_("Record: %(kind)s") % {"kind": label},
        submit=_("Record it"),
        told=[],
    )


def _event_for(request, pk):
    event = get_object_or_404(
        StationEvent.objects.managed_by(request.user).select_related(
            "station__area", "station__parent__parent"
        ),
        pk=pk,
    )
    require(request.user, "liaison_stations.change_stationevent", event)
    return event


def event_edit(request, pk):
    """Correct an event; photos can be added here and taken away one by one."""
    event = _event_for(request, pk)
    return act_page(
        request,
        EventForm(event.station, event.kind, *sent(request), event=event),
        partial(events.change, event, by=request.user),
        done=_("Saved."),
        back=reverse("stations:events-of", args=[event.station_id]),
        template="liaison_stations/plans/event_edit.html",
        event=event,
        pictures=event.pictures.select_related("file"),
        heading=event.get_kind_display(),
        submit=_("Save"),
    )


@require_POST
def picture_remove(request, pk):
    picture = get_object_or_404(EventPicture.objects.select_related("event", "file"), pk=pk)
    event = _event_for(request, picture.event_id)
    events.remove_picture(picture, by=request.user)
    messages.success(request, _("The photo is gone."))
    return redirect("stations:event-edit", event.pk)


@login_not_required
def event_picture(request, pk, size):
    """A photo of an event: everybody's when the event is, else of who works with the station."""
    picture = get_object_or_404(EventPicture.objects.select_related("event", "file"), pk=pk)
    is_public = picture.event.is_public
    if (
        not is_public
        and not StationEvent.objects.managed_by(request.user).filter(pk=picture.event_id).exists()
    ):
        raise Http404
    return uploads.answer(picture.file, size=size, public=is_public)


@login_not_required
@public_page()
def public_events(request, pk):
    """What takes place at a station, as the public reads it."""
    station = get_object_or_404(Station.objects.select_related("area"), pk=pk)
    listed = station.events.public().prefetch_related("pictures")
    page = keyset_page(listed, request.GET, order=("-on", "-pk"))
    return render(request, "liaison_stations/plans/public_events.html", {"station": station, "page": page})
