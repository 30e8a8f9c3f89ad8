"""What takes place at a station is recorded with its day, its deputies and photos, and corrected (D3.1, D3.5)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import audit, clock, uploads

from ..models import EventPicture, Station, StationEvent

MOST_PICTURES = 9
OLDEST = dt.timedelta(days=366)  # of what is still entered: the star round of a year looks no further back


@transaction.atomic
def record(
    station: Station, *, by, kind: str, on: dt.date, title: str, deputies=(), pictures=(), **fields
) -> StationEvent:
    """Enter an event; ``ValidationError`` for a day that has not come or is longer ago than a year."""
    event = StationEvent(station=station, kind=kind, on=on, title=title, by=by, **fields)
    event._history_user = by
    _check(event)
    event.save()
    event.deputies.set(deputies)
    _add(event, pictures, by)
    audit.record("record.created", by=by, about=event)
    return event


@transaction.atomic
def change(event: StationEvent, *, by, deputies=None, pictures=(), **fields) -> None:
    """Correct an event; its kind too, as long as it stays with those who may record it."""
    changed = [name for name, value in fields.items() if getattr(event, name) != value]
    for name, value in fields.items():
        setattr(event, name, value)
    event._history_user = by
    _check(event)
    event.save()
    if deputies is not None:
        event.deputies.set(deputies)
    _add(event, pictures, by)
    audit.record("record.changed", by=by, about=event, fields=changed)


@transaction.atomic
def remove_picture(picture: EventPicture, *, by) -> None:
    stored, event = picture.file, picture.event
    picture.delete()
    uploads.delete(stored)
    audit.record("record.changed", by=by, about=event, fields=["pictures"])


def _check(event):
    today = clock.today()
    if event.on > today:
        raise ValidationError({"on": _("This day has not come yet. Record what took place.")})
    if event.on < today - OLDEST:
        raise ValidationError({"on": _("This is longer ago than a year; it counts for no star any more.")})
    event.full_clean()


def _add(event, pictures, by):
    if event.pictures.count() + len(pictures) > MOST_PICTURES:
        raise ValidationError({"pictures": _("At most %(n)s photos, please.") % {"n": MOST_PICTURES}})
    for file in uploads.store_pictures(pictures, by=by):
        event.pictures.create(file=file)
