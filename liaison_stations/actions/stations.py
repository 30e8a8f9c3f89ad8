"""What becomes of a station, and which deputies belong to it: put right, merged, closed, opened again; placed, moved out."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import audit, clock, uploads
from common.text import as_kept
from common.workflow import advance
from deputies.models import Deputy, Mandate

from .. import names
from ..models import Residency, Station, current
from ..notifications import stations as notifications
from . import receptions

MERGED = gettext_lazy("The station was merged into %(into)s.")
CLOSED = gettext_lazy("The station was closed.")


# Its life


@transaction.atomic
def rectify(station: Station, *, by, note: str, on: dt.date | None = None) -> Station:
    """It is put right; citizens are received meanwhile."""
    return advance(station, "rectify", by=by, note=note, state_since=_day(station, on))


@transaction.atomic
def resume(station: Station, *, by, note: str, on: dt.date | None = None) -> Station:
    return advance(station, "resume", by=by, note=note, state_since=_day(station, on))


@transaction.atomic
def merge(station: Station, *, by, note: str, into: Station, on: dt.date | None = None) -> Station:
    """It goes on as another one (撤并, D3.5), which takes over its deputies, its stations and points, and what citizens wait for.

    What was answered, held, rated and planned stays where it happened. Its posts end; receptions to come are cancelled.
    """
    day = _day(station, on)
    if into.pk == station.pk:
        raise ValidationError({"into": _("A station cannot be merged into itself.")})
    if not into.is_open:
        raise ValidationError({"into": _("This station is not open. Choose another one.")})
    advance(station, "merge", by=by, note=note, state_since=day, merged_into=into)
    _hand_over_children(station, into, by)
    for residency in station.residencies.filter(current(day)).select_related("deputy"):
        _move(residency, into, day, by)
    waiting = list(station.opinions.unanswered())
    for opinion in waiting:
        opinion.station, opinion.area_id = into, into.area_id
        _save(opinion, by, as_kept(MERGED, into=into), ["station", "area"])
    _end(station, day, by, as_kept(MERGED, into=into))
    notifications.merged(station, into, len(waiting))
    return station


@transaction.atomic
def close(station: Station, *, by, note: str, on: dt.date | None = None) -> Station:
    """No citizens are received any more. What they wait for stays with it, for the home it belongs to and the township's office.

    Its stations and points go on, with the one it belonged to; its deputies belong to no station until they are placed anew.
    """
    day = _day(station, on)
    advance(station, "close", by=by, note=note, state_since=day)
    _hand_over_children(station, station.parent, by)
    for residency in station.residencies.filter(current(day)):
        _leave(residency, day, by)
    _end(station, day, by, as_kept(CLOSED))
    return station


@transaction.atomic
def reopen(station: Station, *, by, note: str, on: dt.date | None = None) -> Station:
    """It receives citizens again; who works there and which deputies belong to it is entered anew."""
    return advance(station, "reopen", by=by, note=note, state_since=_day(station, on), merged_into=None)


def _day(station, on):
    """The day of the step: not to come, and not before the last one."""
    day = on or clock.today()
    if day > clock.today():
        raise ValidationError({"on": _("This day has not come yet.")})
    if station.state_since and day < station.state_since:
        raise ValidationError(
            {"on": _("It is in its present state since %(day)s.") % {"day": station.state_since}}
        )
    return day


def _hand_over_children(station, to, by):
    for child in station.children.all():
        child.parent = station.parent if to and child.pk == to.pk else to
        _save(child, by)
    if to and to.parent_id == station.pk:
        to.parent = station.parent


def _end(station, day, by, reason):
    """Nobody works there any more, and no deputy is expected."""
    for post in station.posts.filter(current(day)):
        post.until = day
        _save(post, by)
    for reception in station.receptions.to_come():
        receptions.cancel(reception, by=by, note=reason)


def _save(record, by, reason=None, columns=None):
    """Write a record that follows from what is done to a station, and remember who did that."""
    record._history_user, record._change_reason = by, reason
    record.save(update_fields=columns)


# Its photo


@transaction.atomic
def set_photo(station: Station, upload, *, by) -> None:
    """Put a photo in place of the former one, whose bytes go; ``None`` takes it away. ``ValidationError`` if it is none."""
    former = station.photo
    station.photo = uploads.store_picture(upload, by=by) if upload else None
    station._history_user = by
    station._change_reason = as_kept(gettext_lazy("photo changed"))
    station.save(update_fields=["photo"])
    audit.record("record.changed", by=by, about=station, fields=["photo"])
    if former:
        uploads.delete(former)


# Its deputies


@transaction.atomic
def place(
    station: Station, *, deputy: Deputy, by, since: dt.date | None = None, leads_at: str = ""
) -> Residency:
    """A deputy belongs to a station from a day on (进站, D3.1). One may belong to several; twice to one is refused."""
    if not station.is_open:
        raise ValidationError({"station": _("This station is not open. Choose another one.")})
    if not Deputy.objects.sitting().filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("%(name)s is no longer a deputy.") % {"name": deputy}})
    residency = Residency(station=station, deputy=deputy, since=since or clock.today(), leads_at=leads_at)
    residency._history_user = by
    try:
        with transaction.atomic():
            residency.save()
    except IntegrityError as error:
        raise ValidationError(
            {"deputy": _("%(name)s belongs to this station already.") % {"name": deputy}}
        ) from error
    audit.record("record.created", by=by, about=residency)
    return residency


@transaction.atomic
def move_out(residency: Residency, *, by, until: dt.date | None = None) -> None:
    """From a day on a deputy no longer belongs to a station; who never came to belong to it was entered by mistake."""
    _leave(residency, until or clock.today(), by)
    audit.record("record.changed", by=by, about=residency, fields=["until"])


def _leave(residency, day, by):
    residency._history_user = by
    if residency.since and residency.since >= day:
        residency.delete()
        return
    residency.until = day
    residency.save(update_fields=["until"])


def _move(residency, into, day, by):
    """To another station from a day on; where the deputy belongs to that one already, the mark of a leader goes along."""
    held = into.residencies.filter(deputy=residency.deputy, until=None).first()
    leads_at, deputy = residency.leads_at, residency.deputy
    _leave(residency, day, by)
    if held is None:
        _save(Residency(station=into, deputy=deputy, leads_at=leads_at, since=day), by)
    elif leads_at and not held.leads_at:
        held.leads_at = leads_at
        _save(held, by)


# The roster says where each belongs


@dataclass
class ByRoster:
    """What the roster's column 进站联络站 comes to. ``placed`` are ``(mandate, station)`` that are or would be made."""

    placed: list = field(default_factory=list)
    there: int = 0  # belong to the station named already
    elsewhere: list = field(default_factory=list)  # belong to another one, which somebody decided
    unknown: Counter = field(default_factory=Counter)  # names of no open station
    ambiguous: Counter = field(default_factory=Counter)  # names that fit several


def read_roster() -> ByRoster:
    """What :func:`place_by_roster` would do. A name that stations had formerly (工作室, 代表之家) is understood, where it fits one."""
    found, known = ByRoster(), names.Known(Station.objects.open().only("name"))
    mandates = Mandate.objects.sitting().exclude(station_name="").select_related("deputy")
    held = {}
    for residency in Residency.objects.filter(Q(until=None) | Q(until__gt=clock.today())):
        held.setdefault(residency.deputy_id, set()).add(residency.station_id)
    for mandate in mandates:
        fitting = known.called(mandate.station_name)
        if len(fitting) != 1:
            counter = found.ambiguous if fitting else found.unknown
            counter[mandate.station_name] += 1
            continue
        [station] = fitting
        theirs = held.get(mandate.deputy_id, set())
        if station.pk in theirs:
            found.there += 1
        elif theirs:
            found.elsewhere.append((mandate, station))
        else:
            held[mandate.deputy_id] = {station.pk}
            found.placed.append((mandate, station))
    return found


@transaction.atomic
def place_by_roster(*, by) -> ByRoster:
    """Let deputies belong to the stations that the roster names, each from today on; tells what it did not find."""
    found = read_roster()
    for mandate, station in found.placed:
        place(station, deputy=mandate.deputy, by=by)
    return found
